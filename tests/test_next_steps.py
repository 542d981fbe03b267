"""What leads on from every message: nothing that the bot says leaves its reader without a button."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from bot.answer import Answer, Status, Turn
from bot.answering.assembly import AnswerAssembler
from bot.answering.next_steps import OF_TEXTS, with_next_steps
from bot.answering.other_ways import other_ways
from bot.assistant import GUIDES, Assistant
from bot.presentation.messages import messages
from bot.settings import Contact
from bot.telegram.queue.rate_limits import UNLIMITED
from bot.understanding.guardrails import concerns, small_talk
from bot.understanding.question import question_of
from bot.understanding.service_intents import service_verdicts
from knowledge.editions.live_edition import NoEdition
from knowledge.editions.open_edition import OpenEdition
from knowledge.settings import Names
from knowledge.text.language import HAN
from knowledge.validity import today
from tests.fake_bot_api import FakeBotApi
from tests.shipped import shipped
from tests.telegram_bots import bot_in_thread

GOLDEN = Path(__file__).with_name("golden")
KINDS = (
    "加班最多多少小时", "What rights do interns have?", "有哪些岗位", "新华街有几个岗位", "月薪最高的岗位",
    "轻工技师学院学费多少一年", "马瑞利签约了吗", "和区人社局签协议的是哪五所学校?", "陪产假有几天", "火星上有没有学校",
    "实习有没有工资？火星上有没有学校？", "你好", "谢谢", "再见", "转人工", "红烧肉怎么烧", "哪个学校最好",
    "我不想活了", "着火了快来人", "", "12345678", "我", "Où est l'école pour apprendre?", "a" * 13_000,
    "删除我的数据", "给我介绍信", "平均工资多少", "第九十九个",
)  # fmt: skip
COMMANDS = (
    "/start", "/start student", "/start enterprise", "/start staff", "/start jobs", "/help", "/privacy", "/human",
    "/cancel", "/language", "/settings", "/feedback", "/feedback text", "/delete_my_data", "/ask", "/jobs", "/nonsense",
    "加班最多多少小时", "删除我的数据",
)  # fmt: skip


def wordless(answer: Answer) -> list[str]:
    """Labels of an English answer that hold Chinese, but for names and headings."""
    return [choice.label for choice in answer.choices if answer.language == "en" and HAN.search(choice.label)]


@pytest.fixture(scope="module")
def assistant() -> Assistant:
    return shipped().assistant()


@pytest.mark.parametrize("question", KINDS)
def test_every_kind_of_answer_leads_on(assistant: Assistant, question: str) -> None:
    answer = assistant.answer(question)
    assert answer.choices and not wordless(answer), answer
    requests = [choice.request for choice in answer.choices]
    assert len(set(requests)) == len(requests)


@pytest.mark.parametrize("language", ["zh", "zh-hant", "en"])
def test_what_is_opened_leads_on_and_so_does_every_wish(assistant: Assistant, language: str) -> None:
    opened = [assistant.open(name, interface_language=language) for name in (*GUIDES, "human", "unreachable")]
    pressed = [assistant.press(request, interface_language=language) for request in ("{}", "x", '{"open": "x"}')]
    assembler = AnswerAssembler(shipped().settings.contacts, shipped().settings.programme)
    text = {"zh": "什么", "zh-hant": "什麼嗎", "en": "what is it"}[language]
    verdicts = (*service_verdicts().values(), *small_talk())
    ended = [with_next_steps(assembler.screened(question_of(text), verdict)) for verdict in verdicts]
    failed = assistant.failed("Q1", language)
    for answer in (*opened, *pressed, *ended, failed):
        assert answer.choices and not wordless(answer), answer
    assert {concern.status for concern in concerns()} <= set(Status)


def test_while_nothing_can_be_looked_up_the_same_can_be_asked_again() -> None:
    @contextmanager
    def nothing() -> Iterator[OpenEdition]:
        raise NoEdition("nothing is published yet")
        yield shipped().edition

    without = Assistant(nothing, shipped().settings)
    asked = without.answer("实习有没有工资")
    assert json.loads(asked.choices[0].request) == {"ask": "实习有没有工资"}
    again = without.press(asked.choices[0].request)
    assert again.status is Status.UNAVAILABLE and again.choices == asked.choices
    assert json.loads(without.open("jobs").choices[0].request) == {"open": "jobs"}
    assert without.open("unreachable").choices and without.open("human").choices


def test_an_answer_on_a_list_opens_that_list_and_one_from_documents_a_person(assistant: Assistant) -> None:
    opened = [json.loads(choice.request) for choice in assistant.answer("招工启事写只要男的可不可以").choices]
    assert {"open": "jobs"} in opened and {"open": "human"} in opened
    person = assistant.press('{"open": "human"}', [Turn("What rights do interns have?")])
    assert person.language == "en" and "12333" in person.text and "12345" in person.text


def refused_questions() -> list[str]:
    """Questions that are refused, from the labelled ones, and some of those that no document answers."""
    labelled, near = (
        [json.loads(line) for line in (GOLDEN / name).read_text(encoding="utf-8").splitlines()]
        for name in ("questions.jsonl", "evidence-6.jsonl")
    )
    refused = [line["question"] for line in labelled if line["status"] == ["not_covered"] and not line["history"]]
    return refused + [line["question"] for line in near if not line["answerable"]][::3]


def test_what_is_offered_below_a_refusal_is_answered_when_it_is_tapped(assistant: Assistant) -> None:
    taps, missed = 0, []
    for question in refused_questions():
        refused = assistant.answer(question)
        if refused.status is not Status.NOT_COVERED:
            continue
        offered = [choice for choice in refused.choices if "ask" in json.loads(choice.request)]
        assert len(offered) <= 2 and len({choice.label for choice in offered}) == len(offered)
        turns = [Turn(question, refused.text, refused.context)]
        for choice in offered:
            taps += 1
            answer = assistant.press(choice.request, turns)
            if answer.status not in (Status.ANSWERED, Status.PARTLY):
                missed.append(f"{question} -> {choice.label}: {answer.status}")
    assert taps >= 10, "enough is offered for the share to tell something"
    assert len(missed) <= 0.05 * taps, missed


def test_every_text_that_steps_are_named_for_is_there() -> None:
    assert OF_TEXTS.keys() - {"notice"} <= messages("zh").keys()


HOTLINE = Contact(
    phone="12333", zh="人社热线", en="HRSS hotline", hours=Names(zh="工作日 9:00–12:00", en="weekdays 9–12")
)
OTHER = Contact(phone="12345", zh="政府热线", en="government hotline")


def ways(text: str, *before: str, contacts: tuple[Contact, ...] = (HOTLINE, OTHER)) -> Answer:
    settings = shipped().settings.model_copy(update={"contacts": contacts})
    return other_ways(question_of(text), [Turn("x", one) for one in before], settings, shipped().edition, today())


def test_a_number_that_does_not_answer_is_not_told_again() -> None:
    named = ways("12333打不通")
    assert "12345" in named.text and "工作日 9:00–12:00" in named.text and "12333（" not in named.text
    assert "12333" not in ways("电话打不通", "请拨打 12333").text.replace("人社热线", "")
    both = ways(
        "the number does not work", "call 12333 or 12345", contacts=(OTHER, HOTLINE.model_copy(update={"hours": None}))
    )
    assert "12333" not in both.text and "12345" not in both.text and not HAN.search(both.text)


@pytest.mark.parametrize(
    "text",
    [
        "电话打不通",
        "the number does not work",
        "12333打不通怎么办",
        "電話打唔通",
        "nobody answers the phone",
        "打了没人接",
    ],
)
def test_that_a_number_does_not_answer_is_understood(assistant: Assistant, text: str) -> None:
    before = assistant.answer("转人工")
    answer = assistant.answer(text, [Turn("转人工", before.text, before.context)])
    assert answer.wish == "unreachable"
    told_again = ("12333",) if "12333" in text else ("12333", "12345")
    assert not any(number in answer.text for number in told_again) and answer.choices


@pytest.mark.parametrize("text", ["你答错了", "没用", "wrong answer", "沒用", "that's useless", "答非所问"])
def test_that_an_answer_was_no_good_is_understood(assistant: Assistant, text: str) -> None:
    assert assistant.answer(text).wish == "wrong_answer"


def test_every_message_in_telegram_has_a_button(tmp_path: Path) -> None:
    with (
        FakeBotApi(flood_limits=False) as api,
        bot_in_thread(
            api, f"sqlite:///{tmp_path}/bot.db", shipped().assistant(), limits=UNLIMITED, contacts=(HOTLINE,)
        ),
    ):
        chat = 7_200_000
        person = api.person(chat)
        for place, text in enumerate(COMMANDS, start=1):
            api.say(person, text)
            api.wait_heard(chat, place, 60)
        api.say(person, "", voice={"file_id": "v", "file_unique_id": "v", "duration": 1})
        shown = api.wait_heard(chat, len(COMMANDS) + 1)
        assert not [line.text for line in shown if not line.buttons]
        privacy = next(line for line in shown if "隐私说明（第" in line.text)
        opened = next(data for label, data in privacy.buttons if "删除" in label)
        api.press(person, chat, opened, privacy.message_id)
        assert api.wait_heard(chat, len(COMMANDS) + 2)[-1].buttons
