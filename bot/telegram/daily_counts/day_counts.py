"""Daily counts in SQL: added to in the transaction of what is counted, so that it counts once; never of a person.

A vote counts on the day of the answer, an application on the day when it came: what changes later moves the count of
that day from one state to another, and still says how things stand after the rows that were counted are gone.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from functools import cache

from sqlalchemy import Connection, Insert, Table

from bot.telegram.daily_counts.tables import daily_events, daily_questions
from bot.telegram.queue.sql_helpers import delete_some, insert_into
from knowledge.validity import BEIJING

LIST, FAILED = "list", "failed"  # a kind: a list that was opened; a status: the program failed
KEY: Mapping[str, tuple[str, ...]] = {
    daily_questions.name: ("day", "kind", "language", "role", "status"),
    daily_events.name: ("day", "event", "what", "state"),
}


@dataclass(frozen=True)
class CountedQuestion:
    """A question as it counts. ``kind``: a value of ``bot.answer.AnswerKind``, or LIST; ``language``: of the answer;
    ``status``: a value of ``bot.answer.Status``, or FAILED.
    """

    kind: str
    language: str
    status: str


class Event(StrEnum):
    """What is counted beside questions."""

    VOTE = "vote"
    GAP = "gap"
    APPLICATION = "application"
    HANDOFF = "handoff"


NEW, CLOSED = "new", "answered"  # of a gap: it was asked, it was answered
OPENED, ENDED = "opened", "ended"  # of a hand-off


@dataclass(frozen=True)
class DayEvent:
    """Something that counts on the day of ``at`` (seconds since 1970), ``count`` times; -1: no longer."""

    event: Event
    what: str
    at: float
    state: str = ""
    count: int = 1


def moved(event: Event, what: tuple[str, str], state: tuple[str, str], at: float) -> list[DayEvent]:
    """That something which counts on the day of ``at`` was the first of ``what`` and ``state`` and is now the second;
    an empty ``what``: it did not count, or no longer does.
    """
    before, now = (what[0], state[0]), (what[1], state[1])
    if before == now:
        return []
    changes = ((before, -1), (now, 1))
    return [DayEvent(event, one, at, its, count) for (one, its), count in changes if one]


def day_of(seconds: float) -> str:
    """The day in Beijing of a moment (seconds since 1970), as 2026-11-30."""
    return f"{datetime.fromtimestamp(seconds, BEIJING):%Y-%m-%d}"


def add_questions(sql: Connection, asked: Iterable[tuple[CountedQuestion, str]], now: float) -> None:
    """Count questions, each with the role of whoever asked, on the day of ``now``."""
    day = day_of(now)
    _add(sql, daily_questions, Counter((day, one.kind, one.language, role, one.status) for one, role in asked))


def add_events(sql: Connection, events: Sequence[DayEvent]) -> None:
    """Count ``events``. To be called last in a transaction: other replicas wait for these rows."""
    counted: Counter[tuple[str, ...]] = Counter()
    for one in events:
        counted[day_of(one.at), str(one.event), str(one.what), str(one.state)] += one.count
    _add(sql, daily_events, counted)


def _add(sql: Connection, table: Table, counted: Mapping[tuple[str, ...], int]) -> None:
    """In the order of the keys, which is the same for everybody: nobody waits in a ring."""
    names = KEY[table.name]
    rows = [dict(zip(names, key, strict=True)) | {"count": count} for key, count in sorted(counted.items()) if count]
    if rows:
        sql.execute(_upsert(table, sql.dialect.name), rows)


@cache
def _upsert(table: Table, dialect: str) -> Insert:
    rows = insert_into(table, dialect)
    more = {"count": table.c["count"] + rows.excluded["count"]}
    return rows.on_conflict_do_update(index_elements=list(KEY[table.name]), set_=more)


@dataclass(frozen=True)
class CountsKept:
    """The counts as they are kept: of this month, and of ``months`` before it."""

    months: int

    def purge(self, sql: Connection, now: float) -> bool:
        """Remove some of what is older; whether there may be more."""
        first = first_day_kept(now, self.months)
        more = [delete_some(sql, table, table.c.day < first) for table in (daily_questions, daily_events)]
        return any(more)


KEPT = CountsKept(36)


def first_day_kept(now: float, months: int) -> str:
    """The first day of the month that is ``months`` before that of ``now``, in Beijing."""
    moment = datetime.fromtimestamp(now, BEIJING)
    year, month = divmod(moment.year * 12 + moment.month - 1 - months, 12)
    return f"{year:04}-{month + 1:02}-01"
