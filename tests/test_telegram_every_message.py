"""Every text that the Telegram face has, in every language: sent for real, with a button below it, in one script."""

from __future__ import annotations

import ast
import re
import time
from collections.abc import Iterator
from functools import cache
from typing import Any

import pytest

from bot.answer import Answer
from bot.assistant import Assistant
from bot.presentation.messages import message, messages
from bot.settings import QuestionLimitSettings
from bot.staff_settings import StaffSettings
from bot.telegram.applications import applications
from bot.telegram.applications.applications import DAY, Application
from bot.telegram.queue.rate_limits import UNLIMITED
from bot.telegram.sealing.identities import IdentityHasher
from bot.telegram.update import ContentKind
from bot.telegram.updates.commands import COMMANDS
from bot.telegram.updates.deep_links import PAGES
from bot.telegram.updates.handlers import NOTICES
from knowledge.text.language import HAN
from tests.fake_bot_api import FakeBotApi, Line
from tests.form_filler import FORMS, OPERATOR
from tests.shipped import shipped
from tests.speaker import Speaker, new_group
from tests.talks import faults
from tests.telegram_bots import Running, bot_in_thread
from tests.test_catalogues import ROOT, outcomes, texts_of
from tests.test_telegram_media import CONTENT

CODES = {"zh": "zh", "zh-hant": "zh-TW", "en": "en"}
QUESTIONS = {"zh": "学徒制是什么", "zh-hant": "學徒制是什麼", "en": "What rights do interns have?"}
STAFF = range(7_900_001, 7_900_004)
MADE_BY_HAND = ("deleted", "my_data", "my_data_end")  # of counts that are known when they are written down
WISHES = {"zh": "帮我报名", "zh-hant": "幫我報名", "en": "please sign me up"}
SENDERS = {
    "answer_reply.answer_reply",
    "own_data.delete_all",
    "reply.text_reply",
    "report_page.report",  # files to staff, above a page; tests/test_telegram_staff.py, as are all of ``Asking.page``
    "screens._message",
    "staff_side._told",  # to staff; tests/test_telegram_handoffs.py
    "user_side._unreadable",
}
STAFF_CHAT = -1_000_790_000_001


class FailingAtTimes(Assistant):
    """The real assistant, but for one question."""

    def answer(self, question: str, *args: Any, **more: Any) -> Answer:
        if question == "boom":
            raise RuntimeError(question)
        return super().answer(question, *args, **more)


def sources() -> Iterator[tuple[str, ast.Module]]:
    for path in sorted((ROOT / "bot" / "telegram").rglob("*.py")):
        yield path.stem, ast.parse(path.read_text(encoding="utf-8"))


def calls_of(name: str) -> Iterator[tuple[str, ast.Call]]:
    """Where a function is called: file and function, and the call."""
    for file, tree in sources():
        for function in (each for each in tree.body if isinstance(each, ast.FunctionDef)):
            for call in ast.walk(function):
                if isinstance(call, ast.Call) and getattr(call.func, "id", "") == name:
                    yield f"{file}.{function.name}", call


@cache
def keys() -> frozenset[str]:
    """All texts that the Telegram face sends by themselves, by what its source says."""
    found = {*NOTICES.values(), *MADE_BY_HAND}
    for _, call in calls_of("text_reply"):
        for each in outcomes(call.args[1]):
            patterns = texts_of(each)
            found |= {key for key in messages("zh") if any(re.fullmatch(pattern, key) for pattern in patterns)}
    return frozenset(key for key in found - {"page_"} if has_own_words(key))


def has_own_words(key: str) -> bool:
    """Whether there is anything that a message with this text is told by."""
    return any(letter.isalpha() for letter in re.sub(r"\{\w+\}", "", messages("zh")[key]))


def pattern_of(key: str, language: str) -> re.Pattern[str]:
    """Any message that holds the text ``key``, whatever is filled in."""
    parts = re.split(r"\{\w+\}", messages(language)[key].strip())
    return re.compile(".*?".join(map(re.escape, parts)), re.DOTALL)


