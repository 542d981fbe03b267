"""Stopping: in the set time whatever a handler or the database does, a second signal loses nothing, a start goes on."""

from __future__ import annotations

import asyncio
import signal
import socket
import sqlite3
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from telegram import Bot

from bot.telegram.delivery.sender import Sender, SenderContext
from bot.telegram.monitoring.metrics import HealthMonitor, Metrics
from bot.telegram.queue import outbox
from bot.telegram.queue.rate_limits import UNLIMITED
from bot.telegram.queue.transactions import TransactionRunner
from bot.telegram.queue.worker_identity import LEASE_SECONDS
from knowledge.store.database import engine, upgrade
from tests.fake_bot_api import FakeBotApi
from tests.patience import TIMES
from tests.sealed import sealer
from tests.telegram_bots import BotProcess, Echo, bot_in_thread, settings_for


@pytest.fixture
def api() -> Iterator[FakeBotApi]:
    with FakeBotApi(flood_limits=False) as made:
        yield made


@pytest.fixture
def url(tmp_path: Path) -> str:
    made = f"sqlite:///{tmp_path}/bot.db"
    upgrade(made)
    return made


def told(api: FakeBotApi, chat: int) -> list[str]:
    return [line.text.splitlines()[-1] for line in api.heard(chat)]


@pytest.mark.parametrize("signals", [1, 2])
def test_terminated_in_the_middle_nothing_is_lost_or_said_twice(api: FakeBotApi, url: str, signals: int) -> None:
    settings = settings_for(api, url, health=None, stop_within_seconds=5)
    bot = BotProcess(settings, api.token, answer_seconds=0.3, paced=False)
    for number in range(2):
        for chat in range(1, 21):
            api.say(api.person(chat), f"q {number}")
    api.wait(lambda: bool(api.heard(1)), 20)
    for _ in range(signals - 1):
        bot.process.send_signal(signal.SIGTERM)
        time.sleep(0.05)
    began = time.monotonic()
    assert bot.terminate() == 0 and time.monotonic() - began < TIMES * 5
    done = sum(len(told(api, chat)) for chat in range(1, 21))
    assert 1 <= done < 40, "stopped in the middle"
    bot = BotProcess(settings, api.token, paced=False)
    api.wait(lambda: all(len(told(api, chat)) >= 2 for chat in range(1, 21)), 20)
    time.sleep(0.5)
    assert [told(api, chat) for chat in range(1, 21)] == [["echo q 0", "echo q 1"]] * 20
    assert bot.terminate() == 0


def test_a_handler_that_hangs_does_not_keep_the_process_alive(api: FakeBotApi, url: str) -> None:
    settings = settings_for(api, url, health=None, stop_within_seconds=3)
    bot = BotProcess(settings, api.token, paced=False)
    api.say(api.person(1), "sleep 600")
    api.wait(lambda: bool(api.transcript(1, "action")), 20)
    began = time.monotonic()
    assert bot.terminate() == 0 and time.monotonic() - began < TIMES * 3
    other = BotProcess(settings, api.token, paced=False)
    api.say(api.person(2), "hello")
    assert api.wait_heard(2, seconds=20)[0].text.endswith("echo hello")
    other.kill()


def test_a_database_that_does_not_answer_does_not_keep_the_process_alive(
    api: FakeBotApi, url: str, tmp_path: Path
) -> None:
    settings = settings_for(api, url, health=None, stop_within_seconds=3)
    bot = BotProcess(settings, api.token, paced=False)
    api.say(api.person(1), "hello")
    api.wait_heard(1, seconds=20)
    with sqlite3.connect(tmp_path / "bot.db", isolation_level=None) as other:
        other.execute("BEGIN EXCLUSIVE")
        api.say(api.person(2), "hello")
        began = time.monotonic()
        assert bot.terminate() == 0 and time.monotonic() - began < TIMES * 3
        other.execute("ROLLBACK")
    another = BotProcess(settings, api.token, paced=False)
    assert api.wait_heard(2, seconds=20)[0].text.endswith("echo hello")
    another.kill()


