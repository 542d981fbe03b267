"""What replies change of hand-offs, carried out in the transaction that writes them, and which replies came too late.

A reply is made of an update for which a hand-off was open or not, and is written some seconds later. Whether that still
holds is asked in the transaction that writes it, with the row locked; where it does not, nothing of the reply is
written, and the update is handled anew. So the bot never speaks in a stretch that belongs to staff, what somebody
writes is passed on or answered and never both, and there is one closing message.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum, auto
from typing import Any

import structlog
from sqlalchemy import Connection, case, delete, or_, select, update

from bot.telegram.daily_counts.day_counts import OPENED, DayEvent, Event
from bot.telegram.handoffs.closing import close, ended
from bot.telegram.handoffs.handoff import EndedBy, Handoff, HandoffState, find, sealed_content
from bot.telegram.handoffs.wording import card, note
from bot.telegram.queue.inbox import Claim
from bot.telegram.queue.outgoing.messages import MessageBatch, MessageContent
from bot.telegram.queue.tables import handoffs
from bot.telegram.sealing.sealer import sealer_of

log = structlog.get_logger()
PREVIEW_SECONDS = 24 * 3600.0  # for which it can be agreed to, as long as turns are kept


class HandoffAct(Enum):
    """What is done with a hand-off."""

    PREVIEW = auto()
    DECLINE = auto()
    OPEN = auto()
    TO_STAFF = auto()
    TO_USER = auto()
    END = auto()


NEEDS = {  # the state that it must be in; None: there is none yet
    HandoffAct.PREVIEW: None,
    HandoffAct.DECLINE: HandoffState.PREVIEWED,
    HandoffAct.OPEN: HandoffState.PREVIEWED,
    HandoffAct.TO_STAFF: HandoffState.OPEN,
    HandoffAct.TO_USER: HandoffState.OPEN,
    HandoffAct.END: HandoffState.OPEN,
}


@dataclass(frozen=True)
class HandoffChange:
    """What a reply does with the hand-off ``id``. ``handoff``: the one that is previewed; ``contents``: what goes to
    the other side; ``time``: seconds until its time runs out, counted from now; ``by``: who ends it.
    """

    act: HandoffAct
    id: str
    handoff: Handoff | None = None
    contents: tuple[MessageContent, ...] = ()
    time: float = 0.0
    by: EndedBy = EndedBy.USER


def outdated(sql: Connection, made: Sequence[tuple[Claim, HandoffChange | None]]) -> set[int]:
    """The ids of the claims whose replies rest on what no longer holds. Locks the rows that the others rest on."""
    keys = {claim.conversation.key for claim, _ in made}
    ids = {change.id for _, change in made if change}
    which = or_(
        handoffs.c.conversation.in_(keys) & (handoffs.c.state == HandoffState.OPEN.value), handoffs.c.id.in_(ids)
    )
    columns = (handoffs.c.id, handoffs.c.conversation, handoffs.c.state)
    rows = sql.execute(select(*columns).where(which).order_by(handoffs.c.id).with_for_update()).all()
    states = {row.id: HandoffState(row.state) for row in rows}
    open_now = {row.conversation: row.id for row in rows if row.state == HandoffState.OPEN.value}
    late: set[int] = set()
    ended: set[str] = set()  # by an earlier one of these
    for claim, change in made:
        meant = {id for id in (claim.handoff, change.id if change else None) if id}
        holds = open_now.get(claim.conversation.key) == claim.handoff
        if change and states.get(change.id) is not NEEDS[change.act]:
            holds = False
        if not holds or meant & ended:
            late.add(claim.id)
        elif change and change.act is HandoffAct.END:
            ended |= meant
    return late


def write(sql: Connection, bot: int, claim: Claim, change: HandoffChange, now: float) -> list[MessageBatch]:
    """Carry out ``change``; what is to be sent because of it, before what else the reply says."""
    if change.act is HandoffAct.PREVIEW and change.handoff is not None:
        _preview(sql, bot, claim, change.handoff, now)
        return []
    this = handoffs.c.id == change.id
    if change.act is HandoffAct.DECLINE:
        sql.execute(delete(handoffs).where(this))
        return []
    if change.act is HandoffAct.END:
        return close(sql, change.id, change.by, now)
    handoff = find(sql, change.id)
    if handoff is None:  # its key is gone
        return []
    sql.execute(update(handoffs).where(this).values(**_changed(change, now)))
    if change.act is HandoffAct.OPEN:
        log.info("hand-off opened", handoff=handoff.number)
        return [MessageBatch(handoff.staff_chat, handoff.person, card(handoff))]
    chat_id = handoff.staff_chat if change.act is HandoffAct.TO_STAFF else handoff.user_chat
    return [MessageBatch(chat_id, handoff.person, change.contents)]


def counted(change: HandoffChange, now: float) -> list[DayEvent]:
    """As what ``change`` counts: a hand-off was opened or has ended."""
    if change.act is HandoffAct.OPEN:
        return [DayEvent(Event.HANDOFF, OPENED, now)]
    return [ended(change.by, now)] if change.act is HandoffAct.END else []


def _changed(change: HandoffChange, now: float) -> dict[str, Any]:
    ends = now + change.time
    if change.act is HandoffAct.OPEN:
        values = {"state": HandoffState.OPEN.value, "opened": now, "awaits_staff": True}
        return {**values, "ends": ends, "until": ends}
    if change.act is HandoffAct.TO_USER:
        return {"awaits_staff": False, "ends": ends}
    # However often somebody writes who waits, staff's time counts from the first.
    return {"awaits_staff": True, "ends": case((handoffs.c.awaits_staff, handoffs.c.ends), else_=ends)}


def _preview(sql: Connection, bot: int, claim: Claim, handoff: Handoff, now: float) -> None:
    """One preview a conversation: what was seen before is not sent any more."""
    talk = claim.conversation
    older = (handoffs.c.conversation == talk.key, handoffs.c.state == HandoffState.PREVIEWED.value)
    sql.execute(delete(handoffs).where(*older))
    row = {
        "id": handoff.id,
        "bot": bot,
        "number": handoff.number,
        "person": talk.person,
        "conversation": talk.key,
        "chat": sealer_of(sql).identities.chat(handoff.user_chat),
        "content": sealed_content(sql, handoff),
        "state": HandoffState.PREVIEWED.value,
        "made": now,
        "awaits_staff": True,
        "until": now + PREVIEW_SECONDS,
    }
    sql.execute(handoffs.insert(), [row])


def not_passed_on(sql: Connection, claim: Claim, id: str) -> list[MessageBatch]:
    """The last try to handle an update failed whose conversation is staff's: they are told, and the bot is silent."""
    handoff = find(sql, id)
    if handoff is None:
        return []
    contents = note(handoff, "handoff.note_failed", reference=f"Q{claim.id}")
    return [MessageBatch(handoff.staff_chat, handoff.person, contents)]
