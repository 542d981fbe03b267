"""Buttons, groups and deletion: what a press means stays with the bot, and only for whom it was shown."""

from __future__ import annotations

import itertools
import sqlite3
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Connection, update

from bot.presentation.messages import message
from bot.telegram.queue.conversations import REQUEST_COLUMN
from bot.telegram.queue.rate_limits import UNLIMITED
from bot.telegram.queue.tables import buttons
from bot.telegram.sealing.identities import IdentityHasher
from bot.telegram.sealing.sealer import sealer_of
from tests.fake_bot_api import Chat, FakeBotApi, Line
from tests.telegram_bots import Running, bot_in_thread

numbers = itertools.count(6_123_400_001)


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("buttons") / "bot.db"


@pytest.fixture(scope="module")
def bot(api: FakeBotApi, database: Path) -> Iterator[Running]:
    with bot_in_thread(api, f"sqlite:///{database}", limits=UNLIMITED) as running:
        yield running


@pytest.fixture
def chat(api: FakeBotApi, bot: Running) -> int:
    number = next(numbers)
    api.person(number)
    return number


@pytest.fixture
def group(api: FakeBotApi, bot: Running) -> Chat:
    return api.group(-1_000_000_000_000 - next(numbers) % 100_000, topics=(7,))


def ask(api: FakeBotApi, chat: int, text: str) -> Line:
    before = len(api.heard(chat))
    api.say(api.person(chat), text)
    return api.wait_heard(chat, before + 1)[before]


def toasts(api: FakeBotApi, chat: int, count: int) -> list[str]:
    """What was shown on top of the chat for ``count`` taps."""
    api.wait(lambda: len(api.transcript(chat, "toast")) >= count)
    return [line.text for line in api.transcript(chat, "toast")]


def quiet(api: FakeBotApi, chat: int, seconds: float = 0.6) -> int:
    """How many messages the bot wrote in ``chat``, after a moment in which it could have written more."""
    time.sleep(seconds)
    return len(api.heard(chat))


def test_a_press_is_acknowledged_at_once_and_answered(api: FakeBotApi, chat: int) -> None:
    shown = ask(api, chat, "buttons")
    [(_, data)] = shown.buttons
    assert len(data.encode()) <= 64 and "same" not in data, "opaque"
    api.press(api.person(chat), chat, data, shown.message_id)
    assert api.wait_heard(chat, 2)[1].text == 'echo pressed {"ask": "the same again"}'
    assert toasts(api, chat, 1) == [""]
    assert ask(api, chat, "turns").text.endswith("before: buttons, the same again")


def test_taps_that_mean_nothing_are_polite_and_change_nothing(api: FakeBotApi, chat: int) -> None:
    shown = ask(api, chat, "buttons")
    [(_, data)] = shown.buttons
    other = next(numbers)
    stranger = api.person(other)
    api.press(stranger, chat, data, shown.message_id)
    for forged in ("x", "!delete yes", "' OR 1=1 --", "a" * 64, "\x00"):
        api.press(api.person(chat), chat, forged, shown.message_id)
    expected = [message("button_foreign", "zh")] + [message("button_stale", "zh")] * 5
    assert sorted(toasts(api, chat, 6)) == sorted(expected)
    assert quiet(api, chat) == 1


def test_a_double_tap_counts_once(api: FakeBotApi, chat: int) -> None:
    shown = ask(api, chat, "buttons")
    [(_, data)] = shown.buttons
    for _ in range(4):
        api.press(api.person(chat), chat, data, shown.message_id)
    assert sorted(toasts(api, chat, 4)) == sorted(["", *[message("button_again", "zh")] * 3])
    assert quiet(api, chat) == 2


def test_each_query_is_answered_once_even_when_its_handler_fails(api: FakeBotApi, chat: int, bot: Running) -> None:
    shown = ask(api, chat, "buttons")
    [(_, data)] = shown.buttons

    def damage(sql: Connection) -> None:
        request = sealer_of(sql).seal("!language nothing-like-this", REQUEST_COLUMN)
        sql.execute(update(buttons).where(buttons.c.token == data).values(request=request))

    bot.runtime.transactions.run_in_this_thread(damage)
    api.press(api.person(chat), chat, data, shown.message_id)
    assert api.wait_heard(chat, 2)[1].text.startswith("抱歉")
    answers = [call for call in api.calls if call.method == "answerCallbackQuery" and call.status == 400]
    assert not answers and toasts(api, chat, 1) == [""]


def test_a_group_hears_only_answers_to_what_was_meant_for_the_bot(api: FakeBotApi, group: Chat) -> None:
    person = api.person(next(numbers))
    api.say(person, "大家好", group)
    api.say(person, "/start@other_bot", group)
    api.say(person, "/nonsense", group)
    asked = api.say(person, "/ask@huadu_test_bot 学徒制是什么", group)
    [answer] = api.wait_heard(group.id)
    assert answer.text == "echo 学徒制是什么" and answer.reply_to == asked["message_id"]
    api.say(person, "那补贴呢", group, reply_to=answer.message_id)
    assert api.wait_heard(group.id, 2)[1].text == "echo 那补贴呢"
    assert quiet(api, group.id) == 2


