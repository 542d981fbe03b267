"""The clock is set back or forward: nobody waits longer than their own wait, no window and no lease ends early."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from sqlalchemy import Connection, Engine, func, select, update

from bot.telegram.queue import inbox, leases, outbox, tables
from bot.telegram.queue.inbox import ReceivedUpdate
from bot.telegram.queue.outgoing.messages import Delivery, MessageBatch, MessageContent, OutgoingMessage
from bot.telegram.queue.rate_limits import TELEGRAM_LIMITS
from bot.telegram.queue.timing import flood_windows, stored_times
from bot.telegram.queue.timing.step_watch import StepWatch
from bot.telegram.queue.transactions import TransactionRunner
from bot.telegram.queue.worker_identity import LEASE_SECONDS
from bot.telegram.sealing.sealer import sealer_of
from knowledge import store
from tests.fake_bot_api import FakeBotApi
from tests.sealed import chat_of
from tests.telegram_bots import bot_in_thread

BOT, NOW, STEP = 1, 1_800_000_000.0, 600.0


class SetClock:
    """A clock to be set."""

    def __init__(self) -> None:
        self.ahead = 0.0

    def __call__(self) -> float:
        return time.time() + self.ahead


@pytest.fixture
def engine(engine: Engine) -> Engine:
    with store.writing(engine) as sql:
        outbox.begin(sql, BOT)
    return engine


def enqueue(sql: Connection, now: float, *chats: int) -> None:
    outbox.enqueue(sql, BOT, [MessageBatch(chat, "person", (MessageContent("text"),)) for chat in chats], now)


def claimed(sql: Connection, now: float, owner: str = "me") -> list[OutgoingMessage]:
    messages = outbox.claim(sql, BOT, owner, 9, TELEGRAM_LIMITS, now).messages
    return sorted(messages, key=lambda message: message.chat_id)


def ask(sql: Connection, now: float, number: int, chat: int) -> None:
    inbox.store(sql, BOT, [ReceivedUpdate(number, "{}", chat, "person", "talk")], now)


@pytest.mark.parametrize("chat", [7, -7])
def test_paces_of_the_future_hold_nothing_up(engine: Engine, chat: int) -> None:
    """The bot's pace, a chat's, and when a chat is free: all written before the clock was set back."""
    with store.writing(engine) as sql:
        for number in range(20):  # a group's twenty a minute
            at = NOW + STEP + 1.1 * number
            enqueue(sql, at, chat)
            (message,) = claimed(sql, at)
            outbox.settle(sql, BOT, "me", [Delivery(message, sent=True)], TELEGRAM_LIMITS, at)
        times = str([NOW + STEP] * 30)
        sql.execute(update(tables.paces).values(sent=times))
        enqueue(sql, NOW, chat)
        assert len(claimed(sql, NOW)) == 1
        # What is settled by a clock that was set back meanwhile.
        outbox.settle(sql, BOT, "me", [Delivery(message, sent=True)], TELEGRAM_LIMITS, NOW)
        free = sql.execute(select(tables.outbox_chats.c.free)).scalar_one()
        assert free <= NOW + 1.1


def test_a_waiting_message_waits_its_own_wait_once_more_and_no_longer(engine: Engine) -> None:
    with store.writing(engine) as sql:
        enqueue(sql, NOW + STEP, 1, 1, 2, 3)
        first, second, third = claimed(sql, NOW + STEP)
        ends = [Delivery(first, sent=True), Delivery(second, delay=3), Delivery(third, delay=25, refused=True)]
        outbox.settle(sql, BOT, "me", ends, TELEGRAM_LIMITS, NOW + STEP)
        assert claimed(sql, NOW) == [], "before anybody has looked"
        stored_times.pull_in(sql, NOW)
        assert [message.chat_id for message in claimed(sql, NOW + 1.1)] == [1]
        assert [message.chat_id for message in claimed(sql, NOW + 3.1)] == [2]
        assert flood_windows.chat_window(sql, BOT, chat_of(sql, 3), NOW + 20) == pytest.approx(5)
        stored_times.pull_in(sql, NOW + 20)
        outbox.renew(sql, BOT, "me", NOW + 20)
        assert claimed(sql, NOW + 24) == [], "Telegram's window holds, however the clock was set"
        assert [message.chat_id for message in claimed(sql, NOW + 25.1)] == [3]


def test_the_bots_silence_lasts_as_long_as_telegram_said(engine: Engine) -> None:
    with store.writing(engine) as sql:
        enqueue(sql, NOW, 1)
        flood_windows.close_bot(sql, BOT, 25, NOW + STEP)
        stored_times.pull_in(sql, NOW)
        assert flood_windows.bot_window(sql, BOT, NOW) == 25 and claimed(sql, NOW + 24) == []
        flood_windows.close_bot(sql, BOT, 900, NOW + 24)  # a long one is no mistake
        stored_times.pull_in(sql, NOW + 24)
        assert outbox.claim(sql, BOT, "me", 9, TELEGRAM_LIMITS, NOW + 24).quiet == 900
        assert len(claimed(sql, NOW + 925)) == 1


def test_rows_of_earlier_releases_hold_nothing_up_either(engine: Engine) -> None:
    """They do not say how long their waits were."""
    with store.writing(engine) as sql:
        enqueue(sql, NOW, 1)
        sql.execute(update(tables.paces).values(quiet_until=NOW + STEP, quiet_for=None, sent=str([NOW + STEP])))
        sql.execute(update(tables.outbox_chats).values(due=NOW + STEP, free=NOW + STEP, wait=None))
        stored_times.pull_in(sql, NOW)
        assert len(claimed(sql, NOW + 0.1)) == 1
        sql.execute(update(tables.paces).values(quiet_until=NOW + 25, quiet_for=None))
        assert outbox.claim(sql, BOT, "me", 9, TELEGRAM_LIMITS, NOW).quiet == 25


def test_questions_keep_their_order_when_the_clock_is_set_back(engine: Engine) -> None:
    with store.writing(engine) as sql:
        for number, chat in enumerate((5, 3, 4)):
            ask(sql, NOW + STEP + number, number, chat)
        stored_times.pull_in(sql, NOW)
        assert [claim.chat_id for claim in inbox.claim(sql, BOT, "me", 9, NOW)] == [5, 3, 4]


def test_a_lease_of_the_future_ends_in_its_own_time(engine: Engine) -> None:
    """Its owner, if alive, has time to renew it by the new clock; if dead, nobody waits for the old one."""
    with store.writing(engine) as sql:
        enqueue(sql, NOW, 1)
        ask(sql, NOW, 1, 2)
        assert leases.acquire(sql, "poller", "other", NOW)
        assert claimed(sql, NOW, "other") and inbox.claim(sql, BOT, "other", 9, NOW)
        for table, until in stored_times.LEASES:
            sql.execute(update(table).values({until.name: NOW + STEP}))
        for at, ours in ((NOW, 0), (NOW + LEASE_SECONDS - 1, 0), (NOW + LEASE_SECONDS + 1, 1)):
            stored_times.pull_in(sql, at)
            assert leases.acquire(sql, "poller", "me", at) == bool(ours)
            assert (len(claimed(sql, at)), len(inbox.claim(sql, BOT, "me", 9, at))) == (ours, ours)


def test_no_lease_of_the_living_is_taken_when_the_clock_is_set_forward(engine: Engine) -> None:
    clock = SetClock()
    with engine.connect() as sql:
        sealer = sealer_of(sql)
    ours, others = TransactionRunner(engine, sealer, clock), TransactionRunner(engine, sealer, clock)

    def claim(runner: TransactionRunner, owner: str, *, fail: bool = False) -> tuple[bool, int, int]:
        def task(sql: Connection) -> tuple[bool, int, int]:
            now = runner.now(sql)
            found = leases.acquire(sql, "poller", owner, now), len(claimed(sql, now, owner))
            if fail:
                raise ValueError("rolled back")
            return *found, len(inbox.claim(sql, BOT, owner, 9, now))

        return runner.run_in_this_thread(task)

    with store.writing(engine) as sql:
        enqueue(sql, clock(), 1)
        ask(sql, clock(), 1, 2)
    assert claim(others, "other") == (True, 1, 1)
    assert claim(ours, "me") == (False, 0, 0)
    clock.ahead = STEP
    with pytest.raises(ValueError, match="rolled back"):
        claim(ours, "me", fail=True)
    assert claim(ours, "me") == (False, 0, 0), "what was rolled back is done again"
    with store.writing(engine) as sql:  # the other never comes back
        assert leases.acquire(sql, "poller", "me", clock() + LEASE_SECONDS + 1)


def test_rows_of_the_future_are_kept_no_longer_than_others(engine: Engine) -> None:
    with store.writing(engine) as sql:
        ask(sql, NOW + 365 * 86400, 1, 2)
        inbox.mark_done(sql, list(sql.scalars(select(tables.inbox.c.id))))
        for at, left in ((NOW, 1), (NOW + inbox.KEEP_SECONDS + 2, 0)):
            stored_times.purge(sql, at)
            inbox.purge(sql, at)
            assert sql.execute(select(func.count()).select_from(tables.inbox)).scalar_one() == left


def test_a_refused_chat_is_forgotten_when_its_window_is_over_or_cannot_be(engine: Engine) -> None:
    with store.writing(engine) as sql:
        for began, looks in ((NOW, ((NOW + 24, 1), (NOW + 26, 0))), (NOW + STEP, ((NOW, 0),))):
            flood_windows.close_chat(sql, BOT, chat_of(sql, 3), 25, began)
            sql.execute(update(tables.outbox_chats).values(free=0.0))
            for at, left in looks:
                outbox.purge_chats(sql, at)
                assert sql.execute(select(func.count()).select_from(tables.outbox_chats)).scalar_one() == left


def test_a_slow_look_at_the_clock_is_no_step() -> None:
    steady = [0.0]
    watch = StepWatch(lambda: steady[0])

    def read(shown: float, seconds: float = 0.0) -> float:
        steady[0] += seconds
        return shown

    assert watch.look(lambda: read(1000)) == (1000, 0)
    assert watch.look(lambda: read(1020, 30)) == (1020, 0), "read in the middle of half a minute"
    assert watch.look(lambda: read(1030)) == (1030, 0)
    assert watch.look(lambda: read(1630)) == (1630, 600)
    assert watch.look(lambda: read(1630)) == (1630, 0)
    assert watch.look(lambda: read(30)) == (30, -1600)


def test_a_running_bot_answers_whichever_way_the_clock_is_set(tmp_path: Path) -> None:
    """Back by ten minutes and a day, forward by twenty minutes and ten days."""
    clock = SetClock()
    with FakeBotApi() as api, bot_in_thread(api, f"sqlite:///{tmp_path}/bot.db", clock=clock) as bot:
        group = api.group(-1_000_000_000_001)
        for turn, step in enumerate((0, -STEP, -86400, 2 * STEP, 10 * 86400), start=1):
            clock.ahead += step
            for chat in (1, 2):
                api.say(api.person(chat), f"q{turn}")
            api.say(api.person(3), f"/ask q{turn}", group)
            for chat in (1, 2, group.id):
                assert api.wait_heard(chat, turn, 10)[-1].text.endswith(f"echo q{turn}")
        assert bot.health()[0] == 200 and api.limits.violations == []
