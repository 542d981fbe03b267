"""The outbox: messages kept in SQL until Telegram took them, paced for all replicas together."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from typing import Any

from sqlalchemy import Connection, Insert, and_, bindparam, case, delete, exists, func, or_, select, update

from bot.telegram import json_codec
from bot.telegram.queue.rate_limits import Paces, free_at, kept, room
from bot.telegram.queue.sql_helpers import BOT, WAITING, given, insert_of
from bot.telegram.queue.tables import outbox, outbox_chats, paces
from bot.telegram.queue.worker_identity import LEASE_SECONDS

AHEAD_SECONDS = 0.05  # a message is fetched that long before its moment, or the time this takes would lower the rate

_waiting = and_(outbox.c.bot == BOT, outbox.c.state == WAITING)
_mine = and_(outbox_chats.c.bot == BOT, outbox_chats.c.owner == bindparam("me"))
_here = and_(outbox_chats.c.bot == BOT, outbox_chats.c.chat == bindparam("place"))
_free = or_(outbox_chats.c.owner.is_(None), outbox_chats.c.lease < bindparam("now"))
_first = select(func.min(outbox.c.id)).where(_waiting, given(outbox.c.chat, "chats")).group_by(outbox.c.chat)
_more = exists().where(_waiting, outbox.c.chat == outbox_chats.c.chat)
_pace: dict[str, Any] = {"sent": bindparam("times"), "free": bindparam("from")}

PACE = select(paces.c.sent, paces.c.quiet_until).where(paces.c.bot == BOT).with_for_update()
TURNS = (
    select(outbox_chats.c.chat, outbox_chats.c.sent)
    .where(outbox_chats.c.bot == BOT, outbox_chats.c.due <= bindparam("now"), _free)
    .order_by(outbox_chats.c.due)
    .limit(bindparam("most"))
    .with_for_update(skip_locked=True)
)
NEXT = select(outbox).where(outbox.c.id.in_(_first))
NOTHING = update(outbox_chats).where(outbox_chats.c.bot == BOT, given(outbox_chats.c.chat, "chats")).values(due=None)
TAKE = update(outbox_chats).where(_here).values(owner=bindparam("me"), lease=bindparam("until"), **_pace)
PACED = update(paces).where(paces.c.bot == BOT).values(sent=bindparam("times"))
SENT = delete(outbox).where(given(outbox.c.id, "ids"))
OURS = (
    select(outbox_chats.c.chat, outbox_chats.c.sent, _more.label("more"))
    .where(_mine, given(outbox_chats.c.chat, "chats"))
    .order_by(outbox_chats.c.chat)
    .with_for_update()
)
LET_GO = update(outbox_chats).where(_here).values(owner=None, lease=None, due=bindparam("next"), **_pace)
RENEW = update(outbox_chats).where(_mine).values(lease=bindparam("until"))


@dataclass(frozen=True)
class Outgoing:
    """A message to be sent: HTML of at most 4,096 UTF-16 units after parsing, and rows of (label, token) buttons."""

    text: str
    html: bool = True
    thread: int | None = None
    reply_to: int | None = None
    keyboard: tuple[tuple[tuple[str, str], ...], ...] = ()


@dataclass(frozen=True)
class Parcel:
    """The next message of a chat, ours until the lease ends, to be sent in ``wait`` seconds."""

    id: int
    chat: int
    message: Outgoing
    tries: int
    made: float
    wait: float = 0.0


@dataclass(frozen=True)
class Delivery:
    """How a parcel fared. ``delay``: seconds before the chat's next call; ``error``: why it was given up."""

    parcel: Parcel
    sent: bool = False
    delay: float = 0.0
    error: str | None = None
    whole_chat: bool = False  # given up for everything that waits for the chat
    moved_to: int | None = None
    change: Outgoing | None = None  # send this instead


