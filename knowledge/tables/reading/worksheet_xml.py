"""What a worksheet's XML says beside its cells: merged ranges, what is hidden, and formulas that nobody computed."""

from __future__ import annotations

import html
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field

Merge = tuple[int, int, int, int]  # first and last row, first and last column, from 0
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
