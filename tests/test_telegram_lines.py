"""What comes while a chat is being let go of waits for its turn and not for ever: PostgreSQL, two processes at once."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator

import pytest
from sqlalchemy import Connection, Engine, text

from bot.telegram.queue import inbox, outbox
from bot.telegram.queue.inbox import ReceivedUpdate
from bot.telegram.queue.outgoing.messages import Delivery, MessageBatch, MessageContent
from bot.telegram.queue.rate_limits import UNLIMITED
from knowledge import store
from tests.postgres import Server
from tests.sealed import sealed_engine

BOT, CHAT = 1, 7
WAITS_FOR_LOCK = text(
    "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
)


@pytest.fixture
def engine(postgresql: Server) -> Iterator[Engine]:
    url = postgresql.database()
    made = sealed_engine(url)
    yield made
    made.dispose()


def while_it_comes(engine: Engine, comes: Callable[[Connection], None], lets_go: Callable[[Connection], None]) -> None:
    """``comes`` in a transaction that is committed only when ``lets_go``, in another one, waits for its lock."""

    def other() -> None:
        with store.writing(engine) as sql:
            lets_go(sql)

    thread = threading.Thread(target=other)
    with store.writing(engine) as sql:
        comes(sql)
        thread.start()
        end = time.monotonic() + 20
        while time.monotonic() < end:
            with engine.connect() as watching:
                if watching.execute(WAITS_FOR_LOCK).scalar_one():
                    break
            time.sleep(0.02)
        else:
            pytest.fail("nothing waits for the lock: the test no longer says anything")
    thread.join(20)
    assert not thread.is_alive()


def test_a_message_that_comes_while_the_one_before_is_written_down_is_sent(engine: Engine) -> None:
    now = time.time()

    def message(words: str) -> list[MessageBatch]:
        return [MessageBatch(CHAT, "person", (MessageContent(words),))]

    with store.writing(engine) as sql:
        outbox.begin(sql, BOT)
        outbox.enqueue(sql, BOT, message("first"), now)
        (first,) = outbox.claim(sql, BOT, "me", 9, UNLIMITED, now).messages
    while_it_comes(
        engine,
        lambda sql: outbox.enqueue(sql, BOT, message("second"), now),
        lambda sql: outbox.settle(sql, BOT, "me", [Delivery(first, sent=True)], UNLIMITED, now),
    )
    with store.writing(engine) as sql:
        assert [each.content.text for each in outbox.claim(sql, BOT, "me", 9, UNLIMITED, now + 60).messages] == [
            "second"
        ]


def test_a_question_that_comes_while_the_one_before_is_let_go_of_is_answered(engine: Engine) -> None:
    now = time.time()

    def update(number: int) -> list[ReceivedUpdate]:
        return [ReceivedUpdate(number, "{}", CHAT, "person", "talk")]

    with store.writing(engine) as sql:
        inbox.store(sql, BOT, update(1), now)
        (first,) = inbox.claim(sql, BOT, "me", 9, now)
        inbox.mark_done(sql, [first.id])
    while_it_comes(
        engine,
        lambda sql: inbox.store(sql, BOT, update(2), now),
        lambda sql: inbox.release(sql, BOT, "me", [first.chat], now),
    )
    with store.writing(engine) as sql:
        assert len(inbox.claim(sql, BOT, "me", 9, now + 60)) == 1