@dataclass(frozen=True)
class Due:
    """Parcels to send, and how long not to look for more: until a moment, or for seconds that the pace asks for."""

    parcels: tuple[Parcel, ...] = ()
    quiet_until: float = 0.0
    wait: float = 0.0


@dataclass(frozen=True)
class Post:
    """Messages for one chat, in order."""

    chat: int
    person: str
    messages: tuple[Outgoing, ...] = field(default=())


def enqueue(sql: Connection, bot: int, posts: Sequence[Post], now: float) -> None:
    """Put messages behind those that wait for the same chats."""
    new = {"bot": bot, "made": now, "state": "waiting", "tries": 0}
    rows = [
        {"chat": post.chat, "person": post.person, "payload": json_codec.written(message), **new}
        for post in posts
        for message in post.messages
    ]
    if rows:
        sql.execute(outbox.insert(), rows)
        _line_up(sql, bot, {post.chat for post in posts if post.messages}, now)


def _line_up(sql: Connection, bot: int, chats: set[int], now: float) -> None:
    rows = [{"bot": bot, "chat": chat, "due": now, "free": 0.0, "sent": "[]"} for chat in sorted(chats)]
    sql.execute(_lined_up(sql.dialect.name), rows)


@cache
def _lined_up(dialect: str) -> Insert:
    line = insert_of(dialect, outbox_chats)
    later = case((outbox_chats.c.free > line.excluded.due, outbox_chats.c.free), else_=line.excluded.due)
    due = func.coalesce(outbox_chats.c.due, later)
    return line.on_conflict_do_update(index_elements=["bot", "chat"], set_={"due": due})


def claim(
    sql: Connection, bot: int, owner: str, most: int, limits: Paces, now: float, busy: Collection[int] = ()
) -> Due:
    """The next message of each chat whose turn it is, as many as the bot's pace allows; none of ``busy`` chats."""
    pace = sql.execute(PACE, {"number": bot}).one()
    if pace.quiet_until > now:
        return Due(quiet_until=pace.quiet_until)
    sent = json_codec.read(pace.sent)
    most = room(sent, limits.bot, now + AHEAD_SECONDS, most)
    if not most:
        return Due(wait=max(0.001, free_at(sent, limits.bot) - now - AHEAD_SECONDS))
    chats = _turns(sql, bot, most, now, busy)
    if not chats:
        return Due()
    rows, parcels = [], []
    same = {"number": bot, "me": owner, "until": now + LEASE_SECONDS}
    for parcel in _next(sql, bot, list(chats)):
        at = max(now, free_at(sent, limits.bot))
        sent.append(at)
        parcels.append(replace(parcel, wait=at - now) if at > now else parcel)
        times = kept([*chats[parcel.chat], at], limits.of(parcel.chat))
        free = free_at(times, limits.of(parcel.chat))
        rows.append({"place": parcel.chat, "times": json_codec.written(times), "from": free, **same})
    if rows:
        sql.execute(TAKE, rows)
        sql.execute(PACED, {"number": bot, "times": json_codec.written(kept(sent, limits.bot))})
    return Due(tuple(parcels))


def _turns(sql: Connection, bot: int, most: int, now: float, busy: Collection[int]) -> dict[int, list[float]]:
    found = sql.execute(TURNS, {"number": bot, "now": now, "most": most + len(busy)})
    rows = [row for row in found if row.chat not in busy]
    return {row.chat: json_codec.read(row.sent) for row in rows[:most]}


def _next(sql: Connection, bot: int, chats: Sequence[int]) -> tuple[Parcel, ...]:
    rows = {row.chat: row for row in sql.execute(NEXT, {"number": bot, "chats": chats})}
    if len(rows) < len(chats):  # its messages were deleted meanwhile
        sql.execute(NOTHING, {"number": bot, "chats": [chat for chat in chats if chat not in rows]})
    return tuple(
        Parcel(row.id, row.chat, _outgoing(json_codec.read(row.payload)), row.tries, row.made)
        for row in (rows[chat] for chat in chats if chat in rows)
    )


