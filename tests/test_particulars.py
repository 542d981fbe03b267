"""Who holds an office and where somebody is: texts that are near, and do not say it."""

from __future__ import annotations

import pytest

from bot.evidence.particulars import particulars_are_held
from knowledge.text.language import fold, fold_question

DEPUTIES = [
    "花都区副区长胡标发（hu biaofa）出席了交流会并讲话。",
    "he shilin, deputy director of the bureau; hu biaofa, deputy mayor of huadu district.",
]
NO_ADDRESS = ["广州市轻工技师学院于2022年3月3日与花都区人社局签约。", "the college signed with the bureau in 2022."]


@pytest.mark.parametrize(
    "question",
    [
        "花都区区长是谁",
        "花都區區長係邊個？",
        "谁是花都区的区长",
        "Who is the mayor of Huadu?",
        "who's the director of the bureau",
    ],
)
def test_a_deputy_is_not_the_head(question: str) -> None:
    folded = fold_question(question)
    assert not particulars_are_held(folded, DEPUTIES, named=True)
    heads = ["某区区长张三出席。", "zhang san, mayor of a district", "li si, director of the bureau"]
    assert particulars_are_held(folded, [*DEPUTIES, *heads], named=True)


@pytest.mark.parametrize("question", ["副区长是谁", "哪位是副区长", "Who is the deputy mayor?"])
def test_the_deputy_is_who_is_asked_for(question: str) -> None:
    assert particulars_are_held(fold_question(question), DEPUTIES, named=True)
    assert not particulars_are_held(fold_question(question), ["某区区长张三出席。", "the mayor came"], named=True)


@pytest.mark.parametrize(
    "question", ["广州市轻工技师学院在哪里？", "市轻工喺邊度", "轻工的地址", "Where is Guangzhou Light Industry?"]
)
def test_an_address_that_nobody_gives_is_not_answered(question: str) -> None:
    folded = fold_question(question)
    assert not particulars_are_held(folded, NO_ADDRESS, named=True)
    assert particulars_are_held(folded, [*NO_ADDRESS, fold("公开资料没有写各校的地址。")], named=True)
    assert particulars_are_held(folded, NO_ADDRESS, named=False)


@pytest.mark.parametrize(
    "question", ["谁主办技能花都行动", "Who hosts it?", "在哪里报名", "Where can I complain?", "校长要做什么"]
)
def test_other_questions_are_left_alone(question: str) -> None:
    assert particulars_are_held(fold_question(question), NO_ADDRESS, named=True)
