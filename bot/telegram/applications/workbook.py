"""Applications as XLSX for staff: a sheet for each form."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from openpyxl import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from bot.telegram.applications.applications import Application
from bot.telegram.staff_workbook import as_bytes, fill, save_private
from knowledge.validity import minute

HEAD = ("受理号 / number", "状态 / state", "收到 / received", "保存到 / kept until", "年龄 / age", "同意书 / consent")
WIDTH = 18  # of a column, in characters


def write_workbook(path: Path, sent: Sequence[Application]) -> None:
    """Write ``sent`` to ``path``, which is its owner's alone to read. Raises ``OSError``."""
    save_private(_workbook(sent), path)


def workbook_bytes(sent: Sequence[Application]) -> bytes:
    """The same as what the file would hold."""
    return as_bytes(_workbook(sent))


def _workbook(sent: Sequence[Application]) -> Workbook:
    book = Workbook()
    book.remove(book.worksheets[0])
    for form in sorted({one.form for one in sent}):
        _fill(book.create_sheet(form), [one for one in sent if one.form == form])
    return book


def _fill(sheet: Worksheet, sent: Sequence[Application]) -> None:
    labels: dict[str, str] = {}
    for one in sent:
        labels |= one.labels
    fill(sheet, (*HEAD, *labels.values()), (_row(one, labels) for one in sent), WIDTH)


def _row(one: Application, labels: dict[str, str]) -> tuple[str, ...]:
    known = (one.number, one.state, minute(one.made), minute(one.until), one.age, one.consent[0])
    return (*known, *(one.answers.get(name, "") for name in labels))
