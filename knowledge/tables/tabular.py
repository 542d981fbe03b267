"""Sheets to records. Runs in a limited child process; see ``knowledge.tables.read_table``."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from knowledge.readers.errors import ReadError
from knowledge.tables.cells import Cells, RowError
from knowledge.tables.headers import HEADER_ROWS, Column, Header, HeaderError, bare, recognise
from knowledge.tables.reading import Problem, Row, TableReading
from knowledge.tables.records import RecordKind, natural_key
from knowledge.tables.rows import record_of
from knowledge.tables.sheets import Cell, Sheet, sheets_of
from knowledge.tables.words import MASKED, text_of

FORMAT = "1"  # raised when rows are parsed differently, so that unchanged rows are parsed again
NOTE = re.compile(
    r"^(?:注|备注|说明|填表|填报|制表|审核|数据来源|合计|总计|小计|共计|note|notes|remark|total|source)(?:[:：\s(（\d]|$)",
    re.I,
)
SCHOOL = re.compile(r"[\u4e00-\u9fff]{2,}?(?:技师学院|技工学校|职业学院|职业技术学院|学校|学院)")
TITLE_YEAR = re.compile(r"(20\d{2})\s*(?:年|学年|-20)")
PROBLEMS = 2_000  # as many are listed; the rest is counted


def read(path: Path, source: str, digest: str, known: frozenset[str]) -> TableReading:
    """All sheets of one file. Rows whose digest is ``known`` are not parsed. Raises ``ReadError``."""
    found = _Found(source)
    for sheet in sheets_of(path):
        _read_sheet(sheet, found, known)
    if not found.digests and not found.problems:
        raise ReadError("it holds no rows below a header")
    problems = found.problems
    if len(problems) > PROBLEMS:
        rest = Problem(source, "", 0, "", "", f"and {len(problems) - PROBLEMS} more problems")
        problems = [*problems[:PROBLEMS], rest]
    return TableReading(source, digest, tuple(found.digests), tuple(found.rows), tuple(problems))


@dataclass
class _Found:
    """What has been read of a file so far."""

    source: str
    digests: dict[str, None] = field(default_factory=dict)
    rows: list[Row] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    keys: dict[tuple[str, ...], int] = field(default_factory=dict)

    def tell(self, sheet: str, row: int, column: str, value: str, reason: str, skipped: bool = False) -> None:
        self.problems.append(Problem(self.source, sheet, row, column, value[:200], reason, skipped))


@dataclass(frozen=True)
class _Layout:
    """Where a sheet's header is and what it and the title above it say."""

    header: Header
    place: int  # among the sheet's rows that hold anything
    cells: tuple[Cell, ...]
    defaults: Mapping[str, str]

    def __post_init__(self) -> None:
        names = "|".join(f"{column.field or ''}={column.header}" for column in self.header.columns)
        defaults = "|".join(f"{name}={value}" for name, value in sorted(self.defaults.items()))
        mark = hashlib.blake2b(f"{FORMAT}|{self.header.kind}|{names}|{defaults}".encode(), digest_size=12)
        object.__setattr__(self, "mark", mark)

    mark: hashlib.blake2b = field(init=False, repr=False, compare=False)

    def digest(self, source: str, cells: Sequence[Cell]) -> str:
        """Digest of a row's raw cells under this header."""
        digest = self.mark.copy()
        digest.update(repr((source, cells)).encode())
        return digest.hexdigest()


def _read_sheet(sheet: Sheet, found: _Found, known: frozenset[str]) -> None:
    if not sheet.rows:
        found.tell(sheet.name, 0, "", "", "the sheet is empty", True)
        return
    try:
        layout = _layout(sheet)
    except HeaderError as error:
        found.tell(sheet.name, 0, "", "", str(error), True)
        return
    _tell_columns(sheet, layout.header, found)
    by_field = {column.field: column for column in layout.header.columns if column.field}
    for number, cells in sheet.rows[layout.place + 1 :]:
        if not _is_note(cells, layout):
            _read_row(sheet.name, number, cells, layout, by_field, found, known)


