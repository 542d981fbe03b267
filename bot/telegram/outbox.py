"""The outbox: messages kept in SQL until Telegram took them, paced for all replicas together."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, and_, bindparam, case, delete, func, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite

from .owner import LEASE_SECONDS
from .pacing import Paces, free_at, kept, room
from .tables import outbox, outbox_chats, paces


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
    """The next message of a chat, ours until the lease ends."""

    id: int
    chat: int
    message: Outgoing
    tries: int
    made: float


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
    """Parcels to send now, and the moment before which nothing may be sent at all."""

    parcels: tuple[Parcel, ...] = ()
    quiet_until: float = 0.0


@dataclass(frozen=True)
class Post:
    """Messages for one chat, in order."""

    chat: int
    person: str
    messages: tuple[Outgoing, ...] = field(default=())


def enqueue(sql: Connection, bot: int, posts: Sequence[Post], now: float) -> None:
    """Put messages behind those that wait for the same chats."""
    rows = [
        {
            "bot": bot,
            "chat": post.chat,
            "person": post.person,
            "payload": _payload(message),
            "made": now,
            "state": "waiting",
            "tries": 0,
        }
        for post in posts
        for message in post.messages
    ]
    if not rows:
        return
    sql.execute(outbox.insert(), rows)
    _line_up(sql, bot, {post.chat for post in posts if post.messages}, now)


def _line_up(sql: Connection, bot: int, chats: set[int], now: float) -> None:
    dialect = sqlite if sql.dialect.name == "sqlite" else postgresql
    line = dialect.insert(outbox_chats)
    later = case((outbox_chats.c.free > line.excluded.due, outbox_chats.c.free), else_=line.excluded.due)
    due = func.coalesce(outbox_chats.c.due, later)
    upsert = line.on_conflict_do_update(index_elements=["bot", "chat"], set_={"due": due})
    sql.execute(upsert, [{"bot": bot, "chat": chat, "due": now, "free": 0.0, "sent": "[]"} for chat in sorted(chats)])


def claim(
    sql: Connection, bot: int, owner: str, most: int, limits: Paces, now: float, busy: Collection[int] = ()
) -> Due:
    """The next message of each chat whose turn it is, as many as the bot's pace allows; none of ``busy`` chats."""
    pace = sql.execute(select(paces).where(paces.c.bot == bot).with_for_update()).one()
    if pace.quiet_until > now:
        return Due(quiet_until=pace.quiet_until)
    sent = json.loads(pace.sent)
    chats = _turns(sql, bot, room(sent, limits.bot, now, most), now, busy)
    if not chats:
        return Due()
    parcels = _next(sql, bot, list(chats))
    rows = []
    for chat, before in chats.items():
        times = kept([*before, now], limits.of(chat))
        rows.append({"place": chat, "times": json.dumps(times), "from": free_at(times, limits.of(chat))})
    here = and_(outbox_chats.c.bot == bot, outbox_chats.c.chat == bindparam("place"))
    values = {"sent": bindparam("times"), "free": bindparam("from"), "owner": owner, "lease": now + LEASE_SECONDS}
    sql.execute(update(outbox_chats).where(here).values(values), rows)
    if limits.bot:
        times = kept(sent + [now] * len(parcels), limits.bot)
        sql.execute(update(paces).where(paces.c.bot == bot).values(sent=json.dumps(times)))
    return Due(parcels)


def _turns(sql: Connection, bot: int, most: int, now: float, busy: Collection[int]) -> dict[int, list[float]]:
    if most < 1:
        return {}
    free = or_(outbox_chats.c.owner.is_(None), outbox_chats.c.lease < now)
    turn = select(outbox_chats.c.chat, outbox_chats.c.sent)
    turn = turn.where(outbox_chats.c.bot == bot, outbox_chats.c.due <= now, free)
    turn = turn.order_by(outbox_chats.c.due).limit(most + len(busy)).with_for_update(skip_locked=True)
    rows = [row for row in sql.execute(turn) if row.chat not in busy]
    return {row.chat: json.loads(row.sent) for row in rows[:most]}


def _next(sql: Connection, bot: int, chats: Sequence[int]) -> tuple[Parcel, ...]:
    waiting = and_(outbox.c.bot == bot, outbox.c.state == "waiting", outbox.c.chat.in_(chats))
    first = select(func.min(outbox.c.id)).where(waiting).group_by(outbox.c.chat)
    rows = {row.chat: row for row in sql.execute(select(outbox).where(outbox.c.id.in_(first)))}
    empty = [chat for chat in chats if chat not in rows]  # its messages were deleted meanwhile
    if empty:
        gone = and_(outbox_chats.c.bot == bot, outbox_chats.c.chat.in_(empty))
        sql.execute(update(outbox_chats).where(gone).values(due=None))
    return tuple(
        Parcel(row.id, row.chat, _outgoing(json.loads(row.payload)), row.tries, row.made)
        for row in (rows[chat] for chat in chats if chat in rows)
    )


