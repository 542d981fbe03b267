"""Typed questions to the records of one edition, answered by SQL."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, Connection, Engine, Table, and_, case, func, select

from knowledge.store.tables import in_edition
from knowledge.tables.conditions import SILENT, STATED, Filter, condition
from knowledge.tables.orders import order_of, ordered_columns
from knowledge.tables.query import Query
from knowledge.tables.records import RecordKind, shown_name
from knowledge.tables.schema import TABLES
from knowledge.tables.vocabulary import Found, Vocabulary, rows_of

PAGE = 10
SAMPLE = 60  # rows looked at to see which further filters are worth offering
FEW = 200  # rows from which reading them in their own order is quicker than sorting what was found
MANY = 5_000  # rows from which walking an ordered index is quicker than sorting what was found


@dataclass(frozen=True)
class Page:
    """Rows ``start`` (from 0) and following of ``total``. ``lapsed`` more match but hold no more, or not yet.

    ``unstated`` more hold, but say no figure that the order could compare.
    ``useful`` says which further filters are worth offering; see ``Records.find``.
    """

    query: Query
    total: int
    start: int
    rows: tuple[Found, ...]
    lapsed: int = 0
    unstated: int = 0
    useful: tuple[bool, ...] = ()


class Records:
    """The records of edition ``edition``. Threads may share it; it never changes."""

    def __init__(self, engine: Engine, edition: int) -> None:
        self._engine, self._edition = engine, edition
        self.vocabulary = Vocabulary(engine, edition)

    def find(
        self,
        query: Query,
        day: date,
        start: int = 0,
        limit: int | None = PAGE,
        further: Sequence[tuple[Filter, ...]] = (),
    ) -> Page:
        """Rows that hold on ``day``, in order, with their exact number. What expired is never among them.

        The page also says which of several sets of ``further`` filters are worth offering.
        """
        with self._engine.connect() as connection:
            total, unstated, lapsed = self._counts(connection, query, day)
            useful = self._useful(connection, query, day, further) if further and total else ()
            ids = self._ids(connection, query, day, total, start, limit) if total > start else []
            return Page(query, total, start, rows_of(connection, query.kind, ids), lapsed, unstated, useful)

    def useful(self, query: Query, day: date, further: Sequence[tuple[Filter, ...]]) -> tuple[bool, ...]:
        """Which of several sets of ``further`` filters are worth offering."""
        with self._engine.connect() as connection:
            return self._useful(connection, query, day, further)

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
        first = select(func.min(table.c.id)).where(self._chosen(query, day)).group_by(table.c.name)
        with self._engine.connect() as connection:
            ids = sorted(connection.execute(first).scalars())
            found = rows_of(connection, query.kind, ids[:limit])
        return len(ids), tuple(shown_name(each.record) for each in found)

    def people(self, query: Query, day: date) -> tuple[int, int]:
        """How many people the openings want that say a number, and how many openings say none."""
        table = TABLES[RecordKind.OPENING]
        counted = func.coalesce(func.sum(table.c.headcount), 0), func.count() - func.count(table.c.headcount)
        with self._engine.connect() as connection:
            total, silent = connection.execute(select(*counted).where(self._chosen(query, day))).one()
        return int(total), int(silent)

    def nearest(self, query: Query, day: date) -> tuple[Query, Filter] | None:
        """The nearest query that finds something, and the filter it leaves out: the last one if possible.

        In one pass: which of the filters a row meets is a number of as many bits.
        """
        asked = [each for each in query.filters if each.name not in SILENT]
        met = [
            case((self._matching(Query(query.kind, (each,))), 1 << place), else_=0) for place, each in enumerate(asked)
        ]
        silent = Query(query.kind, tuple(each for each in query.filters if each.name in SILENT))
        if len(asked) < 2:
            return None
        pattern = sum(met[1:], start=met[0])
        with self._engine.connect() as connection:
            found = set(connection.execute(select(pattern).where(self._chosen(silent, day)).distinct()).scalars())
        for place, dropped in reversed(list(enumerate(asked))):
            if (1 << len(asked)) - 1 - (1 << place) in found:
                return Query(
                    query.kind, tuple(each for each in query.filters if each is not dropped), query.order
                ), dropped
        return None

    def _exists(self, connection: Connection, query: Query, day: date) -> bool:
        table = TABLES[query.kind]
        chosen = select(table.c.id).select_from(table).where(self._chosen(query, day)).limit(1)
        return connection.execute(chosen).first() is not None

    def _chosen(self, query: Query, day: date) -> ColumnElement[bool]:
        table = TABLES[query.kind]
        return and_(in_edition(table, self._edition), _holds(table, day), self._matching(query))

    def _matching(self, query: Query) -> ColumnElement[bool]:
        looked_up = (self.vocabulary.condition(each, query.kind) for each in query.filters)
        pairs = zip(query.filters, looked_up, strict=True)
        return and_(True, *(condition(each, query.kind) if found is None else found for each, found in pairs))

    def _counts(self, connection: Connection, query: Query, day: date) -> tuple[int, int, int]:
        """Rows that hold; those that do but cannot be compared; those that hold no more or not yet. In one pass."""
        table = TABLES[query.kind]
        stated = tuple(each for each in query.filters if each.name.endswith(STATED))
        rest = tuple(each for each in query.filters if each not in stated)
        holds = _holds(table, day)
        compared = and_(holds, *(condition(each, query.kind) for each in stated))
        sums = [func.sum(case((each, 1), else_=0)) for each in ((compared, holds) if stated else (holds,))]
        chosen = and_(in_edition(table, self._edition), self._matching(Query(query.kind, rest)))
        row = connection.execute(select(*sums, func.count()).select_from(table).where(chosen)).one()
        total, holding, every = row[0] or 0, row[-2] or 0, row[-1]
        return total, holding - total, every - holding

    def _useful(
        self, connection: Connection, query: Query, day: date, further: Sequence[tuple[Filter, ...]]
    ) -> tuple[bool, ...]:
        """Whether each of ``further`` finds any of some rows: enough to know what to offer."""
        table = TABLES[query.kind]
        some = select(table.c.id).select_from(table).where(self._chosen(query, day)).limit(SAMPLE)
        found = [func.max(case((self._matching(Query(query.kind, each)), 1), else_=0)) for each in further]
        row = connection.execute(select(*found).where(table.c.id.in_(some))).one()
        return tuple(value == 1 for value in row)

    def _ids(
        self, connection: Connection, query: Query, day: date, total: int, start: int, limit: int | None
    ) -> Sequence[int]:
        """Ids of one page, in order. Of many rows an ordered index finds the first soonest; few are sorted quickly."""
        table = TABLES[query.kind]
        chosen = self._chosen(query, day)
        if total < (MANY if query.order else FEW):
            few = select(table.c.id).select_from(table).where(chosen).order_by(*order_of(table, query.order))
            return connection.execute(few.offset(start).limit(limit)).scalars().all()
        valued = and_(chosen, *(column.is_not(None) for column in ordered_columns(table, query.order)[:1]))
        quick = select(table.c.id).where(valued).order_by(*order_of(table, query.order, nulls=False))
        ids = connection.execute(quick.offset(start).limit(limit)).scalars().all()
        if limit is not None and len(ids) == limit:
            return ids
        whole = select(table.c.id).where(chosen).order_by(*order_of(table, query.order))
        return connection.execute(whole.offset(start).limit(limit)).scalars().all()


def _holds(table: Table, day: date) -> ColumnElement[bool]:
    """The last day is still open, Beijing's calendar; what nobody dated holds."""
    # coalesce keeps SQLite from walking the index on the last day, which would read each row of the table besides.
    return and_(
        func.coalesce(table.c.closes, date.max) >= day,
        func.coalesce(table.c.opens, date.min) <= day,
    )