def _layout(sheet: Sheet) -> _Layout:
    reasons = []
    for place, (_, cells) in enumerate(sheet.rows[:HEADER_ROWS]):
        for candidate in _candidates(sheet, place, cells):
            try:
                header = recognise(candidate)
            except HeaderError as error:
                reasons.append(str(error))
                continue
            return _Layout(header, place, cells, _said_above(sheet, place, header))
    two = next((reason for reason in reasons if "two kinds" in reason), None)
    raise HeaderError(
        two or "no header of partners, programs, openings or procedures in its first 10 rows; see documents/README.md"
    )


def _candidates(sheet: Sheet, place: int, cells: tuple[Cell, ...]) -> Iterator[tuple[Cell, ...]]:
    """The row as a header; and joined to the row above, where 薪资 spans 最低值 and 最高值."""
    yield tuple("" if cell is None else cell for cell in cells)
    if place:
        above = sheet.rows[place - 1][1]
        width = max(len(cells), len(above))
        pairs = zip(_padded(above, width), _padded(cells, width), strict=True)
        yield tuple(str(one or "") if one == other else f"{one or ''}{other or ''}" for one, other in pairs)


def _padded(cells: tuple[Cell, ...], width: int) -> tuple[Cell, ...]:
    return cells + (None,) * (width - len(cells))


def _said_above(sheet: Sheet, place: int, header: Header) -> dict[str, str]:
    """The year and school that a title row gives for all rows, when no column does."""
    titles = " ".join(str(cell) for _, cells in sheet.rows[:place] for cell in dict.fromkeys(cells) if cell is not None)
    titles = f"{sheet.name} {titles}"
    fields = {column.field for column in header.columns}
    said: dict[str, str] = {}
    if header.kind is RecordKind.PROGRAM and "school" not in fields and (school := SCHOOL.search(titles)):
        said["school"] = school.group()
    if "year" not in fields and (year := TITLE_YEAR.search(titles)):
        said["year"] = year.group(1)
    return said


def _tell_columns(sheet: Sheet, header: Header, found: _Found) -> None:
    for column in header.unmatched:
        found.tell(sheet.name, 0, column.header, "", "this column was not understood and not loaded")
    for column in header.columns:
        if column.quarantined:
            unlawful = "unlawful in job advertisements; " if header.kind is RecordKind.OPENING else ""
            found.tell(sheet.name, 0, column.header, "", f"{unlawful}personal: not stored and never shown")
    if sheet.wider:
        found.tell(sheet.name, 0, "", "", "columns beyond the 256th were not read")


def _is_note(cells: tuple[Cell, ...], layout: _Layout) -> bool:
    """Whether a row is a note, a total, a repeated header or a title rather than a record."""
    filled = [cell for cell in cells if cell is not None]
    if isinstance(filled[0], str) and NOTE.match(filled[0]):
        return True
    if len(layout.header.columns) >= 3 and len(set(map(str, filled))) == 1:
        return True
    return [bare(cell) for cell in filled] == [bare(cell) for cell in layout.cells if cell is not None]


def _read_row(
    sheet: str,
    number: int,
    cells: tuple[Cell, ...],
    layout: _Layout,
    by_field: Mapping[str, Column],
    found: _Found,
    known: frozenset[str],
) -> None:
    digest = layout.digest(found.source, cells)
    if digest in found.digests:
        found.tell(
            sheet, number, "", str(text_of(cells[0]) or ""), "the same row stands in this file twice: loaded once"
        )
        return
    if digest in known:
        found.digests[digest] = None
        return
    values = {name: cells[column.place] for name, column in by_field.items() if column.place < len(cells)}
    read = Cells(values, by_field, layout.defaults)
    try:
        record = record_of(layout.header.kind, read)
    except RowError as error:
        found.tell(sheet, number, error.column, error.value, error.reason, True)
        return
    key = natural_key(record)
    if key in found.keys:
        found.tell(
            sheet, number, "", " ".join(key)[:80], f"like row {found.keys[key]}, with other values: both are loaded"
        )
    found.keys.setdefault(key, number)
    for note in read.notes:
        found.tell(sheet, number, note.column, note.value, note.reason)
    if (contact := read.text("contact")) and MASKED.search(contact):
        found.tell(sheet, number, "contact", contact, "masked in the file: shown as not public")
    found.digests[digest] = None
    found.rows.append(Row(digest, layout.header.kind, sheet, number, record))
