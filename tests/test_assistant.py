# ruff: noqa: E501  # questions read best on one line
"""The assistant over the shipped documents: what a user sees, from question to answer."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from bot.answer import Answer, BlockKind, Status, Turn
from bot.assistant import Assistant
from bot.presentation.days import day_in_words
from bot.presentation.reader_script import in_script
from bot.presentation.rendering import plain, telegram_parts
from knowledge.editions.live_edition import NoEdition
from knowledge.editions.open_edition import OpenEdition
from knowledge.text.language import HAN
from knowledge.text.typed_quantities import quantities_of
from knowledge.validity import today
from tests.shipped import shipped

FOUND = {Status.ANSWERED, Status.PARTLY}
ODD = [
    "", " ", "\x00", "😀😀", "我", "12345678", "a" * 10_000, "的" * 10_000, "技能花都行动是什么？" * 1_000, "?" * 5_000,
    "x" * 50_000, "\u202e技能花都行动", "<b>学费</b> & <script>", "{question}", "%s %d", "学费\n\n\n学费", "𠮷" * 300, "\ud83d",
    "' OR 1=1 --", "🧑‍🏭 what is Skilled Huadu 🧑‍🏭", "１２３４５ 是什么电话", "第三十条", "第30条是什么", "/etc/passwd",
]  # fmt: skip


@pytest.fixture(scope="module")
def assistant() -> Assistant:
    return shipped().assistant()


def ask(assistant: Assistant, question: str, *history: str) -> Answer:
    return assistant.answer(question, [Turn(each) for each in history])


@pytest.mark.parametrize(
    ("question", "wanted", "language"),
    [
        ("预备技师和高级工班有什么区别", "不是技能等级证书的级别", "zh"),
        ("實習生有咩權利", "休息休假", "zh-hant"),
        ("What rights do interns have?", "rest", "en"),
        ("第三十条", "", "zh"),
    ],
)
def test_an_answer_quotes_cites_and_says_as_of_when(
    assistant: Assistant, question: str, wanted: str, language: str
) -> None:
    answer = ask(assistant, question)
    assert answer.status in FOUND
    assert (answer.language, answer.as_of, answer.edition) == (language, today(), shipped().edition.number)
    assert wanted in answer.text
    quotes = [block for block in answer.blocks if block.kind is BlockKind.QUOTE]
    assert quotes and all(block.citation for block in quotes)
    for block in quotes:
        assert block.text in in_script(answer.citations[(block.citation or 0) - 1].quote, language)
    for citation in answer.citations:
        assert citation.title and citation.section and citation.state and citation.source
    assert day_in_words(today(), language, short=True) in answer.blocks[-1].text


@pytest.mark.parametrize(
    "question",
    [
        "火星上有没有学校",
        "How do I train my dog to sit?",
        "区块链钱包怎么注册",
        "红烧肉怎么烧",
        "怎么给花浇水",
        "胡标发今年多大年纪",
    ],
)
def test_what_the_documents_lack_is_refused_and_names_contacts(assistant: Assistant, question: str) -> None:
    answer = ask(assistant, question)
    assert answer.status in {Status.NOT_COVERED, Status.DECLINED}
    assert answer.citations == ()
    if answer.status is Status.NOT_COVERED:
        assert "12333" in answer.text and "12345" in answer.text


def test_an_english_answer_has_no_chinese_words_of_its_own(assistant: Assistant) -> None:
    for question in ("What rights do interns have?", "Where can I see the moon?", "hello", "Is there a weekend job?"):
        answer = ask(assistant, question)
        own = [block.text for block in answer.blocks if block.kind in (BlockKind.SAY, BlockKind.NOTE)]
        assert not [text for text in own if HAN.search(text)], own


def test_traditional_readers_get_traditional_words_and_quotes(assistant: Assistant) -> None:
    answer = ask(assistant, "實習生有咩權利")
    assert "摘錄於" in answer.blocks[-1].text
    quote = next(block.text for block in answer.blocks if block.kind is BlockKind.QUOTE)
    assert "實習" in quote
    assert "实习" in answer.citations[0].quote, "what it rests on is the document's"


def values(text: str) -> set[tuple[str, str]]:
    return {(one.kind, one.value) for line in text.split("\n") for one in quantities_of(line)}


def test_numbers_of_an_answer_stand_in_its_citations(assistant: Assistant) -> None:
    for question in ("试用期最长多久", "失业金能领多久", "周末加班几倍工资", "How long is the probation period?"):
        answer = ask(assistant, question)
        assert answer.status in FOUND
        evidence = [text for each in answer.citations for text in (each.quote, each.section, each.title)]
        for block in answer.blocks:
            if block.citation:
                assert values(block.text) <= values("\n".join(evidence))


def test_two_questions_get_two_answers(assistant: Assistant) -> None:
    answer = ask(assistant, "试用期最长多久？火星上有没有学校？")
    assert answer.status is Status.PARTLY
    assert "试用期最长多久" in answer.text and "火星上有没有学校" in answer.text
    assert "12333" in answer.text


def test_a_follow_up_is_answered_in_its_context(assistant: Assistant) -> None:
    first = ask(assistant, "失业金最长能领多久")
    second = assistant.answer("要什么条件", [Turn("失业金最长能领多久", first.text, first.context)])
    assert second.status in FOUND
    assert "失业" in second.text
    assert "失业" in second.context.question


def test_rows_are_answered_from_tables_and_cited(assistant: Assistant) -> None:
    answer = ask(assistant, "和区人社局签协议的是哪五所学校?")
    assert answer.status is Status.ANSWERED
    assert len(answer.records) == 5
    assert all(citation.document == "partners.csv" for citation in answer.citations)


def test_a_choice_is_pressed_and_a_list_opened(assistant: Assistant) -> None:
    question = ask(assistant, "轻工技师学院学费多少一年")
    assert question.status is Status.CLARIFY and question.choices
    assert assistant.press(question.choices[0].request).status is not Status.UNAVAILABLE
    opened = assistant.open("jobs", interface_language="en")
    assert opened.status is Status.ANSWERED and opened.records
    later = next(choice for choice in opened.choices if "Next" in choice.label)
    second = assistant.press(later.request, interface_language="en")
    assert second.status is Status.ANSWERED and second.records != opened.records


def test_a_refusal_names_what_is_held_nearest_and_a_tap_opens_it(assistant: Assistant) -> None:
    question = "加班费要不要交税"
    refused = ask(assistant, question)
    assert refused.status is Status.NOT_COVERED and refused.citations == ()
    (choice,) = [choice for choice in refused.choices if "ask" in choice.request][:1]
    assert "加班" in choice.label
    opened = assistant.press(choice.request, [Turn(question, refused.text, refused.context)])
    assert opened.status is Status.ANSWERED and choice.label.split("（")[0] in opened.citations[0].section


@pytest.mark.parametrize(
    "request_text", ["", "x", "[]", "{}", '{"ask": 1}', '{"records": 3}', '{"records": {"query": {"kind": "x"}}}']
)
def test_forged_requests_change_nothing(assistant: Assistant, request_text: str) -> None:
    answer = assistant.press(request_text, interface_language="en")
    assert answer.status in {Status.CLARIFY, Status.NOT_COVERED}
    assert answer.text


def test_personal_numbers_are_nowhere_in_an_answer(assistant: Assistant) -> None:
    answer = ask(assistant, "我的手机13800138000，请问试用期最长多久")
    assert answer.status in FOUND
    assert "13800138000" not in repr(answer)
    assert any("隐去" in block.text for block in answer.blocks if block.kind is BlockKind.NOTE)


@pytest.mark.parametrize("question", ODD)
def test_odd_questions_get_an_answer_or_a_refusal(assistant: Assistant, question: str) -> None:
    answer = assistant.answer(question, [Turn(question)], interface_language="zh")
    assert answer.text.strip()
    assert all(telegram_parts(answer)) and plain(answer)
    if answer.status not in FOUND:
        assert answer.citations == ()


def test_without_an_edition_the_answer_says_so_and_small_talk_still_works() -> None:
    @contextmanager
    def nothing() -> Iterator[OpenEdition]:
        raise NoEdition("nothing is published yet; run: python ingest.py")
        yield shipped().edition

    without = Assistant(nothing, shipped().settings)
    for answer in (ask(without, "实习有没有工资"), without.open("jobs"), without.press('{"records": {}}')):
        assert answer.status is Status.UNAVAILABLE
        assert "12333" in answer.text and not re.search("ingest|Error", answer.text)
    assert ask(without, "你好").status is Status.ANSWERED
    assert ask(without, "我不想活了").status is Status.HAND_OFF
