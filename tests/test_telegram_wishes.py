"""Over the shipped base: every example of a role is answered, and wishes in words do what their commands do."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Sequence

import pytest

from bot.answer import Answer, Status, Turn
from bot.presentation.messages import message
from bot.telegram.queue.rate_limits import UNLIMITED
from bot.telegram.updates.welcome import EXAMPLES
from tests.fake_bot_api import FakeBotApi, Line
from tests.shipped import shipped
from tests.telegram_bots import bot_in_thread

CODES = {"zh": "zh", "zh-hant": "zh-TW", "en": "en"}
numbers = itertools.count(25_000)


class Watched:
    """The real assistant, and how it answered what was tapped."""

    def __init__(self) -> None:
        self.assistant = shipped().assistant()
        self.tapped: list[Answer] = []

    def answer(self, question: str, turns: Sequence[Turn] = (), *, interface_language: str | None = None) -> Answer:
        return self.assistant.answer(question, turns, interface_language=interface_language)

    def press(self, request: str, turns: Sequence[Turn] = (), *, interface_language: str | None = None) -> Answer:
        self.tapped.append(self.assistant.press(request, turns, interface_language=interface_language))
        return self.tapped[-1]

    def open(self, command: str, turns: Sequence[Turn] = (), *, interface_language: str | None = None) -> Answer:
        return self.assistant.open(command, turns, interface_language=interface_language)


@pytest.fixture(scope="module")
def watched() -> Watched:
    return Watched()


@pytest.fixture(scope="module")
def api(watched: Watched, tmp_path_factory: pytest.TempPathFactory) -> Iterator[FakeBotApi]:
    url = f"sqlite:///{tmp_path_factory.mktemp('wishes')}/bot.db"
    with (
        FakeBotApi(flood_limits=False) as made,
        bot_in_thread(made, url, watched, limits=UNLIMITED, programme=shipped().settings.programme),
    ):
        yield made


class Asker:
    """A person who writes, taps, and reads what comes next."""

    def __init__(self, api: FakeBotApi, code: str) -> None:
        self.api, self.chat = api, next(numbers)
        self.person = api.person(self.chat, language=code)

    def say(self, text: str) -> Line:
        return self._next(lambda: self.api.say(self.person, text))

    def press(self, line: Line, label: str) -> Line:
        data = next(data for shown, data in line.buttons if shown == label)
        return self._next(lambda: self.api.press(self.person, self.chat, data, line.message_id))

    def _next(self, act: Callable[[], object]) -> Line:
        before = len(self.api.heard(self.chat))
        act()
        return self.api.wait_heard(self.chat, before + 1, 60)[before]


@pytest.mark.parametrize("role", EXAMPLES)
@pytest.mark.parametrize("language", CODES)
def test_every_example_is_answered_when_it_is_tapped(
    api: FakeBotApi, watched: Watched, role: str, language: str
) -> None:
    asker = Asker(api, CODES[language])
    page = asker.say(f"/start {role}")
    examples = [label for label, _ in page.buttons[:3]]
    watched.tapped.clear()
    for example in examples:
        asker.press(page, example)
    told = [(example, answer.status, answer.language) for example, answer in zip(examples, watched.tapped, strict=True)]
    assert told == [(example, Status.ANSWERED, language) for example in examples]
    assert all(answer.citations for answer in watched.tapped)


@pytest.mark.parametrize(
    ("words", "language"),
    [("请删除我的数据", "zh"), ("請刪除我的資料", "zh-hant"), ("delete my data", "en"), ("把我的聊天记录删掉", "zh")],
)
def test_deletion_in_words_is_the_commands_and_in_the_language_of_the_words(
    api: FakeBotApi, words: str, language: str
) -> None:
    asker = Asker(api, "zh")
    asker.say("你好")
    confirm = asker.say(words)
    assert confirm.text == message("delete_confirm", language).strip()
    buttons = [message("delete_yes", language), message("delete_no", language)]
    assert [label for label, _ in confirm.buttons] == buttons
    assert asker.press(confirm, buttons[0]).text.split("：")[0].split(":")[0] == {
        "zh": "已删除", "zh-hant": "已刪除", "en": "Deleted"
    }[language]  # fmt: skip


def test_what_is_kept_is_shown_for_words_and_in_a_group_in_private_alone(api: FakeBotApi) -> None:
    asker = Asker(api, "zh")
    asker.say("试用期最长多久")
    assert "试用期最长多久" in asker.say("你们存了我什么").text
    assert "What is kept of you" in asker.say("what do you store about me").text
    group = api.group(-1_000_000_004_001)
    api.say(asker.person, "/ask 请删除我的数据", group)
    [told] = api.wait_heard(group.id, 1, 60)
    assert told.text == message("private_only", "zh")
    assert [data for _, data in told.buttons] == ["https://t.me/huadu_test_bot?start=delete_my_data"]
