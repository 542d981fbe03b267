"""The monthly report from SQL: daily counts, summed."""

from __future__ import annotations

from collections import Counter
from datetime import date

from sqlalchemy import Connection, select

from bot.telegram.daily_counts.day_counts import CLOSED, ENDED, NEW, OPENED, Event
from bot.telegram.daily_counts.tables import daily_events, daily_questions
from bot.telegram.reports.month import Month
from bot.telegram.reports.month_report import MonthFigures, MonthReport, QuestionCount


def month_report(sql: Connection, month: Month, today: date) -> MonthReport:
    """The report of ``month`` and the month before; ``today``: in Beijing."""
    return MonthReport(_figures(sql, month), _figures(sql, month.before), running=month == Month.of(today))


def _figures(sql: Connection, month: Month) -> MonthFigures:
    first, last = month.days[0], month.days[-1]
    asked = select(daily_questions).where(daily_questions.c.day.between(first, last))
    rows = sql.execute(asked.order_by(*daily_questions.primary_key)).all()
    of_month = select(daily_events).where(daily_events.c.day.between(first, last))
    events: Counter[tuple[str, str, str]] = Counter()
    for row in sql.execute(of_month.order_by(*daily_events.primary_key)):
        events[row.event, row.what, row.state] += row[-1]
    return MonthFigures(
        month,
        tuple(QuestionCount(row.day, row.kind, row.language, row.role, row.status, row[5]) for row in rows),
        votes=_counted(events, Event.VOTE),
        gaps_new=_states(events, Event.GAP, NEW),
        gaps_answered=sum(_states(events, Event.GAP, CLOSED).values()),
        applications=_counted(events, Event.APPLICATION),
        handoffs_opened=sum(_states(events, Event.HANDOFF, OPENED).values()),
        handoffs_ended=_states(events, Event.HANDOFF, ENDED),
    )


def _counted(events: Counter[tuple[str, str, str]], event: Event) -> dict[tuple[str, str], int]:
    """By what and state. A count below one is of what was counted before there were counts."""
    return {(what, state): count for (name, what, state), count in events.items() if name == event and count > 0}


def _states(events: Counter[tuple[str, str, str]], event: Event, what: str) -> dict[str, int]:
    return {state: count for (which, state), count in _counted(events, event).items() if which == what}
