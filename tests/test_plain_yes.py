"""Where rows decide it, a question of yes or no gets its yes or no before anything else."""

from __future__ import annotations

import pytest

from bot.answering.rows.asked_columns import asked_blocks
from knowledge.tables import StoredRecord
from knowledge.tables.records import Opening, RecordKind
from tests.names import HOME
from tests.shipped import shipped


@pytest.mark.parametrize(
    ("question", "besides"),
    [("有冇現代物流專業，學幾多年", "學制："), ("家里条件不好，小孩今年初三，有没有不收学费的专业可以读", "学费：")],
)
def test_yes_stands_above_what_is_asked_besides(question: str, besides: str) -> None:
    first, second, *_ = shipped().assistant().answer(question).blocks
    assert first.text.startswith("有，") and second.text.startswith(besides)


@pytest.mark.parametrize(
    ("provided", "language", "said"),
    [(True, "zh", "是（包吃）"), (False, "zh", "否（包吃）"), (True, "en", "Yes (Meals provided)"),
     (False, "en", "No (Meals provided)"), (None, "zh", "表里没有写")],
)  # fmt: skip
def test_what_one_row_provides_is_said_plainly(provided: bool | None, language: str, said: str) -> None:
    row = StoredRecord(1, "openings.csv", Opening(employer="企业甲", title="焊工", food=provided))
    (block,) = asked_blocks([row], RecordKind.OPENING, ("food",), language, HOME)
    assert said in block.text
