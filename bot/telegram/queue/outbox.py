"""The outbox: messages kept in SQL until Telegram took them, within the rate limits for all replicas together."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import Connection, and_, select, update

from bot.telegram import json_codec
from bot.telegram.queue import outbox_statements as statements
from bot.telegram.queue.audience import notices
from bot.telegram.queue.outgoing import answer_ends, delivered_answers
from bot.telegram.queue.outgoing.messages import (
    AnswerEnd,
    Delivery,
    DueMessages,
    MessageBatch,
    MessageContent,
    OutgoingMessage,
)
from bot.telegram.queue.rate_limits import RateLimits, allowed_now, next_allowed_at, relevant
from bot.telegram.queue.sql_helpers import delete_some, insert_into, is_aside
from bot.telegram.queue.tables import outbox, paces
from bot.telegram.queue.timing.flood_windows import close_bot_if_two
from bot.telegram.queue.timing.stored_times import past, time_left
from bot.telegram.queue.worker_identity import LEASE_SECONDS
from bot.telegram.sealing.envelopes import enclose, opened
from bot.telegram.sealing.sealer import sealer_of

AHEAD_SECONDS = 0.05  # a message is fetched that long before its moment, or the time this takes would lower the rate
KEEP_GIVEN_UP_SECONDS = 7 * 24 * 3600.0
PAYLOAD_COLUMN, ERROR_COLUMN = "outbox.payload", "outbox.error"  # what the seals of these texts are made for


def enqueue(sql: Connection, bot: int, batches: Sequence[MessageBatch], now: float) -> None:
    """Put messages behind those that wait for the same chats."""
    sealer = sealer_of(sql)
    new = {"bot": bot, "made": now, "state": "waiting", "tries": 0}
    rows: list[dict[str, Any]] = []
    for batch in batches:
        chat = sealer.identities.chat(batch.chat_id)
        for content, end in zip(batch.contents, answer_ends.columns(batch), strict=True):
            payload = enclose(sealer, batch.chat_id, json_codec.dumps(content), PAYLOAD_COLUMN)
            rows.append({"chat": chat, "person": batch.person, "payload": payload, **new, **end})
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
    if quiet := time_left(rate.quiet_until, rate.quiet_for, now):
        return DueMessages(quiet=quiet)
    sent = past(json_codec.loads(rate.sent), now)
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
    return {row.chat: past(json_codec.loads(row.sent), now) for row in rows[:most]}


def _first_messages(sql: Connection, bot: int, chats: Sequence[int]) -> tuple[OutgoingMessage, ...]:
    rows = {row.chat: row for row in sql.execute(statements.SELECT_FIRST_MESSAGES, {"number": bot, "chats": chats})}
    if len(rows) < len(chats):  # its messages were deleted meanwhile
        empty = [chat for chat in chats if chat not in rows]
        sql.execute(statements.CLEAR_EMPTY_CHATS, {"number": bot, "chats": empty})
    found, unreadable = opened(sealer_of(sql), [rows[chat] for chat in chats if chat in rows], PAYLOAD_COLUMN)
    if unreadable:  # their chats go on with what is next
        sql.execute(statements.SET_ASIDE, {"ids": [row.id for row in unreadable]})
    return tuple(
        OutgoingMessage(
            one.row.id,
            one.row.chat,
            one.chat_id,
            _content(json_codec.loads(one.payload)),
            one.row.tries,
            one.row.made,
            question=one.row.question,
            status=one.row.status,
            notice=one.row.notice,
        )
        for one in found
    )


def _content(value: dict[str, Any]) -> MessageContent:
    rows = tuple(tuple((label, token) for label, token in row) for row in value.pop("keyboard"))
    return MessageContent(**value, keyboard=rows)


def settle(
    sql: Connection, bot: int, owner: str, deliveries: Sequence[Delivery], limits: RateLimits, now: float
) -> tuple[AnswerEnd, ...]:
    """Write down how messages fared and let go of their chats; how answers ended of which that was the last."""
    late = delivered_answers.note_delivered(sql, deliveries)
    ends = answer_ends.of(sql, bot, deliveries)
    notices.arrived(sql, deliveries, now)
    sent = [(delivery.message.id, delivery.message.question or 0) for delivery in deliveries if delivery.sent]
    if sent:
        sql.execute(statements.DELETE_SENT, {"ids": [id for id, _ in sent], "messages": sent})
    for delivery in deliveries:
        if not delivery.sent:
            _keep(sql, bot, delivery, now)
    by_chat = {delivery.message.chat: delivery for delivery in deliveries}
    rows = sql.execute(statements.LOCK_OUR_CHATS, {"number": bot, "me": owner, "chats": list(by_chat)}).all()
    enqueue(sql, bot, late, now)
    if rows:
        chats = {"number": bot, "chats": [row.chat for row in rows]}
        waiting = set(sql.scalars(statements.SELECT_WAITING_CHATS, chats))
        changes = [
            {"number": bot, **_released(row, by_chat[row.chat], row.chat in waiting, limits, now)} for row in rows
        ]
        sql.execute(statements.RELEASE_CHAT, changes)
    refused = [delivery.delay for delivery in deliveries if delivery.refused]
    if refused:
        close_bot_if_two(sql, bot, max(refused), now)
    return ends


def _released(row: Any, delivery: Delivery, more_waits: bool, limits: RateLimits, now: float) -> dict[str, Any]:
    """A chat's new values. Its limit counts from the end of its last call: a slow call may have arrived late."""
    times = [*past(json_codec.loads(row.sent)[:-1], now), now] if row.sent != "[]" else []
    window = max(time_left(row.refused_until, row.wait, now), delivery.delay if delivery.refused else 0.0)
    free = max(next_allowed_at(times, limits.of(row.chat)), now + window)
    due = max(free, now + delivery.delay)
    return {
        "chat_id": row.chat,
        "times": json_codec.dumps(times),
        "free_from": free,
        "next": due if more_waits else None,
        "refused": now + window if window else None,
        "longest": due - now,
    }


def _keep(sql: Connection, bot: int, delivery: Delivery, now: float) -> None:
    """What becomes of a message that was not sent: another chat, given up, changed, or only tried once more."""
    sent = delivery.message
    this = and_(outbox.c.id == sent.id, outbox.c.question.is_not_distinct_from(sent.question))
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


def renew(sql: Connection, bot: int, owner: str, now: float) -> None:
    """Extend all leases of ``owner`` on chats of the outbox by ``LEASE_SECONDS`` from ``now``."""
    sql.execute(statements.RENEW_LEASES, {"number": bot, "me": owner, "until": now + LEASE_SECONDS})


def purge(sql: Connection, now: float) -> bool:
    """Remove some of what was given up, or waited for its key, a week ago; whether there may be more."""
    return delete_some(sql, outbox, is_aside(outbox) & (outbox.c.made < now - KEEP_GIVEN_UP_SECONDS))


def purge_chats(sql: Connection, now: float) -> None:
    """Remove the rows of chats that rest, as soon as their times limit nothing: nothing stays of who has been here."""
    sql.execute(statements.PURGE_CHATS, {"now": now})
