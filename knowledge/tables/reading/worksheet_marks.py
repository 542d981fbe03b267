"""What a sheet says beside its cells: merged ranges, what is hidden, formulas nobody computed; and how staff hear."""

from __future__ import annotations

import html
import itertools
import re
import zipfile
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from knowledge.tables.reading.csv_lines import WIDEST

Merge = tuple[int, int, int, int]  # first and last row, first and last column, from 0
SHOWN = 20  # rows or columns named in one line
PIECE = 1 << 20  # bytes read at once
CARRIED = 1 << 16  # bytes of an element that the end of a piece cuts
FORMULAS = 500  # as many are named; a sheet that nobody computed has them in every row
TAG = rb"<(?:\w{1,20}:)?"
END = rb"</(?:\w{1,20}:)?"
ROW = re.compile(TAG + rb"row\b([^<>]*+)>")
COLUMN = re.compile(TAG + rb"col\b([^<>]*+)>")
MERGE = re.compile(TAG + rb'mergeCell ref="([A-Z0-9:]{1,30})"')
# A cell with a formula and, where the program that wrote it computed nothing, no value after it.
UNCOMPUTED = re.compile(
    TAG + rb"c\b([^<>]*+)>" + TAG + rb"f\b[^<>]*+>(?:(?<=/>)|([^<>]*+)" + END + rb"f>)"
    rb"(?:" + TAG + rb"v\s*+/>|" + TAG + rb"v>" + END + rb"v>)?+" + END + rb"c>"
)  # fmt: skip
HIDDEN = re.compile(rb'\b(?:hidden="(?:1|true)"|(?:width|ht)="0(?:\.0+)?")')
NUMBERS = {name: re.compile(rb"\b" + name.encode() + rb'="(\d{1,7})"') for name in ("r", "min", "max")}
CELL = re.compile(rb'\br="([A-Z]{1,3})(\d{1,7})"')


@dataclass
class WorksheetMarks:
    """Marks of one sheet. Rows count from 1, columns from 0; ``uncomputed``: column letters, row and formula."""

    merges: dict[Merge, None] = field(default_factory=dict)
    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: set[int] = field(default_factory=set)
    uncomputed: dict[tuple[int, str], str] = field(default_factory=dict)


def worksheet_marks(archive: zipfile.ZipFile, member: str) -> WorksheetMarks:
    """The marks of the sheet ``member``, which openpyxl does not give when it streams; the file is read in pieces."""
    marks = WorksheetMarks()
    rest = b""
    with archive.open(member) as stream:
        while piece := stream.read(PIECE):
            text = rest + piece
            _note(text, marks)
            last = text.rfind(b"c>") + 2 or text.rfind(b">") + 1  # what is seen twice is the same once more
            rest = text[last:][-CARRIED:]
    return marks


def _note(text: bytes, marks: WorksheetMarks) -> None:
    marks.merges |= dict.fromkeys(_merges(text))
    if b"hidden=" in text or b'="0"' in text:
        marks.hidden_rows.update(_number(row, "r") for row in ROW.findall(text) if HIDDEN.search(row))
        for column in COLUMN.findall(text):
            if HIDDEN.search(column):
                marks.hidden_columns.update(range(_number(column, "min") - 1, min(_number(column, "max"), 16_384)))
    if b"f>" in text or b"/>" in text:
        for attributes, formula in UNCOMPUTED.findall(text):
            # A text that the formula made and that is empty is a value.
            if b't="str"' not in attributes and (cell := CELL.search(attributes)) and len(marks.uncomputed) < FORMULAS:
                place = int(cell[2]), cell[1].decode()
                marks.uncomputed.setdefault(place, "=" + html.unescape(formula.decode("utf-8", "replace")))


def _merges(text: bytes) -> Iterator[Merge]:
    from openpyxl.utils import range_boundaries

    for match in MERGE.finditer(text):
        left, top, right, bottom = range_boundaries(match.group(1).decode())
        yield (int(top or 1) - 1, int(bottom or 1) - 1, int(left or 1) - 1, int(right or 1) - 1)


def _number(attributes: bytes, name: str) -> int:
    match = NUMBERS[name].search(attributes)
    return int(match[1]) if match else 0


@dataclass(frozen=True)
class SheetNotice:
    """Something about a sheet. ``row``: from 1, 0 for the sheet as a whole; ``column``: its letters."""

    row: int
    column: str
    value: str
    reason: str
    skipped: bool = False


def hidden_sheet() -> SheetNotice:
    """That the sheet as a whole is hidden."""
    return SheetNotice(0, "", "", "the sheet is hidden: not read", True)


def hidden_notices(rows: Sequence[int], columns: Collection[int]) -> Iterator[SheetNotice]:
    """Which rows (from 1) and columns (from 0) are hidden."""
    if rows:
        yield SheetNotice(0, "", _ranges(rows, str), "rows are hidden: not read")
    within = sorted(column for column in columns if column < WIDEST)
    if within:
        yield SheetNotice(0, "", _ranges(within, column_letters), "columns are hidden: not read")


def uncomputed_notices(
    formulas: Mapping[tuple[int, str], str], hidden_rows: Collection[int], hidden_columns: Collection[int]
) -> Iterator[SheetNotice]:
    """Which cells hold a formula whose value the file does not store, so that nobody can read it there."""
    hidden = {column_letters(column) for column in hidden_columns}
    for (row, column), formula in sorted(formulas.items()):
        if row not in hidden_rows and column not in hidden:
            reason = "a formula whose value the file does not hold; open it in Excel or WPS and save it again"
            yield SheetNotice(row, column, formula, reason)


def column_letters(index: int) -> str:
    """A, B … Z, AA for the columns 0, 1 … 25, 26."""
    letters = ""
    while index >= 0:
        index, digit = divmod(index, 26)
        letters = chr(ord("A") + digit) + letters
        index -= 1
    return letters


def _ranges(numbers: Sequence[int], name: Callable[[int], str]) -> str:
    """3, 5-9 for the sorted numbers 3, 5, 6, 7, 8, 9."""
    parts = []
    for _, group in itertools.groupby(enumerate(numbers), lambda pair: pair[1] - pair[0]):
        run = [number for _, number in group]
        parts.append(name(run[0]) if len(run) == 1 else f"{name(run[0])}-{name(run[-1])}")
    return ", ".join(parts[:SHOWN]) + (" …" if len(parts) > SHOWN else "")
