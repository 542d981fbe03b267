"""The cells of a file, sheet by sheet, whatever the file really is. Runs in a limited child process."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from knowledge.readers.encoding import decode
from knowledge.readers.errors import ReadError
from knowledge.readers.format_detection import FileFormat, detect_format
from knowledge.readers.formats.html import parse
from knowledge.readers.sandbox.archives import check_archive
from knowledge.tables.reading.csv_lines import APART, WIDEST, lines_or_cells
from knowledge.tables.reading.ods import ods_sheets
from knowledge.tables.reading.worksheet_marks import (
    Merge,
    SheetNotice,
    WorksheetMarks,
    hidden_notices,
    hidden_sheet,
    uncomputed_notices,
    worksheet_marks,
)

VERY_HIDDEN = 2  # in .xls
Cell = object  # str, int, float, bool, date, datetime or None
Raw = bytes | tuple[Cell, ...]  # the cells of a row, or a line that was not cut yet
ROWS = 1_048_576
ERRORS = {"#N/A", "#REF!", "#VALUE!", "#DIV/0!", "#NAME?", "#NULL!", "#NUM!"}


@dataclass(frozen=True)
class Sheet:
    """A sheet's rows, as stored, and the number of each from 1. ``wider``: has cells beyond WIDEST.

    There are none when all are empty. ``tidy`` makes cells of a row, none of an empty one; unchanged rows need it not.
    What is hidden stands in no row: ``notices`` say so, and whatever else staff should know of the sheet.
    """

    name: str
    rows: Sequence[Raw]
    numbers: Sequence[int]
    wider: bool = False
    notices: tuple[SheetNotice, ...] = ()


def sheets_of(path: Path) -> tuple[Sheet, ...]:
    """The sheets of the file at ``path``. Raises ``ReadError`` when it holds none."""
    kind = detect_format(path)
    if kind is FileFormat.CSV:
        return (_csv(path),)
    if kind is FileFormat.XLSX:
        check_archive(path)
        return tuple(_xlsx(path))
    if kind is FileFormat.XLS:
        return tuple(_xls(path))
    if kind is FileFormat.ODS:
        check_archive(path)
        return tuple(
            _sheet(sheet.name, iter(sheet.rows), WorksheetMarks(dict.fromkeys(sheet.merges)))
            for sheet in ods_sheets(path)
        )
    if kind is FileFormat.HTML_TABLE:
        return tuple(_html(path))
    if kind is FileFormat.EMPTY:
        raise ReadError("the file is empty")
    raise ReadError(f"it is no table but: {kind.value}; save it as .xlsx or .csv")


def _csv(path: Path) -> Sheet:
    lines, cells = lines_or_cells(path.read_bytes())
    return _sheet("", enumerate(cells, 1)) if lines is None else Sheet("", lines, range(1, len(lines) + 1))


def _xlsx(path: Path) -> Iterator[Sheet]:
    import openpyxl

    with zipfile.ZipFile(path) as archive, path.open("rb") as stream:  # a path is refused for its ending
        workbook = openpyxl.load_workbook(stream, read_only=True, data_only=True)
        for sheet in workbook.worksheets:
            if sheet.sheet_state == "veryHidden":  # nobody but a program can hide it so: lists of drop-downs
                continue
            if sheet.sheet_state != "visible":
                yield Sheet(sheet.title, (), (), notices=(hidden_sheet(),))
                continue
            sheet.reset_dimensions()
            marks = worksheet_marks(archive, str(vars(sheet)["_worksheet_path"]))
            rows = enumerate(sheet.iter_rows(max_col=WIDEST + 1, max_row=ROWS, values_only=True), 1)
            yield _sheet(sheet.title, rows, marks)
        workbook.close()


def _xls(path: Path) -> Iterator[Sheet]:
    import xlrd

    try:
        workbook = xlrd.open_workbook(str(path), formatting_info=True, on_demand=True, logfile=io.StringIO())
    except (xlrd.XLRDError, NotImplementedError, AssertionError, IndexError, ValueError) as error:
        raise ReadError(f"it is a damaged or protected .xls ({error}); save it as .xlsx") from None
    for sheet in workbook.sheets():
        if sheet.visibility == VERY_HIDDEN:
            continue
        if sheet.visibility:
            yield Sheet(sheet.name, (), (), notices=(hidden_sheet(),))
            continue
        rows = (
            (row + 1, [_xls_cell(cell, workbook.datemode) for cell in sheet.row(row)]) for row in range(sheet.nrows)
        )
        yield _sheet(sheet.name, rows, _xls_marks(sheet))


def _xls_marks(sheet: Any) -> WorksheetMarks:
    return WorksheetMarks(
        {(top, bottom - 1, left, right - 1): None for top, bottom, left, right in sheet.merged_cells},
        {row + 1 for row, info in sheet.rowinfo_map.items() if info.hidden},
        {column for column, info in sheet.colinfo_map.items() if info.hidden},
    )


def _xls_cell(cell: Any, datemode: int) -> Cell:
    import xlrd

    if cell.ctype == xlrd.XL_CELL_DATE:
        return _xls_date(cell.value, datemode)
    if cell.ctype in (xlrd.XL_CELL_EMPTY, xlrd.XL_CELL_BLANK, xlrd.XL_CELL_ERROR):
        return None
    return bool(cell.value) if cell.ctype == xlrd.XL_CELL_BOOLEAN else cell.value


def _xls_date(value: float, datemode: int) -> Cell:
    import xlrd

    try:
        return xlrd.xldate_as_datetime(value, datemode)
    except (ValueError, OverflowError):
        return value


def _html(path: Path) -> Iterator[Sheet]:
    tree = parse(decode(path.read_bytes()))  # without what is hidden
    tables = [table for table in tree.css("table") if not table.css("table table")]
    for number, table in enumerate(tables, 1):
        yield _sheet(f"table {number}" if len(tables) > 1 else "", enumerate(_spans(table), 1))


def _spans(table: Any) -> list[list[Cell]]:
    """Rows of an HTML table; what spans several rows stands in each of them."""
    rows: list[list[Cell]] = []
    below: dict[tuple[int, int], Cell] = {}
    for number, line in enumerate(table.css("tr")):
        cells: list[Cell] = []
        for cell in line.css("td, th"):
            while (number, len(cells)) in below:
                cells.append(below.pop((number, len(cells))))
            text = cell.text(strip=True)
            start = len(cells)
            cells += [text] * _span(cell, "colspan")
            for further in range(1, _span(cell, "rowspan")):
                below |= {(number + further, column): text for column in range(start, len(cells))}
        while (number, len(cells)) in below:
            cells.append(below.pop((number, len(cells))))
        rows.append(cells[: WIDEST + 1])
    return rows


def _span(cell: Any, name: str) -> int:
    value = str(cell.attributes.get(name) or "1")
    return min(int(value), WIDEST) if value.isdigit() and int(value) > 0 else 1


def _sheet(name: str, rows: Iterator[tuple[int, Sequence[Cell]]] | Any, marks: WorksheetMarks | None = None) -> Sheet:
    marks = marks or WorksheetMarks()
    kept: list[tuple[Cell, ...]] = []
    numbers: list[int] = []
    hidden: list[int] = []
    wider = False
    spans = _Merged(tuple(marks.merges))
    for number, row in rows:
        cells = spans.fill(number - 1, [_clean(cell) for cell in row[:WIDEST]]) if marks.merges else row
        if len(row) > WIDEST:
            wider = wider or any(_clean(cell) is not None for cell in row[WIDEST:])
            cells = cells[:WIDEST]
        if any(cells) or any(cell is not None and cell != "" for cell in cells):  # 0 is a value
            if number in marks.hidden_rows:
                hidden.append(number)
                continue
            kept.append(_seen(cells, marks.hidden_columns))
            numbers.append(number)
    return Sheet(name, kept, numbers, wider, _notices(marks, hidden, numbers))


def _seen(cells: Sequence[Cell], hidden: Collection[int]) -> tuple[Cell, ...]:
    return tuple(cell for index, cell in enumerate(cells) if index not in hidden) if hidden else tuple(cells)


def _notices(marks: WorksheetMarks, hidden: Sequence[int], shown: Sequence[int]) -> tuple[SheetNotice, ...]:
    return (
        *hidden_notices(hidden, marks.hidden_columns if shown else ()),
        *uncomputed_notices(marks.uncomputed, marks.hidden_rows, marks.hidden_columns),
    )


def tidy(raw: Raw) -> tuple[Cell, ...]:
    """Cells without spaces around them, blank ones and error values as None, none of these at the end."""
    cleaned = [_clean(cell) for cell in (raw.decode().split(APART) if isinstance(raw, bytes) else raw)]
    while cleaned and cleaned[-1] is None:
        cleaned.pop()
    return tuple(cleaned)


class _Merged:
    """Gives every cell of a merged range the value of its first."""

    def __init__(self, merges: Sequence[Merge]) -> None:
        self._starts: dict[int, list[Merge]] = {}
        self._open: list[tuple[Merge, Cell]] = []
        for merge in merges[:20_000]:
            if merge[3] < WIDEST:
                self._starts.setdefault(merge[0], []).append(merge)

    def fill(self, row: int, cells: list[Cell]) -> list[Cell]:
        """``cells`` of ``row`` (from 0) with merged values repeated."""
        for merge in self._starts.get(row, ()):
            value = cells[merge[2]] if merge[2] < len(cells) else None
            self._open.append((merge, value))
        self._open = [(merge, value) for merge, value in self._open if merge[1] >= row]
        for (_, _, left, right), value in self._open:
            cells += [None] * (right + 1 - len(cells))
            cells[left : right + 1] = [value] * (right + 1 - left)
        return cells


def _clean(cell: Cell) -> Cell:
    if isinstance(cell, str):
        text = cell.strip(" \t\r\n\u3000\u00a0\ufeff")
        return text if text and text not in ERRORS else None
    if isinstance(cell, (datetime, date, bool, int, float)) or cell is None:
        return cell
    return str(cell)
