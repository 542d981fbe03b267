"""The report as lines of text, in staff's language."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from bot.presentation.messages import message
from bot.telegram.reports.month_gaps import MonthGap
from bot.telegram.reports.month_report import MonthReport, Share
from bot.telegram.reports.report_items import Counted, Item, ReportSection, sections_of

MOST_GAPS, LONGEST_GAP = 5, 60  # that are told, and characters of each


def report_lines(report: MonthReport, gaps: Sequence[MonthGap], language: str) -> Iterator[str]:
    """``report`` beside the month before, and the ``gaps`` that were asked most."""
    yield message("report.title", language, month=report.month.shown(language))
    if report.running:
        yield message("report.running", language)
    yield message("report.beside", language, before=report.before.month.shown(language))
    if not report.figures.asked:
        yield message("report.none", language)
    for section in sections_of(report):
        yield from _section(section, language)
    for one in gaps[:MOST_GAPS]:
        question = " ".join(one.gap.questions[0].split())
        short = question if len(question) <= LONGEST_GAP else f"{question[:LONGEST_GAP]}…"
        yield "  " + message("report.gap", language, count=str(one.gap.count), question=short)
    yield message("report.nobody", language)


def _section(section: ReportSection, language: str) -> Iterator[str]:
    if section.head:
        yield item_text(section.head, language)
        yield from (f"  {item_text(one, language)}" for one in section.items)
    elif section.items:
        items = (item_text(one, language, "listed") for one in section.items)
        said = ("；" if language != "en" else "; ").join(items)
        yield message("report.list", language, name=message(f"report.{section.key}", language), items=said)


def item_text(item: Item, language: str, form: str = "item") -> str:
    """An item with its name, in both months, in a line of its own or ("listed") in one with others."""
    name = message(f"report.{item.key}", language) + (f" {item.name}" if item.name else "")
    now, before = counted_text(item.now, language), counted_text(item.before, language)
    if isinstance(item.now, Share):
        form = "item_share"
    return message(f"report.{form}", language, name=name, now=now, before=before)


def counted_text(counted: Counted, language: str) -> str:
    """A number, or a share that says of how many."""
    if isinstance(counted, int):
        return str(counted)
    return share_text(counted, language)


def share_text(share: Share, language: str) -> str:
    """62%（558 / 900）."""
    if share.percent is None:
        return message("report.no_share", language)
    return message("report.share", language, percent=str(share.percent), count=str(share.count), of=str(share.of))
