"""How much waits in inbox and outbox, and since when the oldest: read from an index alone, however much it is."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection, func, select

from bot.telegram.queue import inbox_statements, outbox_statements
from bot.telegram.queue.tables import inbox, outbox

_QUESTIONS = select(func.count(), func.min(inbox.c.received)).where(inbox_statements.IS_WAITING)
_ANSWERS = select(func.count(), func.min(outbox.c.made)).where(outbox_statements.IS_WAITING)


@dataclass(frozen=True)
class Backlog:
    """What waits in one of the two. ``oldest``: when the oldest came, in seconds since 1970; None when none waits."""

    count: int
    oldest: float | None


def waiting_questions(sql: Connection, bot: int) -> Backlog:
    """Updates that wait for their answer."""
    return Backlog(*sql.execute(_QUESTIONS, {"number": bot}).one())


def waiting_answers(sql: Connection, bot: int) -> Backlog:
    """Messages that wait to be sent."""
    return Backlog(*sql.execute(_ANSWERS, {"number": bot}).one())
