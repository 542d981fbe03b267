"""What Telegram never sends: results that are no list, updates without a usable number: noted, and polling goes on."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from sqlalchemy import Connection, text
from structlog.testing import capture_logs
from telegram import Bot
from telegram.error import NetworkError

from bot.telegram.delivery.aiohttp_request import AiohttpRequest, call
from bot.telegram.queue.rate_limits import UNLIMITED
from bot.telegram.queue.transactions import GroupCommit, TransactionRunner
from bot.telegram.update import update_number
from knowledge.store.database import engine
from tests.fake_bot_api import FakeBotApi, Kind
from tests.sealed import sealer
from tests.telegram_bots import bot_in_thread

ANSWERS = ["null", "[]", "7", '"text"', "{}", '{"ok": true}', '{"ok": false}', '{"ok": false, "description": null}']
RESULTS = [None, {}, {"update_id": 5}, "text", 7, True]
EMPTY = [None, [], 3, "x", {}, {"update_id": None}]
BODIES = ["[]", "{}", *(json.dumps({"ok": True, "result": result}) for result in (None, {"update_id": 5}, EMPTY))]
NUMBERS = [2**63, 2**63 - 1, 2**100, 2**52, 0, -5, True, 1.5, "900000005", None, [], {}]


@pytest.fixture
def api() -> Iterator[FakeBotApi]:
    with FakeBotApi(flood_limits=False) as made:
        yield made


def events(logs: Sequence[object], name: str) -> list[object]:
    return [line for line in logs if isinstance(line, dict) and line["event"] == name]


def test_results_that_are_no_list_of_updates_do_not_end_the_poller(api: FakeBotApi, tmp_path: Path) -> None:
    with capture_logs() as logs, bot_in_thread(api, f"sqlite:///{tmp_path}/bot.db", limits=UNLIMITED):
        api.say(api.person(1), "before")
        api.wait_heard(1)
        for count, body in enumerate(BODIES, start=1):
            api.faults.add(Kind.BODY, method="getUpdates", body=body)
            api.say(api.person(1), "after")  # ends the poll under way; the next one meets the fault
            api.wait_heard(1, 1 + count, 20)
            api.wait(lambda count=count: len(api.faults.hit) == count, 20)  # type: ignore[misc]
        api.say(api.person(1), "last")
        api.wait_heard(1, 2 + len(BODIES), 20)
    assert not events(logs, "component ended and is begun again")


async def test_whatever_answers_is_a_result_or_one_of_the_errors_that_are_expected(api: FakeBotApi) -> None:
    """What is no answer of the Bot API is a network error; a result is handed on, for whoever asked to judge."""
    bot = Bot(api.token, base_url=f"{api.url}/bot", get_updates_request=AiohttpRequest(), request=AiohttpRequest())
    async with bot:
        for body in ANSWERS:
            api.faults.add(Kind.BODY, method="getUpdates", body=body)
            with pytest.raises(NetworkError):
                await call(bot, "getUpdates", {})
        for result in RESULTS:
            api.faults.add(Kind.BODY, method="getUpdates", body=json.dumps({"ok": True, "result": result}))
            assert await call(bot, "getUpdates", {}) == result


def test_updates_without_a_usable_number_are_noted_once_and_the_others_answered(
    api: FakeBotApi, tmp_path: Path
) -> None:
    message = {"message_id": 1, "date": 1, "text": "my secret", "chat": {"id": 1, "type": "private"}}
    with capture_logs() as logs, bot_in_thread(api, f"sqlite:///{tmp_path}/bot.db", limits=UNLIMITED) as bot:
        with api.updates.lock:  # behind all others, and never confirmed: an offset above them would skip the others
            for place, number in enumerate(NUMBERS):
                api.updates.held[2**70 + place] = {"update_id": number, "message": message}
        api.updates.wake()
        for chat in range(1, 6):
            api.say(api.person(chat), "hello")
            assert api.wait_heard(chat, seconds=10)[0].text.endswith("echo hello")
        polls = api.updates._poller
        time.sleep(1.2)
        assert api.updates._poller - polls <= 4, "it does not ask without a pause"
        assert len(api.updates.held) == len(NUMBERS) and bot.health()[0] == 200
    assert not events(logs, "component ended and is begun again")
    assert [line["count"] for line in events(logs, "updates put aside")] == [len(NUMBERS)]  # type: ignore[index]
    assert "secret" not in repr(logs)


def test_an_update_that_no_database_can_keep_does_not_hold_up_its_batch(tmp_path: Path) -> None:
    """Both ways in: a batch of the poller, and what webhooks that come together share."""

    async def store(items: Sequence[int]) -> list[object]:
        transactions = TransactionRunner(engine(f"sqlite:///{tmp_path}/bot.db"), sealer())
        await transactions.run(lambda sql: sql.execute(text("CREATE TABLE kept (number INTEGER)")))

        def insert(sql: Connection, numbers: Sequence[int]) -> list[int]:
            sql.execute(text("INSERT INTO kept VALUES (:number)"), [{"number": number} for number in numbers])
            return [1] * len(numbers)

        group = GroupCommit(transactions, insert)
        outcomes = await asyncio.gather(*(group.add(item) for item in items), return_exceptions=True)
        kept = await transactions.run(
            lambda sql: sql.execute(text("SELECT number FROM kept ORDER BY 1")).scalars().all()
        )
        await transactions.close(1)
        return [list(kept), *outcomes]

    kept, *outcomes = asyncio.run(store([1, 2, 2**63, 3]))
    assert kept == [1, 2, 3]
    assert [isinstance(outcome, OverflowError) for outcome in outcomes] == [False, False, True, False]


def test_a_number_is_usable_when_the_next_ones_can_follow_it() -> None:
    assert [update_number({"update_id": number}) for number in NUMBERS] == [None] * len(NUMBERS)
    assert update_number({"update_id": 2**52 - 1}) == 2**52 - 1
    assert update_number([]) is None
