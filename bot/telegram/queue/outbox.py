"""The outbox: messages kept in SQL until Telegram took them, within the rate limits for all replicas together."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from sqlalchemy import Connection, and_, delete, func, select, update

from bot.telegram import json_codec
from bot.telegram.queue import outbox_statements as statements
from bot.telegram.queue.rate_limits import RateLimits, allowed_now, next_allowed_at, relevant
from bot.telegram.queue.sql_helpers import insert_into
from bot.telegram.queue.tables import outbox, paces
from bot.telegram.queue.worker_identity import LEASE_SECONDS
from bot.telegram.sealing.envelopes import enclose, opened
from bot.telegram.sealing.sealer import sealer_of

AHEAD_SECONDS = 0.05  # a message is fetched that long before its moment, or the time this takes would lower the rate
KEEP_GIVEN_UP_SECONDS = 7 * 24 * 3600.0
PAYLOAD_COLUMN, ERROR_COLUMN = "outbox.payload", "outbox.error"  # what the seals of these texts are made for


@dataclass(frozen=True)
class MessageContent:
    """What a message shows: a text of at most 4,096 UTF-16 units after parsing, and rows of (label, token) buttons.

    ``thread``: the forum topic; ``reply_to``: the id of the message that it answers.
    """

    text: str
    html: bool = True
    thread: int | None = None
    reply_to: int | None = None
    keyboard: tuple[tuple[tuple[str, str], ...], ...] = ()


@dataclass(frozen=True)
class OutgoingMessage:
    """The next message of a chat whose lease this process holds, to be sent in ``wait`` seconds."""

    id: int
    chat: int  # the hash that names it in tables
    chat_id: int  # its id in Telegram
    content: MessageContent
    tries: int
    made: float
    wait: float = 0.0


@dataclass(frozen=True)
class Delivery:
    """How a message fared. ``delay``: seconds before the chat's next call; ``error``: why it was given up."""

    message: OutgoingMessage
    sent: bool = False
    delay: float = 0.0
    error: str | None = None
    whole_chat: bool = False  # given up for everything that waits for the chat
    moved_to: int | None = None
    replacement: MessageContent | None = None  # send this instead


@dataclass(frozen=True)
class DueMessages:
    """Messages to send, and how long not to look for more: until a moment, or for seconds that the rate limit asks."""

    messages: tuple[OutgoingMessage, ...] = ()
    quiet_until: float = 0.0
    wait: float = 0.0


@dataclass(frozen=True)
class MessageBatch:
    """Messages for one chat (its id in Telegram), in order. ``person``: the hash of whom they answer, for deletion."""

    chat: int
    person: str
    contents: tuple[MessageContent, ...] = field(default=())


def enqueue(sql: Connection, bot: int, batches: Sequence[MessageBatch], now: float) -> None:
    """Put messages behind those that wait for the same chats."""
    sealer = sealer_of(sql)
    new = {"bot": bot, "made": now, "state": "waiting", "tries": 0}
    rows: list[dict[str, Any]] = []
    for batch in batches:
        chat = sealer.identities.chat(batch.chat)
        for content in batch.contents:
            payload = enclose(sealer, batch.chat, json_codec.dumps(content), PAYLOAD_COLUMN)
            rows.append({"chat": chat, "person": batch.person, "payload": payload, **new})
    if rows:
        sql.execute(outbox.insert(), rows)
        _line_up(sql, bot, {row["chat"] for row in rows}, now)


def _line_up(sql: Connection, bot: int, chats: set[int], now: float) -> None:
    rows = [{"bot": bot, "chat": chat, "due": now, "free": 0.0, "sent": "[]"} for chat in sorted(chats)]
    sql.execute(statements.line_up_chats(sql.dialect.name), rows)


