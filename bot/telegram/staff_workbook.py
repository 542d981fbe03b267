"""Tables that staff export as XLSX: their owner's alone to read. What people typed is text, whatever it looks like."""

from __future__ import annotations

import io
import os
from collections.abc import Iterable, Sequence
from pathlib import Path

from openpyxl import Workbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

RECKONED = ("=", "+", "-", "@", "\t", "\r")  # how a text begins that programs may take for a formula


def as_bytes(book: Workbook) -> bytes:
    """``book`` as the bytes of its file."""
    written = io.BytesIO()
    book.save(written)
    return written.getvalue()


def save_private(book: Workbook, path: Path) -> None:
    """Write ``book`` to ``path``, whole or not at all. Raises ``OSError``."""
    write_private(as_bytes(book), path)


def write_private(content: bytes, path: Path) -> None:
    """The same of a file's bytes."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f".{path.name}.part")
    try:
        with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as written:
            written.write(content)
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)


def fill(sheet: Worksheet, headers: Sequence[str], rows: Iterable[Sequence[str | float]], width: float) -> None:
    """Headers in bold and rows of texts and numbers below; ``width`` of the columns in characters."""
    for column, header in enumerate(headers, 1):
        write_text(sheet, 1, column, header)
        sheet.cell(1, column).font = Font(bold=True)
        sheet.column_dimensions[get_column_letter(column)].width = width
    for number, row in enumerate(rows, 2):
        for column, value in enumerate(row, 1):
            write_text(sheet, number, column, value)
    sheet.freeze_panes = "A2"


def write_text(sheet: Worksheet, row: int, column: int, value: str | float) -> None:
    """A number, or a cell of text: a program that opens the table reckons nothing from it, also when somebody edits
    the cell.
    """
    cell = sheet.cell(row, column)
    if not isinstance(value, str):
        cell.value = value
        return
    cell.value = ILLEGAL_CHARACTERS_RE.sub("", value)
    cell.data_type = "s"
    cell.number_format = "@"
    cell.quotePrefix = value[:1] in RECKONED
