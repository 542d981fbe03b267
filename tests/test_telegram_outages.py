"""Telegram goes away, in every way that it has, and comes back: red, and answers go on, within ten seconds each."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from bot.telegram.delivery.sender import CALL_SECONDS, LONGEST_PAUSE
from bot.telegram.updates import polling
from tests.fake_bot_api import FakeBotApi, Kind
from tests.patience import TIMES, until
from tests.telegram_bots import bot_in_thread, health_at

CLAIM = 10.0  # seconds, on a machine that has nothing else to do
AWAY = 16.0  # seconds: long enough for every pause to have become its longest


@pytest.fixture
def api() -> Iterator[FakeBotApi]:
    with FakeBotApi() as made:
        yield made


def taken(condition: Callable[[], bool], what: str) -> float:
    """The seconds until ``condition`` holds; fails where load alone cannot be the reason that it does not."""
    began = time.monotonic()
    until(condition, CLAIM, what)
    return time.monotonic() - began


def test_the_waits_of_a_call_that_hangs_leave_room_within_the_claim() -> None:
    assert CALL_SECONDS + LONGEST_PAUSE < CLAIM
    assert polling.POLL_SECONDS + polling.LATE_SECONDS + polling.LONGEST_PAUSE < CLAIM


@pytest.mark.long
@pytest.mark.parametrize(
    ("kind", "value"),
    [(Kind.SLOW, 60), (Kind.STATUS, 500), (Kind.GATEWAY, 502), (Kind.CUT_BEFORE, 0), (Kind.GARBAGE, 0)],
    ids=lambda value: getattr(value, "value", None),
)
def test_an_outage_is_red_and_its_end_heard_within_ten_seconds(
    api: FakeBotApi, tmp_path: Path, kind: Kind, value: float, record_property: Callable[[str, object], None]
) -> None:
    with bot_in_thread(api, f"sqlite:///{tmp_path}/bot.db") as bot:
        until(lambda: bot.health()[0] == 200)
        api.say(api.person(1), "sleep 1 asked before")
        api.wait(lambda: not api.updates.held)  # its answer comes when Telegram is away already
        gone = time.monotonic()
        api.faults.add(kind, value, method="*", times=100_000)
        red = taken(lambda: health_at(bot.runtime.ports[0])[0] == 503, "health is red")
        api.say(api.person(2), "asked meanwhile")
        time.sleep(max(0.0, AWAY - (time.monotonic() - gone)))
        assert not api.heard(1) and not api.heard(2)
        api.faults.waiting.clear()
        back = time.monotonic()
        api.say(api.person(3), "asked afterwards")
        heard = {chat: taken(lambda chat=chat: bool(api.heard(chat)), f"chat {chat} is answered") for chat in (1, 2, 3)}
        recovered = time.monotonic() - back
        green = taken(lambda: bot.health()[0] == 200, "health is green")
    measured = {"red": red, "recovered": recovered, "green": recovered + green}
    record_property("seconds", {what: round(seconds, 1) for what, seconds in measured.items()})
    print(kind.value, {what: round(seconds, 1) for what, seconds in measured.items()})
    assert max(red, recovered) < TIMES * CLAIM, (measured, heard)
    assert [len(api.heard(chat)) for chat in (1, 2, 3)] == [1, 1, 1]
    assert api.limits.violations == []
