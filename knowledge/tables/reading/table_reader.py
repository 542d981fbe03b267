"""Sheets to records. Runs in a limited child process; see ``knowledge.tables.read_table``."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

from knowledge.models import FreeTable
from knowledge.readers.errors import ReadError
from knowledge.tables.reading.cells import Cells, RowError
from knowledge.tables.reading.csv_lines import APART
from knowledge.tables.reading.digests import Digests
from knowledge.tables.reading.free_sheets import free_table, read_as
from knowledge.tables.reading.guide_sheet import is_guide
from knowledge.tables.reading.header_lines import LINES, further_lines, stacked, stated_around
from knowledge.tables.reading.headers import (
    HEADER_ROWS,
    Column,
    Header,
    HeaderError,
    LackingColumnsError,
    TwoKindsError,
    bare,
    recognise,
)
from knowledge.tables.reading.kind_check import is_of_kind
from knowledge.tables.reading.nearest_kind import missing_columns
from knowledge.tables.reading.rows import record_of
from knowledge.tables.reading.sheets import Cell, Raw, Sheet, sheets_of, tidy
from knowledge.tables.reading.table_reading import Problem, Row, TableReading
from knowledge.tables.reading.value_vocabulary import text_of
from knowledge.tables.records import RecordKind, natural_key
from knowledge.text.pii import HIDDEN
from knowledge.towns import Town

FORMAT = "3"  # raised when rows are parsed differently, so that unchanged rows are parsed again
NOTE = re.compile(
    r"^(?:注|备注|说明|(?:填表|填报|制表|审核|联系)(?:人|单位|部门|日期|时间)?|数据来源|合计|总计|小计|共计|note|notes|remark|total|source)(?:[:：\s(（\d]|$)",
    re.I,
)
NOTES = 5  # rows at the end of a sheet among which notes are looked for
TOTAL = re.compile(r"(?:合|总|小|共)\s*计|sub-?total|total", re.I)
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


@dataclass(frozen=True)
class _Layout:
    """Where a sheet's header is and what it and the title above it say."""

    source: str
    header: Header
    index: int  # of the header among the sheet's rows, from 0
    cells: tuple[Cell, ...]
    defaults: Mapping[str, str]
    towns: tuple[Town, ...]

    def __post_init__(self) -> None:
        names = "|".join(f"{column.field or ''}={column.header}" for column in self.header.columns)
        defaults = "|".join(f"{name}={value}" for name, value in sorted(self.defaults.items()))
        towns = "".join(f"|{town.zh}={town.en}" for town in self.towns)  # other towns: the rows are parsed again
        read_as = f"{FORMAT}|{self.source}|{self.header.kind}|{names}|{defaults}{towns}"
        mark = hashlib.blake2b(read_as.encode(), digest_size=12)
        object.__setattr__(self, "mark", mark)
        object.__setattr__(self, "bare", [bare(cell) for cell in self.cells if cell is not None])

    mark: hashlib.blake2b = field(init=False, repr=False, compare=False)
    bare: list[str] = field(init=False, repr=False, compare=False)

    def digests(self, rows: Sequence[Raw]) -> Iterator[str]:
        """Digests of rows' raw cells under this header: the same for a line and for the texts it would be cut into."""
        copy = self.mark.copy
        for raw in rows:
            digest = copy()
            digest.update(raw if type(raw) is bytes else _written(raw).encode())
            yield digest.hexdigest()


def _written(raw: Sequence[Cell]) -> str:
    texts = [cell for cell in raw if isinstance(cell, str)]
    return APART.join(texts) if len(texts) == len(raw) else repr(raw)


def _read_sheet(sheet: Sheet, reading: _FileReading, known: frozenset[str]) -> None:
    for notice in sheet.notices:
        reading.report(sheet.name, notice.row, notice.column, notice.value, notice.reason, notice.skipped)
    if not sheet.rows:
        if not sheet.notices:
            reading.report(sheet.name, 0, "", "", "the sheet is empty", True)
        return
    try:
        layout = _layout(sheet, reading)
    except HeaderError as error:
        _read_free(sheet, reading, error)
        return
    _report_columns(sheet, layout.header, reading)
    by_field = {column.field: column for column in layout.header.columns if column.field}
    rows, numbers = sheet.rows[layout.index + 1 :], sheet.numbers[layout.index + 1 :]
    digests = list(layout.digests(rows))
    for index in _to_parse(digests, known, reading):
        if (tidied := tidy(rows[index])) and not _is_note(tidied, layout):
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


