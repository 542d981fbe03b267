"""How answers end: as their last message arrives, or given up when one of their messages never will."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, select, update

from bot.telegram.queue.outgoing.messages import AnswerEnd, Delivery, MessageBatch
from bot.telegram.queue.tables import outbox

GIVEN_UP = "given_up"


def columns(batch: MessageBatch) -> list[dict[str, Any]]:
    """For each message of an answer its columns: the question, at the last how it ends, at the first the notice."""
    last = len(batch.contents) - 1
    return [
        {
            "question": batch.question,
            "status": batch.status if place == last else None,
            "notice": None if place else batch.notice,
        }
        for place in range(len(batch.contents))
    ]


def of(sql: Connection, bot: int, deliveries: Sequence[Delivery]) -> tuple[AnswerEnd, ...]:
    """How answers end with these deliveries. Asked before they are written down.

    An answer of which a part is given up and others still wait is marked, so that it ends as given up.
    """
    ends: list[AnswerEnd] = []
    for delivery in deliveries:
        message = delivery.message
        if delivery.error is None:
            if delivery.sent and message.status is not None and message.question is not None:
                ends.append(AnswerEnd(message.question, message.status))
            continue
        waiting = (outbox.c.bot == bot, outbox.c.state == "waiting", outbox.c.status.is_not(None))
        if delivery.whole_chat:
            lost = sql.scalars(select(outbox.c.question).where(*waiting, outbox.c.chat == message.chat)).all()
            ends += [AnswerEnd(question, GIVEN_UP) for question in lost if question is not None]
        elif message.status is not None and message.question is not None:
            ends.append(AnswerEnd(message.question, GIVEN_UP))
        elif message.question is not None:
            sql.execute(update(outbox).where(*waiting, outbox.c.question == message.question).values(status=GIVEN_UP))
    return tuple(ends)