def _payload(message: Outgoing) -> str:
    return json.dumps(vars(message))


def _outgoing(value: dict[str, Any]) -> Outgoing:
    rows = tuple(tuple((label, token) for label, token in row) for row in value.pop("keyboard"))
    return Outgoing(**value, keyboard=rows)


def settle(sql: Connection, bot: int, owner: str, deliveries: Sequence[Delivery], limits: Paces, now: float) -> None:
    """Write down how parcels fared and let go of their chats."""
    done = [one.parcel.id for one in deliveries if one.sent]
    sql.execute(delete(outbox).where(outbox.c.id.in_(done)))
    for one in deliveries:
        if not one.sent:
            _keep(sql, bot, one, now)
    after = {one.parcel.chat: now + one.delay for one in deliveries}
    mine = and_(outbox_chats.c.bot == bot, outbox_chats.c.chat.in_(after), outbox_chats.c.owner == owner)
    rows = sql.execute(select(outbox_chats).where(mine).order_by(outbox_chats.c.chat).with_for_update()).all()
    waiting = and_(outbox.c.bot == bot, outbox.c.state == "waiting", outbox.c.chat.in_(after))
    more = set(sql.scalars(select(outbox.c.chat).where(waiting).distinct()))
    if rows:
        _let_go(sql, bot, rows, {chat: after[chat] for chat in after if chat in more}, limits, now)


def _let_go(
    sql: Connection, bot: int, rows: Sequence[Any], after: Mapping[int, float], limits: Paces, now: float
) -> None:
    """Each chat's pace counts from the end of its last call: a slow call may have arrived late."""
    changes = []
    for row in rows:
        times = [*json.loads(row.sent)[:-1], now] if row.sent != "[]" else []
        free = free_at(times, limits.of(row.chat))
        due = max(free, after[row.chat]) if row.chat in after else None
        changes.append({"place": row.chat, "times": json.dumps(times), "from": free, "next": due})
    here = and_(outbox_chats.c.bot == bot, outbox_chats.c.chat == bindparam("place"))
    values: dict[str, Any] = {"sent": bindparam("times"), "free": bindparam("from"), "due": bindparam("next")}
    sql.execute(update(outbox_chats).where(here).values(owner=None, lease=None, **values), changes)


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
        sql.execute(update(outbox).where(here).values(payload=_payload(one.change), tries=outbox.c.tries + 1))
    else:
        sql.execute(update(outbox).where(here).values(tries=outbox.c.tries + 1))


def begin(sql: Connection, bot: int) -> None:
    """Make the bot's row of ``paces``; once, before anything is claimed."""
    dialect = sqlite if sql.dialect.name == "sqlite" else postgresql
    row = dialect.insert(paces).values(bot=bot, sent="[]", quiet_until=0.0)
    sql.execute(row.on_conflict_do_nothing(index_elements=["bot"]))


def be_quiet(sql: Connection, bot: int, until: float) -> None:
    """Nobody sends anything before ``until``: Telegram's retry_after, for all replicas."""
    later = and_(paces.c.bot == bot, paces.c.quiet_until < until)
    sql.execute(update(paces).where(later).values(quiet_until=until))


def renew(sql: Connection, bot: int, owner: str, now: float) -> None:
    """Hold what is ours for another lease."""
    mine = and_(outbox_chats.c.bot == bot, outbox_chats.c.owner == owner)
    sql.execute(update(outbox_chats).where(mine).values(lease=now + LEASE_SECONDS))


def depth(sql: Connection, bot: int) -> Mapping[str, int]:
    """How many messages wait, and how many were given up, by state."""
    counts = select(outbox.c.state, func.count()).where(outbox.c.bot == bot).group_by(outbox.c.state)
    return {row[0]: row[1] for row in sql.execute(counts)}


def purge(sql: Connection, now: float) -> None:
    """Remove what was given up a week ago, and the pace of chats that rest."""
    sql.execute(delete(outbox).where(outbox.c.state == "given_up", outbox.c.made < now - 7 * 24 * 3600))
    rest = and_(outbox_chats.c.due.is_(None), outbox_chats.c.owner.is_(None), outbox_chats.c.free < now - 60)
    sql.execute(delete(outbox_chats).where(rest))
