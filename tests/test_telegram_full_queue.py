"""An inbox of tens of thousands: whoever asks now is claimed, stored and counted as quickly as in an empty one."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator

from sqlalchemy import Connection, Engine, text

from bot.telegram.queue import inbox
from bot.telegram.queue.inbox import ReceivedUpdate
from bot.telegram.queue.timing import stored_times
from knowledge import store
from tests.full_queue import AT_ONCE, answer_some, effort, fill_done, fill_waiting

FEW, MANY = 3 * AT_ONCE, 5_000
TIMES = 2  # as much; what reads every row that waits costs hundreds of times as much


def store_one(numbers: Iterator[int]) -> Callable[[Connection], None]:
    """Storing one more update, of a new user."""

    def work(sql: Connection) -> None:
        number = next(numbers)
        inbox.store(sql, 1, [ReceivedUpdate(number, "{}", number, f"p{number}", f"c{number}")], time.time())

    return work


def purge(sql: Connection) -> None:
    inbox.purge(sql, time.time())
    stored_times.purge(sql, time.time())


def costs(engine: Engine, numbers: Iterator[int]) -> dict[str, int]:
    """What a new user's question waits for."""
    return {
        "answer": effort(engine, lambda sql: answer_some(sql, 1)),
        "store": effort(engine, store_one(numbers)),
        "purge": effort(engine, purge),
    }


def test_a_full_inbox_costs_as_little_as_an_empty_one(engine: Engine) -> None:
    """Five hundred questions of each of ten users wait, one of each of five thousand; as many are done."""
    numbers = iter(range(10_000_000, 20_000_000))
    with store.writing(engine) as sql:
        fill_waiting(sql, 1, FEW, chats=FEW, first=50_000, now=time.time())
    empty = costs(engine, numbers)
    with store.writing(engine) as sql:
        now = time.time()
        fill_waiting(sql, 1, MANY, chats=10, first=100_000, now=now - 120)  # the first in line
        fill_waiting(sql, 1, MANY, chats=MANY, first=200_000, now=now - 60)
        fill_done(sql, 1, MANY, now)
    if engine.dialect.name == "postgresql":
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text("ANALYZE"))  # as autovacuum does within a minute
    full = costs(engine, numbers)
    assert [what for what in full if full[what] > TIMES * empty[what]] == [], (empty, full)
