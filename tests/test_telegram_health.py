"""Health is red within ten seconds of what is wrong, and green again; /metrics; logs without secrets."""

from __future__ import annotations

import asyncio
import json
import shutil
import sqlite3
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.telegram.monitoring.metrics import NOT_BEGUN, HealthMonitor, WaitingAge
from bot.telegram.queue import inbox
from bot.telegram.queue.inbox import ReceivedUpdate
from bot.telegram.queue.rate_limits import UNLIMITED
from knowledge import store
from tests.fake_bot_api import FakeBotApi, Kind
from tests.patience import TIMES, until
from tests.postgres import running_server
from tests.sealed import sealed_engine
from tests.telegram_bots import SECRET, Echo, Running, bot_in_thread, said_at

QUEUE = {"inbox", "outbox", "workers", "sender", "open questions"}
PARTS = {"start", "maintenance", "database", "edition", "poller", *QUEUE}


@pytest.fixture
def api() -> Iterator[FakeBotApi]:
    with FakeBotApi(flood_limits=False) as made:
        yield made


@pytest.fixture
def url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path}/bot.db"


def turns(bot: Running, part: str, *, red: bool, seconds: float = 10) -> str:
    """What /health says of ``part`` once it is red (or green); fails when it does not become so in time."""
    end = time.monotonic() + TIMES * seconds
    while True:
        code, checks = bot.health()
        said = checks.get(part, "")
        if code == 503 and said not in ("", "ok", NOT_BEGUN) and red:
            return said
        if code == 200 and not red:
            return said
        assert time.monotonic() < end, f"{part} is {said!r} after {seconds} s: {checks}"
        time.sleep(0.05)


def test_every_part_is_green_when_all_is_well(api: FakeBotApi, url: str) -> None:
    with bot_in_thread(api, url, limits=UNLIMITED) as bot:
        code, checks = bot.health()
        while code != 200:
            assert code == 0 or set(checks) == PARTS, "a component is named before it has begun"
            code, checks = bot.health()
        until(lambda: bot.health() == (200, dict.fromkeys(PARTS, "ok")))


def test_a_component_that_has_not_begun_is_named_and_red() -> None:
    assert HealthMonitor(("poller",)).checks() == {"poller": "not begun yet"}


def test_a_webhook_bot_has_its_own_parts(api: FakeBotApi, url: str) -> None:
    with bot_in_thread(api, url, mode="webhook") as bot:
        until(lambda: bot.health() == (200, dict.fromkeys(PARTS - {"poller"} | {"webhook"}, "ok")))
        address = api.updates.url
        api.updates.set_webhook("", "", None, 40, drop=False)
        assert "another process" in turns(bot, "webhook", red=True)
        api.updates.set_webhook(address, SECRET, None, 40, drop=False)
        turns(bot, "webhook", red=False)


def test_a_second_poller_turns_health_red_and_is_outlived(api: FakeBotApi, url: str) -> None:
    with bot_in_thread(api, url, limits=UNLIMITED) as bot:
        turns(bot, "poller", red=False)
        api.wait(lambda: any(call.method == "getUpdates" for call in api.calls) or bool(api.updates._poller))
        rival = f"{api.url}/bot{api.token}/getUpdates?timeout=2"
        assert urllib.request.urlopen(rival, timeout=5).status == 200
        assert "409" in turns(bot, "poller", red=True, seconds=1)
        turns(bot, "poller", red=False, seconds=22)
        api.say(api.person(1), "hello")
        api.wait_heard(1)


def test_telegram_away_at_the_start_is_waited_for(api: FakeBotApi, url: str) -> None:
    api.faults.add(Kind.CUT_BEFORE, method="getMe", times=3)
    api.say(api.person(1), "hello")
    with bot_in_thread(api, url, limits=UNLIMITED) as bot:
        assert turns(bot, "start", red=True) in ("not everything has begun yet", "NetworkError; trying again")
        assert api.wait_heard(1)[0].text.endswith("echo hello")
        turns(bot, "start", red=False)


def test_a_token_that_is_revoked_while_the_bot_runs_is_named(api: FakeBotApi, url: str) -> None:
    with bot_in_thread(api, url, limits=UNLIMITED) as bot:
        turns(bot, "poller", red=False)
        token, api.token = api.token, "7000009:another-token-than-the-one-of-the-bot"
        assert "TELEGRAM_BOT_TOKEN" in turns(bot, "poller", red=True)
        api.token = token
        turns(bot, "poller", red=False, seconds=30)


def test_polling_that_fails_again_and_again_is_red(api: FakeBotApi, url: str) -> None:
    with bot_in_thread(api, url, limits=UNLIMITED) as bot:
        turns(bot, "poller", red=False)
        api.faults.add(Kind.GATEWAY, 502, method="getUpdates", times=3)
        assert "NetworkError" in turns(bot, "poller", red=True, seconds=10)
        turns(bot, "poller", red=False, seconds=20)


