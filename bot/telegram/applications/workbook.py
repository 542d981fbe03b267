"""Applications as XLSX for staff: a sheet for each form. What people typed is text, whatever it looks like."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

from openpyxl import Workbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from bot.telegram.applications.applications import Application
from knowledge.validity import minute

HEAD = ("受理号 / number", "状态 / state", "收到 / received", "保存到 / kept until", "年龄 / age", "同意书 / consent")
WIDTH = 18  # of a column, in characters


def write_workbook(path: Path, sent: Sequence[Application]) -> None:
    """Write ``sent`` to ``path``, which is its owner's alone to read. Raises ``OSError``."""
    book = Workbook()
    book.remove(book.worksheets[0])
    for form in sorted({one.form for one in sent}):
        _fill(book.create_sheet(form), [one for one in sent if one.form == form])
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f".{path.name}.part")
    try:
        with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as written:
            book.save(written)
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)


def _fill(sheet: Worksheet, sent: Sequence[Application]) -> None:
    labels: dict[str, str] = {}
    for one in sent:
        labels |= one.labels
    for column, header in enumerate((*HEAD, *labels.values()), 1):
        _write(sheet, 1, column, header)
        sheet.cell(1, column).font = Font(bold=True)
        sheet.column_dimensions[get_column_letter(column)].width = WIDTH
    for row, one in enumerate(sent, 2):
        known = (one.number, one.state, minute(one.made), minute(one.until), one.age, one.consent[0])
        for column, value in enumerate((*known, *(one.answers.get(name, "") for name in labels)), 1):
            _write(sheet, row, column, value)
    sheet.freeze_panes = "A2"


def _write(sheet: Worksheet, row: int, column: int, value: str) -> None:
    """A cell of text: a program that opens the table reckons nothing from it, also when somebody edits the cell."""
    cell = sheet.cell(row, column)
    cell.value = ILLEGAL_CHARACTERS_RE.sub("", value)
    cell.data_type = "s"
    cell.number_format = "@"
    cell.quotePrefix = value[:1] in ("=", "+", "-", "@", "\t", "\r")
