"""The report as XLSX for staff: overview, days, gaps, applications, and the counts that all of it is summed from."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from openpyxl import Workbook

from bot.presentation.messages import message
from bot.telegram.applications.applications import ApplicationState
from bot.telegram.open_questions.gaps import HEADERS, cells_of
from bot.telegram.reports.month_gaps import MonthGap
from bot.telegram.reports.month_report import OTHER, OUTCOMES, MonthFigures, MonthReport, QuestionCount, Share
from bot.telegram.reports.report_items import Counted, Item, sections_of
from bot.telegram.staff_workbook import as_bytes, fill

Cell = str | float
WIDTH = 22  # of a column, in characters
OVERVIEW = ("项目 / item", "本月 / this month", "比例 / share", "上月 / month before", "比例 / share")
DAYS = ("日期 / day", "提问 / questions", "查资料 / looked up")
COUNTS = ("日期 / day", "来源 / kind", "语言 / language", "身份 / role", "结果 / status", "次数 / count")
GAPS = (*HEADERS[:-1], "已有答案 / answered", HEADERS[-1])
FORMS = ("表单 / form", "状态 / state", "本月 / this month", "上月 / month before")


def workbook_bytes(report: MonthReport, gaps: Sequence[MonthGap]) -> bytes:
    """The XLSX file. Headers are in Chinese and English; what people typed is text, whatever it looks like."""
    book = Workbook()
    overview = book.worksheets[0]
    overview.title = "概况 overview"
    fill(overview, OVERVIEW, _overview(report), WIDTH)
    outcomes = tuple(_both(f"report.{name}") for name in (*OUTCOMES, OTHER))
    fill(book.create_sheet("每日 by day"), (*DAYS, *outcomes, OVERVIEW[2]), _days(report.figures), WIDTH)
    fill(book.create_sheet("缺口 gaps"), GAPS, map(_gap, gaps), WIDTH)
    fill(book.create_sheet("表单 applications"), FORMS, _forms(report), WIDTH)
    fill(book.create_sheet("明细 counts"), COUNTS, map(_count, report.figures.questions), WIDTH)
    return as_bytes(book)


def _both(key: str) -> str:
    """A name in Chinese and English."""
    return f"{message(key, 'zh')} / {message(key, 'en')}"


def _overview(report: MonthReport) -> Iterator[tuple[Cell, ...]]:
    yield (_both("report.month_name"), str(report.month), "", str(report.before.month), "")
    if report.running:
        yield (_both("report.running"), "", "", "", "")
    for section in sections_of(report):
        if section.head:
            yield _row(section.head)
        elif section.items:
            yield (_both(f"report.{section.key}"), "", "", "", "")
        for item in section.items:
            yield _row(item, indent="    ")


def _row(item: Item, indent: str = "") -> tuple[Cell, ...]:
    name = _both(f"report.{item.key}") + (f" {item.name}" if item.name else "")
    return (indent + name, *_cells(item.now), *_cells(item.before))


def _cells(counted: Counted) -> tuple[Cell, Cell]:
    return (counted, "") if isinstance(counted, int) else (counted.count, _share(counted))


def _share(share: Share) -> str:
    return "" if share.percent is None else f"{share.percent}% ({share.count} / {share.of})"


def _days(figures: MonthFigures) -> Iterator[tuple[Cell, ...]]:
    for day in figures.month.days:
        of_day = MonthFigures(figures.month, tuple(one for one in figures.questions if one.day == day))
        shares = [of_day.share(outcome) for outcome in (*OUTCOMES, OTHER)]
        yield (day, of_day.asked, of_day.looked_up, *(one.count for one in shares), _share(shares[0]))


def _count(one: QuestionCount) -> tuple[Cell, ...]:
    return (one.day, one.kind, one.language, one.role, one.status, one.count)


def _gap(one: MonthGap) -> tuple[Cell, ...]:
    *known, wordings = cells_of(one.gap)
    return (*known, one.answered, wordings)


def _forms(report: MonthReport) -> Iterator[tuple[Cell, ...]]:
    now, before = report.figures.applications, report.before.applications
    for form in sorted({form for form, _ in (*now, *before)}):
        for state in ApplicationState:
            yield (form, _both(f"report.state_{state}"), now.get((form, state), 0), before.get((form, state), 0))
