"""Messages of hand-offs on their way: which topic they go to, whose the ids in the staff chat are, what did not arrive.

A message to staff whose hand-off has no topic yet, or whose topic was deleted, waits while one is made: the topic is
made when the message is due, and written down before the message goes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from sqlalchemy import Connection, select

from bot.presentation.messages import message
from bot.telegram.handoffs.closing import close_unreachable
from bot.telegram.handoffs.handoff import Handoff, HandoffState, find, from_row, note_messages, write_topic
from bot.telegram.handoffs.wording import card, note
from bot.telegram.queue.outgoing.messages import Delivery, MessageBatch, MessageContent, OutgoingMessage
from bot.telegram.queue.tables import handoffs


def addressed(sql: Connection, due: Sequence[OutgoingMessage]) -> tuple[OutgoingMessage, ...]:
    """``due``, those to staff with their topic; in the place of one that has none yet stands the making of it."""
    return tuple(
        replace(one, content=_addressed(sql, one, one.content.handoff)) if one.content.handoff else one for one in due
    )


def _addressed(sql: Connection, due: OutgoingMessage, id: str) -> MessageContent:
    handoff, content = find(sql, id), due.content
    if handoff is None or due.chat_id != handoff.staff_chat:
        return content
    if handoff.topic is not None:
        return replace(content, thread=handoff.topic)
    if handoff.plain:
        return replace(content, reply_to=content.reply_to or handoff.card)
    name = message("handoff.topic", handoff.staff_language, number=handoff.number)
    return MessageContent("", handoff=id, topic=name)


def settled(sql: Connection, bot: int, deliveries: Sequence[Delivery], now: float) -> list[MessageBatch]:
    """Write down what these deliveries mean for hand-offs; what is to be sent because of them."""
    told: list[MessageBatch] = []
    for delivery in deliveries:
        id = delivery.message.content.handoff
        handoff = find(sql, id) if id else None
        if delivery.topic is not None or delivery.topic_gone:
            told += _topic_changed(sql, handoff, delivery)
        elif delivery.sent and handoff and delivery.number and delivery.message.chat_id == handoff.staff_chat:
            _shown(sql, handoff, delivery.number)
        elif delivery.error is not None:
            told += _not_delivered(sql, bot, handoff, delivery, now)
    return told


def _topic_changed(sql: Connection, handoff: Handoff | None, delivery: Delivery) -> list[MessageBatch]:
    if handoff is None:  # what it was made for was deleted meanwhile
        gone = MessageContent("", deletes_topic=delivery.topic)
        return [MessageBatch(delivery.message.chat_id, "", (gone,))] if delivery.topic else []
    if delivery.topic_gone:
        write_topic(sql, replace(handoff, topic=None, card=None, lost=True))
        return []
    write_topic(sql, replace(handoff, topic=delivery.topic or None, plain=not delivery.topic, lost=False))
    if delivery.topic:  # what staff wrote in it and is not handled yet finds its way also when it is deleted meanwhile
        note_messages(sql, [(handoff, delivery.topic)])
    if handoff.lost and handoff.state is HandoffState.OPEN:  # what stood in it is gone: it is told once more
        return [MessageBatch(handoff.staff_chat, handoff.person, card(handoff))]
    return []


def _shown(sql: Connection, handoff: Handoff, number: int) -> None:
    note_messages(sql, [(handoff, number)])
    if handoff.card is None:
        write_topic(sql, replace(handoff, card=number))


def _not_delivered(
    sql: Connection, bot: int, handoff: Handoff | None, delivery: Delivery, now: float
) -> list[MessageBatch]:
    """A message was given up. Staff learn of one to a user or from one; users, that staff cannot be reached at all."""
    failed = delivery.message
    if delivery.whole_chat:
        mine = (handoffs.c.bot == bot, handoffs.c.chat == failed.chat, handoffs.c.state == HandoffState.OPEN.value)
        rows = sql.execute(select(handoffs).where(*mine).order_by(handoffs.c.id)).all()
        users = [one for row in rows if (one := from_row(sql, row))]
        about = failed.content.about
        blocked = [MessageBatch(one.staff_chat, one.person, note(one, "handoff.note_blocked", about)) for one in users]
        return [*blocked, *close_unreachable(sql, bot, failed.chat_id, now)]
    if handoff is None or failed.content.about is None:
        return []
    to_staff = failed.chat_id == handoff.staff_chat
    key, about = (
        "handoff.note_not_copied" if to_staff else "handoff.note_not_sent",
        None if to_staff else failed.content.about,
    )
    return [MessageBatch(handoff.staff_chat, handoff.person, note(handoff, key, about))]