def claim(
    sql: Connection, bot: int, owner: str, most: int, limits: RateLimits, now: float, busy: Collection[int] = ()
) -> DueMessages:
    """The next message of each chat whose turn it is, as many as the bot's limit allows; none of ``busy`` chats."""
    rate = sql.execute(statements.LOCK_BOT_RATE, {"number": bot}).one()
    if rate.quiet_until > now:
        return DueMessages(quiet_until=rate.quiet_until)
    sent = json_codec.loads(rate.sent)
    most = allowed_now(sent, limits.bot, now + AHEAD_SECONDS, most)
    if not most:
        return DueMessages(wait=max(0.001, next_allowed_at(sent, limits.bot) - now - AHEAD_SECONDS))
    chats = _due_chats(sql, bot, most, now, busy)
    if not chats:
        return DueMessages()
    rows, messages = [], []
    lease = {"number": bot, "me": owner, "until": now + LEASE_SECONDS}
    for message in _first_messages(sql, bot, list(chats)):
        at = max(now, next_allowed_at(sent, limits.bot))
        sent.append(at)
        messages.append(replace(message, wait=at - now) if at > now else message)
        times = relevant([*chats[message.chat], at], limits.of(message.chat))
        free = next_allowed_at(times, limits.of(message.chat))
        rows.append({"chat_id": message.chat, "times": json_codec.dumps(times), "free_from": free, **lease})
    if rows:
        sql.execute(statements.CLAIM_CHAT, rows)
        sql.execute(statements.SAVE_BOT_RATE, {"number": bot, "times": json_codec.dumps(relevant(sent, limits.bot))})
    return DueMessages(tuple(messages))


def _due_chats(sql: Connection, bot: int, most: int, now: float, busy: Collection[int]) -> dict[int, list[float]]:
    """Chats whose turn it is, with the times of what was last sent to them."""
    due = sql.execute(statements.SELECT_DUE_CHATS, {"number": bot, "now": now, "most": most + len(busy)})
    rows = [row for row in due if row.chat not in busy]
    return {row.chat: json_codec.loads(row.sent) for row in rows[:most]}


def _first_messages(sql: Connection, bot: int, chats: Sequence[int]) -> tuple[OutgoingMessage, ...]:
    rows = {row.chat: row for row in sql.execute(statements.SELECT_FIRST_MESSAGES, {"number": bot, "chats": chats})}
    if len(rows) < len(chats):  # its messages were deleted meanwhile
        empty = [chat for chat in chats if chat not in rows]
        sql.execute(statements.CLEAR_EMPTY_CHATS, {"number": bot, "chats": empty})
    found, unreadable = opened(sealer_of(sql), [rows[chat] for chat in chats if chat in rows], PAYLOAD_COLUMN)
    if unreadable:  # their chats go on with what is next
        sql.execute(statements.SET_ASIDE, {"ids": [row.id for row in unreadable]})
    contents = [(one.row, one.chat_id, _content(json_codec.loads(one.payload))) for one in found]
    return tuple(OutgoingMessage(row.id, row.chat, id, content, row.tries, row.made) for row, id, content in contents)


def _content(value: dict[str, Any]) -> MessageContent:
    rows = tuple(tuple((label, token) for label, token in row) for row in value.pop("keyboard"))
    return MessageContent(**value, keyboard=rows)


def settle(
    sql: Connection, bot: int, owner: str, deliveries: Sequence[Delivery], limits: RateLimits, now: float
) -> None:
    """Write down how messages fared and let go of their chats."""
    sent = [delivery.message.id for delivery in deliveries if delivery.sent]
    if sent:
        sql.execute(statements.DELETE_SENT, {"ids": sent})
    for delivery in deliveries:
        if not delivery.sent:
            _keep(sql, bot, delivery, now)
    after = {delivery.message.chat: now + delivery.delay for delivery in deliveries}
    rows = sql.execute(statements.LOCK_OUR_CHATS, {"number": bot, "me": owner, "chats": list(after)}).all()
    if rows:
        chats = {"number": bot, "chats": [row.chat for row in rows]}
        waiting = set(sql.scalars(statements.SELECT_WAITING_CHATS, chats))
        due = {chat: moment for chat, moment in after.items() if chat in waiting}
        _release(sql, bot, rows, due, limits, now)


