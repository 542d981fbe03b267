"""Several questions in one message: where each begins, and that each is answered in the light of those before it."""

from __future__ import annotations

import pytest

from bot.answer import BlockKind, Status
from bot.presentation.messages import message
from knowledge.intents.borders import MARKS, cut
from tests.shipped import shipped


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("交流会什么时候开的，谁主办的？", 2),
        ("试用期最长多久？工资多少？", 2),
        ("How long is probation? And how much overtime is legal?", 2),
        ("孕妇加班违法吗 产假有几天 工资照发不", 3),
        ("咁夜間班幾時上堂 學費要幾多", 2),
        ("技能花都行动是什么？", 1),
        ("我们是花都汽配厂，怎么加入技能花都行动", 1),
        ("Which papers and forms do I need?", 1),
        ("有没有包住的 工资五千以上 在狮岭附近", 1),
    ],
)
def test_each_question_of_a_message_is_told(text: str, count: int) -> None:
    questions = shipped().edition.questions(text)
    assert len(questions) == count, questions
    letters = [character for character in text if character not in MARKS]
    assert [character for character in "".join(questions) if character not in MARKS] == letters, "nothing is lost"


def test_what_is_too_short_to_be_a_question_stays_with_the_one_before() -> None:
    assert cut("学费多少？嗯", [5]) == ()
    assert cut("学费多少？嗯 读几年", [5, 7]) == ("学费多少？嗯", "读几年")


def test_each_is_answered_and_the_second_may_lean_on_the_first() -> None:
    answer = shipped().assistant().answer("电工夜班学费多少 报名到什么时候截止")
    assert answer.status is Status.ANSWERED
    assert "980" in answer.text and "2028年12月31日" in answer.text
    rows = [block.text for block in answer.blocks if block.kind is BlockKind.ROW]
    assert len(rows) == len(set(rows)), "no row is shown twice"


def test_what_is_not_held_is_said_beside_what_is() -> None:
    answer = shipped().assistant().answer("焊工现在哪里招人 另外区图书馆几点关门")
    assert answer.status is Status.PARTLY
    assert "6,500" in answer.text
    assert any(block.text.startswith("关于“另外区图书馆几点关门”") for block in answer.blocks)


def test_where_none_is_answered_it_is_said_once() -> None:
    answer = shipped().assistant().answer("区图书馆几点关门 停车场怎么收费")
    assert answer.status is not Status.ANSWERED
    assert sum(block.text == message("answer.not_covered", "zh") for block in answer.blocks) <= 1
