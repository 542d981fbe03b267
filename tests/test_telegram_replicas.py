"""Several replicas share one inbox and one outbox: one polls, and when it dies another does within fifteen seconds."""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError

from bot.settings import Settings
from bot.telegram.queue.leases import acquire
from bot.telegram.queue.rate_limits import UNLIMITED
from bot.telegram.queue.transactions import TransactionRunner
from bot.telegram.queue.worker_identity import LEASE_SECONDS
from knowledge.store.database import engine, upgrade
from tests.fake_bot_api import FakeBotApi
from tests.load import fate
from tests.postgres import Server
from tests.sealed import sealer
from tests.telegram_bots import BotProcess, Echo, bot_in_thread, settings_for


@pytest.fixture
def api() -> Iterator[FakeBotApi]:
    with FakeBotApi() as made:
        yield made


@pytest.fixture
def url(postgresql: Server) -> str:
    made = postgresql.database()
    upgrade(made)
    return made


def value(url: str, statement: str) -> Any:
    made = engine(url)
    with made.connect() as connection:
        found = connection.execute(text(statement)).scalar()
    made.dispose()
    return found


def poller(url: str) -> str | None:
    """The owner of the poller's lease."""
    return value(url, "SELECT owner FROM leases WHERE name LIKE 'poller%'")


def test_three_replicas_answer_every_question_once_and_within_the_limits(api: FakeBotApi, url: str) -> None:
    with ExitStack() as stack:
        for _ in range(3):
            stack.enter_context(bot_in_thread(api, url, Echo(0.05), workers=2))
        for number in range(3):
            for chat in range(30):
                api.say(api.person(1000 + chat), f"q{chat}-{number}")
        api.wait(lambda: fate(api, 90, 30, 0).lost == 0, 30)
        time.sleep(1)
        found = fate(api, 90, 30, 0)
        assert (found.lost, found.duplicates, found.inversions, found.notices) == (0, 0, 0, 0)
        assert api.limits.violations == [], "the pace is shared"


def test_all_replicas_receive_webhooks_behind_one_address(api: FakeBotApi, url: str) -> None:
    """A proxy hands Telegram's calls to any replica; here the address moves from one to the other."""
    api.limits.on = False
    with bot_in_thread(api, url, limits=UNLIMITED, mode="webhook") as first:
        api.say(api.person(1), "one")
        api.wait_heard(1)
        with bot_in_thread(api, url, limits=UNLIMITED, mode="webhook"):
            api.wait(lambda: not api.updates.url.endswith(f":{first.runtime.ports[1]}/telegram"))
            api.say(api.person(1), "turns")
            assert api.wait_heard(1, 2)[1].text.endswith("before: one")


@pytest.mark.parametrize("away", ["killed", "stopped"])
def test_another_replica_polls_within_fifteen_seconds(api: FakeBotApi, url: str, away: str) -> None:
    """Killed on this machine it is seen at once; a process that only stands still must lose its lease first."""
    settings: Settings = settings_for(api, url, health=None)
    first = BotProcess(settings, api.token, answer_seconds=3)
    api.wait(lambda: poller(url) is not None, 20)
    owner = poller(url)
    second = BotProcess(settings, api.token)
    api.say(api.person(1), "in the middle")
    api.wait(lambda: bool(api.transcript(1, "action")), 20)
    try:
        if away == "killed":
            first.kill()
        else:
            first.process.send_signal(signal.SIGSTOP)
        api.say(api.person(2), "afterwards")
        api.wait_heard(2, seconds=15)
        assert poller(url) != owner
        assert api.wait_heard(1, seconds=15)[0].text.endswith("echo in the middle")
        if away == "stopped":
            first.process.send_signal(signal.SIGCONT)
            api.wait(lambda: value(url, "SELECT count(*) FROM outbox") == 0)  # or it might be sent again after the kill
            second.kill()
            api.say(api.person(3), "to the first again")
            api.wait_heard(3, seconds=15)
        assert len(api.heard(1)) == 1, "the lease was lost, so the first one's answer is not taken"
    finally:
        os.kill(first.process.pid, signal.SIGKILL) if first.process.poll() is None else None
        first.process.wait()
        second.kill()


def test_a_replica_that_stands_still_in_a_transaction_lets_others_go_on(url: str) -> None:
    """A stopped process answers nothing, but the server keeps its rows locked for it."""
    standing, other = TransactionRunner(engine(url), sealer()), TransactionRunner(engine(url), sealer())
    locked = threading.Event()
    gone = threading.Event()

    def stand_still(sql: Connection) -> None:
        acquire(sql, "poller", "standing", 0)
        locked.set()
        gone.wait(60)

    with ThreadPoolExecutor(1) as threads:
        held = threads.submit(standing.run_in_this_thread, stand_still)
        assert locked.wait(10)
        began = time.monotonic()
        assert other.run_in_this_thread(lambda sql: acquire(sql, "poller", "other", 1_000_000))
        assert time.monotonic() - began < 5 * LEASE_SECONDS
        gone.set()
        with pytest.raises(DBAPIError):
            held.result()
    assert poller(url) == "other"


def test_replicas_share_what_a_chat_said(api: FakeBotApi, url: str) -> None:
    api.limits.on = False
    with bot_in_thread(api, url, limits=UNLIMITED):
        api.say(api.person(1), "buttons")
        shown = api.wait_heard(1)[0]
    with bot_in_thread(api, url, limits=UNLIMITED):
        api.press(api.person(1), 1, shown.buttons[0][1], shown.message_id)
        assert "echo pressed" in api.wait_heard(1, 2)[1].text
        api.say(api.person(1), "turns")
        assert api.wait_heard(1, 3)[2].text.endswith("before: buttons, the same again")


def test_buttons_and_language_outlive_a_restart_on_sqlite(api: FakeBotApi, tmp_path: Path) -> None:
    api.limits.on = False
    url = f"sqlite:///{tmp_path}/bot.db"
    with bot_in_thread(api, url, limits=UNLIMITED):
        api.say(api.person(1), "/language")
        shown = api.wait_heard(1)[0]
    with bot_in_thread(api, url, limits=UNLIMITED):
        api.press(api.person(1), 1, shown.buttons[2][1], shown.message_id)
        api.wait_heard(1, 2)
    with bot_in_thread(api, url, limits=UNLIMITED):
        api.say(api.person(1), "/nonsense")
        assert api.wait_heard(1, 3)[2].text.startswith("There is no such command")
