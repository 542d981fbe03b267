"""Conditions and orders that a question wants of rows, as told by learned weights: the facets by their names."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from knowledge.tables import Condition, Field, Operator, SortOrder
from knowledge.tables.records import RecordKind
from knowledge.tables.values import Benefit, Education, Entry, Mode, Work
from knowledge.text.money import Period

CONDITIONS: dict[RecordKind, dict[str, Condition]] = {
    RecordKind.OPENING: {
        "food": Condition(Field.BENEFIT, Operator.INCLUDES, Benefit.FOOD),
        "lodging": Condition(Field.BENEFIT, Operator.INCLUDES, Benefit.LODGING),
        "insurance": Condition(Field.BENEFIT, Operator.INCLUDES, Benefit.INSURANCE),
        "no_education": Condition(Field.EDUCATION, Operator.IS, Education.ANY),
        "part_time": Condition(Field.WORK, Operator.IS, Work.PART_TIME),
        "internship": Condition(Field.WORK, Operator.IS, Work.INTERNSHIP),
        "full_time": Condition(Field.WORK, Operator.IS, Work.FULL_TIME),
    },
    RecordKind.PROGRAM: {
        "evening": Condition(Field.SCHEDULE, Operator.CONTAINS, ("夜", "晚")),
        "weekend": Condition(Field.SCHEDULE, Operator.CONTAINS, ("周末",)),
        "free": Condition(Field.TUITION, Operator.FREE),
        "after_junior": Condition(Field.ENTRY, Operator.INCLUDES, Entry.JUNIOR_HIGH),
        "after_senior": Condition(Field.ENTRY, Operator.INCLUDES, Entry.SENIOR_HIGH),
        "for_workers": Condition(Field.ENTRY, Operator.INCLUDES, Entry.WORKING),
        "short": Condition(Field.MODE, Operator.IS, Mode.SHORT_COURSE),
    },
}
PAID = Condition(Field.PAY, Operator.STATED, Period.MONTH)
PRICED = Condition(Field.TUITION, Operator.STATED)
ORDERS: dict[RecordKind, dict[str, tuple[SortOrder, tuple[Condition, ...]]]] = {
    RecordKind.OPENING: {
        "highest_pay": (SortOrder.PAY_HIGHEST, (PAID,)),
        "lowest_pay": (SortOrder.PAY_LOWEST, (PAID,)),
        "newest": (SortOrder.NEWEST, ()),
        "soonest": (SortOrder.SOONEST, ()),
        "most_people": (SortOrder.MOST_PEOPLE, (Condition(Field.HEADCOUNT, Operator.STATED),)),
    },
    RecordKind.PROGRAM: {
        "cheapest": (SortOrder.CHEAPEST, (PRICED,)),
        "dearest": (SortOrder.DEAREST, (PRICED,)),
        "shortest": (SortOrder.SHORTEST, (Condition(Field.YEARS, Operator.STATED),)),
        "longest": (SortOrder.LONGEST, (Condition(Field.YEARS, Operator.STATED),)),
        "soonest": (SortOrder.SOONEST, ()),
    },
}


def further_conditions(kind: RecordKind, facets: frozenset[str], known: Sequence[Condition]) -> list[Condition]:
    """Conditions that ``facets`` want of rows of ``kind`` besides the ``known`` ones, which were said in so many words.

    A field that has a condition already, other than benefits, is left as it is.
    """
    fields = {condition.field for condition in known if condition.field is not Field.BENEFIT}
    wanted = [
        condition for name, condition in CONDITIONS.get(kind, {}).items() if f"{kind.value} wants {name}" in facets
    ]
    said = {replace(condition, negated=False) for condition in known}
    return [condition for condition in wanted if condition.field not in fields and condition not in said]


def learned_order(kind: RecordKind, facets: frozenset[str]) -> tuple[SortOrder | None, tuple[Condition, ...]]:
    """What ``facets`` want to come first, and the condition that leaves what can be compared."""
    for name, (order, compared) in ORDERS.get(kind, {}).items():
        if f"{kind.value} wants {name}" in facets:
            return order, compared
    return None, ()
