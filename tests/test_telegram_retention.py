"""What is kept no longer than the privacy notice says: texts, turns, buttons, idle users, numbers of updates."""

from __future__ import annotations

import time

from sqlalchemy import Engine, func, select

from bot.answer import Turn
from bot.telegram.queue import conversations, inbox, outbox, tables
from bot.telegram.queue.conversations import Button, Conversation
from bot.telegram.queue.inbox import ReceivedUpdate
from bot.telegram.queue.outgoing import delivered_answers
from bot.telegram.queue.outgoing.messages import (
    AnsweredMessage,
    Delivery,
    MessageBatch,
    MessageContent,
    OutgoingMessage,
)
from bot.telegram.queue.rate_limits import UNLIMITED
from bot.telegram.sealing.sealer import sealer_of
from knowledge import store
from tests.sealed import opened

HOUR, DAY = 3600.0, 24 * 3600.0


def everything(engine: Engine) -> str:
    """All values of the bot's tables, what is sealed as what it is."""
    with engine.connect() as sql:
        rows = [row for table in tables.metadata.sorted_tables for row in sql.execute(select(table))]
        return " ".join(opened(sql, value) for row in rows for value in row)


def purge(engine: Engine, now: float) -> None:
    with store.writing(engine) as sql:
        for part in (inbox, outbox, conversations):
            part.purge(sql, now)


def test_turns_go_one_by_one_when_they_are_a_day_old(engine: Engine) -> None:
    now = time.time()
    talk = Conversation("c", "p", "en")
    for hours, question in ((23.5, "old"), (12, "newer"), (1, "newest")):
        talk = talk.with_turn(Turn(question, "answer"), now - hours * HOUR)
    with store.writing(engine) as sql:
        conversations.save(sql, [talk], now)  # as a change of the language does, without a turn
    purge(engine, now)
    assert "old" in everything(engine)
    purge(engine, now + HOUR)
    left = everything(engine)
    assert "'old'" not in left and '"old"' not in left and "newer" in left and "newest" in left
    purge(engine, now + DAY)
    with engine.connect() as sql:
        row = sql.execute(select(*list(tables.conversations.c)[:5])).one()
        kept = conversations.remembered(sealer_of(sql), *row)
    assert kept.history == () and kept.language == "en"
    purge(engine, now + 181 * DAY)
    assert everything(engine) == ""


def test_a_question_loses_its_text_when_it_is_done_and_its_number_after_two_days(engine: Engine) -> None:
    now = time.time()
    updates = [ReceivedUpdate(number, f'{{"text": "secret {number}"}}', 7, "person", "talk") for number in (1, 2, 3)]
    with store.writing(engine) as sql:
        inbox.store(sql, 1, updates, now)
        first, second = sql.scalars(select(tables.inbox.c.id).order_by(tables.inbox.c.id).limit(2))
        inbox.mark_done(sql, [first])
        inbox.mark_failed(sql, second, "secret reason", dead_letter=True)
    left = everything(engine)
    assert "secret 1" not in left and "secret 2" in left and "secret 3" in left
    purge(engine, now + 49 * HOUR)
    left = everything(engine)
    assert "secret 2" not in left and "secret reason" not in left and "secret 3" in left, "what waits is never dropped"
    with engine.connect() as sql:
        assert sql.execute(select(func.count()).select_from(tables.inbox)).scalar_one() == 1


def test_a_message_is_gone_when_it_was_sent_and_textless_when_it_never_can_be(engine: Engine) -> None:
    now = time.time()
    with store.writing(engine) as sql:
        outbox.begin(sql, 1)
        batches = [MessageBatch(chat, "person", (MessageContent(f"secret {chat}"),)) for chat in (1, 2)]
        outbox.enqueue(sql, 1, batches, now)
        sent, refused = outbox.claim(sql, 1, "me", 9, UNLIMITED, now).messages
        results = [Delivery(sent, sent=True), Delivery(refused, error="blocked", whole_chat=True)]
        assert isinstance(sent, OutgoingMessage)
        outbox.settle(sql, 1, "me", results, UNLIMITED, now)
    assert "secret" not in everything(engine)
    purge(engine, now + 8 * DAY)
    assert "blocked" not in everything(engine)


