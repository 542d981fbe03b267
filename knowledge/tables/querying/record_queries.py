"""Typed questions to the records of one edition, answered by SQL."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Any

from sqlalchemy import Connection, Engine, Select, bindparam, case, func, select

from knowledge.tables.querying.aggregates import Average, Group, average_pay, average_tuition, groups
from knowledge.tables.querying.conditions import Condition, Field, Operator
from knowledge.tables.querying.query import Query
from knowledge.tables.querying.query_cache import QueryCache
from knowledge.tables.querying.sorting import order_of, ordered_columns
from knowledge.tables.querying.sql_selection import Choosing, apart
from knowledge.tables.querying.stored_values import StoredRecord, StoredValues, rows_of
from knowledge.tables.records import RecordKind, shown_name
from knowledge.tables.storage.schema import TABLES

PAGE = 5  # two lines each: what a phone shows at once
GROUPS = 24  # as many are looked at
SAMPLE = 60  # rows looked at to see which further conditions are worth offering
FEW = 200  # rows from which reading them in their own order is quicker than sorting what was found
MANY = 5_000  # rows from which walking an ordered index is quicker than sorting what was found
REMEMBERED = 2_000  # counts kept, of as many questions


@dataclass(frozen=True)
class Page:
    """Rows ``start`` (from 0) and following of ``total``.

    ``lapsed``: when there are none, as many match that hold no more, or not yet. ``unstated`` more hold, but say no
    figure that the order could compare. ``useful``: which further conditions are worth offering; see ``Records.find``.
    """

    query: Query
    total: int
    start: int
    rows: tuple[StoredRecord, ...]
    lapsed: int = 0
    unstated: int = 0
    useful: tuple[bool, ...] = ()


class Records:
    """The records of edition ``edition`` without the files ``withdrawn`` and the rows with ids ``hidden``.

    Threads may share it; it never changes.
    """

    def __init__(
        self,
        engine: Engine,
        edition: int,
        withdrawn: frozenset[str] = frozenset(),
        hidden: frozenset[int] = frozenset(),
    ) -> None:
        self._engine = engine
        self.values = StoredValues(engine, edition, withdrawn, hidden)
        self._choosing = Choosing(self.values)
        self._cache = QueryCache(REMEMBERED)

    def warm(self, day: date) -> None:
        """Look up what nearly every question of ``day`` needs, so that the first one need not wait for it."""
        self.values.warm()
        self.people(Query(RecordKind.OPENING), day)

    def find(
        self,
        query: Query,
        day: date,
        start: int = 0,
        limit: int | None = PAGE,
        further: Sequence[tuple[Condition, ...]] = (),
    ) -> Page:
        """Rows that hold on ``day``, in order, with their exact number. What expired is never among them.

        The page also says which of several sets of ``further`` conditions are worth offering, where there is a choice.
        """
        with self._engine.connect() as connection:
            total, unstated = self._counts(connection, query, day)
            if total <= start:
                return Page(query, total, start, (), 0 if total else self._lapsed(connection, query), unstated)
            find = partial(self._ids, connection, query, day, total)
            sample = find(0, SAMPLE) if further else ()  # of every page the same, so that its buttons stay the same
            useful = self._useful(connection, query.kind, sample, tuple(further)) if further else ()
            inside = limit is not None and start + limit <= len(sample)
            shown = rows_of(connection, query.kind, (sample[start:] if inside else find(start, limit))[:limit])
            return Page(query, total, start, shown, 0, unstated, useful)

    def rows(self, kind: RecordKind, ids: Sequence[int], day: date) -> tuple[StoredRecord, ...]:
        """Those of the rows with ``ids`` that are in the edition and hold on ``day``, in their order."""
        table = TABLES[kind]
        holding = select(table.c.id).where(self._choosing.chosen(Query(kind), day), table.c.id.in_(ids))
        with self._engine.connect() as connection:
            held = frozenset(connection.execute(holding).scalars())
            return rows_of(connection, kind, [each for each in ids if each in held])

    def count(self, query: Query, day: date) -> int:
        """How many rows hold on ``day``."""
        with self._engine.connect() as connection:
            return self._counts(connection, query, day)[0]

    def exists(self, query: Query, day: date) -> bool:
        """Whether any row holds on ``day``."""
        with self._engine.connect() as connection:
            return self._exists(connection, query, day)

    def names_of(self, query: Query, day: date, limit: int = 20) -> tuple[int, tuple[str, ...]]:
        """How many employers, schools or partners have rows that hold on ``day``; the first ones as rows write them."""
        table = TABLES[query.kind]
        first = select(func.min(table.c.id)).where(self._choosing.chosen(query, day)).group_by(table.c.name)
        with self._engine.connect() as connection:
            ids = sorted(connection.execute(first).scalars())
            rows = rows_of(connection, query.kind, ids[:limit])
        return len(ids), tuple(shown_name(row.record) for row in rows)

    def people(self, query: Query, day: date) -> tuple[int, int]:
        """How many people the openings want that say a number, and how many openings say none."""
        with self._engine.connect() as connection:
            return self._cache.get_or_compute(
                ("people", query.conditions, day), lambda: self._people(connection, query, day)
            )

    def average(self, query: Query, day: date) -> Average | None:
        """The mean pay of openings, of the rows that ``query`` leaves to compare, or the mean tuition of programs."""
        with self._engine.connect() as connection:
            if query.kind is RecordKind.OPENING:
                return average_pay(connection, self._choosing.chosen(query, day))
        return average_tuition(self.find(query, day, limit=None).rows)

    def groups(
        self, query: Query, day: date, by: str, *, people: bool = False, limit: int = GROUPS
    ) -> tuple[int, tuple[Group, ...]]:
        """How many different values rows have ``by`` employer, town …, and those with most rows, or most people."""
        key = ("groups", query.kind, query.conditions, day, by, people, limit)
        with self._engine.connect() as connection:
            chosen = self._choosing.chosen(query, day)
            count = partial(groups, connection, query.kind, chosen, by, people=people, limit=limit)
            return self._cache.get_or_compute(key, count)

    def nearest(self, query: Query, day: date) -> tuple[Query, tuple[Condition, ...]] | None:
        """The nearest query that finds something, and the conditions it leaves out: the last one if possible, all that
        nothing meets by itself where rows are of the trade that was asked for.
        """
        asked = [condition for condition in query.conditions if not _silent(condition)]
        if len(asked) < 2:
            return None
        unmet: list[Condition] | None = None
        with self._engine.connect() as connection:
            for dropped in reversed(asked):
                rest = tuple(condition for condition in query.conditions if condition is not dropped)
                relaxed = Query(query.kind, rest, query.order)
                if unmet in (None, [], [dropped]) and self._exists(connection, relaxed, day):
                    return relaxed, (dropped,)
                if unmet is None:  # what nothing meets by itself must go
                    alone = {condition: Query(query.kind, (condition,)) for condition in asked}
                    unmet = [one for one in asked if not self._exists(connection, alone[one], day)]
            kept = tuple(condition for condition in query.conditions if condition not in (unmet or ()))
            relaxed = Query(query.kind, kept, query.order)
            of_trade = any(condition.field is Field.WORDS and not condition.negated for condition in kept)
            if unmet and of_trade and self._exists(connection, relaxed, day):
                return relaxed, tuple(unmet)
        return None

    def _exists(self, connection: Connection, query: Query, day: date) -> bool:
        chosen = select(TABLES[query.kind].c.id).where(self._choosing.chosen(query, day)).limit(1)
        key = ("exists", query.kind, query.conditions, day)
        return self._cache.get_or_compute(key, lambda: connection.execute(chosen).first() is not None)

    def _counts(self, connection: Connection, query: Query, day: date) -> tuple[int, int]:
        """Rows that hold, and those that do besides but cannot be compared. In one pass."""

        def count() -> tuple[int, int]:
            rest, stated = apart(query)
            compared = func.count(case((self._choosing.matching(stated), 1))) if stated.conditions else func.count()
            counted = select(compared, func.count()).select_from(TABLES[query.kind])
            total, holding = connection.execute(counted.where(self._choosing.chosen(rest, day))).one()
            return total, holding - total

        return self._cache.get_or_compute(("counts", query.kind, query.conditions, day), count)

    def _people(self, connection: Connection, query: Query, day: date) -> tuple[int, int]:
        """People, and rows that say no number; the rows are counted by the way."""
        table = TABLES[RecordKind.OPENING]
        counted = func.coalesce(func.sum(table.c.headcount), 0), func.count(table.c.headcount), func.count()
        total, saying, rows = connection.execute(select(*counted).where(self._choosing.chosen(query, day))).one()
        if query == apart(query)[0]:
            self._cache.get_or_compute(("counts", query.kind, query.conditions, day), lambda: (rows, 0))
        return int(total), rows - saying

    def _lapsed(self, connection: Connection, query: Query) -> int:
        """Rows that match, though none of them holds."""
        every = select(func.count()).select_from(TABLES[query.kind]).where(self._choosing.every(query))
        return connection.execute(every).scalar_one()

    def _useful(
        self, connection: Connection, kind: RecordKind, ids: Sequence[int], further: tuple[tuple[Condition, ...], ...]
    ) -> tuple[bool, ...]:
        """Whether each of ``further`` finds some of these rows and leaves others: it would change a list of them."""
        statement: Select[Any] = self._cache.get_or_compute(
            ("useful", kind, further), lambda: self._finding(kind, further)
        )
        row = connection.execute(statement, {"ids": list(ids)}).one()
        return tuple(0 < (found or 0) < len(ids) for found in row)

    def _finding(self, kind: RecordKind, further: tuple[tuple[Condition, ...], ...]) -> Select[Any]:
        matching = (self._choosing.matching(Query(kind, conditions)) for conditions in further)
        some = TABLES[kind].c.id.in_(bindparam("ids", expanding=True))
        return select(*(func.sum(case((sql, 1), else_=0)) for sql in matching)).where(some)

    def _ids(
        self, connection: Connection, query: Query, day: date, total: int, start: int, limit: int | None
    ) -> Sequence[int]:
        """Ids of one page, in order. Of many rows an ordered index finds the first soonest; few are sorted quickly."""
        table = TABLES[query.kind]
        chosen = self._choosing.chosen(query, day)
        if total < (MANY if query.order else FEW):
            few = select(table.c.id).select_from(table).where(chosen).order_by(*order_of(table, query.order))
            return connection.execute(few.offset(start).limit(limit)).scalars().all()
        valued = (chosen, *(column.is_not(None) for column in ordered_columns(table, query.order)[:1]))
        quick = select(table.c.id).where(*valued).order_by(*order_of(table, query.order, nulls=False))
        ids = connection.execute(quick.offset(start).limit(limit)).scalars().all()
        if limit is not None and len(ids) == limit:
            return ids
        whole = select(table.c.id).where(chosen).order_by(*order_of(table, query.order))
        return connection.execute(whole.offset(start).limit(limit)).scalars().all()


def _silent(condition: Condition) -> bool:
    """Whether nobody asked for ``condition`` in so many words, so that it is never what an answer drops."""
    since = condition.field is Field.DEADLINE and condition.operator is Operator.ON_OR_AFTER
    return (since and not condition.negated) or condition.operator is Operator.STATED
