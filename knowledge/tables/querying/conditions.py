"""What may be asked of rows: conditions by name, as SQL."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Table, and_, false, func, or_, true

from knowledge.tables.querying.sql_contains import holds_text
from knowledge.tables.records import RecordKind
from knowledge.tables.storage.schema import TABLES
from knowledge.tables.storage.search_columns import entry_bits, spaced
from knowledge.tables.values import Education, Entry, Level, Relation
from knowledge.text.money import Period

Value = str | float | tuple[str, ...]
STATED = "_stated"  # ends the name of a filter that leaves what an order can compare
SILENT = {"closes_from", "open_on", *(f"{name}{STATED}" for name in ("pay", "tuition", "years", "headcount"))}
PAID = frozenset({"pay_least", "pay_most", "pay_above", "pay_below", "start_most"})
NOT = "not_"  # before the name of a filter: what does not meet it, or does not say


@dataclass(frozen=True)
class Filter:
    """One condition, by name; see ``FILTERS`` for the names that each kind of record has."""

    name: str
    value: Value


def condition(wanted: Filter, kind: RecordKind) -> ColumnElement[bool]:
    """``wanted`` as SQL. Raises ``KeyError`` or ``ValueError`` when there is no such filter or value."""
    met = FILTERS[kind][wanted.name.removeprefix(NOT)](TABLES[kind], wanted.value)
    return func.coalesce(met, false()).is_(False) if wanted.name.startswith(NOT) else met


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

    What an order compares is asked for besides, where it follows: an index begins with it.
    """

    def made(table: Table, value: Value) -> ColumnElement[bool]:
        amount, period = (value[0], Period(value[1])) if isinstance(value, tuple) else (value, Period.MONTH)
        return and_(table.c.pay_period == period.value, compare(table, float(amount)))

    return made


def _free(table: Table, value: Value) -> ColumnElement[bool]:
    return table.c.tuition_high == 0


def _contains(name: str) -> Callable[[Table, Value], ColumnElement[bool]]:
    return lambda table, value: or_(*(holds_text(table.c[name], text) for text in _texts(value)))


def _among(name: str) -> Callable[[Table, Value], ColumnElement[bool]]:
    return lambda table, value: table.c[name].in_(_texts(value))


def _posted_in(table: Table, value: Value) -> ColumnElement[bool]:
    year = int(float(str(value)))
    return table.c.opens.between(date(year, 1, 1), date(year, 12, 31))


def _pay_stated(table: Table, value: Value) -> ColumnElement[bool]:
    return and_(table.c.pay_period == Period(str(value)).value, table.c.pay_top.is_not(None))


def _stated(name: str) -> Callable[[Table, Value], ColumnElement[bool]]:
    return lambda table, value: table.c[name].is_not(None)


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
    "besides": _about,  # and a third
    "closes_from": lambda table, value: table.c.closes >= _day(value),
    "closes_by": lambda table, value: table.c.closes <= _day(value),
    "open_on": lambda table, value: or_(table.c.closes.is_(None), table.c.closes >= _day(value)),
    "all": lambda table, value: true(),
}
FILTERS: Mapping[RecordKind, Conditions] = {
    RecordKind.OPENING: {
        **COMMON,
        "title": _title,
        "town": _among("town"),
        "place": _contains("place"),
        "year": _posted_in,
        "work": _is("work"),
        "pay_least": _pay(lambda table, amount: and_(table.c.pay_floor >= amount, table.c.pay_low >= amount)),
        "pay_most": _pay(lambda table, amount: and_(table.c.pay_top <= amount, table.c.pay_high <= amount)),
        "pay_above": _pay(lambda table, amount: and_(table.c.pay_floor > amount, table.c.pay_low > amount)),
        "pay_below": _pay(lambda table, amount: and_(table.c.pay_top < amount, table.c.pay_high < amount)),
        "start_most": _pay(lambda table, amount: and_(table.c.pay_floor <= amount, table.c.pay_low <= amount)),
        "education_is": _is("education", _rank),
        "education_least": _least("education", _rank),
        "education_most": _most("education", _rank),
        "level_is": _is("level", _level),
        "level_most": lambda table, value: or_(table.c.level.is_(None), table.c.level <= _level(value)),
        "headcount_least": _least("headcount"),
        "pay_stated": _pay_stated,  # in sums for that period, so that they can be compared
        "pay_open": lambda table, value: table.c.pay_top.is_(None),
        "headcount_stated": _stated("headcount"),
        "food": _flag("food"),
        "lodging": _flag("lodging"),
        "insurance": _flag("insurance"),
        "posted_since": lambda table, value: table.c.opens >= _day(value),
    },
    RecordKind.PROGRAM: {
        **COMMON,
        "town": _among("town"),
        "place": _contains("place"),
        "year": _is("year", lambda year: int(float(year))),
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
        "tuition_stated": _stated("tuition_high"),
        "years_stated": _stated("years"),
        "headcount_stated": _stated("quota"),
        "quota_least": _least("quota"),
        "starts_from": lambda table, value: table.c.starts >= _day(value),
    },
    RecordKind.PARTNER: {**COMMON, "kind": _is("kind"), "relation": _relation, "industry": _contains("industry")},
    RecordKind.PROCEDURE: {**COMMON},
}
