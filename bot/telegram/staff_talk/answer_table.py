"""The table of answers that staff wrote in the chat, among the documents: a row is appended, nothing else changes."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from zipfile import BadZipFile

from openpyxl import Workbook, load_workbook
from openpyxl.utils.exceptions import InvalidFileException

from bot.presentation.messages import message
from bot.telegram.staff_workbook import write_text
from knowledge.ingestion.templates.columns import label
from knowledge.tables.records import RecordKind

FILE = "answers-from-the-chat.xlsx"
FIELDS = ("question", "answer", "source", "as_of", "valid_to")  # its columns, as the template of answers calls them
LANGUAGES = ("zh", "en")  # in which its headers may stand


class TableError(Exception):
    """The table cannot be added to; the message says why and what mends it, for staff."""


def append_answer(path: Path, cells: Sequence[str], language: str) -> bool:
    """Append ``cells`` (in the order of ``FIELDS``) unless the same question and answer stand there; whether that was
    done. The file is whole or as it was before. Raises ``TableError`` and ``OSError``.
    """
    book = _opened(path, language)
    sheet = book.worksheets[0]
    headers = [str(cell.value or "").strip() for cell in sheet[1]]
    if not any(headers == [label(RecordKind.ANSWER, field, known) for field in FIELDS] for known in LANGUAGES):
        raise TableError(message("staff.table_headers", language, file=path.name))
    rows = [tuple(str(value or "") for value in row[:2]) for row in sheet.iter_rows(min_row=2, values_only=True)]
    if tuple(cells[:2]) in rows:
        return False
    last = max((place for place, row in enumerate(rows, 2) if any(row)), default=1)
    for column, value in enumerate(cells, 1):
        write_text(sheet, last + 1, column, value)
    part = path.with_name(f".{path.name}.part")
    try:
        book.save(part)
        # Documents are staff's to open and change: as the table was before, else as its folder is.
        part.chmod((path if path.exists() else path.parent).stat().st_mode & 0o666)
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)
    return True


def _opened(path: Path, language: str) -> Workbook:
    if not path.exists():
        book = Workbook()
        for column, field in enumerate(FIELDS, 1):
            header = label(RecordKind.ANSWER, field, "en" if language == "en" else "zh")
            write_text(book.worksheets[0], 1, column, header)
        return book
    try:
        return load_workbook(path)
    except (BadZipFile, InvalidFileException, KeyError, ValueError):
        raise TableError(message("staff.table_damaged", language, file=path.name)) from None
