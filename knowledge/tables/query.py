"""Questions to rows as values: what is asked for, by which filters, in which order. They read back from JSON."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Table, and_, or_, true

from knowledge.tables.containing import holds_text
from knowledge.tables.records import RecordKind
from knowledge.tables.schema import TABLES, entry_bits, spaced
from knowledge.tables.values import Education, Entry, Level, Period, Relation

Value = str | float | tuple[str, ...]


@dataclass(frozen=True)
class Filter:
    """One condition, by name; see ``FILTERS`` for the names that each kind of record has."""

    name: str
    value: Value


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
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise QueryError(f"not a query: {error}") from None
    return query


def condition(wanted: Filter, kind: RecordKind) -> ColumnElement[bool]:
    """``wanted`` as SQL. Raises ``KeyError`` or ``ValueError`` when there is no such filter or value."""
    return FILTERS[kind][wanted.name](TABLES[kind], wanted.value)


def _names(table: Table, value: Value) -> ColumnElement[bool]:
    return table.c.name.in_(_texts(value))


def _about(table: Table, value: Value) -> ColumnElement[bool]:
    return or_(*(holds_text(table.c.words, spaced(text)) for text in _texts(value)))


def _title(table: Table, value: Value) -> ColumnElement[bool]:
    return table.c.title.in_(_texts(value))


def _texts(value: Value) -> tuple[str, ...]:
    return value if isinstance(value, tuple) else (str(value),)


def _is(name: str, known: Callable[[Any], object] = str) -> Callable[[Table, Value], ColumnElement[bool]]:
    return lambda table, value: table.c[name] == known(value)


def _flag(name: str) -> Callable[[Table, Value], ColumnElement[bool]]:
    return lambda table, value: table.c[name].is_(bool(value))


def _least(name: str, known: Callable[[Any], float] = float) -> Callable[[Table, Value], ColumnElement[bool]]:
    return lambda table, value: table.c[name] >= known(value)


def _most(name: str, known: Callable[[Any], float] = float) -> Callable[[Table, Value], ColumnElement[bool]]:
    return lambda table, value: table.c[name] <= known(value)


def _pay(compare: Callable[[Table, float], ColumnElement[bool]]) -> Callable[[Table, Value], ColumnElement[bool]]:
    """A sum with its period: ("6000", "month"); a bare number is by the month.

    ``+ 0`` keeps SQLite from the index that is there for the order: it would read each row of the table besides.
    """

    def made(table: Table, value: Value) -> ColumnElement[bool]:
        amount, period = (value[0], Period(value[1])) if isinstance(value, tuple) else (value, Period.MONTH)
        return and_(table.c.pay_period == period.value, compare(table, float(amount)))

    return made


def _free(table: Table, value: Value) -> ColumnElement[bool]:
    return table.c.tuition_high == 0


def _contains(name: str) -> Callable[[Table, Value], ColumnElement[bool]]:
    return lambda table, value: or_(*(holds_text(table.c[name], text) for text in _texts(value)))


def _entry(table: Table, value: Value) -> ColumnElement[bool]:
    return table.c.entry.op("&")(entry_bits((Entry(str(value)), Entry.ANYONE))) != 0


def _relation(table: Table, value: Value) -> ColumnElement[bool]:
    return table.c.relations.op("&")(sum(Relation(text).bit for text in _texts(value))) != 0


def _day(value: Value) -> date:
    return date.fromisoformat(str(value))


def _rank(value: Any) -> int:
    return Education(value).rank


def _level(value: Any) -> int:
    return Level(value).rank


Conditions = Mapping[str, Callable[[Table, Value], ColumnElement[bool]]]
COMMON: Conditions = {
    "name": _names,
    "about": _about,
    "also": _about,  # a second word; both must be met
    "closes_by": lambda table, value: table.c.closes <= _day(value),
    "open_on": lambda table, value: or_(table.c.closes.is_(None), table.c.closes >= _day(value)),
    "all": lambda table, value: true(),
}
FILTERS: Mapping[RecordKind, Conditions] = {
    RecordKind.OPENING: {
        **COMMON,
        "title": _title,
        "town": _is("town"),
        "work": _is("work"),
        "pay_least": _pay(lambda table, amount: table.c.pay_low + 0 >= amount),
        "pay_most": _pay(lambda table, amount: table.c.pay_high + 0 <= amount),
        "pay_above": _pay(lambda table, amount: table.c.pay_low + 0 > amount),
        "pay_below": _pay(lambda table, amount: table.c.pay_high + 0 < amount),
        "start_most": _pay(lambda table, amount: table.c.pay_low + 0 <= amount),
        "education_is": _is("education", _rank),
        "education_least": _least("education", _rank),
        "education_most": _most("education", _rank),
        "level_is": _is("level", _level),
        "level_most": lambda table, value: or_(table.c.level.is_(None), table.c.level <= _level(value)),
        "headcount_least": _least("headcount"),
        "food": _flag("food"),
        "lodging": _flag("lodging"),
        "insurance": _flag("insurance"),
        "posted_since": lambda table, value: table.c.opens >= _day(value),
    },
    RecordKind.PROGRAM: {
        **COMMON,
        "town": _is("town"),
        "level_is": _is("level", _level),
        "entry": _entry,
        "years_is": _is("years", float),
        "years_most": _most("years"),
        "years_least": _least("years"),
        "mode": _is("mode"),
        "tuition_most": _most("tuition_high"),
        "tuition_below": lambda table, value: table.c.tuition_high < float(str(value)),
        "tuition_least": _least("tuition_low"),
        "tuition_above": lambda table, value: table.c.tuition_low > float(str(value)),
        "free": _free,
        "season": _contains("season"),
        "schedule": _contains("schedule"),
        "quota_least": _least("quota"),
        "starts_from": lambda table, value: table.c.starts >= _day(value),
    },
    RecordKind.PARTNER: {**COMMON, "kind": _is("kind"), "relation": _relation, "industry": _contains("industry")},
    RecordKind.PROCEDURE: {**COMMON},
}
