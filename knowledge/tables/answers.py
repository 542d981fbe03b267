"""Typed questions to the records of one edition, answered by SQL."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from sqlalchemy import ColumnElement, Connection, Engine, Table, and_, func, or_, select

from knowledge.store.tables import in_edition
from knowledge.tables.query import Filter, Order, Query, condition
from knowledge.tables.records import Partner, Record, RecordKind, shown_name
from knowledge.tables.schema import TABLES, bodies, read

PAGE = 10
VOCABULARY = 20_000  # distinct names kept in memory


@dataclass(frozen=True)
class Found:
    """A record and the table it stands in."""

    id: int
    source: str  # POSIX path below the documents folder
    record: Record


@dataclass(frozen=True)
class Page:
    """Rows ``start`` (from 0) and following of ``total``."""

    query: Query
    total: int
    start: int
    rows: tuple[Found, ...]


class Records:
    """The records of edition ``edition``. Threads may share it; it never changes."""

    def __init__(self, engine: Engine, edition: int) -> None:
        self._engine, self._edition = engine, edition

    def find(self, query: Query, day: date, start: int = 0, limit: int | None = PAGE) -> Page:
        """Rows that hold on ``day``, in order, with their exact number. What expired is never among them."""
        table = TABLES[query.kind]
        chosen = self._chosen(query, day)
        with self._engine.connect() as connection:
            total = connection.execute(select(func.count()).select_from(table).where(chosen)).scalar_one()
            ordered = select(table.c.id).where(chosen).order_by(*_order(table, query.order)).offset(start).limit(limit)
            ids = connection.execute(ordered).scalars().all() if total > start else []
            return Page(query, total, start, self._rows(connection, query.kind, ids))

    def count(self, query: Query, day: date) -> int:
        """How many rows hold on ``day``."""
        with self._engine.connect() as connection:
            chosen = self._chosen(query, day)
            return connection.execute(select(func.count()).select_from(TABLES[query.kind]).where(chosen)).scalar_one()

    def exists(self, query: Query, day: date) -> bool:
        """Whether any row holds on ``day``."""
        table = TABLES[query.kind]
        with self._engine.connect() as connection:
            return connection.execute(select(table.c.id).where(self._chosen(query, day)).limit(1)).first() is not None

    def names_of(self, query: Query, day: date) -> tuple[str, ...]:
        """The distinct employers, schools or partners of the rows that hold on ``day``, as their rows write them."""
        table = TABLES[query.kind]
        first = select(func.min(table.c.id)).where(self._chosen(query, day)).group_by(table.c.name)
        with self._engine.connect() as connection:
            ids = sorted(connection.execute(first).scalars())
            found = self._rows(connection, query.kind, ids)
        return tuple(shown_name(each.record) for each in found)

    def lapsed(self, query: Query, day: date) -> int:
        """How many rows match but hold no more, or not yet, on ``day``."""
        table = TABLES[query.kind]
        with self._engine.connect() as connection:
            chosen = and_(in_edition(table, self._edition), _matching(query), ~_holds(table, day))
            return connection.execute(select(func.count()).select_from(table).where(chosen)).scalar_one()

    def nearest(self, query: Query, day: date) -> tuple[Query, Filter] | None:
        """The nearest query that finds something, and the filter it leaves out: the last one if possible."""
        for dropped in reversed(query.filters):
            rest = tuple(each for each in query.filters if each is not dropped)
            relaxed = Query(query.kind, rest, query.order)
            if rest and self.exists(relaxed, day):
                return relaxed, dropped
        return None

    @cached_property
    def partners(self) -> tuple[Partner, ...]:
        """All partners of the edition, by name; whether they hold on a day is asked with ``find``."""
        with self._engine.connect() as connection:
            table = TABLES[RecordKind.PARTNER]
            chosen = select(table.c.id).where(in_edition(table, self._edition)).order_by(table.c.id)
            ids = connection.execute(chosen).scalars().all()
            rows = self._rows(connection, RecordKind.PARTNER, ids)
        return tuple(row.record for row in rows if isinstance(row.record, Partner))

    @cached_property
    def names(self) -> Mapping[RecordKind, tuple[str, ...]]:
        """Distinct folded names by kind: employers, schools, partners, types of procedure."""
        return {kind: self._distinct(kind, "name") for kind in RecordKind}

    @cached_property
    def titles(self) -> tuple[str, ...]:
        """Distinct folded titles of openings."""
        return self._distinct(RecordKind.OPENING, "title")

    def _distinct(self, kind: RecordKind, column: str) -> tuple[str, ...]:
        table = TABLES[kind]
        wanted = select(table.c[column]).distinct().where(in_edition(table, self._edition)).limit(VOCABULARY)
        with self._engine.connect() as connection:
            return tuple(sorted(connection.execute(wanted).scalars()))

    def _chosen(self, query: Query, day: date) -> ColumnElement[bool]:
        table = TABLES[query.kind]
        return and_(in_edition(table, self._edition), _holds(table, day), _matching(query))

    @staticmethod
    def _rows(connection: Connection, kind: RecordKind, ids: object) -> tuple[Found, ...]:
        keys = list(ids)  # type: ignore[call-overload]
        table = TABLES[kind]
        found: dict[int, Found] = {}
        for start in range(0, len(keys), 500):
            part = keys[start : start + 500]
            joined = select(table.c.id, table.c.source, bodies.c.body).join(bodies, bodies.c.id == table.c.id)
            for key, source, body in connection.execute(joined.where(table.c.id.in_(part))):
                found[key] = Found(key, source, read(body, kind))
        return tuple(found[key] for key in keys)


def _matching(query: Query) -> ColumnElement[bool]:
    return and_(True, *(condition(each, query.kind) for each in query.filters))


def _holds(table: Table, day: date) -> ColumnElement[bool]:
    """The last day is still open, Beijing's calendar; what nobody dated holds."""
    return and_(
        or_(table.c.closes.is_(None), table.c.closes >= day),
        or_(table.c.opens.is_(None), table.c.opens <= day),
    )


def _order(table: Table, order: Order | None) -> tuple[ColumnElement[object], ...]:
    """Rows without a value come last, and ties stand in the order in which they were loaded."""
    columns: Mapping[Order, tuple[tuple[str, bool], ...]] = {
        Order.NEWEST: (("opens", True),),
        Order.SOONEST: (("closes", False),),
        Order.PAY_HIGHEST: (("pay_high", True), ("pay_low", True)),
        Order.PAY_LOWEST: (("pay_low", False), ("pay_high", False)),
        Order.MOST_PEOPLE: (("headcount", True),),
        Order.CHEAPEST: (("tuition_high", False), ("tuition_low", False)),
        Order.DEAREST: (("tuition_high", True), ("tuition_low", True)),
        Order.SHORTEST: (("years", False),),
        Order.LONGEST: (("years", True),),
        Order.NAME: (("name", False),),
    }
    wanted = [(table.c[name], down) for name, down in columns.get(order, ()) if name in table.c] if order else []
    parts: list[ColumnElement[object]] = []
    for column, down in wanted:
        parts += [column.is_(None), column.desc() if down else column.asc()]  # type: ignore[list-item]
    return (*parts, table.c.id.asc())