def _outgoing(value: dict[str, Any]) -> Outgoing:
    rows = tuple(tuple((label, token) for label, token in row) for row in value.pop("keyboard"))
    return Outgoing(**value, keyboard=rows)


def settle(sql: Connection, bot: int, owner: str, deliveries: Sequence[Delivery], limits: Paces, now: float) -> None:
    """Write down how parcels fared and let go of their chats."""
    done = [one.parcel.id for one in deliveries if one.sent]
    if done:
        sql.execute(SENT, {"ids": done})
    for one in deliveries:
        if not one.sent:
            _keep(sql, bot, one, now)
    after = {one.parcel.chat: now + one.delay for one in deliveries}
    rows = sql.execute(OURS, {"number": bot, "me": owner, "chats": list(after)}).all()
    if rows:
        _let_go(sql, bot, rows, after, limits, now)


def _let_go(
    sql: Connection, bot: int, rows: Sequence[Any], after: Mapping[int, float], limits: Paces, now: float
) -> None:
    """Each chat's pace counts from the end of its last call: a slow call may have arrived late."""
    changes = []
    for row in rows:
        times = [*json_codec.read(row.sent)[:-1], now] if row.sent != "[]" else []
        free = free_at(times, limits.of(row.chat))
        due = max(free, after[row.chat]) if row.more else None
        changes.append(
            {"number": bot, "place": row.chat, "times": json_codec.written(times), "from": free, "next": due}
        )
    sql.execute(LET_GO, changes)


def _keep(sql: Connection, bot: int, one: Delivery, now: float) -> None:
    here = outbox.c.id == one.parcel.id
    everything = and_(outbox.c.bot == bot, outbox.c.chat == one.parcel.chat, outbox.c.state == "waiting")
    if one.moved_to is not None:
        sql.execute(update(outbox).where(everything).values(chat=one.moved_to))
        _line_up(sql, bot, {one.moved_to}, now)
    elif one.error is not None:
        gone = {"state": "given_up", "payload": "", "error": one.error[:500]}
        sql.execute(update(outbox).where(everything if one.whole_chat else here).values(**gone))
    elif one.change is not None:
        sql.execute(update(outbox).where(here).values(payload=json_codec.written(one.change), tries=outbox.c.tries + 1))
    else:
        sql.execute(update(outbox).where(here).values(tries=outbox.c.tries + 1))


def begin(sql: Connection, bot: int) -> None:
    """Make the bot's row of ``paces``; once, before anything is claimed."""
    row = insert_of(sql.dialect.name, paces).values(bot=bot, sent="[]", quiet_until=0.0)
    sql.execute(row.on_conflict_do_nothing(index_elements=["bot"]))


def be_quiet(sql: Connection, bot: int, until: float) -> None:
    """Nobody sends anything before ``until``: Telegram's retry_after, for all replicas."""
    sql.execute(update(paces).where(paces.c.bot == bot, paces.c.quiet_until < until).values(quiet_until=until))


def renew(sql: Connection, bot: int, owner: str, now: float) -> None:
    """Hold what is ours for another lease."""
    sql.execute(RENEW, {"number": bot, "me": owner, "until": now + LEASE_SECONDS})


def depth(sql: Connection, bot: int) -> Mapping[str, int]:
    """How many messages wait, and how many were given up, by state."""
    counts = select(outbox.c.state, func.count()).where(outbox.c.bot == bot).group_by(outbox.c.state)
    return {row[0]: row[1] for row in sql.execute(counts)}


def purge(sql: Connection, now: float) -> None:
    """Remove what was given up a week ago, and the pace of chats that rest."""
    sql.execute(delete(outbox).where(outbox.c.state == "given_up", outbox.c.made < now - 7 * 24 * 3600))
    idle = (outbox_chats.c.due.is_(None), outbox_chats.c.owner.is_(None), outbox_chats.c.free < now - 60)
    sql.execute(delete(outbox_chats).where(*idle))
