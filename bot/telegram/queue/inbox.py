"""The inbox: what Telegram handed over, kept in SQL before Telegram is told, claimed a chat at a time.

A chat's row in ``inbox_chats`` is its place in the line. Whoever adds or finishes an update of a chat holds that row's
lock, so ``ready`` is never lost; it is the time since when the chat waits for its turn, so a chat that was just served
stands behind those that were not, however much it has sent.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from sqlalchemy import Connection, Insert, and_, bindparam, case, delete, exists, func, or_, select, tuple_, update

from bot.telegram import json_codec
from bot.telegram.queue.conversations import Conversation, Identities, remembered
from bot.telegram.queue.sql_helpers import BOT, WAITING, given, insert_of
from bot.telegram.queue.tables import conversations, inbox, inbox_chats
from bot.telegram.queue.worker_identity import LEASE_SECONDS

KEEP_SECONDS = 48 * 3600.0  # Telegram hands an update out for 24 hours; until then its number must be known
CONTENT = ("message", "edited_message", "callback_query", "my_chat_member")

_waiting = and_(inbox.c.bot == BOT, inbox.c.state == WAITING)
_mine = and_(inbox_chats.c.bot == BOT, inbox_chats.c.owner == bindparam("me"))
_these = and_(inbox_chats.c.bot == BOT, given(inbox_chats.c.chat, "chats"))
_free = or_(inbox_chats.c.owner.is_(None), inbox_chats.c.lease < bindparam("now"))
_more = exists().where(_waiting, inbox.c.chat == inbox_chats.c.chat)
_first = select(inbox.c.chat, func.min(inbox.c.update_id)).where(_waiting, given(inbox.c.chat, "chats"))
_listed = given(inbox.c.id, "ids")

TURN = (
    select(inbox_chats.c.chat)
    .where(inbox_chats.c.bot == BOT, inbox_chats.c.ready <= bindparam("now"), _free)
    .order_by(inbox_chats.c.ready)
    .limit(bindparam("most"))
    .with_for_update(skip_locked=True)
)
TAKE = update(inbox_chats).where(_these).values(owner=bindparam("me"), lease=bindparam("until"))
NEXT = (
    select(inbox, *(column.label(f"talk_{column.name}") for column in conversations.c))
    .outerjoin(conversations, conversations.c.key == inbox.c.conversation)
    .where(_waiting, tuple_(inbox.c.chat, inbox.c.update_id).in_(_first.group_by(inbox.c.chat)))
)
BEGUN = update(inbox).where(_listed).values(claims=inbox.c.claims + bindparam("more"))
NOTHING = update(inbox_chats).where(_these).values(owner=None, ready=None)
HELD = (
    select(inbox.c.id)
    .join(inbox_chats, and_(inbox_chats.c.bot == inbox.c.bot, inbox_chats.c.chat == inbox.c.chat))
    .where(_listed, _waiting, inbox_chats.c.owner == bindparam("me"))
    .order_by(inbox.c.chat)
    .with_for_update(of=inbox_chats)
)
DONE = update(inbox).where(_listed).values(state="done", payload="", person="", conversation="", chat=0, error=None)
LET_GO = (
    update(inbox_chats)
    .where(_mine, given(inbox_chats.c.chat, "chats"))
    .values(owner=None, lease=None, ready=case((_more, bindparam("turn")), else_=None))
)
RENEW = update(inbox_chats).where(_mine).values(lease=bindparam("until"))


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
    return Received(int(update["update_id"]), json_codec.written(update), chat, person, identities.of(chat, user))


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


@cache
def _once(dialect: str) -> Insert:
    return insert_of(dialect, inbox).on_conflict_do_nothing(index_elements=["bot", "update_id"])


@cache
def _line_up(dialect: str) -> Insert:
    line = insert_of(dialect, inbox_chats)
    ready = func.coalesce(inbox_chats.c.ready, line.excluded.ready)
    return line.on_conflict_do_update(index_elements=["bot", "chat"], set_={"ready": ready})


def store(sql: Connection, bot: int, updates: Sequence[Received], now: float) -> None:
    """Keep ``updates``, each once."""
    if not updates:
        return
    new = {"bot": bot, "received": now, "state": "waiting", "tries": 0, "claims": 0}
    sql.execute(_once(sql.dialect.name), [new | vars(one) for one in sorted(updates, key=lambda one: one.update_id)])
    # The chat of an update that was known gets in line for nothing; whoever claims it finds that out.
    chats = sorted({one.chat for one in updates})
    sql.execute(_line_up(sql.dialect.name), [{"bot": bot, "chat": chat, "ready": now} for chat in chats])


def claim(sql: Connection, bot: int, owner: str, most: int, now: float, busy: Collection[int] = ()) -> list[Claim]:
    """The next update of up to ``most`` chats, those first that wait longest for their turn; none of ``busy`` chats."""
    turn = sql.scalars(TURN, {"number": bot, "now": now, "most": most + len(busy)})
    # A busy chat is free only when its lease was lost: cheaper to sort out here than to exclude there.
    chats = [chat for chat in turn if chat not in busy][:most]
    if not chats:
        return []
    sql.execute(TAKE, {"number": bot, "chats": chats, "me": owner, "until": now + LEASE_SECONDS})
    rows = {row.chat: row for row in sql.execute(NEXT, {"number": bot, "chats": chats})}
    if rows:
        sql.execute(BEGUN, {"ids": [row.id for row in rows.values()], "more": 1})
    if len(rows) < len(chats):  # its updates were deleted meanwhile, or known already when they came
        sql.execute(NOTHING, {"number": bot, "chats": [chat for chat in chats if chat not in rows]})
    return [_claimed(rows[chat]) for chat in chats if chat in rows]


def _claimed(row: Any) -> Claim:
    talk = Conversation(row.conversation, row.person)
    if row.talk_key is not None:
        talk = remembered(row.talk_key, row.talk_person, row.talk_language, row.talk_greeted, row.talk_turns)
    return Claim(row.id, row.chat, row.payload, row.received, row.tries, row.claims + 1, talk)


def held(sql: Connection, bot: int, owner: str, ids: Sequence[int]) -> set[int]:
    """Those of these updates that still wait and whose chats are still ours; the chats' rows are locked from now on."""
    return set(sql.scalars(HELD, {"number": bot, "me": owner, "ids": ids})) if ids else set()


