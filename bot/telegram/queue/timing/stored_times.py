"""Stored times after the clock was set: none holds up anybody for longer than its own wait, and no lease ends early.

A time that lies further ahead than its own longest wait was written before the clock was set back. A lease that held
when the clock was last looked at and is over now ends because the clock was set forward, not because its owner is gone.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import Column, ColumnElement, Connection, Table, case, func, select, true, tuple_, update

from bot.telegram.queue.sql_helpers import SLICE, is_aside, is_waiting
from bot.telegram.queue.tables import (
    answers,
    buttons,
    conversations,
    feedback,
    inbox,
    inbox_chats,
    leases,
    outbox,
    outbox_chats,
    paces,
)
from bot.telegram.queue.timing.step_watch import STEP_SECONDS
from bot.telegram.queue.worker_identity import LEASE_SECONDS

UNKNOWN_WAIT = 61.0  # the longest pace, twenty a minute to a group: for rows of releases that kept no waits
LEASES: tuple[tuple[Table, Column[Any]], ...] = (
    (leases, leases.c.until),
    (inbox_chats, inbox_chats.c.lease),
    (outbox_chats, outbox_chats.c.lease),
)
BIRTHS: tuple[tuple[Column[Any], ColumnElement[bool]], ...] = (  # and of which rows, where the time has no index
    (inbox.c.received, true()),
    (outbox.c.made, is_waiting(outbox)),
    (outbox.c.made, is_aside(outbox)),
    (conversations.c.changed, true()),
    (buttons.c.made, true()),
    (answers.c.made, true()),
    (feedback.c.answered, true()),
    (feedback.c.voted, true()),
)


def past(times: Iterable[float], now: float) -> list[float]:
    """Those of ``times`` that can have been: what lies ahead was written before the clock was set back."""
    return [time for time in times if time <= now + STEP_SECONDS]


def time_left(until: float | None, wait: float | None, now: float) -> float:
    """Seconds until the moment ``until`` that ended a wait of ``wait`` seconds; 0 when it is over or cannot be."""
    left = (until or 0.0) - now
    return left if 0 < left <= (UNKNOWN_WAIT if wait is None else wait) + STEP_SECONDS else 0.0


def mend(sql: Connection, now: float, step: float) -> None:
    """The clock was just seen to be set by ``step`` seconds."""
    if step > 0:
        keep_leases(sql, now - step, now)
    else:
        pull_in(sql, now)


def keep_leases(sql: Connection, before: float, now: float) -> None:
    """Leases that held ``before`` the clock was set forward to ``now`` hold on: nobody had the time to renew them."""
    for table, until in LEASES:
        held = table.c.owner.is_not(None)  # by an index of these
        _set(sql, table, (held, until > before, until < now + LEASE_SECONDS), {until.name: now + LEASE_SECONDS})


def pull_in(sql: Connection, now: float) -> None:
    """What lies further ahead than its own longest wait waits that long from now on, and not until then."""
    for table, until in LEASES:
        held = table.c.owner.is_not(None)
        _set(sql, table, (held, until > now + LEASE_SECONDS + STEP_SECONDS), {until.name: now + LEASE_SECONDS})
    for row in sql.execute(select(paces.c.bot, paces.c.quiet_until, paces.c.quiet_for)).all():
        if row.quiet_until > now and not time_left(row.quiet_until, row.quiet_for, now):
            wait = row.quiet_for or 0.0
            sql.execute(update(paces).where(paces.c.bot == row.bot).values(quiet_until=now + wait))
        _pull_in_line(sql, row.bot, now)
        _pull_in_due(sql, row.bot, now)


def _pull_in_line(sql: Connection, bot: int, now: float) -> None:
    """Chats of the inbox; they keep their order."""
    mine = (inbox_chats.c.bot == bot) & inbox_chats.c.ready.is_not(None)
    last = sql.execute(select(func.max(inbox_chats.c.ready)).where(mine)).scalar()
    if last is not None and last > now + STEP_SECONDS:
        excess = last - now
        _set(sql, inbox_chats, (mine, inbox_chats.c.ready > now), {"ready": inbox_chats.c.ready - excess})


def _pull_in_due(sql: Connection, bot: int, now: float) -> None:
    """Chats of the outbox: each waits once more as long as its wait was, so that no window of Telegram ends early."""
    chats = outbox_chats.c
    wait = func.coalesce(chats.wait, 0.0)
    impossible = chats.due > now + STEP_SECONDS + func.coalesce(chats.wait, UNKNOWN_WAIT)
    held = case((chats.refused_until.is_not(None), now + wait))
    late = (chats.bot == bot, chats.due > now + STEP_SECONDS, impossible)
    _set(sql, outbox_chats, late, {"due": now + wait, "free": now + wait, "refused_until": held})


def purge(sql: Connection, now: float) -> bool:
    """Rows of the future are of today: what is kept for so many hours must not be kept until then and so many hours.

    Some of them; whether there may be more.
    """
    more = False
    for born, rows in BIRTHS:
        (key,) = born.table.primary_key
        some = select(key).where(rows, born > now + STEP_SECONDS).limit(SLICE)
        more |= sql.execute(update(born.table).where(key.in_(some)).values({born.name: now})).rowcount == SLICE
    return more


def _set(sql: Connection, table: Table, which: Sequence[ColumnElement[bool]], values: dict[str, Any]) -> None:
    """Change rows, but not wait for those that somebody else changes: of these he sees to it, or the next look does."""
    key = tuple_(*table.primary_key)
    locked = select(*table.primary_key).where(*which).with_for_update(skip_locked=True)
    sql.execute(update(table).where(key.in_(locked)).values(values))
