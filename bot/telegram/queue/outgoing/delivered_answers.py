"""Which messages of the bot answered what: what a reply to one of them means, and what an edited question replaces.

An answer is written down when its messages are put into the outbox, the id of each when it leaves that: a message that
was sent and not yet written down waits there still, as it always did.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

from sqlalchemy import Connection, Insert, delete, select, update

from bot.answer import Turn
from bot.telegram import json_codec
from bot.telegram.queue.outgoing.messages import AnsweredMessage, Delivery, MessageBatch, MessageContent
from bot.telegram.queue.sql_helpers import SLICE, insert_into, is_waiting
from bot.telegram.queue.tables import answer_messages, answers, outbox
from bot.telegram.queue.turn_json import turn_from_json, turn_to_json
from bot.telegram.sealing.sealer import Sealer, UnreadableError, sealer_of

KEEP_SECONDS = 24 * 3600.0  # as long as turns
CONTENT_COLUMN, NUMBER_COLUMN = (
    "answers.content",
    "answer_messages.number",
)  # what the seals of these texts are made for


@dataclass(frozen=True)
class RememberedAnswer:
    """An answer of the last day. ``question``: the id in the inbox of what it answers; else see ``AnsweredMessage``."""

    question: int
    text: str
    turn: Turn | None
    introduced: bool


def of_message(sql: Connection, chat_id: int, number: int, now: float) -> RememberedAnswer | None:
    """The answer that the bot's message ``number`` is of."""
    message = sealer_of(sql).identities.message(chat_id, str(number))
    shown = select(answers).join(answer_messages, answer_messages.c.question == answers.c.question)
    held = shown.where(answer_messages.c.message == message, answers.c.made > now - KEEP_SECONDS)
    return _remembered(sql, sql.execute(held).one_or_none())


def to_message(sql: Connection, chat_id: int, key: str, now: float) -> RememberedAnswer | None:
    """The answer to the message ``key`` of a user, of several the one that holds."""
    asked = answers.c.asked == sealer_of(sql).identities.message(chat_id, key)
    held = (asked, answers.c.replaced.is_(False), answers.c.made > now - KEEP_SECONDS)
    newest = select(answers).where(*held).order_by(answers.c.made.desc(), answers.c.question.desc()).limit(1)
    return _remembered(sql, sql.execute(newest).one_or_none())


def _remembered(sql: Connection, row: Any) -> RememberedAnswer | None:
    if row is None:
        return None
    try:
        value = json_codec.loads(sealer_of(sql).unseal(row.content, CONTENT_COLUMN))
    except UnreadableError:
        return None
    turn = value["turn"]
    return RememberedAnswer(row.question, value["text"], turn and turn_from_json(turn), value["introduced"])


def remember(sql: Connection, bot: int, batches: Sequence[MessageBatch], now: float) -> list[MessageBatch]:
    """Write down what ``batches`` answer; the same batches, those that replace an answer in its messages' place."""
    made = [_in_place(sql, bot, batch) for batch in batches]
    sealer = sealer_of(sql)
    answered = [(batch, batch.answered) for batch in made if batch.answered and batch.contents]
    rows = [_row(sql, sealer, batch, answer, now) for batch, answer in answered]
    if rows:
        sql.execute(_keep(sql.dialect.name), sorted(rows, key=lambda row: int(row["question"])))
    return made


def _in_place(sql: Connection, bot: int, batch: MessageBatch) -> MessageBatch:
    """``batch`` over the messages of the answer that it replaces: they are edited, those left over go."""
    if batch.answered is None or batch.answered.replaces is None:
        return batch
    old, chat = batch.answered.replaces, sealer_of(sql).identities.chat(batch.chat_id)
    sql.execute(update(answers).where(answers.c.question == old).values(replaced=True))
    waiting = (outbox.c.bot == bot, outbox.c.chat == chat, is_waiting(outbox), outbox.c.question == old)
    sql.execute(delete(outbox).where(*waiting))
    known = numbers(sql, old)
    over = () if batch.answered.below else known
    edited = [replace(content, edits=number) for content, number in zip(batch.contents, over, strict=False)]
    going = {content.deletes for content in batch.contents}
    gone = [MessageContent("", deletes=number) for number in known[len(edited) :] if number not in going]
    return replace(batch, contents=(*edited, *batch.contents[len(edited) :], *gone))


