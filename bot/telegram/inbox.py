"""The inbox: what Telegram handed over, kept in SQL before Telegram is told, claimed a chat at a time.

A chat's row in ``inbox_chats`` is its place in the line. Whoever adds or finishes an update of a chat holds that row's
lock, so ``ready`` is never lost; it is the time since when the chat waits for its turn, so a chat that was just served
stands behind those that were not, however much it has sent.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, and_, bindparam, case, delete, exists, func, or_, select, tuple_, update
from sqlalchemy.dialects import postgresql, sqlite

from . import conversations
from .conversations import Conversation, Identities
from .owner import LEASE_SECONDS
from .tables import inbox, inbox_chats

KEEP_SECONDS = 48 * 3600.0  # Telegram hands an update out for 24 hours; until then its number must be known
CONTENT = ("message", "edited_message", "callback_query", "my_chat_member")


@dataclass(frozen=True)
class Received:
    """An update as it came, and where it belongs. ``chat`` is 0 when it names none."""

    update_id: int
    payload: str
    chat: int
    person: str
    conversation: str


@dataclass(frozen=True)
class Claim:
    """The next update of a chat, ours until the lease ends. ``tries`` counts failures, ``claims`` beginnings."""

    id: int
    chat: int
    payload: str
    received: float
    tries: int
    claims: int
    conversation: Conversation


@dataclass(frozen=True)
class Waiting:
    """What waits in the inbox. ``oldest`` is when the oldest came, in seconds since 1970."""

    count: int
    oldest: float | None


def received(update: Mapping[str, Any], identities: Identities) -> Received:
    """``update`` made ready to be stored; nothing but its number is asked of it."""
    chat, user = _address(update)
    person = identities.of(user or chat)
    return Received(int(update["update_id"]), json.dumps(update), chat, person, identities.of(chat, user))


def _address(update: Mapping[str, Any]) -> tuple[int, int]:
    for name in CONTENT:
        content = update.get(name)
        if not isinstance(content, dict):
            continue
        message = content.get("message") if name == "callback_query" else content
        chat = message.get("chat") if isinstance(message, dict) else None
        sender = content.get("from") or content.get("sender_chat")
        return _number(chat), _number(sender)
    return 0, 0


def _number(value: object) -> int:
    number = value.get("id") if isinstance(value, dict) else None
    return number if isinstance(number, int) and abs(number) < 2**62 else 0


def store(sql: Connection, bot: int, updates: Sequence[Received], now: float) -> int:
    """Keep ``updates``, each once; how many were new."""
    if not updates:
        return 0
    numbers = [one.update_id for one in updates]
    known = set(sql.scalars(select(inbox.c.update_id).where(inbox.c.bot == bot, inbox.c.update_id.in_(numbers))))
    new = list({one.update_id: one for one in updates if one.update_id not in known}.values())
    if not new:
        return 0
    dialect = sqlite if sql.dialect.name == "sqlite" else postgresql
    rows = [
        {
            "bot": bot,
            "update_id": one.update_id,
            "chat": one.chat,
            "person": one.person,
            "conversation": one.conversation,
            "payload": one.payload,
            "received": now,
            "state": "waiting",
            "tries": 0,
            "claims": 0,
        }
        for one in sorted(new, key=lambda one: one.update_id)
    ]
    once = dialect.insert(inbox).on_conflict_do_nothing(index_elements=["bot", "update_id"])
    sql.execute(once, rows)
    line = dialect.insert(inbox_chats)
    ready = func.coalesce(inbox_chats.c.ready, line.excluded.ready)
    upsert = line.on_conflict_do_update(index_elements=["bot", "chat"], set_={"ready": ready})
    sql.execute(upsert, [{"bot": bot, "chat": chat, "ready": now} for chat in sorted({one.chat for one in new})])
    return len(new)


def claim(sql: Connection, bot: int, owner: str, most: int, now: float, busy: Collection[int] = ()) -> list[Claim]:
    """The next update of up to ``most`` chats, those first that wait longest for their turn; none of ``busy`` chats."""
    free = or_(inbox_chats.c.owner.is_(None), inbox_chats.c.lease < now)
    turn = select(inbox_chats.c.chat).where(inbox_chats.c.bot == bot, inbox_chats.c.ready <= now, free)
    turn = turn.order_by(inbox_chats.c.ready).limit(most + len(busy)).with_for_update(skip_locked=True)
    # A busy chat is free only when its lease was lost: cheaper to sort out here than to exclude there.
    chats = [chat for chat in sql.scalars(turn) if chat not in busy][:most]
    if not chats:
        return []
    mine = and_(inbox_chats.c.bot == bot, inbox_chats.c.chat.in_(chats))
    sql.execute(update(inbox_chats).where(mine).values(owner=owner, lease=now + LEASE_SECONDS))
    rows = _next(sql, bot, chats)
    sql.execute(update(inbox).where(inbox.c.id.in_([row.id for row in rows])).values(claims=inbox.c.claims + 1))
    empty = set(chats) - {row.chat for row in rows}
    if empty:  # its updates were deleted meanwhile
        gone = and_(inbox_chats.c.bot == bot, inbox_chats.c.chat.in_(empty))
        sql.execute(update(inbox_chats).where(gone).values(owner=None, ready=None))
    talks = conversations.load(sql, [row.conversation for row in rows])
    order = {chat: place for place, chat in enumerate(chats)}
    return [_claimed(row, talks) for row in sorted(rows, key=lambda row: order[row.chat])]


def _next(sql: Connection, bot: int, chats: Sequence[int]) -> Sequence[Any]:
    waiting = and_(inbox.c.bot == bot, inbox.c.state == "waiting", inbox.c.chat.in_(chats))
    first = select(inbox.c.chat, func.min(inbox.c.update_id)).where(waiting).group_by(inbox.c.chat)
    return sql.execute(select(inbox).where(waiting, tuple_(inbox.c.chat, inbox.c.update_id).in_(first))).all()


def _claimed(row: Any, talks: Mapping[str, Conversation]) -> Claim:
    talk = talks.get(row.conversation) or Conversation(row.conversation, row.person)
    return Claim(row.id, row.chat, row.payload, row.received, row.tries, row.claims + 1, talk)


def held(sql: Connection, bot: int, owner: str, chats: Sequence[int]) -> set[int]:
    """Those of ``chats`` whose claim is still ours; their rows are locked until the transaction ends."""
    rows = select(inbox_chats.c.chat, inbox_chats.c.owner).where(
        inbox_chats.c.bot == bot, inbox_chats.c.chat.in_(chats)
    )
    found = sql.execute(rows.order_by(inbox_chats.c.chat).with_for_update())
    return {row.chat for row in found if row.owner == owner}


def still_waiting(sql: Connection, ids: Sequence[int]) -> set[int]:
    """Those of these updates that are neither done nor deleted."""
    return set(sql.scalars(select(inbox.c.id).where(inbox.c.id.in_(ids), inbox.c.state == "waiting")))


def mark_done(sql: Connection, ids: Sequence[int]) -> None:
    """These updates are answered: their text goes, their number stays."""
    blank = {"payload": "", "person": "", "conversation": "", "chat": 0, "error": None}
    sql.execute(update(inbox).where(inbox.c.id.in_(ids)).values(state="done", **blank))


def mark_failed(sql: Connection, id: int, error: str, *, aside: bool) -> None:
    """One more failure of an update; ``aside`` when it was the last that is borne."""
    state = "aside" if aside else "waiting"
    sql.execute(update(inbox).where(inbox.c.id == id).values(state=state, tries=inbox.c.tries + 1, error=error[:500]))


def mark_unbegun(sql: Connection, ids: Sequence[int]) -> None:
    """We stopped before these were answered, by our own will: this does not count against them."""
    sql.execute(update(inbox).where(inbox.c.id.in_(ids)).values(claims=inbox.c.claims - 1))


def give_back(sql: Connection, bot: int, chats: Mapping[int, float]) -> None:
    """Let go of chats. Each stands in line again from the given moment if more of its updates wait."""
    more = exists().where(inbox.c.bot == bot, inbox.c.chat == inbox_chats.c.chat, inbox.c.state == "waiting")
    change = update(inbox_chats).where(inbox_chats.c.bot == bot, inbox_chats.c.chat == bindparam("place"))
    change = change.values(owner=None, lease=None, ready=case((more, bindparam("turn")), else_=None))
    sql.execute(change, [{"place": chat, "turn": chats[chat]} for chat in sorted(chats)])


def renew(sql: Connection, bot: int, owner: str, now: float) -> None:
    """Hold what is ours for another lease."""
    mine = and_(inbox_chats.c.bot == bot, inbox_chats.c.owner == owner)
    sql.execute(update(inbox_chats).where(mine).values(lease=now + LEASE_SECONDS))


def waiting(sql: Connection, bot: int) -> Waiting:
    """How much waits, and since when the oldest."""
    what = select(func.count(), func.min(inbox.c.received)).where(inbox.c.bot == bot, inbox.c.state == "waiting")
    count, oldest = sql.execute(what).one()
    return Waiting(count, oldest)


def purge(sql: Connection, now: float) -> None:
    """Remove what was done or put aside so long ago that Telegram cannot deliver it again."""
    sql.execute(delete(inbox).where(inbox.c.state != "waiting", inbox.c.received < now - KEEP_SECONDS))
    idle = and_(inbox_chats.c.ready.is_(None), inbox_chats.c.owner.is_(None))
    sql.execute(delete(inbox_chats).where(idle))