def mark_done(sql: Connection, ids: Collection[int]) -> None:
    """These updates are answered: their text goes, their number stays."""
    if ids:
        sql.execute(DONE, {"ids": list(ids)})


def mark_failed(sql: Connection, id: int, error: str, *, aside: bool) -> None:
    """One more failure of an update; ``aside`` when it was the last that is borne."""
    state = "aside" if aside else "waiting"
    sql.execute(update(inbox).where(inbox.c.id == id).values(state=state, tries=inbox.c.tries + 1, error=error[:500]))


def mark_unbegun(sql: Connection, ids: Collection[int]) -> None:
    """We stopped before these were answered, by our own will: this does not count against them."""
    if ids:
        sql.execute(BEGUN, {"ids": list(ids), "more": -1})


def give_back(sql: Connection, bot: int, owner: str, chats: Collection[int], turn: float) -> None:
    """Let go of those of ``chats`` that are ours. Each stands in line again from ``turn`` if more of it waits."""
    if chats:
        sql.execute(LET_GO, {"number": bot, "me": owner, "chats": list(chats), "turn": turn})


def renew(sql: Connection, bot: int, owner: str, now: float) -> None:
    """Hold what is ours for another lease."""
    sql.execute(RENEW, {"number": bot, "me": owner, "until": now + LEASE_SECONDS})


def waiting(sql: Connection, bot: int) -> Waiting:
    """How much waits, and since when the oldest."""
    count, oldest = sql.execute(select(func.count(), func.min(inbox.c.received)).where(_waiting), {"number": bot}).one()
    return Waiting(count, oldest)


def purge(sql: Connection, now: float) -> None:
    """Remove what was done or put aside so long ago that Telegram cannot deliver it again."""
    sql.execute(delete(inbox).where(inbox.c.state != "waiting", inbox.c.received < now - KEEP_SECONDS))
    idle = and_(inbox_chats.c.ready.is_(None), inbox_chats.c.owner.is_(None))
    sql.execute(delete(inbox_chats).where(idle))
