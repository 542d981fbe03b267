"""Every condition that a query can hold is named in every language, whoever made the query: a question or a button."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from enum import StrEnum

import pytest

from bot.answering.rows.filter_labels import label_of
from knowledge.tables import Condition, Field, Operator
from knowledge.tables.querying.conditions import VALUE_TYPES, Value
from knowledge.tables.values import Benefit
from knowledge.text.money import Amount, Period
from tests.names import shipped_names

SAMPLES: dict[type, tuple[Value, ...]] = {
    tuple: (("狮岭",), ("狮岭", "shiling")),
    int: (3, 2026),
    float: (3.0, 4800.5),
    date: (date(2027, 1, 1),),
    Amount: tuple(Amount(6000.0, period) for period in Period),
    type(None): (None,),
}


def values_of(kind: type) -> tuple[Value, ...]:
    return tuple(kind) if issubclass(kind, StrEnum) else SAMPLES[kind]  # type: ignore[arg-type]


def conditions() -> Iterator[Condition]:
    for (field, operator), kind in VALUE_TYPES.items():
        for value in values_of(kind):
            yield Condition(field, operator, value)
            yield Condition(field, operator, value, negated=True)


@pytest.mark.parametrize("language", ["zh", "zh-hant", "en"])
def test_every_condition_has_a_name(language: str) -> None:
    for condition in conditions():
        label = label_of(condition, language, shipped_names())
        # Nobody asks for rows that can be compared, or for those after a window has begun, in so many words.
        unspoken = condition.operator is Operator.STATED or condition.field is Field.DEADLINE
        assert label.strip() or unspoken, condition


def test_both_meals_and_lodging_are_one_name() -> None:
    both = Condition(Field.BENEFIT, Operator.INCLUDES, Benefit.FOOD_AND_LODGING)
    assert label_of(both, "zh", shipped_names()) == "包吃住"
    assert label_of(both, "en", shipped_names()) == "meals and lodging"
