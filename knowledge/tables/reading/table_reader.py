"""Sheets to records. Runs in a limited child process; see ``knowledge.tables.read_table``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from knowledge.models import FreeTable
from knowledge.readers.errors import ReadError
from knowledge.tables.reading.cells import Cells, RowError
from knowledge.tables.reading.digests import Digests
from knowledge.tables.reading.free_sheets import free_table, read_as
from knowledge.tables.reading.kinds.guide_sheet import is_guide
from knowledge.tables.reading.kinds.headers import Column, Header, HeaderError, LackingColumnsError, TwoKindsError
from knowledge.tables.reading.rows import record_of
from knowledge.tables.reading.sheet_layout import SheetLayout, is_note, layout_of
from knowledge.tables.reading.sheets import Cell, Sheet, sheets_of, tidy
from knowledge.tables.reading.table_reading import Problem, Row, TableReading
from knowledge.tables.reading.value_vocabulary import text_of
from knowledge.tables.records import RecordKind, natural_key
from knowledge.text.pii import HIDDEN
from knowledge.towns import Town

PROBLEMS = 2_000  # as many are listed; the rest is counted


def read(path: Path, source: str, digest: str, known: Digests, towns: tuple[Town, ...] = ()) -> TableReading:
    """All sheets of one file. Rows whose digest is ``known`` are not parsed. Raises ``ReadError``."""
    reading, known_before = _FileReading(source, towns), frozenset(known)
    for sheet in sheets_of(path):
        if not is_guide(sheet.rows):
            _read_sheet(sheet, reading, known_before)
    if not reading.digests and not reading.problems:
        raise ReadError("it holds no rows below a header")
    problems = reading.problems
    if len(problems) > PROBLEMS:
        rest = Problem(source, "", 0, "", "", f"and {len(problems) - PROBLEMS} more problems")
        problems = [*problems[:PROBLEMS], rest]
    lost = tuple(sorted(known_before.difference(reading.digests))) if known_before else None
    rows, digests = tuple(reading.rows), Digests.of(reading.digests)
    return TableReading(
        source, digest, digests, rows, tuple(problems), len(known_before), lost, free=tuple(reading.free)
    )


@dataclass
class _FileReading:
    """What has been read of a file so far."""

    source: str
    towns: tuple[Town, ...] = ()
    digests: dict[str, None] = field(default_factory=dict)
    rows: list[Row] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    keys: dict[tuple[str, ...], int] = field(default_factory=dict)
    free: list[FreeTable] = field(default_factory=list)

    def report(self, sheet: str, row: int, column: str, value: str, reason: str, skipped: bool = False) -> None:
        self.problems.append(Problem(self.source, sheet, row, column, value[:200], reason, skipped))


def _read_sheet(sheet: Sheet, reading: _FileReading, known: frozenset[str]) -> None:
    for notice in sheet.notices:
        reading.report(sheet.name, notice.row, notice.column, notice.value, notice.reason, notice.skipped)
    if not sheet.rows:
        if not sheet.notices:
            reading.report(sheet.name, 0, "", "", "the sheet is empty", True)
        return
    try:
        layout = layout_of(sheet, reading.source, reading.towns)
    except HeaderError as error:
        _read_free(sheet, reading, error)
        return
    _report_columns(sheet, layout.header, reading)
    by_field = {column.field: column for column in layout.header.columns if column.field}
    rows, numbers = sheet.rows[layout.index + 1 :], sheet.numbers[layout.index + 1 :]
    digests = list(layout.digests(rows))
    for index in _to_parse(digests, known, reading):
        if (tidied := tidy(rows[index])) and not is_note(tidied, layout):
            _read_row((sheet.name, numbers[index], digests[index]), tidied, layout, by_field, reading)


def _read_free(sheet: Sheet, reading: _FileReading, error: HeaderError) -> None:
    """A sheet of no kind of records, as a table of its own; where it is no table either, ``error`` is told."""
    free = None if isinstance(error, TwoKindsError) else free_table(sheet, reading.source, len(reading.free))
    if free is None:
        reading.report(sheet.name, 0, "", "", str(error), True)
        return
    reading.free.append(free)
    reading.report(sheet.name, 0, "", "", read_as(free, sheet))
    if isinstance(error, LackingColumnsError):
        reading.report(sheet.name, 0, "", "", str(error))


def _to_parse(digests: Sequence[str], known: frozenset[str], reading: _FileReading) -> list[int]:
    """The indexes of rows that are not known, or stand there once more; the others are noted as read."""
    there = known.intersection(digests)
    seen = set(there.intersection(reading.digests))
    reading.digests.update(dict.fromkeys(there))
    if not seen and len(set(digests)) == len(digests):
        return [index for index, digest in enumerate(digests) if digest not in there]
    indexes = []
    for index, digest in enumerate(digests):
        if digest not in there or digest in seen:
            indexes.append(index)
        seen.add(digest)
    return indexes


def _report_columns(sheet: Sheet, header: Header, reading: _FileReading) -> None:
    for column in header.unmatched:
        reading.report(sheet.name, 0, column.header, "", "this column was not understood and not loaded")
    for column in header.columns:
        if column.quarantined:
            unlawful = "unlawful in job advertisements; " if header.kind is RecordKind.OPENING else ""
            reading.report(sheet.name, 0, column.header, "", f"{unlawful}personal: not stored and never shown")
    if sheet.wider:
        reading.report(sheet.name, 0, "", "", "columns beyond the 256th were not read")


def _read_row(
    location: tuple[str, int, str],
    cells: tuple[Cell, ...],
    layout: SheetLayout,
    by_field: Mapping[str, Column],
    reading: _FileReading,
) -> None:
    sheet, number, digest = location
    if digest in reading.digests:
        reading.report(
            sheet, number, "", str(text_of(cells[0]) or ""), "the same row stands in this file twice: loaded once"
        )
        return
    values = {name: cells[column.index] for name, column in by_field.items() if column.index < len(cells)}
    read = Cells(values, by_field, layout.defaults, towns=layout.towns)
    try:
        record = record_of(layout.header.kind, read)
    except RowError as error:
        reading.report(sheet, number, error.column, error.value, error.reason, True)
        return
    key = natural_key(record)
    if key in reading.keys:
        reading.report(
            sheet, number, "", " ".join(key)[:80], f"like row {reading.keys[key]}, with other values: both are loaded"
        )
    reading.keys.setdefault(key, number)
    for note in read.notes:
        reading.report(sheet, number, note.column, note.value, note.reason)
    if (contact := read.text("contact")) and HIDDEN.search(contact):
        reading.report(sheet, number, "contact", contact, "masked in the file: shown as not public")
    reading.digests[digest] = None
    reading.rows.append(Row(digest, layout.header.kind, sheet, number, record))