def test_telegram_that_hangs_is_red_within_ten_seconds_in_both_modes(api: FakeBotApi, url: str, tmp_path: Path) -> None:
    """It takes connections and does not answer; what was under way before is still answered."""
    with (
        FakeBotApi(flood_limits=False) as other,
        bot_in_thread(api, url, limits=UNLIMITED) as polling,
        bot_in_thread(other, f"sqlite:///{tmp_path}/other.db", limits=UNLIMITED, mode="webhook") as called,
    ):
        turns(polling, "poller", red=False)
        turns(called, "webhook", red=False)
        for one in (api, other):
            one.faults.add(Kind.SLOW, 60, method="*", times=10_000)
        began = time.monotonic()
        assert turns(polling, "poller", red=True) in ("Telegram does not answer", "no sign of life for 6 s")
        turns(called, "webhook", red=True, seconds=10 - (time.monotonic() - began))


def test_an_answer_that_cannot_be_delivered_is_red_by_its_age(api: FakeBotApi, url: str) -> None:
    with bot_in_thread(api, url, limits=UNLIMITED, oldest_answer=1.0) as bot:
        turns(bot, "poller", red=False)
        api.faults.add(Kind.STATUS, 500, times=10_000)
        api.say(api.person(1), "hello")
        assert "oldest answer" in turns(bot, "outbox", red=True)
        assert metric(bot, "huadu_outbox_oldest_seconds") > 1
        api.faults.waiting.clear()
        api.wait_heard(1, seconds=40)
        turns(bot, "outbox", red=False)
        assert metric(bot, "huadu_outbox_oldest_seconds") == 0


def test_the_age_of_what_waits_survives_a_clock_that_is_set_back() -> None:
    monotonic = [500.0]
    age = WaitingAge(lambda: monotonic[0])
    assert age.seconds(None, 1000.0) == 0
    assert age.seconds(1000.0, 1005.0) == 5
    monotonic[0] += 20
    assert age.seconds(1000.0, 400.0) == 20, "seen for twenty seconds, whatever the clock says"
    assert age.seconds(1010.0, 400.0) == 0, "another is the oldest"
    assert age.seconds(None, 400.0) == 0
    assert age.seconds(1010.0, 1030.0) == 20


@pytest.mark.parametrize("mode", ["polling", "webhook"])
def test_a_deleted_data_folder_is_red_with_what_mends_it_and_nothing_more_is_fetched(
    api: FakeBotApi, tmp_path: Path, mode: str
) -> None:
    url = f"sqlite:///{tmp_path}/data/bot.db"
    (tmp_path / "data").mkdir()
    with bot_in_thread(api, url, limits=UNLIMITED, mode=mode) as bot:
        api.say(api.person(1), "before")
        api.wait_heard(1)
        shutil.copytree(tmp_path / "data", tmp_path / "kept")
        shutil.rmtree(tmp_path / "data")
        api.say(api.person(2), "after")
        assert "python -m knowledge.store restore" in turns(bot, "database", red=True)
        shutil.copytree(tmp_path / "kept", tmp_path / "data")  # its connections are those to the deleted one
        polls = api.updates._poller
        time.sleep(1)
        assert bot.health()[1]["database"].startswith(f"{tmp_path}/data/bot.db was deleted or replaced")
        assert api.updates._poller == polls and len(api.updates.held) == 1 and not api.heard(2)
    with sqlite3.connect(tmp_path / "data" / "bot.db") as sql:
        sql.execute("DELETE FROM leases")  # copied while it ran
    with bot_in_thread(api, url, limits=UNLIMITED, mode=mode):
        assert api.wait_heard(2)[0].text.endswith("echo after")


def test_what_is_set_aside_is_counted_and_makes_nothing_red(api: FakeBotApi, url: str) -> None:
    """A row whose key is lost, a question that failed three times, an answer nobody takes, an update without number."""
    stranger = sealed_engine(url)
    with store.writing(stranger) as sql:
        payload = json.dumps({"update_id": 1, "message": {}})
        inbox.store(sql, int(api.token.partition(":")[0]), [ReceivedUpdate(1, payload, 9, "p", "c")], time.time())
    stranger.dispose()
    api.faults.add(Kind.STATUS, 403, chat=2)
    with bot_in_thread(api, url, limits=UNLIMITED) as bot:
        api.say(api.person(1), "boom")
        api.say(api.person(2), "hello")
        with api.updates.lock:
            api.updates.held[2**70] = {"update_id": None, "message": {}}
        expected = {"updates_without_key": 1, "dead_letters": 1, "messages_given_up": 1, "updates_put_aside": 1}
        until(lambda: said_at(bot.runtime.ports[0])[1].get("set_aside") == expected)
        until(lambda: bot.health()[0] == 200)
        assert metric(bot, 'huadu_set_aside{kind="updates_without_key"}') == 1
        assert metric(bot, 'huadu_set_aside{kind="messages_without_key"}') == 0
        assert metric(bot, "huadu_updates_put_aside_total") == 1


