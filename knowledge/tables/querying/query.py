"""Questions to rows as values: what is asked for, by which filters, in which order. They read back from JSON."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from knowledge.tables.querying.conditions import Filter, Value, condition
from knowledge.tables.records import RecordKind


class Order(StrEnum):
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
    """Rows of one kind that meet all filters, in an order. Filters stand in the order in which they were asked."""

    kind: RecordKind
    filters: tuple[Filter, ...] = ()
    order: Order | None = None

    def without_last(self) -> Query:
        """The same without its last filter."""
        return replace(self, filters=self.filters[:-1])

    def value(self, name: str) -> Value | None:
        """The value of the filter called ``name``; None when there is none."""
        return next((each.value for each in self.filters if each.name == name), None)

    def with_filter(self, name: str, value: Value) -> Query:
        """The same with ``name`` set to ``value``, which replaces an earlier one."""
        rest = tuple(each for each in self.filters if each.name != name)
        return replace(self, filters=(*rest, Filter(name, value)))

    def written(self) -> dict[str, object]:
        """JSON-able; ``query_from`` reads it back."""
        filters = [
            [each.name, list(each.value) if isinstance(each.value, tuple) else each.value] for each in self.filters
        ]
        return {"kind": self.kind.value, "filters": filters, "order": self.order.value if self.order else None}


class QueryError(ValueError):
    """A written query that names no known kind, filter or order."""


def query_from(written: object) -> Query:
    """The query that ``Query.written`` wrote. Raises ``QueryError``."""
    try:
        values: Any = json.loads(written) if isinstance(written, str) else written
        kind = RecordKind(values["kind"])
        filters = tuple(
            Filter(str(name), tuple(map(str, value)) if isinstance(value, list) else value)
            for name, value in values.get("filters") or []
        )
        query = Query(kind, filters, Order(values["order"]) if values.get("order") else None)
        for each in filters:  # a value of the wrong type is found out here, not in SQL
            condition(each, kind)
        hash(query)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise QueryError(f"not a query: {error}") from None
    return query