class Reader:
    """Somebody who does everything that brings a text of its own; ``seen`` is what they were shown."""

    def __init__(self, api: FakeBotApi, bot: Running, language: str, number: int | None = None) -> None:
        self.api, self.bot, self.language = api, bot, language
        self.user = Speaker(api, language=CODES[language])
        if number:
            self.user.person, self.user.chat = api.person(number, language=CODES[language]), number
        self.member = self.user.in_group(new_group(api))
        self.told: list[Line] = []  # in the staff chat, where everybody is told in the language of the configuration

    def ask(self, text: str, **more: Any) -> Line:
        """The last message that answers it."""
        self.user.say(text, **more)
        self.bot.settle(self.api)
        return self.api.heard(self.user.chat)[-1]

    def press(self, line: Line, label: str, **values: str) -> None:
        self.user.press(line, message(label, self.language, **values))
        self.bot.settle(self.api)

    def own_forms(self) -> Line:
        """What became of the forms that this reader sent: of staff, /status says first how the service is."""
        self.press(self.ask("/status"), "staff.own_forms")
        return self.api.heard(self.user.chat)[-1]

    def send_form(self, number: str) -> None:
        """An application as if it had been filled in."""
        now, person = time.time(), IdentityHasher(self.api.token).of(self.user.chat)
        sent = Application(number, "enquiry", now, now, now + DAY, answers={"program": "CNC"})
        self.bot.runtime.transactions.run_in_this_thread(lambda sql: applications.add(sql, sent, person))

    @property
    def seen(self) -> list[Line]:
        return [*self.api.heard(self.user.chat), *self.api.heard(self.member.chat), *self.told]

    def ask_staff(self) -> None:
        """Have a question previewed, decline, agree, end it; and ask how staff answer."""
        self.press(self.ask("/human"), "handoff.decline")
        self.press(self.ask("/human"), "handoff.agree")
        self.ask("/cancel")
        self.user.in_group(self.api.world.chats[STAFF_CHAT]).say("/close")
        self.bot.settle(self.api)
        self.told.append(self.api.heard(STAFF_CHAT)[-1])

    def do_everything(self) -> None:
        for text in (
            "/feedback fine",
            *(f"/{name}" for name in (*COMMANDS, "nonsense")),
            *map("/start {}".format, PAGES),
        ):
            self.ask(text)
        for field, (_, content) in CONTENT.items():
            self.ask("", **{field: content})
        question = self.user.say(QUESTIONS[self.language])
        for text in ("/feedback", "/feedback fine", "boom"):
            self.ask(text)
        self.api.edit(self.user.person, question, f"{QUESTIONS[self.language]}?", after=700)
        self.ask(WISHES[self.language])
        self.own_forms()
        self.send_form(f"261201-7KQ4M{self.language}")
        self.press(self.own_forms(), "form.show", number=f"261201-7KQ4M{self.language}")
        self.press(self.ask("/language"), f"language_{self.language}")
        self.press(self.ask("/delete_my_data"), "delete_no")
        self.ask_staff()
        for command in (
            "/start@huadu_test_bot",
            "/human",
            "/my_data",
            "/help",
            "/ask",
            "/privacy",
            QUESTIONS[self.language],
        ):
            self.member.say(command)
        self.press(self.ask("/delete_my_data"), "delete_yes")

    def ask_too_much(self) -> None:
        for text in ("/human", QUESTIONS[self.language], QUESTIONS[self.language]):
            self.ask(text)


@pytest.fixture(scope="module")
def shown(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[Line]]:
    """What each reader saw of it all."""
    base, folder = shipped(), tmp_path_factory.mktemp("every")
    lines: dict[str, list[Line]] = {language: [] for language in CODES}
    everything = {
        "staff": StaffSettings(people=frozenset(STAFF), chat=STAFF_CHAT),
        "contacts": base.settings.contacts,
        "programme": base.settings.programme,
        "operator": OPERATOR,
        "forms": FORMS,
    }
    one_a_minute, one_a_day = QuestionLimitSettings(a_minute=1, a_day=None), QuestionLimitSettings(a_day=1)
    bots = ((everything, True), ({"questions": one_a_minute}, False), ({"questions": one_a_day}, False))
    with FakeBotApi(flood_limits=False) as api:
        api.group(STAFF_CHAT, administered=True, forum=True)
        for place, (options, all_of_it) in enumerate(bots):
            assistant = FailingAtTimes(base.lend, base.settings)
            url = f"sqlite:///{folder}/{place}.db"
            with bot_in_thread(api, url, assistant, limits=UNLIMITED, **options) as bot:
                for number, language in zip(STAFF, CODES, strict=True):
                    reader = Reader(api, bot, language, number if all_of_it else None)
                    reader.do_everything() if all_of_it else reader.ask_too_much()
                    lines[language] += reader.seen
    return lines


def test_every_text_that_the_source_sends_was_sent(shown: dict[str, list[Line]]) -> None:
    assert len(keys()) > 30 and set(ContentKind) - NOTICES.keys() == {"text", "other", "service"}
    for language, lines in shown.items():
        missing = {key for key in keys() if not any(pattern_of(key, language).search(line.text) for line in lines)}
        assert missing == set(), language


def test_nothing_else_sends_a_text() -> None:
    """What makes a message in another way than these is to be looked at by the tests of this file."""
    assert {place for place, _ in calls_of("addressed")} == SENDERS
    assert {place.partition(".")[0] for place, _ in calls_of("MessageContent")} <= {
        "reply", "voting", "delivered_answers", "outbox", "screens", "wording", "deliveries", "answered_question",
        "telling",
    }  # fmt: skip  # the last two: tests/test_open_questions.py, tests/test_telegram_staff.py


@pytest.mark.parametrize("language", list(CODES))
def test_below_each_is_a_button_and_it_is_in_one_script(shown: dict[str, list[Line]], language: str) -> None:
    own = {message(f"language_{code}", code) for code in CODES}  # languages name themselves
    # A file without words stands above the page that leads on.
    texts = [line for line in shown[language] if line.kind in ("message", "edit") and line.text]
    assert len(texts) > 60
    bare = [
        Line(
            line.who,
            without(line.text, own),
            line.at,
            line.message_id,
            keyboard=tuple(tuple((without(label, own), data) for label, data in row) for row in line.keyboard),
        )
        for line in texts
    ]
    assert faults(bare, language) == []
    if language == "en":
        ours = [line for line in bare if any(pattern_of(key, "en").search(line.text) for key in keys())]
        read = [" ".join((line.text, *(label for label, _ in line.buttons))) for line in ours]
        assert len(ours) > 40 and [text for text in read if HAN.search(text)] == []


def without(text: str, names: set[str]) -> str:
    for name in names:
        text = text.replace(name, "")
    return text
