"""Ordinals that point into a list, and what only looks like one."""

from __future__ import annotations

import pytest

from knowledge.text.language import fold_question
from knowledge.text.ordinals import LAST, ordinal_in, without_ordinal


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("第二个在哪", 2),
        ("第 3 家给多少", 3),
        ("第十二条", 12),
        ("第二間英文名", 2),
        ("3号多少钱", 3),
        ("头一个包住吗", 1),
        ("最后那家", LAST),
        ("最後一份人工幾多", LAST),
        ("the second one", 2),
        ("where's the 3rd", 3),
        ("number 4 salary", 4),
        ("#2 please", 2),
        ("and the last one?", LAST),
    ],
)
def test_what_points_into_a_list(text: str, place: int) -> None:
    assert ordinal_in(fold_question(text)) == place


@pytest.mark.parametrize(
    "text",
    [
        "第二产业有什么岗位",
        "6月2号前截止吗",
        "3号线附近的工作",
        "2号前要报名",
        "in the first year of the contract",
        "my first job",
        "last month's pay",
        "一共几个",
        "第一次找工作",
        "粤人社规 2023 12 号",
    ],
)
def test_what_points_at_none(text: str) -> None:
    assert ordinal_in(fold_question(text)) is None


def test_the_rest_of_a_question() -> None:
    assert without_ordinal("第二个在哪") == "在哪"
    assert without_ordinal("does the last one sign") == "does the sign"
