"""What Telegram shows before the first message, and that no text is missing in either language."""

from __future__ import annotations

import re
import string
from pathlib import Path

import pytest

from bot.presentation.messages import message, messages
from bot.settings import Contact, ServiceOperator, Settings, TelegramSettings
from bot.staff_settings import Role, StaffSettings
from bot.telegram.applications.applications import ApplicationState
from bot.telegram.delivery.service_facts import Place
from bot.telegram.feedback.votes import Reason
from bot.telegram.handoffs.handoff import EndedBy
from bot.telegram.open_questions.open_questions import Why
from bot.telegram.queue.rate_limits import UNLIMITED
from bot.telegram.staff_talk.application_pages import GROUPS
from bot.telegram.updates import profile_texts
from bot.telegram.updates.bot_profile import GROUP, PRIVATE
from bot.telegram.updates.commands import COMMANDS, LANGUAGES, names_for
from bot.telegram.updates.deep_links import GUIDED_LISTS, ROLES
from bot.telegram.updates.question_limits import WINDOWS
from bot.telegram.updates.welcome import EXAMPLES
from tests.fake_bot_api import FakeBotApi, Kind
from tests.fake_bot_api.profile import LENGTHS
from tests.names import HOME
from tests.telegram_bots import bot_in_thread

SOURCE = Path(__file__).parents[1] / "bot" / "telegram"
CALLS = re.compile(r"""(?:message|text_reply|page)\(\s*(?:incoming,\s*)?f?"([^"]+)\"""")
PLACES = {
    "reason": tuple(Reason),
    "topic": GUIDED_LISTS,
    "code": LANGUAGES,
    "name": (*COMMANDS, *ROLES),
    "window.name": tuple(WINDOWS),
    "sent.state": tuple(ApplicationState),
    "one.state": tuple(ApplicationState),
    "state": GROUPS["done"],
    "group": tuple(GROUPS),
    "page.group": tuple(GROUPS),
    "NEEDS[act]": tuple(Role),
    "cause": tuple(Why),
    "by": tuple(EndedBy),
    "handoff.language": LANGUAGES,
}


def keys_used() -> set[str]:
    """Every key that the bot's source asks for, {…} filled in with each value it can have."""
    found = {key for path in SOURCE.rglob("*.py") for key in CALLS.findall(path.read_text(encoding="utf-8"))}
    assert len(found) > 25, "the pattern no longer finds the calls"
    keys = {
        "late",
        "button_stale",
        "button_foreign",
        "button_again",
        *(key for keys in EXAMPLES.values() for key in keys),
    }
    for key in found:
        if key.startswith("report."):  # tests/test_reports.py
            continue
        names = [name for _, name, _, _ in string.Formatter().parse(key) if name]
        prefix = key.partition("{")[0]
        values = (
            ROLES
            if prefix in ("role_", "page_")
            else GUIDED_LISTS
            if prefix == "open_"
            else PLACES[names[0]]
            if names
            else [""]
        )
        keys |= {key.replace(f"{{{names[0]}}}", value) if names else key for value in values}
    return keys - {f"command_{role}" for role in ROLES if role not in COMMANDS}


@pytest.mark.parametrize("language", ["zh", "zh-hant", "en"])
def test_no_text_is_missing_in_any_language(language: str) -> None:
    for key in sorted(keys_used()):
        assert key in messages(language), key
        filled_in = {name for _, name, _, _ in string.Formatter().parse(messages(language)[key]) if name}
        assert filled_in == {name for _, name, _, _ in string.Formatter().parse(messages("zh")[key]) if name}, key
        text = message(key, language, **dict.fromkeys(filled_in, "-"))
        assert text.strip() and "{" not in text, key


CODES = ("", "zh", "en")
STAFF_CHAT = -1_000_000_000_077
SETTINGS = Settings(telegram=TelegramSettings(staff=StaffSettings(chat=STAFF_CHAT)))


def complete(api: FakeBotApi) -> bool:
    """Whether everything is set: four scopes and staff's group, three texts, each for three languages; the menu."""
    return len(api.world.commands) == 15 and len(api.world.descriptions) == 9 and bool(api.world.menu_buttons)


