"""The report as staff receive it: a text, a table and a picture. Read in a transaction, made after it.

The chat calls ``read_report`` in a transaction of its own and ``report_messages`` in a thread, with what that read:
grouping may load the embedding model, for which no transaction should wait.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from sqlalchemy import Connection

from bot.telegram.open_questions.open_questions import OpenQuestion
from bot.telegram.reports.counts import month_report
from bot.telegram.reports.month import Month
from bot.telegram.reports.month_gaps import MonthGap, asked_in, month_gaps
from bot.telegram.reports.month_report import MonthReport
from bot.telegram.reports.report_picture import picture_bytes
from bot.telegram.reports.report_text import report_lines
from bot.telegram.reports.report_workbook import workbook_bytes

if TYPE_CHECKING:
    from knowledge.embedding.embedder import Embedder

MOST_TEXT = 3500  # characters of the text: one message of Telegram holds it, markup and a button included


@dataclass(frozen=True)
class ReportMessages:
    """``text``: plain, to be escaped, at most MOST_TEXT characters; ``xlsx`` and ``png``: files, named after the month:
    ``name`` is "report-2026-11", without an ending.
    """

    text: str
    xlsx: bytes
    png: bytes
    name: str


@dataclass(frozen=True)
class ReadReport:
    """What SQL knows of a month: its counts, and its questions without a good answer."""

    report: MonthReport
    asked: tuple[OpenQuestion, ...] = ()


def read_report(sql: Connection, month: Month, today: date) -> ReadReport:
    """Read what the report of ``month`` needs; ``today``: in Beijing. ``asked_month`` (month.py) makes the month of
    what somebody typed. Raises SQLAlchemy's errors.
    """
    return ReadReport(month_report(sql, month, today), asked_in(sql, month))


def report_messages(read: ReadReport, language: str, load: Callable[[], Embedder]) -> ReportMessages:
    """The report in "zh", "zh-hant" or "en"; ``load`` gives the embedding model (``load_embedder``), which is asked for
    only where gaps need it. Takes a second or two, and no connection. Raises what ``load`` raises.
    """
    gaps = month_gaps(read.asked, load)
    xlsx, png = workbook_bytes(read.report, gaps), picture_bytes(read.report, language)
    return ReportMessages(text_of(read.report, gaps, language), xlsx, png, f"report-{read.report.month}")


def text_of(report: MonthReport, gaps: list[MonthGap], language: str) -> str:
    """The report's lines, as many as fit."""
    text = "\n".join(report_lines(report, gaps, language))
    return text if len(text) <= MOST_TEXT else f"{text[:MOST_TEXT].rpartition(chr(10))[0]}\n…"