def test_an_edition_whose_check_hangs_does_not_keep_an_idle_process_alive(api: FakeBotApi, url: str) -> None:
    """Its thread is one that Python waits for at its end, as it would for a name server that does not answer."""
    bot = BotProcess(settings_for(api, url, health=None), api.token, edition_seconds=600, paced=False)
    api.say(api.person(1), "hello")
    api.wait_heard(1, seconds=20)
    began = time.monotonic()
    assert bot.terminate() == 0 and time.monotonic() - began < 2


def test_a_second_call_to_stop_does_not_wait_for_answers(api: FakeBotApi, url: str) -> None:
    with bot_in_thread(api, url, Echo(), limits=UNLIMITED, stop_within_seconds=60) as bot:
        api.say(api.person(1), "sleep 60")
        api.wait(lambda: bool(api.transcript(1, "action")))
        bot.runtime.loop.call_soon_threadsafe(bot.runtime.stop)
        assert bot.stop() < TIMES * 3


def test_a_clean_stop_leaves_nothing_behind_and_frees_the_poller_at_once(api: FakeBotApi, url: str) -> None:
    for number in range(1, 4):
        with bot_in_thread(api, url, limits=UNLIMITED) as bot:
            began = time.monotonic()
            api.say(api.person(number), "hello")
            api.wait_heard(number)
            assert time.monotonic() - began < 0.9 * LEASE_SECONDS, "it need not wait for the lease of the one before"
            assert bot.stop() < TIMES * 1.5


def test_the_process_stops_while_it_still_waits_to_start(url: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:  # takes connections, never answers
        with FakeBotApi() as api:
            settings = settings_for(api, url, health=None)
        address = f"http://127.0.0.1:{silent.getsockname()[1]}"
        telegram = settings.telegram.model_copy(update={"base_url": address, "stop_within_seconds": 3})
        bot = BotProcess(settings.model_copy(update={"telegram": telegram}), api.token)
        silent.settimeout(TIMES * 20)
        connection, _ = silent.accept()
        began = time.monotonic()
        assert bot.terminate() == 0 and time.monotonic() - began < TIMES * 2
        connection.close()


def test_a_token_that_telegram_refuses_ends_the_start_with_words(api: FakeBotApi, url: str, tmp_path: Path) -> None:
    log = tmp_path / "log"
    with log.open("w") as written:
        bot = BotProcess(settings_for(api, url, health=None), "7000001:another-token-that-is-wrong", log=written)
        assert bot.process.wait(TIMES * 20) == 2
    assert "TELEGRAM_BOT_TOKEN" in log.read_text() and "another-token" not in log.read_text()
    assert "Traceback" not in log.read_text()


def test_a_port_that_is_taken_ends_the_start_with_words(api: FakeBotApi, url: str, tmp_path: Path) -> None:
    log = tmp_path / "log"
    with socket.create_server(("127.0.0.1", 0)) as taken, log.open("w") as written:
        settings = settings_for(api, url, health=taken.getsockname()[1])
        assert BotProcess(settings, api.token, log=written).process.wait(TIMES * 20) == 2
    assert "health.port" in log.read_text() and "Traceback" not in log.read_text()


@pytest.mark.parametrize("turns", range(5))
def test_a_stop_that_comes_in_the_moment_of_a_new_message_is_heard(tmp_path: Path, turns: int) -> None:
    url = f"sqlite:///{tmp_path}/bot.db"
    upgrade(url)

    async def cancel_while_woken() -> bool:
        transactions = TransactionRunner(engine(url), sealer())
        await transactions.run(lambda sql: outbox.begin(sql, 1))
        context = SenderContext(Bot("1:never-called"), 1, "me", UNLIMITED)
        sender = Sender(context, transactions, HealthMonitor(), Metrics())
        running = asyncio.create_task(sender.run())
        await asyncio.sleep(0.5)
        sender.wake()
        for _ in range(turns):
            await asyncio.sleep(0)
        running.cancel()
        await asyncio.wait([running], timeout=TIMES * 2)
        heard = running.cancelled()
        running.cancel()
        await transactions.close(1)
        return heard

    assert asyncio.run(cancel_while_woken())
