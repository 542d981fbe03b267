"""What users see: commands, languages, long answers, groups. The real runtime against the strict fake Bot API."""

from __future__ import annotations

import itertools
from collections.abc import Iterator

import pytest

from bot.answer import Answer, Block, BlockKind, Status
from bot.presentation.messages import message
from bot.settings import Contact
from bot.telegram.delivery.privacy_notice import notice_text
from bot.telegram.queue.rate_limits import UNLIMITED
from knowledge.entities.home import wording
from knowledge.settings import NO_PROGRAMME
from tests.fake_bot_api import FakeBotApi, Line, units
from tests.telegram_bots import Echo, Running, bot_in_thread

CONTACTS = (Contact(phone="12333", zh="人力资源和社会保障服务热线", en="human resources and social security hotline"),)
numbers = itertools.count(5000)


class Talkative(Echo):
    """Echoes, but for questions that ask for a text of a certain length."""

    def answer(self, question: str, *rest: object, **more: object) -> Answer:  # type: ignore[override]
        if question.startswith("long"):
            sentence = "技能花都行动 <b>& 学校</b> 😀，"
            text = "\n".join(sentence * 20 + f"第{number}段。" for number in range(int(question.split()[1]) // 300))
            return Answer(Status.ANSWERED, "zh", (Block(BlockKind.QUOTE, text),))
        return super().answer(question, *rest, **more)  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def bot(api: FakeBotApi, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    url = f"sqlite:///{tmp_path_factory.mktemp('handlers')}/bot.db"
    with bot_in_thread(api, url, Talkative(), limits=UNLIMITED, contacts=CONTACTS) as running:
        yield running


class User:
    """A person in a private chat, new in each test."""

    def __init__(self, api: FakeBotApi, language: str | None = "zh") -> None:
        self.api, self.chat = api, next(numbers)
        self.person = api.person(self.chat, language=language)

    def ask(self, text: str, parts: int = 1) -> list[Line]:
        """The bot's new messages after this one."""
        before = len(self.api.heard(self.chat))
        self.api.say(self.person, text)
        return self.api.wait_heard(self.chat, before + parts)[before:]

    def press(self, line: Line, label: str) -> list[Line]:
        before = len(self.api.heard(self.chat))
        data = next(data for shown, data in line.buttons if label in shown)
        self.api.press(self.person, self.chat, data, line.message_id)
        return self.api.wait_heard(self.chat, before + 1)[before:]


@pytest.fixture
def user(api: FakeBotApi, bot: Running) -> User:
    return User(api)


def said(key: str, language: str = "zh", **values: str) -> str:
    return message(key, language, **wording(NO_PROGRAMME, language), **values).strip()


def test_a_question_is_answered_and_the_first_time_it_is_said_who_answers(user: User) -> None:
    first, second = user.ask("学徒制是什么")[0].text, user.ask("还有吗")[0].text
    assert first == notice_text("zh") + "\n\necho 学徒制是什么"
    assert second == "echo 还有吗"


@pytest.mark.parametrize(
    ("command", "key"),
    [
        ("/cancel", "cancelled"),
        ("/settings", "settings"),
        ("/language", "language_ask"),
        ("/delete_my_data", "delete_confirm"),
        ("/CANCEL", "cancelled"),
        ("/cancel@huadu_test_bot", "cancelled"),
        ("/ask", "ask_empty"),
        ("/nonsense", "unknown_command"),
    ],
)
@pytest.mark.parametrize("language", ["zh-hans", "zh-TW", "en", "fr", None])
def test_commands_speak_the_language_of_the_users_telegram(
    api: FakeBotApi, bot: Running, command: str, key: str, language: str | None
) -> None:
    spoken = {"zh-TW": "zh-hant", "zh-hans": "zh", None: "zh"}.get(language, "en")
    assert User(api, language).ask(command)[0].text == said(key, spoken)


def test_human_names_the_contacts_of_the_configuration(api: FakeBotApi, user: User) -> None:
    assert "12333  人力资源和社会保障服务热线" in user.ask("/human")[0].text
    assert "12333  human resources and social security hotline" in User(api, "en").ask("/human")[0].text


def test_lists_are_opened_by_commands_and_ask_asks(user: User) -> None:
    for command in ("jobs", "training", "partners", "join"):
        assert user.ask(f"/{command}")[0].text.endswith(f"echo opened {command}")
    assert user.ask("/ask 学徒制\n是什么")[0].text == "echo 学徒制\n是什么"


def test_the_language_that_was_chosen_stays_and_names_itself(user: User) -> None:
    choice = user.ask("/language")[0]
    assert [label for label, _ in choice.buttons] == ["简体中文", "繁體中文", "English"]
    assert user.press(choice, "English")[0].text == "The interface language is now English."
    assert user.ask("/settings")[0].text == said("settings", "en")
    assert user.press(choice, "繁體")[0].text == "介面語言已設為繁體中文。"
    assert user.ask("/cancel")[0].text == said("cancelled", "zh-hant") != said("cancelled")


def test_earlier_questions_are_remembered_until_cancel(user: User) -> None:
    user.ask("one")
    user.ask("two")
    assert user.ask("turns")[0].text == "echo turns | before: one, two"
    user.ask("/cancel")
    assert user.ask("turns")[0].text == "echo turns | before:"


def test_personal_numbers_are_not_remembered(user: User) -> None:
    user.ask("我身份证440106199001011234，电话13800138000，补贴到账没")
    assert user.ask("turns")[0].text == "echo turns | before: 我身份证***，电话***，补贴到账没"


@pytest.mark.parametrize("length", [3000, 5000, 9000, 20000])
def test_a_long_answer_comes_whole_in_parts_that_telegram_takes(user: User, api: FakeBotApi, length: int) -> None:
    user.ask("hello")
    api.say(user.person, f"long {length}")
    api.wait(lambda: any(f"第{length // 300 - 1}段。" in line.text for line in api.heard(user.chat)))
    parts = [line.text for line in api.heard(user.chat)[1:]]
    assert all(units(part) <= 4096 for part in parts)
    assert [f"第{number}段。" in "".join(parts) for number in range(length // 300)] == [True] * (length // 300)
    assert "".join(parts).count("技能花都行动 <b>& 学校</b> 😀，") == length // 300 * 20
    assert not [call for call in api.calls if call.status == 400]


@pytest.mark.parametrize(
    "text",
    [
        "<b>",
        "a < b & c > d",
        "&lt;",
        "</i>",
        "<a href='x'>",
        "😀" * 300,
        "\u202eabc",
        "`*_[]()~>#+-=|{}.!",
        "一" * 4096,
    ],
)
def test_no_question_makes_an_answer_that_telegram_refuses(user: User, api: FakeBotApi, text: str) -> None:
    user.ask("hello")
    refused = len([call for call in api.calls if call.status == 400])
    answer = "".join(line.text for line in user.ask(text, parts=2 if len(text) > 4000 else 1))
    seen = text[-200:].replace("\u202e", "").strip()  # what turns the line round is not handed on
    assert answer.replace("\n", "").endswith(seen)
    assert len([call for call in api.calls if call.status == 400]) == refused


def test_typing_is_shown_within_a_second_and_again_before_five(user: User, api: FakeBotApi) -> None:
    user.ask("hello")
    api.say(user.person, "sleep 5")
    asked = api.transcript(user.chat)[-1].at
    api.wait_heard(user.chat, 2)
    shown = [line.at for line in api.transcript(user.chat, "action")]
    assert len(shown) == 2 and shown[0] - asked < 1 and shown[1] - shown[0] < 5


def test_a_failure_is_told_calmly_with_a_number_and_without_its_text(user: User, api: FakeBotApi) -> None:
    notice = user.ask("boom")[0]
    assert notice.text.startswith("抱歉") and "Q" in notice.text
    assert "secret detail" not in notice.text and "RuntimeError" not in notice.text
    assert user.ask("fine")[0].text.endswith("echo fine")
