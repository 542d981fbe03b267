"""An inbox of tens of thousands: whoever asks now is claimed, stored and counted as quickly as in an empty one, and
does not stand behind those who have asked much. The bot starts as quickly, and upkeep stands in nobody's way.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator

from sqlalchemy import Connection, Engine, func, select, text

from bot.telegram.protection.clear_rows import ClearRows
from bot.telegram.protection.preparation import prepare
from bot.telegram.queue import inbox, leases, outbox
from bot.telegram.queue.inbox import HEAD_START_SECONDS, ReceivedUpdate
from bot.telegram.queue.sql_helpers import SLICE
from bot.telegram.queue.tables import inbox as updates
from bot.telegram.queue.timing import stored_times
from knowledge import store
from tests.full_queue import AT_ONCE, FIRST_CHAT, answer_some, effort, fill_done, fill_waiting

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


def upkeep(sql: Connection) -> None:
    """What is done every few seconds, but for counting what waits."""
    now = time.time()
    stored_times.pull_in(sql, now)
    leases.release_dead_owners(sql)
    for queue in (inbox, outbox):
        queue.renew(sql, 1, "worker", now)
    inbox.purge_chats(sql)
    outbox.purge_chats(sql, now)


def costs(engine: Engine, numbers: Iterator[int]) -> dict[str, int]:
    """What a new user's question waits for."""
    return {
        "answer": effort(engine, lambda sql: answer_some(sql, 1)),
        "store": effort(engine, store_one(numbers)),
        "purge": effort(engine, purge),
        "upkeep": effort(engine, upkeep),
        "start": effort(engine, lambda sql: prepare(sql, 1, time.time())),
    }


def test_a_full_inbox_costs_as_little_as_an_empty_one(engine: Engine) -> None:
    """Five hundred questions of each of ten users wait, one of each of five thousand; as many are done."""
    numbers = iter(range(10_000_000, 20_000_000))
    with store.writing(engine) as sql:
        prepare(sql, 1, time.time())  # the first start of all
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


def test_what_is_old_goes_a_slice_at_a_time(engine: Engine) -> None:
    with store.writing(engine) as sql:
        fill_done(sql, 1, SLICE + 20, time.time() - 3 * 86400)
    left = []
    more = True
    while more:
        with store.writing(engine) as sql:
            more = inbox.purge(sql, time.time())
            left.append(sql.execute(select(func.count()).select_from(updates)).scalar_one())
    assert left == [20, 0]


def test_the_look_over_all_rows_takes_a_slice_at_a_time_and_seals_what_it_finds(engine: Engine) -> None:
    """Also what a release that did not seal has written beside one that does."""
    with store.writing(engine) as sql:
        prepare(sql, 1, time.time())
        fill_done(sql, 1, SLICE, time.time())
    few = effort(engine, ClearRows(1).seal_some)
    with store.writing(engine) as sql:
        fill_waiting(sql, 1, 6 * SLICE, chats=9, first=100_000, now=time.time())
        clear = {"bot": 1, "chat": 5, "person": "", "conversation": "", "received": 1.0, "tries": 0, "claims": 0}
        sql.execute(updates.insert().values(update_id=10**6, payload='{"text": "secret"}', state="waiting", **clear))
        assert prepare(sql, 1, time.time()).sealed == 0, "who starts waits for no look over all rows"
    look = ClearRows(1)
    efforts = []
    while not look.ended:
        efforts.append(effort(engine, look.seal_some))
    assert look.sealed == 1 and len(efforts) > 4
    assert max(efforts) < TIMES * few, (efforts, few)
    with store.writing(engine) as sql:
        sealed = select(updates.c.payload, updates.c.chat).where(updates.c.update_id == 10**6)
        payload, chat = sql.execute(sealed).one()
        assert payload.startswith("v1.") and chat != 5


def test_who_asks_once_is_served_before_those_who_asked_much_but_those_wait_no_longer_than_a_minute(
    engine: Engine,
) -> None:
    began = time.time()

    def turn(now: float, most: int = 4) -> list[int]:
        with store.writing(engine) as sql:
            claims = inbox.claim(sql, 1, "worker", most, now)
            inbox.mark_done(sql, [claim.id for claim in claims])
            inbox.release(sql, 1, "worker", [claim.chat for claim in claims], now)
            return [claim.chat_id for claim in claims]

    def ask(first: int, many: int, chats: int, now: float) -> None:
        with store.writing(engine) as sql:
            fill_waiting(sql, 1, many, chats=chats, first=first, now=now)

    ask(100_000, 100, 10, began)
    crowd = {FIRST_CHAT + 100_000 + number for number in range(10)}
    assert set(turn(began + 1)) < crowd, "who came first is served first"
    assert set(turn(began + 2)) < crowd
    turn(began + 3)  # now each of them has had a turn
    ask(200_000, 2, 2, began + 4)
    new = {FIRST_CHAT + 200_000, FIRST_CHAT + 200_001}
    assert set(turn(began + 5, 2)) == new
    assert not set(turn(began + 6)) & new
    late = began + 6 + HEAD_START_SECONDS
    ask(300_000, 9, 9, late)
    assert set(turn(late, 3)) < crowd, "who waits as long as the head start is not overtaken"
