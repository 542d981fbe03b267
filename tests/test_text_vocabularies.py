# ruff: noqa: E501  # tables of values read best several to a line
"""Words for education, level, entry, mode, work and benefits: what a cell says and what a question asks is one value."""

from __future__ import annotations

import re
from enum import StrEnum

import pytest

from knowledge.tables import vocabularies
from knowledge.tables.reading.value_vocabulary import all_of, first_of
from knowledge.tables.values import Benefit, Education, Entry, Level, Mode, Work
from knowledge.tables.vocabularies import BENEFIT, EDUCATION, ENTRY, LEVEL, MODE, WORK, Vocabulary

KINDS: list[tuple[Vocabulary[StrEnum], type[StrEnum]]] = [
    (vocabularies.EDUCATION, Education), (LEVEL, Level), (ENTRY, Entry), (MODE, Mode), (WORK, Work), (BENEFIT, Benefit),
]  # type: ignore[list-item]  # fmt: skip


def asked(text: str, vocabulary: Vocabulary[StrEnum]) -> StrEnum | None:
    return next((value for pattern, value in vocabulary.questions if re.search(pattern, text)), None)


@pytest.mark.parametrize(("vocabulary", "kind"), KINDS)
def test_every_value_has_words(vocabulary: Vocabulary[StrEnum], kind: type[StrEnum]) -> None:
    without = {Mode.OTHER}  # what none of the others is
    assert {value for _, value in vocabulary.cells} == set(kind) - without
    assert {value for _, value in vocabulary.questions} >= set(kind) - without - {Education.ANY, Entry.ANYONE}


@pytest.mark.parametrize(
    ("text", "vocabulary", "value"),
    [
        ("大专", EDUCATION, Education.COLLEGE), ("junior high school", EDUCATION, Education.JUNIOR_HIGH), ("ph.d", EDUCATION, Education.DOCTOR),
        ("bachelor's", EDUCATION, Education.BACHELOR), ("senior high school", EDUCATION, Education.SENIOR_HIGH), ("高级技师", LEVEL, Level.SENIOR_TECHNICIAN),
        ("高级工", LEVEL, Level.SENIOR), ("level 4", LEVEL, Level.MIDDLE), ("预备技师", LEVEL, Level.PREPARATORY), ("技师", LEVEL, Level.TECHNICIAN),
        ("现代学徒制", MODE, Mode.MODERN_APPRENTICESHIP), ("企业新型学徒制", MODE, Mode.ENTERPRISE_APPRENTICESHIP), ("order class", MODE, Mode.ORDER),
        ("暑假工", WORK, Work.PART_TIME), ("internship", WORK, Work.INTERNSHIP), ("劳务派遣", WORK, Work.DISPATCH), ("full-time", WORK, Work.FULL_TIME),
        ("包吃住", BENEFIT, Benefit.FOOD_AND_LODGING), ("meals", BENEFIT, Benefit.FOOD), ("dormitory", BENEFIT, Benefit.LODGING),
        ("social insurance", BENEFIT, Benefit.INSURANCE), ("退役军人", ENTRY, Entry.VETERAN), ("中职", ENTRY, Entry.SECONDARY),
    ],
)  # fmt: skip
def test_cells_and_questions_mean_the_same(text: str, vocabulary: Vocabulary[StrEnum], value: StrEnum) -> None:
    assert first_of(text, vocabulary.cells) is value
    assert asked(text, vocabulary) is value


@pytest.mark.parametrize(
    ("text", "vocabulary", "cell", "question"),
    [
        # The column of a cell says what it is about.
        ("高级", LEVEL, Level.SENIOR, None), ("20人的技师学院", LEVEL, Level.TECHNICIAN, None), ("named", MODE, Mode.NAMED, None),
        ("技校", EDUCATION, Education.SECONDARY_TECHNICAL, None), ("university", EDUCATION, None, Education.BACHELOR),
        # Of several a cell asks for the lowest, and somebody who asks has the highest.
        ("大专或本科", EDUCATION, Education.COLLEGE, Education.BACHELOR),
    ],
)  # fmt: skip
def test_where_a_cell_and_a_question_differ(
    text: str, vocabulary: Vocabulary[StrEnum], cell: StrEnum | None, question: StrEnum | None
) -> None:
    assert first_of(text, vocabulary.cells) is cell
    assert asked(text, vocabulary) is question


@pytest.mark.parametrize(
    ("text", "entries"),
    [
        ("初中、高中毕业", (Entry.JUNIOR_HIGH, Entry.SENIOR_HIGH)),
        ("junior high school", (Entry.JUNIOR_HIGH,)),
        ("senior secondary", (Entry.SENIOR_HIGH,)),
    ],
)
def test_a_cell_names_several_entries_and_none_by_a_part_of_another(text: str, entries: tuple[Entry, ...]) -> None:
    # "junior high school" was once read as both, since it holds "high school".
    assert all_of(text, ENTRY.cells) == entries


@pytest.mark.parametrize("text", ["international sales", "internal audit"])
def test_no_word_is_found_inside_another(text: str) -> None:
    assert first_of(text, WORK.cells) is None


def test_a_housing_fund_is_no_lodging() -> None:
    assert not re.search(BENEFIT.cell(Benefit.LODGING), "social insurance and housing fund")
