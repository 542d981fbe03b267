"""How hand-offs go: with their user's data, or by the clock; what stands of them in the staff chat goes too."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, delete, func, select

from bot.telegram.handoffs.handoff import Handoff, HandoffState, from_row, numbers_of
from bot.telegram.handoffs.wording import forgotten
from bot.telegram.queue import outbox
from bot.telegram.queue.outgoing.messages import MessageBatch
from bot.telegram.queue.sql_helpers import SLICE
from bot.telegram.queue.tables import handoff_messages, handoffs


def forget(sql: Connection, person: str) -> tuple[int, list[MessageBatch]]:
    """Remove every hand-off of ``person`` (a keyed hash): how many, and what removes them from the staff chat."""
    rows = sql.execute(
        select(handoffs).where(handoffs.c.person == person).order_by(handoffs.c.id).with_for_update()
    ).all()
    told = _remove(sql, rows)
    return sum(row.state != HandoffState.PREVIEWED.value for row in rows), told


def count_of(sql: Connection, person: str) -> int:
    """How many hand-offs are kept of ``person``."""
    mine = (handoffs.c.person == person, handoffs.c.state != HandoffState.PREVIEWED.value)
    return int(sql.execute(select(func.count()).select_from(handoffs).where(*mine)).scalar_one())


def purge(sql: Connection, now: float) -> bool:
    """Remove some of those that are over and were kept as long as was said; whether there may be more."""
    old = (handoffs.c.until < now, handoffs.c.state != HandoffState.OPEN.value)
    rows = sql.execute(select(handoffs).where(*old).limit(SLICE).with_for_update(skip_locked=True)).all()
    for bot in sorted({row.bot for row in rows}):
        outbox.enqueue(sql, bot, _remove(sql, [row for row in rows if row.bot == bot]), now)
    return len(rows) == SLICE


def _remove(sql: Connection, rows: Sequence[Any]) -> list[MessageBatch]:
    told = [batch for row in rows if (one := from_row(sql, row)) for batch in _going(sql, one)]
    ids = [row.id for row in rows]
    sql.execute(delete(handoff_messages).where(handoff_messages.c.handoff.in_(ids)))
    sql.execute(delete(handoffs).where(handoffs.c.id.in_(ids)))
    return told


def _going(sql: Connection, handoff: Handoff) -> list[MessageBatch]:
    contents = forgotten(handoff, numbers_of(sql, [handoff.id]))
    return [MessageBatch(handoff.staff_chat, "", contents)] if contents else []
