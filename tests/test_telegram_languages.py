"""In which language a user is spoken to: by Telegram's code, the letters of their questions, or their own choice."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.presentation.messages import message
from bot.telegram.delivery.reply import interface_language
from bot.telegram.queue.rate_limits import UNLIMITED
from tests.fake_bot_api import FakeBotApi
from tests.shipped import shipped
from tests.speaker import Speaker, new_group
from tests.telegram_bots import bot_in_thread

CANCELLED = {language: message("cancelled", language) for language in ("zh", "zh-hant", "en")}


@pytest.fixture(scope="module")
def api() -> Iterator[FakeBotApi]:
    with FakeBotApi(flood_limits=False) as made:
        yield made


def chosen(user: Speaker, label: str) -> None:
    user.press(user.ask("/language"), label)


def test_the_choice_holds_in_every_chat_over_restarts_and_migration_until_it_is_deleted(
    api: FakeBotApi, tmp_path: Path
) -> None:
    url = f"sqlite:///{tmp_path}/bot.db"
    user, other, group = Speaker(api), Speaker(api), new_group(api)
    member, neighbour = user.in_group(group), other.in_group(group)
    with bot_in_thread(api, url, limits=UNLIMITED):
        assert member.ask("/cancel").text == CANCELLED["zh"]
        chosen(user, "English")
        assert member.ask("/cancel").text == CANCELLED["en"], "in a chat that was there before"
        chosen(member, "繁體")
        assert user.ask("/cancel").text == CANCELLED["zh-hant"], "and what was chosen in a group holds in private"
        assert neighbour.ask("/cancel").text == CANCELLED["zh"], "it is this user's choice alone"
    api.upgrade(group.id, group.id - 700_000)
    moved = api.world.chats[group.id - 700_000]
    with bot_in_thread(api, url, limits=UNLIMITED):
        assert user.in_group(moved).ask("/ask@huadu_test_bot").text == message("ask_empty", "zh-hant").strip()
        assert user.in_group(new_group(api)).ask("/cancel").text == CANCELLED["zh-hant"]
        confirm = user.ask("/delete_my_data")
        user.press(confirm, message("delete_yes", "zh-hant"))
        assert user.ask("/cancel").text == CANCELLED["zh"]


def test_codes_of_telegram() -> None:
    codes = {"zh": "zh", "zh-hans": "zh", "zh-CN": "zh", "zh-SG": "zh", "zh-hant": "zh-hant", "zh-TW": "zh-hant"}
    codes |= {"zh-HK": "zh-hant", "zh-Hant-MO": "zh-hant", "yue": "zh-hant", "en": "en", "en-GB": "en", "de": "en"}
    assert {code: interface_language(code) for code in codes} == codes and interface_language(None) == "zh"


def test_a_second_start_takes_nothing_away(api: FakeBotApi, tmp_path: Path) -> None:
    user = Speaker(api)
    with bot_in_thread(api, f"sqlite:///{tmp_path}/bot.db", limits=UNLIMITED):
        user.ask("/start")
        chosen(user, "English")
        user.ask("one")
        assert user.ask("/start").text.startswith("Hello")
        assert user.ask("turns").text == "echo turns | before: one"
        assert user.ask("/cancel").text == CANCELLED["en"]


def test_a_choice_of_an_earlier_release_holds(api: FakeBotApi, tmp_path: Path) -> None:
    user = Speaker(api)
    with bot_in_thread(api, f"sqlite:///{tmp_path}/bot.db", limits=UNLIMITED):
        chosen(user, "English")
        with sqlite3.connect(tmp_path / "bot.db") as sql:
            sql.execute("UPDATE conversations SET chosen = NULL")
        assert user.ask("/cancel").text == CANCELLED["en"]
        chosen(user, "繁體")
        assert user.ask("/cancel").text == CANCELLED["zh-hant"]


def test_without_a_code_of_telegram_the_letters_of_the_last_question_tell(api: FakeBotApi, tmp_path: Path) -> None:
    user = Speaker(api, language=None)
    with bot_in_thread(api, f"sqlite:///{tmp_path}/bot.db", limits=UNLIMITED):
        assert user.ask("/cancel").text == CANCELLED["zh"], "nothing is known"
        for question, language in (
            ("how do I join", "en"),
            ("技工學校什麼時候報名", "zh-hant"),
            ("学徒制是什么", "zh"),
        ):
            user.ask(question)
            assert user.ask("", voice={"file_id": "v", "file_unique_id": "v", "duration": 1}).text == message(
                "media_speech", language
            )
        assert user.ask("boom now").text.startswith("Sorry"), "a failure is told in the language of its question"


def test_a_question_in_another_language_is_answered_in_it_and_the_interface_stays(
    api: FakeBotApi, tmp_path: Path
) -> None:
    user = Speaker(api)
    with bot_in_thread(api, f"sqlite:///{tmp_path}/bot.db", shipped().assistant(), limits=UNLIMITED):
        user.ask("/start")  # so that the notice need not stand above a list
        assert "Guangzhou Technician College" in user.ask("Which colleges signed the agreement?").text
        assert user.ask("/cancel").text == CANCELLED["zh"]
        assert "來源：" in user.ask("失業金怎麼領？").text
        chosen(user, "English")
        assert "来源：" in user.ask("失业金怎么领？").text
        assert user.ask("/cancel").text == CANCELLED["en"]
