"""What the report says, item by item: of both months, in the order in which text and table show it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from bot.telegram.applications.applications import ApplicationState
from bot.telegram.feedback.votes import Vote
from bot.telegram.reports.month_report import OTHER, OUTCOMES, MonthFigures, MonthReport, QuestionCount, Share

Counted = int | Share


@dataclass(frozen=True)
class Item:
    """``key``: of its name in the catalogue, below "report."; ``name``: instead of it, of a form; ``now`` and
    ``before``: how many in either month.
    """

    key: str
    now: Counted
    before: Counted
    name: str = ""


@dataclass(frozen=True)
class ReportSection:
    """Items below a heading (``key``), which has a number of its own where ``head`` is one."""

    key: str
    items: tuple[Item, ...]
    head: Item | None = None


def sections_of(report: MonthReport) -> Iterator[ReportSection]:
    """All that is counted, but for days. What there was of nothing in both months is left out."""
    asked = Item("questions", report.figures.asked, report.before.asked)
    looked_up = Item("looked_up", report.figures.looked_up, report.before.looked_up)
    yield ReportSection("questions", (), asked)
    outcomes = [_share(report, outcome) for outcome in (*OUTCOMES, OTHER)]
    yield ReportSection("looked_up", tuple(one for one in outcomes if _any(one)), looked_up)
    yield _questions(report, "by_kind", "kind", lambda one: one.kind)
    yield _questions(report, "by_language", "language", lambda one: one.language)
    yield _questions(report, "by_role", "role", lambda one: one.role)
    yield _of(report, "votes", "", lambda month: {str(vote): month.voted(vote) for vote in Vote})
    yield _of(report, "reasons", "reason", lambda month: _states(month.votes, Vote.DOWN))
    yield _gaps(report)
    yield from _applications(report)
    opened = Item("opened", report.figures.handoffs_opened, report.before.handoffs_opened)
    ended = _of(report, "handoffs", "ended", lambda month: month.handoffs_ended).items
    yield ReportSection("handoffs", tuple(one for one in (opened, *ended) if _any(one)))


def _any(item: Item) -> bool:
    counts = (one.count if isinstance(one, Share) else one for one in (item.now, item.before))
    return any(counts)


def _share(report: MonthReport, outcome: str) -> Item:
    return Item(outcome, report.figures.share(outcome), report.before.share(outcome))


def _questions(report: MonthReport, key: str, kind: str, of: Callable[[QuestionCount], str]) -> ReportSection:
    return _of(report, key, kind, lambda month: month.by(of))


def _of(report: MonthReport, key: str, kind: str, of: Callable[[MonthFigures], Mapping[str, int]]) -> ReportSection:
    now, before = of(report.figures), of(report.before)
    items = [
        Item(f"{kind}_{name}" if kind else name, now.get(name, 0), before.get(name, 0)) for name in report.names(of)
    ]
    return ReportSection(key, tuple(one for one in items if _any(one)))


def _states(counted: Mapping[tuple[str, str], int], what: str) -> dict[str, int]:
    return {state: count for (which, state), count in counted.items() if which == what}


def _gaps(report: MonthReport) -> ReportSection:
    now, before = report.figures, report.before
    new = Item("gaps_new", sum(now.gaps_new.values()), sum(before.gaps_new.values()))
    answered = Item("gaps_answered", now.gaps_answered, before.gaps_answered)
    why = _of(report, "gaps", "why", lambda month: month.gaps_new).items
    return ReportSection("gaps", tuple(one for one in (new, *why, answered) if _any(one)))


def _applications(report: MonthReport) -> Iterator[ReportSection]:
    """One section a form: how many came, and how far staff are with them."""
    forms = dict.fromkeys(form for month in (report.figures, report.before) for form, _ in sorted(month.applications))
    for form in forms:
        now, before = _by_state(report.figures, form), _by_state(report.before, form)
        items = [Item(f"state_{state}", now.get(state, 0), before.get(state, 0)) for state in ApplicationState]
        head = Item("applications", report.figures.received(form), report.before.received(form), form)
        yield ReportSection("applications", tuple(one for one in items if _any(one)), head)


def _by_state(month: MonthFigures, form: str) -> dict[str, int]:
    return _states(month.applications, form)
