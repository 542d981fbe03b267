"""Writing a template as XLSX: a sheet to fill in, a guide that is not read, and the drop-downs on a hidden sheet."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from openpyxl import Workbook
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from knowledge.ingestion.messages import say
from knowledge.ingestion.templates.choices import choices
from knowledge.ingestion.templates.columns import TableTemplate, TemplateColumn
from knowledge.tables.reading.kinds.guide_sheet import MARKS
from knowledge.towns import Town

LISTS = "lists"  # a sheet that only a program shows, which is not read
ROWS = 5_000  # so far down the drop-downs reach
HEADER = PatternFill("solid", fgColor="DDEBF7")
WIDTHS = (18, 12, 60, 32)  # of the guide's columns, in characters


def write_template(template: TableTemplate, path: Path, language: str, towns: Sequence[Town]) -> None:
    """Write ``template`` to ``path``. Raises ``OSError``."""
    book = Workbook()
    book.remove(book.worksheets[0])
    sheet = book.create_sheet(template.name)
    _guide(book.create_sheet(say("How to fill it in")), template, language)
    lists = book.create_sheet(LISTS)
    lists.sheet_state = "veryHidden"
    for number, column in enumerate(template.columns, 1):
        _head(sheet, number, column)
        offered = choices(column.list_name, language, towns) if column.list_name else ()
        if offered:
            _offer(sheet, lists, number, offered)
    sheet.freeze_panes = "A2"
    book.save(path)


def _head(sheet: Worksheet, number: int, column: TemplateColumn) -> None:
    cell = sheet.cell(1, number, column.header)
    cell.font, cell.fill = Font(bold=True), HEADER
    cell.comment = Comment(column.note, say("Template"))
    sheet.column_dimensions[get_column_letter(number)].width = max(12, 2 * len(column.header) + 2)


def _offer(sheet: Worksheet, lists: Worksheet, number: int, offered: Sequence[str]) -> None:
    """A drop-down below the header; other values are allowed after a question, for a cell may hold several."""
    letter = get_column_letter(number)
    for row, value in enumerate(offered, 1):
        lists.cell(row, number, value)
    rule = DataValidation("list", formula1=f"{LISTS}!${letter}$1:${letter}${len(offered)}", allow_blank=True)
    rule.errorStyle, rule.showErrorMessage = "warning", True
    rule.error = say("This is not in the list. Keep it all the same?")
    sheet.add_data_validation(rule)
    rule.add(f"{letter}2:{letter}{ROWS}")


def _guide(sheet: Worksheet, template: TableTemplate, language: str) -> None:
    """What each column is for, with an example. Its first cell says that it is not read."""
    sheet.append([MARKS[language]])
    sheet.append([template.about])
    sheet.append([say("Column"), say("Needed"), say("What to write"), say("Example (a sample)")])
    for column in template.columns:
        needed = say("needed") if column.header.endswith("*") else ""
        sheet.append([column.header.rstrip("*"), needed, column.note, column.example])
    for row in (1, 3):
        for cell in sheet[row]:
            cell.font = Font(bold=True)
    for number, width in enumerate(WIDTHS, 1):
        sheet.column_dimensions[get_column_letter(number)].width = width
    for filled in sheet.iter_rows(min_row=4):
        for cell in filled:
            cell.alignment = Alignment(wrap_text=True, vertical="top")