def test_an_answer_stays_in_its_topic(api: FakeBotApi, group: Chat) -> None:
    asked = api.say(api.person(next(numbers)), "/ask 学徒制", group, thread=7)
    [answer] = api.wait_heard(group.id)
    assert (answer.thread, answer.reply_to) == (7, asked["message_id"])
    api.say(api.person(next(numbers)), "/ask sleep 1.5", group, thread=7)
    api.wait_heard(group.id, 2)
    typing = [
        call.params for call in api.calls if call.method == "sendChatAction" and call.params["chat_id"] == group.id
    ]
    assert typing and {shown["message_thread_id"] for shown in typing} == {7}


def test_a_topic_that_is_gone_does_not_cost_the_answer(api: FakeBotApi, group: Chat) -> None:
    group.topics.add(9)
    person = api.person(next(numbers))
    api.say(person, "/ask sleep 0.5", group, thread=9)
    group.topics.remove(9)
    assert api.wait_heard(group.id)[0].text == "echo sleep 0.5"


def test_people_of_a_group_do_not_hear_each_others_questions(api: FakeBotApi, group: Chat) -> None:
    first, second = api.person(next(numbers)), api.person(next(numbers))
    api.say(first, "/ask one", group)
    api.say(second, "/ask two", group)
    api.wait_heard(group.id, 2)
    api.say(first, "/ask turns", group)
    assert api.wait_heard(group.id, 3)[2].text == "echo turns | before: one"


def test_private_matters_are_not_discussed_in_a_group(api: FakeBotApi, group: Chat) -> None:
    person = api.person(next(numbers))
    for place, command in enumerate(("delete_my_data", "settings", "my_data"), start=1):
        api.say(person, f"/{command}", group)
        answer = api.wait_heard(group.id, place)[-1]
        assert answer.text == message("private_only", "zh")
        assert [data for _, data in answer.buttons] == [f"https://t.me/huadu_test_bot?start={command}"]


def test_a_group_that_became_a_supergroup_gets_its_answer_there(api: FakeBotApi, group: Chat) -> None:
    api.say(api.person(next(numbers)), "/ask sleep 0.5", group)
    new = group.id - 500_000
    api.upgrade(group.id, new)
    assert api.wait_heard(new)[0].text == "echo sleep 0.5"


def test_deletion_says_what_it_removed_and_nothing_of_the_user_is_left(
    api: FakeBotApi, chat: int, group: Chat, database: Path
) -> None:
    ask(api, chat, "buttons")
    person = api.person(chat)
    api.say(person, "/ask one", group)
    api.wait_heard(group.id)
    confirm = ask(api, chat, "/delete_my_data")
    assert confirm.text == message("delete_confirm", "zh").strip()
    keep = next(data for label, data in confirm.buttons if label == message("delete_no", "zh"))
    api.press(person, chat, keep, confirm.message_id)
    assert api.wait_heard(chat, 3)[2].text == message("delete_kept", "zh")

    yes = next(data for label, data in confirm.buttons if label == message("delete_yes", "zh"))
    api.press(person, chat, yes, confirm.message_id)
    told = api.wait_heard(chat, 4)[3].text
    assert told == message("deleted", "zh", conversations="2", buttons="4", waiting="0").strip()
    api.press(person, chat, yes, confirm.message_id)
    assert toasts(api, chat, 3)[2] == message("button_stale", "zh"), "what the buttons meant is deleted too"
    api.wait(lambda: nothing_left(database, api, chat))
    assert ask(api, chat, "turns").text.endswith("before:")


def test_deletion_takes_what_still_waits_in_other_chats_along(
    api: FakeBotApi, chat: int, group: Chat, database: Path
) -> None:
    person = api.person(chat)
    confirm = ask(api, chat, "/delete_my_data")
    yes = next(data for label, data in confirm.buttons if label == message("delete_yes", "zh"))
    api.say(person, "/ask sleep 1.5", group)
    api.say(person, "/ask never", group)
    time.sleep(0.4)
    api.press(person, chat, yes, confirm.message_id)
    assert api.wait_heard(chat, 2)[1].text.startswith("已删除")
    time.sleep(2)
    assert api.heard(group.id) == [], "neither the question under way nor the one behind it"
    api.wait(lambda: nothing_left(database, api, chat))


def nothing_left(database: Path, api: FakeBotApi, chat: int) -> bool:
    """No row of the bot names the person, neither by number nor by hash."""
    with sqlite3.connect(database) as sql:
        tables = ("inbox", "outbox", "conversations", "buttons")
        rows = [row for table in tables for row in sql.execute(f"SELECT * FROM {table}")]
    left = " ".join(str(value) for row in rows for value in row)
    return str(chat) not in left and IdentityHasher(api.token).of(chat) not in left
