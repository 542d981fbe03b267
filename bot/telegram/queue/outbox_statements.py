"""The outbox's SQL statements. Parameters: ``number`` the bot's id, ``me`` who claims, ``until`` the end of a lease."""

from __future__ import annotations

from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Insert, and_, bindparam, case, delete, exists, func, or_, select, tuple_, update

from bot.telegram.queue.sql_helpers import BOT, delete_unlocked, insert_into, is_in, is_waiting
from bot.telegram.queue.tables import outbox, outbox_chats, paces
from bot.telegram.queue.timing.step_watch import STEP_SECONDS
from bot.telegram.queue.timing.stored_times import UNKNOWN_WAIT

LONGEST_LIMIT_SECONDS = 60.0

IS_WAITING = and_(outbox.c.bot == BOT, is_waiting(outbox))
_mine = and_(outbox_chats.c.bot == BOT, outbox_chats.c.owner == bindparam("me"))
_this_chat = and_(outbox_chats.c.bot == BOT, outbox_chats.c.chat == bindparam("chat_id"))
_these_chats = and_(outbox_chats.c.bot == BOT, is_in(outbox_chats.c.chat, "chats"))
_unclaimed = or_(outbox_chats.c.owner.is_(None), outbox_chats.c.lease < bindparam("now"))
# Chat by chat: one look into the index for each, however many of its messages wait.
_waiting = outbox.alias("waiting")
_first = select(_waiting.c.id).where(_waiting.c.bot == BOT, is_waiting(_waiting))
_first_of_chat = _first.where(_waiting.c.chat == outbox_chats.c.chat).order_by(_waiting.c.id).limit(1)
_more_waits = exists().where(IS_WAITING, outbox.c.chat == outbox_chats.c.chat)
_times: dict[str, Any] = {"sent": bindparam("times"), "free": bindparam("free_from")}

LOCK_BOT_RATE = select(paces.c.sent, paces.c.quiet_until, paces.c.quiet_for).where(paces.c.bot == BOT).with_for_update()
SAVE_BOT_RATE = update(paces).where(paces.c.bot == BOT).values(sent=bindparam("times"))
SELECT_DUE_CHATS = (
    select(outbox_chats.c.chat, outbox_chats.c.sent)
    .where(outbox_chats.c.bot == BOT, outbox_chats.c.due <= bindparam("now"), _unclaimed)
    .order_by(outbox_chats.c.due)
    .limit(bindparam("most"))
    .with_for_update(skip_locked=True)
)
CLAIM_CHAT = update(outbox_chats).where(_this_chat).values(owner=bindparam("me"), lease=bindparam("until"), **_times)
SELECT_FIRST_MESSAGES = select(outbox).where(
    outbox.c.id.in_(select(_first_of_chat.scalar_subquery()).where(_these_chats))
)
CLEAR_EMPTY_CHATS = update(outbox_chats).where(_these_chats).values(due=None)
SET_ASIDE = update(outbox).where(is_in(outbox.c.id, "ids")).values(state="sealed")
# Of a message that was deleted while it was sent another may have the number by now: SQLite gives the highest again.
_what = tuple_(outbox.c.id, func.coalesce(outbox.c.question, 0))
DELETE_SENT = delete(outbox).where(is_in(outbox.c.id, "ids"), _what.in_(bindparam("messages", expanding=True)))
LOCK_OUR_CHATS = (
    select(outbox_chats.c.chat, outbox_chats.c.sent, outbox_chats.c.refused_until, outbox_chats.c.wait)
    .where(_mine, is_in(outbox_chats.c.chat, "chats"))
    .order_by(outbox_chats.c.chat)
    .with_for_update()
)
# Asked once the rows are locked, in a statement of its own: PostgreSQL waits for a lock and then still sees what else
# was there when the statement began, so that a message which came meanwhile would wait for ever.
SELECT_WAITING_CHATS = select(outbox_chats.c.chat).where(_these_chats, _more_waits)
_waits: dict[str, Any] = {"due": bindparam("next"), "refused_until": bindparam("refused"), "wait": bindparam("longest")}
RELEASE_CHAT = update(outbox_chats).where(_this_chat).values(owner=None, lease=None, **_times, **_waits)
# A private chat's limit is over when it is free; of a group (below 0) the times of a whole minute count. What lies
# further ahead than its own longest wait was written before the clock was set back, and holds up nobody.
_longest: ColumnElement[float] = bindparam("now") + func.coalesce(outbox_chats.c.wait, UNKNOWN_WAIT) + STEP_SECONDS
_rested = case((outbox_chats.c.chat < 0, bindparam("now") - LONGEST_LIMIT_SECONDS), else_=bindparam("now"))
_resting = and_(
    outbox_chats.c.due.is_(None),
    outbox_chats.c.owner.is_(None),
    or_(outbox_chats.c.free < _rested, outbox_chats.c.free > _longest),
    or_(
        outbox_chats.c.refused_until.is_(None),
        outbox_chats.c.refused_until < bindparam("now"),
        outbox_chats.c.refused_until > _longest,
    ),
)
PURGE_CHATS = delete_unlocked(outbox_chats, _resting)
RENEW_LEASES = update(outbox_chats).where(_mine).values(lease=bindparam("until"))


@cache
def line_up_chats(dialect: str) -> Insert:
    """Rows of ``outbox_chats``; a chat that waits already keeps its moment, one that was just sent to waits longer."""
    rows = insert_into(outbox_chats, dialect)
    longest = func.coalesce(outbox_chats.c.wait, UNKNOWN_WAIT) + STEP_SECONDS
    holds = outbox_chats.c.free.between(rows.excluded.due, rows.excluded.due + longest)
    later = case((holds, outbox_chats.c.free), else_=rows.excluded.due)
    due = func.coalesce(outbox_chats.c.due, later)
    return rows.on_conflict_do_update(index_elements=["bot", "chat"], set_={"due": due})