def _layout(sheet: Sheet, reading: _FileReading) -> _Layout:
    filled = ((index, cells) for index, raw in enumerate(sheet.rows) if (cells := tidy(raw)))
    indexes, rows = zip(*islice(filled, HEADER_ROWS + LINES), strict=True)
    for number in range(min(len(rows), HEADER_ROWS)):
        for lines in _candidates(rows, number):
            try:
                header = recognise(stacked(lines))
            except TwoKindsError:
                raise
            except HeaderError:
                continue
            first = number - (1 if lines[0] is not rows[number] else 0)
            last = first + len(lines) - 1
            defaults = _stated(sheet, rows[:first], header)
            if not is_of_kind(header, sheet.rows[indexes[last] + 1 :], defaults):
                raise HeaderError("its columns have names of a kind of table, and its rows are of none")
            return _Layout(reading.source, header, indexes[last], lines[-1], defaults, reading.towns)
    if lacking := missing_columns(rows):
        raise LackingColumnsError(
            f"{lacking}; add what is missing, or begin with a template: python ingest.py templates"
        )
    kinds = "partners, programs, openings or procedures"
    raise HeaderError(f"no header of {kinds} in its first {HEADER_ROWS} rows; see documents/README.md")


def _candidates(rows: Sequence[tuple[Cell, ...]], index: int) -> Iterator[Sequence[tuple[Cell, ...]]]:
    """Rows that may be the header: the row with those that divide its merged cells, and joined to the one above."""
    yield rows[index : index + 1 + further_lines(rows[index], rows[index + 1 :])]
    if index:
        yield rows[index - 1 : index + 1]


def _stated(sheet: Sheet, above: Sequence[tuple[Cell, ...]], header: Header) -> dict[str, str]:
    """What the sheet's name, the lines above the header and the notes below the table give for all rows."""
    last = [cells for raw in sheet.rows[-NOTES:] if (cells := tidy(raw)) and NOTE.match(str(cells[0]))]
    titles = [str(cell) for cells in (*above, *last) for cell in dict.fromkeys(cells) if cell is not None]
    return stated_around(header.kind, {column.field for column in header.columns}, [sheet.name, *titles])


def _report_columns(sheet: Sheet, header: Header, reading: _FileReading) -> None:
    for column in header.unmatched:
        reading.report(sheet.name, 0, column.header, "", "this column was not understood and not loaded")
    for column in header.columns:
        if column.quarantined:
            unlawful = "unlawful in job advertisements; " if header.kind is RecordKind.OPENING else ""
            reading.report(sheet.name, 0, column.header, "", f"{unlawful}personal: not stored and never shown")
    if sheet.wider:
        reading.report(sheet.name, 0, "", "", "columns beyond the 256th were not read")


def _is_note(cells: tuple[Cell, ...], layout: _Layout) -> bool:
    """Whether a row is a note, a total, a repeated header or a title rather than a record."""
    filled = [cell for cell in cells if cell is not None]
    if isinstance(filled[0], str) and NOTE.match(filled[0]):
        return True
    if any(isinstance(cell, str) and TOTAL.fullmatch(cell) for cell in filled[:3]):
        return True  # a sum whose row has a number, too
    if len(layout.header.columns) >= 3 and cells[0] is not None and len(set(map(str, filled))) == 1:
        return True  # a title over all columns
    return cells[0] is not None and _repeats_header(filled, layout.bare)


def _repeats_header(filled: list[Cell], header: list[str]) -> bool:
    """Whether the cells say what the header says. A figure that is no header tells that soonest."""
    pairs = zip(map(str, filled), header, strict=False)
    if len(filled) != len(header) or any(text.isdigit() and text != name for text, name in pairs):
        return False
    return list(map(bare, filled)) == header


def _read_row(
    location: tuple[str, int, str],
    cells: tuple[Cell, ...],
    layout: _Layout,
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
