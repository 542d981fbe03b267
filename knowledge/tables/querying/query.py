"""Questions to rows as values: what is asked for, under which conditions, in which order."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from knowledge.tables.querying.conditions import Condition, Field, Operator
from knowledge.tables.querying.sql_conditions import rule_of
from knowledge.tables.records import RecordKind


class SortOrder(StrEnum):
    """What comes first."""

    NEWEST = "newest"
    SOONEST = "soonest"  # the nearest last day
    PAY_HIGHEST = "pay_highest"
    PAY_LOWEST = "pay_lowest"
    MOST_PEOPLE = "most_people"
    CHEAPEST = "cheapest"
    DEAREST = "dearest"
    SHORTEST = "shortest"
    LONGEST = "longest"
    NAME = "name"


@dataclass(frozen=True)
class Query:
    """Rows of one kind that meet all conditions, in an order. Conditions stand in the order in which they were asked.

    Raises ``ConditionError`` for a condition that rows of that kind do not have.
    """

    kind: RecordKind
    conditions: tuple[Condition, ...] = ()
    order: SortOrder | None = None

    def __post_init__(self) -> None:
        for condition in self.conditions:
            rule_of(condition, self.kind)

    def first(self, field: Field, operator: Operator | None = None) -> Condition | None:
        """The first condition on ``field`` that must hold; None when there is none."""
        return next(
            (
                condition
                for condition in self.conditions
                if condition.field is field and operator in (None, condition.operator) and not condition.negated
            ),
            None,
        )

    def with_conditions(self, *later: Condition) -> Query:
        """The same with ``later`` at the end, each in place of the one that has its slot.

        Of words there may be several, all of which must be met: the first replaces the first.
        """
        latest: dict[object, Condition] = {}
        for key, condition in zip(_keys(later), later, strict=True):
            latest.pop(key, None)
            latest[key] = condition
        pairs = zip(_keys(self.conditions), self.conditions, strict=True)
        return replace(self, conditions=(*(one for key, one in pairs if key not in latest), *latest.values()))

    def without(self, field: Field) -> Query:
        """The same without the conditions on ``field`` that must hold."""
        kept = tuple(condition for condition in self.conditions if condition.field is not field or condition.negated)
        return replace(self, conditions=kept)


def _keys(conditions: Sequence[Condition]) -> Iterable[object]:
    earlier: Counter[object] = Counter()
    for condition in conditions:
        yield condition.slot, earlier[condition.slot] if condition.field is Field.WORDS else 0
        earlier[condition.slot] += 1
