"""What Telegram shows before the first message, and that no text is missing in either language."""

from __future__ import annotations

import re
import string
from pathlib import Path

import pytest
from telegram import BotCommandScopeAllGroupChats, BotCommandScopeAllPrivateChats

from bot.presentation.messages import message
from bot.telegram.queue.rate_limits import UNLIMITED
from bot.telegram.updates.bot_profile import commands_for, descriptions
from bot.telegram.updates.commands import COMMANDS, GUIDED_LISTS, LANGUAGES, ROLES
from bot.telegram.updates.question_limits import WINDOWS
from knowledge.entities.home import wording
from knowledge.settings import NO_PROGRAMME
from tests.fake_bot_api import FakeBotApi, Kind
from tests.names import HOME
from tests.telegram_bots import bot_in_thread

SOURCE = Path(__file__).parents[1] / "bot" / "telegram"
CALLS = re.compile(r"""(?:message|text_reply)\(\s*(?:incoming,\s*)?f?"([^"]+)\"""")
PLACES = {"topic": GUIDED_LISTS, "code": LANGUAGES, "name": (*COMMANDS, *ROLES), "window.name": tuple(WINDOWS)}


def keys_used() -> set[str]:
    """Every key that the bot's source asks for, {…} filled in with each value it can have."""
    found = {key for path in SOURCE.rglob("*.py") for key in CALLS.findall(path.read_text(encoding="utf-8"))}
    assert len(found) > 25, "the pattern no longer finds the calls"
    keys = {"first_contact", "late", "button_stale", "button_foreign", "button_again"}
    for key in found:
        names = [name for _, name, _, _ in string.Formatter().parse(key) if name]
        prefix = key.partition("{")[0]
        values = (
            ROLES if prefix == "role_" else GUIDED_LISTS if prefix == "open_" else PLACES[names[0]] if names else [""]
        )
        keys |= {key.replace(f"{{{names[0]}}}", value) if names else key for value in values}
    return keys - {f"command_{role}" for role in ROLES}


@pytest.mark.parametrize("language", ["zh", "zh-hant", "en"])
def test_no_text_is_missing_in_any_language(language: str) -> None:
    values = {"reference": "Q1", "contacts": "-", "name": "-", "conversations": "1", "buttons": "1", "waiting": "0"}
    values |= {"most": "30", "left": "1"}
    values |= wording(HOME.programme, language)
    for key in sorted(keys_used()):
        text = message(key, language, **values)
        assert text.strip() and "{" not in text, key


def test_the_privacy_notice_names_what_law_and_telegram_ask_for() -> None:
    asked = {
        "zh": (
            "保存什么",
            "为什么",
            "多久",
            "谁能看到",
            "/delete_my_data",
            "24 小时",
            "48 小时",
            "30 天",
            "180 天",
            "版",
        ),
        "en": (
            "stored",
            "why",
            "how long",
            "Who sees",
            "/delete_my_data",
            "24 hours",
            "48 hours",
            "30 days",
            "version",
        ),
    }
    for language, words in asked.items():
        assert [
            word for word in words if word not in message("privacy", language, **wording(HOME.programme, language))
        ] == []


def test_first_contact_says_ai_listed_documents_and_no_personal_numbers() -> None:
    for key in ("first_contact", "start", "description"):
        assert all(
            word in message(key, "zh", **wording(HOME.programme, "zh"))
            for word in ("AI", "不是政府工作人员", "身份证号")
        )
        assert all(
            word in message(key, "en", **wording(HOME.programme, "en"))
            for word in ("AI program", "not an official", "personal numbers")
        )


def test_commands_and_descriptions_are_set_for_everybody_zh_and_en(tmp_path: Path) -> None:
    with FakeBotApi() as api:
        api.faults.add(Kind.TOO_MANY, 1, method="setMyCommands")
        api.faults.add(Kind.GATEWAY, 502, method="getMyDescription")
        with bot_in_thread(api, f"sqlite:///{tmp_path}/bot.db", limits=UNLIMITED):
            api.wait(lambda: len(api.world.commands) == 9 and len(api.world.descriptions) == 6, 75)
        for code in ("", "zh", "en"):
            language = code or "zh"
            assert api.world.descriptions["MyDescription", code] == descriptions(language, NO_PROGRAMME)[0].strip()
            assert api.world.descriptions["MyShortDescription", code] == descriptions(language, NO_PROGRAMME)[1]
            listed = {scope: [one["command"] for one in api.world.commands[scope, code]] for scope in SCOPES}
            assert listed["default"] == listed["all_private_chats"] == list(COMMANDS)
            assert listed["all_group_chats"] == [name for name, command in COMMANDS.items() if command.in_groups]


def test_what_is_refused_keeps_nothing_else_from_being_set(tmp_path: Path) -> None:
    always = 1_000_000
    with FakeBotApi() as api:
        for method in ("getMyDescription", "setMyShortDescription", "getMyCommands"):
            api.faults.add(Kind.STATUS, 400, method=method, times=always)
        api.faults.add(Kind.STATUS, 404, method="getMyShortDescription", times=always)
        with bot_in_thread(api, f"sqlite:///{tmp_path}/bot.db", limits=UNLIMITED):
            api.wait(lambda: len(api.world.commands) == 9 and len(api.world.descriptions) == 3, 30)
            api.faults.waiting.clear()
            api.wait(lambda: len(api.world.descriptions) == 6, 30)
        order = [call.method for call in api.calls if call.method.startswith("setMy")]
        assert order[:9] == ["setMyCommands"] * 9, "commands first"


SCOPES = ("default", "all_private_chats", "all_group_chats")


def test_every_listed_command_has_a_handler_and_the_reverse(tmp_path: Path) -> None:
    """Each command is sent as Telegram would send it from the list: none may be unknown, none may be missing."""
    listed = {command.command for command in commands_for(BotCommandScopeAllPrivateChats(), "zh")}
    in_groups = {command.command for command in commands_for(BotCommandScopeAllGroupChats(), "zh")}
    with FakeBotApi(flood_limits=False) as api, bot_in_thread(api, f"sqlite:///{tmp_path}/bot.db", limits=UNLIMITED):
        group = api.group(-1_000_000_000_001)
        for number, name in enumerate(sorted(listed | set(COMMANDS)), start=100):
            api.say(api.person(number), f"/{name}")
            known = api.wait_heard(number)[0].text != message("unknown_command", "zh")
            assert known == (name in listed), name
        for place, name in enumerate(sorted(listed), start=1):
            api.say(api.person(99), f"/{name}", group)
            answer = api.wait_heard(group.id, place)[-1].text
            assert (answer == message("in_private_only", "zh")) == (name not in in_groups), name
