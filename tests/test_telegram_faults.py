"""Telegram misbehaves, handlers misbehave, updates are poison: nothing is lost, no call inside a retry_after."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import Connection, text

from bot.answer import Answer, Choice, Turn
from bot.telegram.queue.rate_limits import UNLIMITED
from knowledge.store.database import upgrade
from tests.fake_bot_api import FakeBotApi, Kind
from tests.patience import TIMES
from tests.sealed import opened
from tests.telegram_bots import BotProcess, Echo, bot_in_thread, settings_for


@pytest.fixture
def api() -> Iterator[FakeBotApi]:
    with FakeBotApi() as made:
        yield made


@pytest.fixture
def url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path}/bot.db"


def answers(api: FakeBotApi, chat: int) -> list[str]:
    return [line.text.splitlines()[-1] for line in api.heard(chat)]


FAULTS = [
    ([(Kind.TOO_MANY, 1), (Kind.TOO_MANY, 2)], 0),
    ([(Kind.STATUS, 500), (Kind.GATEWAY, 502), (Kind.GARBAGE, 0), (Kind.CUT_BEFORE, 0), (Kind.SLOW, 2)], 0),
    ([(Kind.CUT_AFTER, 0)], 1),
]


@pytest.mark.parametrize(("faults", "duplicates"), FAULTS)
def test_faults_of_sending_cost_time_and_nothing_else(
    api: FakeBotApi, url: str, faults: list[tuple[Kind, float]], duplicates: int
) -> None:
    """Only a connection cut after Telegram took the message leaves a doubt, and at most one duplicate."""
    for kind, value in faults:
        api.faults.add(kind, value)
    with bot_in_thread(api, url):
        for chat in (1, 2, 3):
            for number in range(2):
                api.say(api.person(chat), f"q {number}")
        api.wait(lambda: all("echo q 1" in answers(api, chat) for chat in (1, 2, 3)), 30)
        time.sleep(1.2)
    found = [answers(api, chat) for chat in (1, 2, 3)]
    assert all(list(dict.fromkeys(texts)) == ["echo q 0", "echo q 1"] for texts in found), found
    assert sum(len(texts) for texts in found) - 6 <= duplicates, found
    assert api.limits.violations == [] and not api.faults.waiting


def test_nobody_calls_inside_a_retry_after_that_grows(api: FakeBotApi, url: str) -> None:
    """Every kind of call counts: messages to any chat, typing, answers to taps."""
    with bot_in_thread(api, url, workers=8):
        api.say(api.person(1), "buttons")
        shown = api.wait_heard(1)[0]
        for seconds in (1, 2, 3):
            api.faults.add(Kind.TOO_MANY, seconds)
        for chat in range(10, 22):
            api.say(api.person(chat), "sleep 1.5")
        api.wait(lambda: any(call.status == 429 for call in api.calls), 10)
        api.press(api.person(1), 1, shown.buttons[0][1], shown.message_id)
        api.wait(lambda: all(api.heard(chat) for chat in range(10, 22)), 40)
    refused = [call.at for call in api.calls if call.status == 429]
    assert len(refused) == 4, "of each window of the bot one chat is told first, and a second"
    counted = {"sendMessage", "sendChatAction", "answerCallbackQuery", "editMessageText"}
    inside = [
        (call.method, round(call.at - start, 2))
        for start, seconds in ((refused[1], 2), (refused[3], 3))
        for call in api.calls
        if call.method in counted and start + 0.05 < call.at < start + seconds - 0.02
    ]
    assert inside == [] and api.limits.violations == []
    assert all(len(api.heard(chat)) == 1 for chat in range(10, 22))


@pytest.mark.parametrize(
    ("kind", "value"),
    [(Kind.TOO_MANY, 1), (Kind.STATUS, 500), (Kind.GATEWAY, 502), (Kind.GARBAGE, 0), (Kind.CUT_AFTER, 0)],
)
def test_a_fault_of_polling_loses_no_update(api: FakeBotApi, url: str, kind: Kind, value: float) -> None:
    with bot_in_thread(api, url, limits=UNLIMITED):
        api.say(api.person(1), "first")
        api.wait_heard(1)
        api.faults.add(kind, value, method="getUpdates", times=2)
        for chat in range(2, 12):
            api.say(api.person(chat), "second")
        api.wait(lambda: all(api.heard(chat) for chat in range(2, 12)), 20)
        time.sleep(0.5)
    assert [answers(api, chat) for chat in range(2, 12)] == [["echo second"]] * 10


def test_a_user_who_blocked_the_bot_costs_one_call_and_others_nothing(api: FakeBotApi, url: str) -> None:
    with bot_in_thread(api, url) as bot:
        api.say(api.person(1), "hello")
        api.wait_heard(1)
        api.block(1)
        for number in range(3):
            api.say(api.person(1), f"q {number}")
        api.say(api.person(2), "fine")
        api.wait_heard(2)
        api.wait(lambda: not api.updates.held)
        time.sleep(1.5)
        refused = [call for call in api.calls if call.status == 403 and call.method == "sendMessage"]
        assert 1 <= len(refused) <= 3 and bot.health()[0] == 200
        api.block(1, blocked=False)
        api.say(api.person(1), "back")
        assert api.wait_heard(1, 2)[1].text == "echo back"


def dead_letters(sql: Connection) -> list[tuple[str, int]]:
    rows = sql.execute(text("SELECT error, tries FROM inbox WHERE state = 'dead_letter' ORDER BY id"))
    return [(opened(sql, error), tries) for error, tries in rows]


def test_poison_becomes_a_dead_letter_with_its_error_and_the_next_is_answered_within_a_second(
    api: FakeBotApi, url: str, tmp_path: Path
) -> None:
    echo = Echo()
    with bot_in_thread(api, url, echo, limits=UNLIMITED) as bot:
        api.limits.on = False
        for word in ("boom", "cancel"):
            api.say(api.person(1), word)
            api.say(api.person(1), f"after {word}")
            api.wait(lambda word=word: f"echo after {word}" in answers(api, 1), 15)  # type: ignore[misc]
        lines = [line for line in api.heard(1) if line.text.startswith("抱歉")]
        later = [line.at for line in api.heard(1) if "echo after" in line.text]
        assert [echo.tries.count(word) for word in ("boom", "cancel")] == [3, 3]
        assert len(lines) == 2 and all(later[place] - line.at < TIMES for place, line in enumerate(lines))
        assert bot.health()[0] == 200
        dead = bot.runtime.transactions.run_in_this_thread(dead_letters)
    assert [(error.partition(":")[0], tries) for error, tries in dead] == [("RuntimeError", 3), ("CancelledError", 3)]


UNPARSABLE = [
    {"message": {"message_id": "x", "date": "yesterday", "chat": {"id": 1, "type": "private"}, "from": {"id": 1}}},
    {"message": {"chat": {"id": 1}}},
    {"message": []},
    {"message": None},
    {"message": "text"},
    {"callback_query": {"id": 5}},
    {"callback_query": {"id": "5", "from": {"id": 1}, "message": 7, "data": {}}},
    {"my_chat_member": {}},
    {"something_new": {"deep": [[[[]]]]}},
    {},
]


@pytest.mark.parametrize("mode", ["polling", "webhook"])
def test_updates_that_cannot_be_parsed_do_not_stop_the_others(api: FakeBotApi, url: str, mode: str) -> None:
    api.limits.on = False
    with bot_in_thread(api, url, limits=UNLIMITED, mode=mode) as bot:
        api.say(api.person(1), "before")
        api.wait_heard(1)
        for content in UNPARSABLE:
            with api.updates.lock:
                number = api.updates.next_id
                api.updates.next_id += 1
                api.updates.held[number] = {"update_id": number, **content}
            api.updates.wake()
        api.say(api.person(2), "after")
        api.say(api.person(1), "mine too")
        assert api.wait_heard(2)[0].text.endswith("echo after")
        api.wait(lambda: "echo mine too" in answers(api, 1), 5)
        api.wait(lambda: not api.updates.held, 5)
        assert bot.health()[0] == 200


def test_an_update_that_kills_the_process_does_not_do_so_for_ever(api: FakeBotApi, url: str) -> None:
    upgrade(url)
    settings = settings_for(api, url, health=None)
    api.say(api.person(1), "exit")
    api.say(api.person(2), "innocent")

    def told() -> bool:
        return any(text.startswith(("抱歉", "Sorry")) for text in answers(api, 1))

    ended, bot = 0, BotProcess(settings, api.token)
    while not told():
        api.wait(lambda bot=bot: told() or bot.process.poll() is not None, 30)  # type: ignore[misc]
        if bot.process.poll() is not None:
            ended, bot = ended + 1, BotProcess(settings, api.token)
            assert ended <= 5, "still dying"
    assert ended >= 3
    api.wait_heard(2)
    innocent = answers(api, 2)
    assert set(innocent) == {"echo innocent"}, "answered before the culprit became a dead letter"
    assert len(innocent) <= 1 + ended, "a crash may repeat the message that was under way"
    bot.kill()


def test_a_handler_that_hangs_is_given_up_and_its_chat_goes_on(api: FakeBotApi, url: str) -> None:
    with bot_in_thread(api, url, limits=UNLIMITED, answer_seconds=0.4):
        api.say(api.person(1), "sleep 60")
        api.say(api.person(1), "next")
        lines = api.wait_heard(1, 2, 15)
        assert lines[0].text.startswith(("抱歉", "Sorry")) and lines[1].text.endswith("echo next")


class Unwritable(Echo):
    """Offers, when asked for "unwritable", a button, which the database of the test does not take."""

    def answer(self, question: str, turns: Sequence[Turn] = (), *, interface_language: str | None = None) -> Answer:
        made = super().answer(question, turns)
        return replace(made, choices=(Choice("more", "{}"),)) if question == "unwritable" else made


def test_a_reply_that_cannot_be_written_is_a_failed_try_and_holds_nobody_up(api: FakeBotApi, url: str) -> None:
    api.limits.on = False
    assistant = Unwritable()
    with bot_in_thread(api, url, assistant, limits=UNLIMITED, workers=8) as bot:
        refused = text("CREATE TRIGGER no_buttons BEFORE INSERT ON buttons BEGIN SELECT RAISE(ABORT, 'no'); END")
        bot.runtime.transactions.run_in_this_thread(lambda sql: sql.execute(refused))
        for chat in range(1, 6):
            api.say(api.person(chat), "unwritable" if chat == 3 else "hello")
        api.say(api.person(3), "and this?")
        assert [api.wait_heard(chat)[0].text.endswith("echo hello") for chat in (1, 2, 4, 5)] == [True] * 4
        notice, after = api.wait_heard(3, 2)
    assert assistant.tries.count("unwritable") == 3 and assistant.tries.count("hello") == 4
    assert "Q" in notice.text and "RAISE" not in notice.text and after.text.endswith("echo and this?")


def test_half_a_character_stops_neither_its_batch_nor_its_answer(api: FakeBotApi, url: str) -> None:
    with bot_in_thread(api, url, limits=UNLIMITED):
        api.say(api.person(1), "half \ud83d of it")
        api.say(api.person(2), "hello")
        assert api.wait_heard(1)[0].text.endswith("echo half  of it")
        assert api.wait_heard(2)[0].text.endswith("echo hello")
