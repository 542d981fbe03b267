"""Every condition that a query can hold is named in every language, whoever made the query: a question or a button."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from enum import StrEnum
from pathlib import Path

import pytest

from bot.answering.rows.filter_labels import label_of
from bot.understanding.slots.money import fee_conditions, pay_conditions
from bot.understanding.spans import Phrase, plain
from knowledge.tables import Condition, Field, Operator
from knowledge.tables.querying.conditions import VALUE_TYPES, Value
from knowledge.tables.values import Benefit
from knowledge.text.money import Amount, Period
from knowledge.text.numerals import figure
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


@pytest.mark.parametrize("language", ["zh", "zh-hant", "en"])
@pytest.mark.parametrize(
    ("yuan", "shown"), [(1_234_567.0, "1,234,567"), (91_234_567.0, "91,234,567"), (2e16, "20,000")]
)
def test_no_sum_is_shown_as_a_power_of_ten(yuan: float, shown: str, language: str) -> None:
    pay = Condition(Field.STARTING_PAY, Operator.AT_LEAST, Amount(yuan, Period.MONTH))
    fee = Condition(Field.TUITION, Operator.AT_MOST, yuan)
    for condition in (pay, fee):
        label = label_of(condition, language, shipped_names())
        assert shown in label and not re.search(r"\de[+-]?\d", label)


def test_no_source_writes_a_number_as_a_power_of_ten() -> None:
    assert figure(0.000012) == "0.000012" and figure(3e20) == "3" + "0" * 20
    root = Path(__file__).parent.parent
    sources = [path for folder in ("bot", "knowledge") for path in (root / folder).rglob("*.py")]
    written = [path.name for path in sources if re.search(r"\{[^{}\n]*:[^{}\n\"' ]*[gGeE]\}", path.read_text("utf-8"))]
    assert len(sources) > 100 and written == []


@pytest.mark.parametrize(
    "text", ["我電話91234567", "我電話***有冇工", "工資 91234567", "13822217788", "学费 86887712", "月薪***"]
)
def test_a_phone_number_is_no_sum(text: str) -> None:
    for conditions in (pay_conditions, fee_conditions):
        assert list(conditions(Phrase(plain(text)))) == []


def test_a_large_sum_that_says_what_it_is_counts() -> None:
    (pay,) = pay_conditions(Phrase(plain("年薪120万以上")))
    assert pay.value == Amount(100_000.0, Period.MONTH)
