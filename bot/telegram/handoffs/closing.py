"""How hand-offs end: by their user, by staff, by time; each once, with one closing message, and both ends kept."""

from __future__ import annotations

import structlog
from sqlalchemy import Connection, select, update

from bot.telegram.daily_counts import day_counts
from bot.telegram.daily_counts.day_counts import ENDED, DayEvent, Event
from bot.telegram.handoffs.handoff import EndedBy, HandoffState, find, from_row, sealed_content, without_texts
from bot.telegram.handoffs.wording import closing, note
from bot.telegram.queue import outbox
from bot.telegram.queue.outgoing.messages import MessageBatch
from bot.telegram.queue.tables import handoffs

log = structlog.get_logger()
MOST_AT_ONCE = 50  # that one round ends


def close(sql: Connection, id: str, by: EndedBy, now: float) -> list[MessageBatch]:
    """End an open hand-off whose row is locked; what is to be said of it to both sides."""
    this, row = (
        handoffs.c.id == id,
        {"state": HandoffState.CLOSED.value, "closed": now, "ended_by": by.value, "ends": None},
    )
    handoff = find(sql, id)
    if handoff is None:  # its key is gone: nobody can be told
        sql.execute(update(handoffs).where(this).values(**row, until=now))
        return []
    content = sealed_content(sql, without_texts(handoff))
    sql.execute(update(handoffs).where(this).values(**row, content=content, until=now + handoff.keep))
    log.info("hand-off ended", handoff=handoff.number, by=by.value)
    told = [MessageBatch(handoff.user_chat, handoff.person, closing(handoff, by))]
    if by is not EndedBy.UNREACHABLE:
        told.append(MessageBatch(handoff.staff_chat, handoff.person, note(handoff, f"handoff.note_ended_{by}")))
    return told


def close_overdue(sql: Connection, bot: int, now: float) -> int:
    """End those whose time has run out, and say so to both sides; how many these were."""
    over = (handoffs.c.bot == bot, handoffs.c.state == HandoffState.OPEN.value, handoffs.c.ends <= now)
    locked = select(handoffs).where(*over).order_by(handoffs.c.id).limit(MOST_AT_ONCE)
    rows = sql.execute(locked.with_for_update(skip_locked=True)).all()
    told = [batch for row in rows for batch in close(sql, row.id, _reason(row.awaits_staff), now)]
    outbox.enqueue(sql, bot, told, now)
    day_counts.add_events(sql, [ended(_reason(row.awaits_staff), now) for row in rows])
    return len(rows)


def ended(by: EndedBy, now: float) -> DayEvent:
    """As what the end of a hand-off counts; not who of staff ended it."""
    return DayEvent(Event.HANDOFF, ENDED, now, by.value)


def _reason(awaits_staff: bool) -> EndedBy:
    return EndedBy.UNANSWERED if awaits_staff else EndedBy.SILENT


def close_unreachable(sql: Connection, bot: int, staff_chat: int, now: float) -> list[MessageBatch]:
    """Nothing arrives in the staff chat: whoever waits for an answer from there is told so."""
    still_open = (handoffs.c.bot == bot, handoffs.c.state == HandoffState.OPEN.value)
    rows = sql.execute(select(handoffs).where(*still_open).order_by(handoffs.c.id).with_for_update()).all()
    waiting = [one for row in rows if (one := from_row(sql, row)) and one.staff_chat == staff_chat]
    told = [batch for one in waiting for batch in close(sql, one.id, EndedBy.UNREACHABLE, now)]
    day_counts.add_events(sql, [ended(EndedBy.UNREACHABLE, now) for _ in waiting])
    return told