def test_the_profile_is_set_for_everybody_zh_and_en_and_for_each_scope(tmp_path: Path) -> None:
    with FakeBotApi() as api:
        api.group(STAFF_CHAT)
        api.faults.add(Kind.TOO_MANY, 1, method="setMyCommands")
        api.faults.add(Kind.GATEWAY, 502, method="getMyDescription")
        with bot_in_thread(api, f"sqlite:///{tmp_path}/bot.db", limits=UNLIMITED, staff=SETTINGS.telegram.staff):
            api.wait(lambda: complete(api), 75)
        for code in CODES:
            language = code or "zh"
            shown = {what: api.world.descriptions[what, code] for what in LENGTHS}
            assert shown == {
                "MyDescription": profile_texts.description(language, SETTINGS),
                "MyShortDescription": profile_texts.about(language, SETTINGS),
                "MyName": profile_texts.name(language, SETTINGS),
            }
            listed = {scope: [one["command"] for one in api.world.commands[scope, code]] for scope in SCOPES}
            assert listed["default"] == listed["all_private_chats"] == names_for(PRIVATE)
            assert listed["all_group_chats"] == listed["all_chat_administrators"] == names_for(GROUP)
            assert listed[f"chat{STAFF_CHAT}"] == names_for(GROUP | {Place.STAFF, Place.HANDOFFS})
            assert "applications" in listed[f"chat{STAFF_CHAT}"] and "applications" not in listed["all_group_chats"]
        assert api.world.menu_buttons == {None: {"type": "commands"}}
        private = PRIVATE | {Place.FORMS}  # where forms are switched on
        assert {*names_for(private | {Place.STAFF, Place.HANDOFFS}), *names_for(GROUP)} == set(COMMANDS), (
            "every handler is listed somewhere"
        )


def test_what_is_refused_keeps_nothing_else_from_being_set(tmp_path: Path) -> None:
    always = 1_000_000
    with FakeBotApi() as api:
        for method in ("getMyDescription", "setMyShortDescription", "getMyCommands", "getChatMenuButton"):
            api.faults.add(Kind.STATUS, 400, method=method, times=always)
        api.faults.add(Kind.STATUS, 404, method="getMyShortDescription", times=always)
        api.faults.add(Kind.TOO_MANY, 7200, method="setMyName", times=always)
        with bot_in_thread(api, f"sqlite:///{tmp_path}/bot.db", limits=UNLIMITED):
            api.wait(lambda: len(api.world.commands) == 12 and len(api.world.descriptions) == 3, 30)
            assert api.world.menu_buttons
            api.wait(lambda: any(call.method == "setMyName" for call in api.calls), 30)
            api.faults.waiting.clear()
            api.wait(lambda: len(api.world.descriptions) == 6, 30)
        order = [call.method for call in api.calls if call.method.startswith("setMy")]
        assert order[:12] == ["setMyCommands"] * 12, "commands first"
        assert order.count("setMyName") == 1, "Telegram wants to be asked for a name in two hours"


SCOPES = ("default", "all_private_chats", "all_group_chats", "all_chat_administrators", f"chat{STAFF_CHAT}")


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("length", [0, 2, 60])
def test_profile_texts_fit_whatever_the_operator_is_called(language: str, length: int) -> None:
    operator = ServiceOperator(zh="局" * length, en="B" * length) if length else None
    contacts = (Contact(phone="12333", zh="热线", en="hotline"), Contact(phone="12345", zh="热线", en="hotline"))
    programme = HOME.programme
    settings = Settings(operator=operator, contacts=contacts, programme=programme)
    described, short = profile_texts.description(language, settings), profile_texts.about(language, settings)
    assert len(described) <= 512 and len(short) <= 120 and len(profile_texts.name(language, settings)) <= 64
    named = ("局" if language == "zh" else "B") * length if length else message("operator_unnamed", language)
    assert named in described, "who runs it"
    assert all(word in described for word in ("AI", "/human", "/privacy", programme.shown(language)))
    if length < 60:
        assert "12333" in described and "12345" in described


def test_every_listed_command_has_a_handler_and_the_reverse(tmp_path: Path) -> None:
    """Each command is sent as Telegram would send it from the list: none may be unknown, none may be missing."""
    listed, in_groups = set(names_for(PRIVATE)), set(names_for(GROUP))
    with FakeBotApi(flood_limits=False) as api, bot_in_thread(api, f"sqlite:///{tmp_path}/bot.db", limits=UNLIMITED):
        group = api.group(-1_000_000_000_001)
        for number, name in enumerate(sorted(listed | set(COMMANDS)), start=100):
            api.say(api.person(number), f"/{name}")
            known = api.wait_heard(number)[0].text != message("unknown_command", "zh")
            assert known == (name in listed), name
        for place, name in enumerate(sorted(listed), start=1):
            api.say(api.person(99), f"/{name}", group)
            answer = api.wait_heard(group.id, place)[-1].text
            assert (answer == message("private_only", "zh")) == (name not in in_groups), name