def test_a_line_that_grows_too_old_is_red(api: FakeBotApi, url: str) -> None:
    with bot_in_thread(api, url, Echo(1.5), limits=UNLIMITED, workers=1, oldest=2.0) as bot:
        for chat in range(6):
            api.say(api.person(chat + 1), "hello")
        assert "oldest question" in turns(bot, "inbox", red=True)
        turns(bot, "inbox", red=False, seconds=20)


def test_an_edition_that_is_missing_is_red_by_its_own_words(api: FakeBotApi, url: str) -> None:
    wrong: list[str | None] = ["nothing is published yet; run: python ingest.py"]
    with bot_in_thread(api, url, limits=UNLIMITED, edition=lambda: wrong[0]) as bot:
        assert turns(bot, "edition", red=True) == wrong[0]
        wrong[0] = None
        turns(bot, "edition", red=False)


@pytest.mark.parametrize("part", ["poller", "workers", "sender"])
def test_a_part_that_ends_by_itself_is_red_and_begun_again(api: FakeBotApi, url: str, part: str) -> None:
    """The ways in which a bot goes silently deaf: its task is cancelled or ends, and nothing says so."""
    with bot_in_thread(api, url, limits=UNLIMITED) as bot:
        turns(bot, "poller", red=False)

        def cancel() -> None:
            [task] = [task for task in asyncio.all_tasks() if task.get_name() == f"{part} running"]
            task.cancel()

        bot.runtime.loop.call_soon_threadsafe(cancel)
        assert "ended" in turns(bot, part, red=True)
        api.say(api.person(1), "hello")
        assert api.wait_heard(1)[0].text.endswith("echo hello")
        turns(bot, part, red=False)


def outage(seconds: float, asking: int) -> None:
    """PostgreSQL goes away under a running bot that is asked meanwhile, and comes back."""
    with running_server() as server, FakeBotApi() as api:
        with bot_in_thread(api, server.database()) as bot:
            for chat in range(1, 9):
                api.say(api.person(chat), "before")
            api.wait_heard(1)
            server.stop()
            began = time.monotonic()
            for chat in range(9, 9 + asking):
                api.say(api.person(chat), "meanwhile")
            assert turns(bot, "database", red=True) in ("unreachable", "does not answer")
            time.sleep(max(0.0, seconds - (time.monotonic() - began)))
            server.start()
            api.wait(lambda: all(api.heard(chat) for chat in range(1, 9 + asking)), 60)
            turns(bot, "database", red=False, seconds=20)
            time.sleep(1.5)
        sent = [len(api.heard(chat)) for chat in range(1, 9 + asking)]
        assert sum(sent) - len(sent) <= 1, "one message may have been under way when the database went"
        assert api.limits.violations == []


def test_a_database_that_is_away_loses_nothing() -> None:
    outage(4, 20)


@pytest.mark.long
def test_a_database_that_is_away_for_thirty_seconds_loses_nothing() -> None:
    outage(30, 150)


def test_a_locked_sqlite_file_is_waited_for(api: FakeBotApi, url: str, tmp_path: Path) -> None:
    with bot_in_thread(api, url, limits=UNLIMITED) as bot:
        api.say(api.person(1), "before")
        api.wait_heard(1)
        with sqlite3.connect(tmp_path / "bot.db", isolation_level=None) as other:
            other.execute("BEGIN EXCLUSIVE")
            api.say(api.person(2), "meanwhile")
            assert turns(bot, "database", red=True, seconds=10) in ("does not answer", "no sign of life for 8 s")
            other.execute("ROLLBACK")
        assert api.wait_heard(2)[0].text.endswith("echo meanwhile")
        turns(bot, "database", red=False)


def metric(bot: Running, name: str) -> float:
    page = urllib.request.urlopen(f"http://127.0.0.1:{bot.runtime.ports[0]}/metrics", timeout=3).read().decode()
    return sum(float(line.rsplit(" ", 1)[1]) for line in page.splitlines() if line.startswith(name))


def test_metrics_count_what_happened(api: FakeBotApi, url: str) -> None:
    with bot_in_thread(api, url, limits=UNLIMITED) as bot:
        turns(bot, "poller", red=False)
        for chat in range(1, 6):
            api.say(api.person(chat), "boom" if chat == 5 else "hello")
        for chat in range(1, 6):
            api.wait_heard(chat)
        until(lambda: metric(bot, "huadu_messages_sent_total") == 5)
        assert metric(bot, "huadu_updates_received_total") == 5
        until(lambda: metric(bot, 'huadu_questions_total{status="answered"}') == 4)
        assert metric(bot, 'huadu_questions_total{status="dead_letter"}') == 1
        assert metric(bot, "huadu_failed_tries_total") == 3
        assert metric(bot, "huadu_answer_seconds_count") == 7
        assert metric(bot, "huadu_healthy") == 1