def numbers(sql: Connection, question: int) -> list[int]:
    """The ids in Telegram of an answer's messages, in order; none of those whose key is not here."""
    found = []
    for sealed in sql.scalars(select(answer_messages.c.number).where(answer_messages.c.question == question)):
        with suppress(UnreadableError):
            found.append(int(sealer_of(sql).unseal(sealed, NUMBER_COLUMN)))
    return sorted(found)


def _row(sql: Connection, sealer: Sealer, batch: MessageBatch, answered: AnsweredMessage, now: float) -> dict[str, Any]:
    asked = sealer.identities.message(batch.chat_id, answered.key) if answered.key else None
    edited = next((content.edits for content in batch.contents if content.edits), None)
    if asked is None and edited:  # a list that turns its page still answers the question that it was made for
        asked, answered = _taken_over(sql, batch.chat_id, edited, answered, now)
    value = {
        "text": answered.text,
        "turn": turn_to_json(answered.turn) if answered.turn else None,
        "introduced": answered.introduced,
    }
    return {
        "question": batch.question,
        "person": batch.person,
        "asked": asked,
        "content": sealer.seal(json_codec.dumps(value), CONTENT_COLUMN),
        "made": now,
        "replaced": False,
    }


def _taken_over(
    sql: Connection, chat_id: int, number: int, answered: AnsweredMessage, now: float
) -> tuple[str | None, AnsweredMessage]:
    before = of_message(sql, chat_id, number, now)
    if before is None:
        return None, answered
    asked = sql.execute(select(answers.c.asked).where(answers.c.question == before.question)).scalar_one()
    return asked, replace(answered, text=before.text, introduced=before.introduced)


@cache
def _keep(dialect: str) -> Insert:
    rows = insert_into(answers, dialect)
    new = {column.name: rows.excluded[column.name] for column in answers.c if not column.primary_key}
    return rows.on_conflict_do_update(index_elements=["question"], set_=new)


def note_delivered(sql: Connection, deliveries: Sequence[Delivery]) -> list[MessageBatch]:
    """Write down the ids of what was delivered. What came of answers that were replaced meanwhile is to go again: the
    messages that see to it.
    """
    sealer, sent = sealer_of(sql), [delivery for delivery in deliveries if delivery.sent]
    names = sealer.identities.message
    gone = [names(one.message.chat_id, str(one.message.content.deletes)) for one in sent if one.message.content.deletes]
    if gone:
        sql.execute(delete(answer_messages).where(answer_messages.c.message.in_(gone)))
    shown = [one for one in sent if one.number is not None and one.message.question is not None]
    if not shown:
        return []
    questions = sorted({one.message.question for one in shown if one.message.question is not None})
    known = select(answers.c.question, answers.c.person, answers.c.replaced).where(answers.c.question.in_(questions))
    found = {row.question: row for row in sql.execute(known.order_by(answers.c.question).with_for_update())}
    late, rows = [], {}
    for one in shown:
        row, chat, told = found.get(one.message.question), one.message.chat_id, str(one.number)
        if row is not None and row.replaced:
            late.append(MessageBatch(chat, row.person, (MessageContent("", deletes=one.number),)))
        elif row is not None:
            name = names(chat, told)
            rows[name] = {"message": name, "question": row.question, "number": sealer.seal(told, NUMBER_COLUMN)}
    if rows:
        sql.execute(_note(sql.dialect.name), [rows[name] for name in sorted(rows)])
    return late


@cache
def _note(dialect: str) -> Insert:
    rows = insert_into(answer_messages, dialect)
    new = {"question": rows.excluded.question, "number": rows.excluded.number}
    return rows.on_conflict_do_update(index_elements=["message"], set_=new)


def forget(sql: Connection, person: str) -> None:
    """Remove what is remembered of answers to ``person``, in every chat."""
    _remove(sql, answers.c.person == person)


def purge(sql: Connection, now: float) -> bool:
    """Remove some of what is older than a day, as turns are; whether there may be more."""
    old = select(answers.c.question).where(answers.c.made <= now - KEEP_SECONDS).limit(SLICE)
    questions = sql.scalars(old).all()
    _remove(sql, answers.c.question.in_(questions))
    return len(questions) == SLICE


def _remove(sql: Connection, which: Any) -> None:
    these = select(answers.c.question).where(which)
    sql.execute(delete(answer_messages).where(answer_messages.c.question.in_(these)))
    sql.execute(delete(answers).where(which))
