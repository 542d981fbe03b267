"""Queries as JSON, for buttons and for what is remembered of a conversation."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import Any, cast

from knowledge.tables.querying.conditions import VALUE_TYPES, Condition, Field, Operator, Value
from knowledge.tables.querying.query import Query, SortOrder
from knowledge.tables.querying.sql_conditions import condition_sql
from knowledge.tables.records import RecordKind
from knowledge.text.money import Amount, Period


class QueryError(ValueError):
    """JSON that is no query, or names no known kind, condition or order."""


def query_to_json(query: Query) -> dict[str, object]:
    """JSON-able: ``{"kind": …, "conditions": [[field, operator, value, negated], …], "order": …}``."""
    conditions = [
        [condition.field.value, condition.operator.value, _value_to_json(condition.value), condition.negated]
        for condition in query.conditions
    ]
    return {"kind": query.kind.value, "conditions": conditions, "order": query.order.value if query.order else None}


def query_from_json(value: object) -> Query:
    """The query of which ``query_to_json`` made ``value``. Raises ``QueryError``."""
    if not isinstance(value, dict) or not isinstance(value.get("conditions"), list):
        raise QueryError(f"not a query: expected an object with a list of conditions, found {value!r}")
    try:
        conditions = tuple(_condition(one) for one in value["conditions"])
        order = value.get("order")
        query = Query(RecordKind(value["kind"]), conditions, SortOrder(order) if order else None)
        for condition in conditions:  # a year beyond the calendar is found out here, not when rows are asked
            condition_sql(condition, query.kind)
    except (KeyError, TypeError, ValueError, OverflowError) as error:
        raise QueryError(f"not a query: {error}") from None
    return query


def _condition(value: object) -> Condition:
    if not isinstance(value, list) or len(value) != 4 or not isinstance(value[3], bool):
        raise QueryError(f"expected a condition as [field, operator, value, negated], found {value!r}")
    field, operator = Field(value[0]), Operator(value[1])
    return Condition(field, operator, _value_from_json(VALUE_TYPES.get((field, operator)), value[2]), value[3])


def _value_to_json(value: Value) -> object:
    if isinstance(value, Amount):
        return [value.yuan, value.period.value]
    if isinstance(value, tuple):
        return list(value)
    if isinstance(value, StrEnum):
        return value.value
    return value.isoformat() if isinstance(value, date) else value


def _value_from_json(kind: type | None, value: Any) -> Value:
    """The value of type ``kind``; what does not look like one is left for ``Condition`` to refuse."""
    if kind is Amount and isinstance(value, list) and len(value) == 2:
        return Amount(float(value[0]), Period(value[1]))
    if kind is tuple and isinstance(value, list):
        return tuple(value)
    if kind is date:
        return date.fromisoformat(value)
    if kind is float and type(value) is int:
        return float(value)  # JSON does not tell 5.0 from 5
    if kind is not None and issubclass(kind, StrEnum):
        return cast(Value, kind(value))
    return cast(Value, value)