def _release(
    sql: Connection, bot: int, rows: Sequence[Any], due_from: Mapping[int, float], limits: RateLimits, now: float
) -> None:
    """Each chat's limit counts from the end of its last call: a slow call may have arrived late.

    ``due_from``: of chats for which more waits, the earliest moment.
    """
    changes = []
    for row in rows:
        times = [*json_codec.loads(row.sent)[:-1], now] if row.sent != "[]" else []
        free = next_allowed_at(times, limits.of(row.chat))
        due = max(free, due_from[row.chat]) if row.chat in due_from else None
        sent = json_codec.dumps(times)
        changes.append({"number": bot, "chat_id": row.chat, "times": sent, "free_from": free, "next": due})
    sql.execute(statements.RELEASE_CHAT, changes)


def _keep(sql: Connection, bot: int, delivery: Delivery, now: float) -> None:
    """What becomes of a message that was not sent: another chat, given up, changed, or only tried once more."""
    this = outbox.c.id == delivery.message.id
    whole_chat = and_(outbox.c.bot == bot, outbox.c.chat == delivery.message.chat, outbox.c.state == "waiting")
    if delivery.moved_to is not None:
        sealer = sealer_of(sql)
        chat = sealer.identities.chat(delivery.moved_to)
        for one in opened(sealer, sql.execute(select(outbox).where(whole_chat)).all(), PAYLOAD_COLUMN)[0]:
            payload = enclose(sealer, delivery.moved_to, one.payload, PAYLOAD_COLUMN)
            sql.execute(update(outbox).where(outbox.c.id == one.row.id).values(chat=chat, payload=payload))
        _line_up(sql, bot, {chat}, now)
    elif delivery.error is not None:
        error = sealer_of(sql).seal(delivery.error[:500], ERROR_COLUMN)
        given_up = {"state": "given_up", "payload": "", "chat": 0, "error": error}
        sql.execute(update(outbox).where(whole_chat if delivery.whole_chat else this).values(**given_up))
    elif delivery.replacement is not None:
        content = json_codec.dumps(delivery.replacement)
        payload = enclose(sealer_of(sql), delivery.message.chat_id, content, PAYLOAD_COLUMN)
        sql.execute(update(outbox).where(this).values(payload=payload, tries=outbox.c.tries + 1))
    else:
        sql.execute(update(outbox).where(this).values(tries=outbox.c.tries + 1))


def begin(sql: Connection, bot: int) -> None:
    """Make the bot's row of ``paces``; once, before anything is claimed."""
    row = insert_into(paces, sql.dialect.name).values(bot=bot, sent="[]", quiet_until=0.0)
    sql.execute(row.on_conflict_do_nothing(index_elements=["bot"]))


def be_quiet(sql: Connection, bot: int, until: float) -> None:
    """Nobody sends anything before ``until``: Telegram's retry_after, for all replicas."""
    sql.execute(update(paces).where(paces.c.bot == bot, paces.c.quiet_until < until).values(quiet_until=until))


def renew(sql: Connection, bot: int, owner: str, now: float) -> None:
    """Extend all leases of ``owner`` on chats of the outbox by ``LEASE_SECONDS`` from ``now``."""
    sql.execute(statements.RENEW_LEASES, {"number": bot, "me": owner, "until": now + LEASE_SECONDS})


def depth(sql: Connection, bot: int) -> Mapping[str, int]:
    """How many messages wait, and how many were given up, by state."""
    counts = select(outbox.c.state, func.count()).where(outbox.c.bot == bot).group_by(outbox.c.state)
    return {row[0]: row[1] for row in sql.execute(counts)}


def purge(sql: Connection, now: float) -> None:
    """Remove what was given up, or waited for its key, a week ago."""
    kept = (outbox.c.state != "waiting", outbox.c.made < now - KEEP_GIVEN_UP_SECONDS)
    sql.execute(delete(outbox).where(*kept))


def purge_chats(sql: Connection, now: float) -> None:
    """Remove the rows of chats that rest, as soon as their times limit nothing: nothing stays of who has been here."""
    sql.execute(statements.PURGE_CHATS, {"now": now})
