"""Which rows of one edition a query means, as SQL."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, and_, func

from knowledge.tables.querying.conditions import Field, Operator
from knowledge.tables.querying.query import Query
from knowledge.tables.querying.sql_conditions import condition_sql
from knowledge.tables.querying.stored_values import StoredValues
from knowledge.tables.storage.schema import TABLES, openings


@dataclass(frozen=True)
class Choosing:
    """The rows of an edition, whose words ``values`` looks up."""

    values: StoredValues

    def chosen(self, query: Query, day: date) -> ColumnElement[bool]:
        """Rows that meet all conditions and hold on ``day``."""
        return and_(self.every(query), _holds(query, day))

    def every(self, query: Query) -> ColumnElement[bool]:
        """Rows that meet all conditions, whether they hold or not."""
        return and_(self.values.given(TABLES[query.kind]), self.matching(query))

    def matching(self, query: Query) -> ColumnElement[bool]:
        """What all conditions say, of rows of any edition."""
        looked_up = (self.values.condition_sql(condition, query.kind) for condition in query.conditions)
        pairs = zip(query.conditions, looked_up, strict=True)
        return and_(True, *(condition_sql(one, query.kind) if sql is None else sql for one, sql in pairs))


def apart(query: Query) -> tuple[Query, Query]:
    """``query`` without the conditions that leave what can be compared, and those alone."""
    stated = tuple(condition for condition in query.conditions if condition.operator is Operator.STATED)
    rest = tuple(condition for condition in query.conditions if condition.operator is not Operator.STATED)
    return Query(query.kind, rest), Query(query.kind, stated)


def _holds(query: Query, day: date) -> ColumnElement[bool]:
    """The last day is still open, Beijing's calendar; what nobody dated holds.

    SQLite may begin with the openings that close last, but not where a sum of money leaves fewer.
    """
    table = TABLES[query.kind]
    paid = any(condition.field in (Field.STARTING_PAY, Field.TOP_PAY) for condition in query.conditions)
    bare = table is openings and not paid
    last = table.c.closes if bare else func.coalesce(table.c.closes, date.max)
    return and_(last >= day, func.coalesce(table.c.opens, date.min) <= day)