def test_buttons_are_kept_for_a_month(engine: Engine) -> None:
    now = time.time()
    with store.writing(engine) as sql:
        conversations.add_buttons(sql, [Button("token", "person", "request")], now)
    purge(engine, now + 29 * DAY)
    assert "token" in everything(engine)
    purge(engine, now + 31 * DAY)
    assert everything(engine) == ""


def test_what_an_answer_was_and_its_messages_go_with_the_turns_or_with_the_persons_data(engine: Engine) -> None:
    """Also what arrives of it later leaves nothing."""
    now = time.time()
    with store.writing(engine) as sql:
        outbox.begin(sql, 1)
        batches = [
            MessageBatch(
                7,
                person,
                (MessageContent("a"),),
                number,
                "answered",
                answered=AnsweredMessage("5", "secret", Turn("q")),
            )
            for number, person in ((1, "old"), (2, "gone"), (3, "gone"), (4, "new"))
        ]
        for batch, made in zip(batches, (now - 23.5 * HOUR, now, now, now), strict=True):
            outbox.enqueue(sql, 1, delivered_answers.remember(sql, 1, [batch], made), made)
        for number in (101, 102):
            (message,) = outbox.claim(sql, 1, "me", 1, UNLIMITED, now).messages
            outbox.settle(sql, 1, "me", [Delivery(message, sent=True, number=number)], UNLIMITED, now)
        (on_its_way,) = outbox.claim(sql, 1, "me", 1, UNLIMITED, now).messages
        assert delivered_answers.of_message(sql, 7, 102, now) == delivered_answers.RememberedAnswer(
            2, "secret", Turn("q"), False
        )
        conversations.forget(sql, "gone")
        outbox.settle(sql, 1, "me", [Delivery(on_its_way, sent=True, number=103)], UNLIMITED, now)
        left = sql.scalars(select(tables.answers.c.question).order_by(tables.answers.c.question)).all()
        assert left == [1, 4] and sql.scalars(select(tables.answer_messages.c.question)).all() == [1]
        assert delivered_answers.of_message(sql, 7, 102, now) is None
        assert delivered_answers.of_message(sql, 7, 101, now + HOUR) is None, "before the next round of maintenance too"
        delivered_answers.purge(sql, now + HOUR)
        assert sql.scalars(select(tables.answers.c.question)).all() == [4]
        assert sql.scalars(select(tables.answer_messages.c.question)).all() == []


def test_what_arrives_of_an_answer_that_was_replaced_meanwhile_goes_again(engine: Engine) -> None:
    now = time.time()

    def batch(number: int, *texts: str, replaces: int | None = None) -> MessageBatch:
        contents = tuple(MessageContent(text) for text in texts)
        return MessageBatch(
            7, "p", contents, number, "answered", answered=AnsweredMessage("5", "x", None, False, replaces)
        )

    def deliver(number: int) -> MessageContent:
        (message,) = outbox.claim(sql, 1, "me", 1, UNLIMITED, now).messages
        outbox.settle(sql, 1, "me", [Delivery(message, sent=True, number=number)], UNLIMITED, now)
        return message.content

    with store.writing(engine) as sql:
        outbox.begin(sql, 1)
        outbox.enqueue(sql, 1, delivered_answers.remember(sql, 1, [batch(1, "a", "b", "c")], now), now)
        deliver(101)
        (on_its_way,) = outbox.claim(sql, 1, "me", 1, UNLIMITED, now).messages
        replacing = delivered_answers.remember(sql, 1, [batch(2, "new", replaces=1)], now)
        outbox.enqueue(sql, 1, replacing, now)
        outbox.settle(sql, 1, "me", [Delivery(on_its_way, sent=True, number=102)], UNLIMITED, now)
        assert deliver(101) == MessageContent("new", edits=101), "the third part never goes"
        assert deliver(102) == MessageContent("", deletes=102)
        assert outbox.claim(sql, 1, "me", 1, UNLIMITED, now).messages == ()
        held = delivered_answers.to_message(sql, 7, "5", now)
        assert held is not None and held.question == 2
        assert delivered_answers.of_message(sql, 7, 101, now) == held
