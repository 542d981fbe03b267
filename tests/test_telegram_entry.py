"""How people come in: the notice that counts when it has arrived, links, roles, help, what is kept, /privacy."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator

import pytest
import structlog

from bot.presentation.days import day_in_words
from bot.presentation.messages import message
from bot.settings import ServiceOperator
from bot.staff_settings import StaffSettings
from bot.telegram.delivery.privacy_notice import DATED, VERSION, notice_text
from bot.telegram.delivery.service_facts import Place
from bot.telegram.queue import conversations, inbox, outbox
from bot.telegram.queue.rate_limits import UNLIMITED
from bot.telegram.updates.commands import names_for
from bot.telegram.updates.deep_links import PAGES, page_of
from bot.telegram.updates.welcome import EXAMPLES
from knowledge.entities.home import wording
from knowledge.settings import NO_PROGRAMME
from tests.fake_bot_api import FakeBotApi, Kind, Line
from tests.telegram_bots import Running, bot_in_thread

STAFF, OPERATOR = 4_000_001, ServiceOperator(zh="示例单位", en="Sample Office", contact="sample@example.org")
LANGUAGES = {"zh": "zh", "zh-hant": "zh-TW", "en": "en"}
numbers = itertools.count(15_000)


@pytest.fixture(scope="module")
def bot(api: FakeBotApi, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    url = f"sqlite:///{tmp_path_factory.mktemp('entry')}/bot.db"
    staff = StaffSettings(people=frozenset({STAFF}))
    with bot_in_thread(api, url, limits=UNLIMITED, operator=OPERATOR, staff=staff) as running:
        yield running


class Visitor:
    """A person in a private chat who has never been here."""

    def __init__(self, api: FakeBotApi, code: str = "zh", number: int | None = None) -> None:
        self.api, self.chat = api, number or next(numbers)
        self.person = api.person(self.chat, language=code)

    def say(self, text: str) -> Line:
        before = len(self.api.heard(self.chat))
        self.api.say(self.person, text)
        return self.api.wait_heard(self.chat, before + 1)[-1]

    def press(self, line: Line, label: str) -> Line:
        before = len(self.api.heard(self.chat))
        data = next(data for shown, data in line.buttons if label in shown)
        self.api.press(self.person, self.chat, data, line.message_id)
        return self.api.wait_heard(self.chat, before + 1)[-1]


@pytest.fixture
def visitor(api: FakeBotApi, bot: Running) -> Visitor:
    return Visitor(api)


def said(key: str, language: str = "zh", **values: str) -> str:
    return message(key, language, **wording(NO_PROGRAMME, language), **values).strip()


@pytest.mark.parametrize("payload", ["", *sorted(PAGES), "nobody-knows-this", "<script>", "a" * 65])
def test_start_and_every_link_bring_the_notice_once(visitor: Visitor, payload: str) -> None:
    first = visitor.say(f"/start {payload}").text
    shown = first.count(notice_text("zh"))
    assert shown == 1 or (
        payload == "privacy" and f"第 {VERSION} 版，{day_in_words(DATED, 'zh')}" in first and "AI 程序" in first
    )
    assert "AI 程序" not in visitor.say("/start").text
    assert visitor.say("学徒制是什么").text == "echo 学徒制是什么"


def test_the_notice_counts_when_it_has_arrived_and_not_before(api: FakeBotApi, visitor: Visitor) -> None:
    api.world.chats[visitor.chat].started = True
    api.block(visitor.chat)
    lost = len(api.calls)
    api.say(visitor.person, "/start")
    api.wait(lambda: any(call.status == 403 for call in api.calls[lost:]))
    api.block(visitor.chat, False)
    assert visitor.say("你好").text == notice_text("zh") + "\n\necho 你好"


def test_while_it_is_on_its_way_it_is_not_written_again(api: FakeBotApi, visitor: Visitor) -> None:
    api.faults.add(Kind.TOO_MANY, 1, chat=visitor.chat)
    for text in ("问一", "问二", "问三"):
        api.say(visitor.person, text)
    api.wait_heard(visitor.chat, 3)
    assert "".join(line.text for line in api.heard(visitor.chat)).count(notice_text("zh")) == 1


def test_who_received_an_earlier_version_receives_the_new_one_once(visitor: Visitor, bot: Running) -> None:
    visitor.say("/start")
    bot.settle(visitor.api)  # that the notice has arrived is written down after its reader sees it
    table = conversations.conversations
    mine = table.c.person == bot.runtime.transactions.sealer.identities.of(visitor.chat)
    earlier = table.update().where(mine).values(notice=VERSION - 1)
    assert bot.runtime.transactions.run_in_this_thread(lambda sql: sql.execute(earlier).rowcount) == 1
    assert notice_text("zh") in visitor.say("问一").text
    assert visitor.say("问二").text == "echo 问二"


def test_of_an_unknown_link_the_log_holds_that_it_was_there_and_no_letter() -> None:
    for payload in ("13826417779", "zhang-jianguo", "<b>张建国", "a" * 65):
        with structlog.testing.capture_logs() as logs:
            assert page_of(payload) == "welcome"
        assert [entry["characters"] for entry in logs] == [len(payload)] and payload not in str(logs)
    with structlog.testing.capture_logs() as logs:
        assert page_of("") == "welcome" and page_of("jobs") == "jobs" and not logs


def test_roles_lead_on_to_examples_and_lists(visitor: Visitor) -> None:
    welcome = visitor.say("/start")
    assert [label for label, _ in welcome.buttons] == [said("role_student"), said("role_enterprise")]
    student = visitor.press(welcome, "学生")
    assert student.text == said("page_student")
    assert [label for label, _ in student.buttons[:3]] == [said(key) for key in EXAMPLES["student"]]
    assert said("example_student_1") in visitor.press(student, said("example_student_1")).text
    assert visitor.press(student, "岗位").text == "echo opened jobs"


def test_staffs_role_is_for_those_on_the_list(api: FakeBotApi, visitor: Visitor) -> None:
    staff = Visitor(api, number=STAFF)
    welcome = staff.say("/start staff")
    assert said("page_staff") in welcome.text
    assert staff.press(staff.say("/start"), said("role_staff")).text == staff.say("/staff").text == said("page_staff")
    assert "/staff" in staff.say("/help").text
    assert said("page_staff") not in visitor.say("/start staff").text
    assert visitor.say("/staff").text == said("unknown_command") and "/staff" not in visitor.say("/help").text
    group = api.group(-1_000_000_002_001)
    api.say(staff.person, "/staff", group)
    api.say(staff.person, "/ask 在吗", group)
    assert [line.text for line in api.wait_heard(group.id)] == ["echo 在吗"], "and in staff's own chats alone"


@pytest.mark.parametrize("language", LANGUAGES)
def test_help_lists_each_command_of_its_place_in_one_message(api: FakeBotApi, bot: Running, language: str) -> None:
    person = Visitor(api, LANGUAGES[language])
    before = len(api.heard(person.chat))
    help_text = person.say("/help").text
    assert len(api.heard(person.chat)) == before + 1
    listed = re.findall(r"^/(\w+) (.+)$", help_text, re.MULTILINE)
    names = names_for(frozenset({Place.PRIVATE}))
    assert listed == [(name, message(f"command_{name}", language)) for name in names]
    assert "/ask" in help_text and "@huadu_test_bot" in help_text, "how a group is heard"


def test_what_is_kept_is_shown_to_its_owner_in_the_language_asked(api: FakeBotApi, visitor: Visitor) -> None:
    other = Visitor(api)
    other.say("someone else's question")
    visitor.say("我的电话13826417779，学徒制是什么")
    visitor.say("buttons")
    shown = visitor.say("/my_data")
    assert "问：我的电话***，学徒制是什么\n" in shown.text and "someone" not in shown.text
    assert len(re.findall(r"^\d{4}年\d{1,2}月\d{1,2}日 \d\d:\d\d 问：", shown.text, re.MULTILINE)) == 2
    for part in ("记住的问答：2 轮", "按钮的含义：1 个", f"第 {VERSION} 版"):
        assert part in shown.text
    confirm = visitor.press(shown, said("delete_open"))
    assert confirm.text == said("delete_confirm")
    assert visitor.press(confirm, said("delete_yes")).text.startswith("已删除")
    assert "记住的问答：0 轮" in visitor.say("/my_data").text
    assert "What is kept of you" in Visitor(api, "en").say("/my_data").text


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_privacy_notice_says_what_the_program_does(api: FakeBotApi, bot: Running, language: str) -> None:
    text = Visitor(api, LANGUAGES[language]).say("/privacy").text
    hours, days = {"zh": ("小时", "天"), "zh-hant": ("小時", "天"), "en": ("hours", "days")}[language]
    for seconds in (inbox.KEEP_SECONDS, conversations.TURN_SECONDS):
        assert f"{seconds / 3600:.0f} {hours}" in text
    for seconds in (outbox.KEEP_GIVEN_UP_SECONDS, conversations.BUTTON_SECONDS, conversations.IDLE_SECONDS):
        assert f"{seconds / 86400:.0f} {days}" in text
    operator = {"zh": "示例单位", "zh-hant": "示例單位", "en": "Sample Office"}[language]
    for part in (
        str(VERSION),
        day_in_words(DATED, language),
        "Telegram",
        "AI",
        OPERATOR.contact,
        "/my_data",
        "/delete_my_data",
        "/human",
    ):
        assert str(part) in text
    assert operator in text and message("privacy_model_off", language) in text
