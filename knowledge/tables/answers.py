"""Typed questions to the records of one edition, answered by SQL."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from sqlalchemy import ColumnElement, Connection, Engine, Table, and_, case, func, or_, select

from knowledge.store.tables import in_edition
from knowledge.tables.conditions import SILENT, Filter, condition
from knowledge.tables.facets import spaced
from knowledge.tables.orders import order_of, ordered_columns
from knowledge.tables.query import Query
from knowledge.tables.records import Partner, Record, RecordKind, shown_name
from knowledge.tables.schema import TABLES, bodies, read

PAGE = 10
SAMPLE = 200  # rows looked at to see which further filters are worth offering
MANY = 200  # rows from which an ordered index is quicker than sorting
LISTED = 5_000  # distinct values named in one statement
VOCABULARY = 20_000  # distinct names kept in memory


@dataclass(frozen=True)
class Found:
    """A record and the table it stands in."""

    id: int
    source: str  # POSIX path below the documents folder
    record: Record


@dataclass(frozen=True)
class Page:
    """Rows ``start`` (from 0) and following of ``total``. ``lapsed`` more match but hold no more, or not yet.

    ``useful`` says which further filters are worth offering; see ``Records.find``.
    """

    query: Query
    total: int
    start: int
    rows: tuple[Found, ...]
    lapsed: int = 0
    useful: tuple[bool, ...] = ()


class Records:
    """The records of edition ``edition``. Threads may share it; it never changes."""

    def __init__(self, engine: Engine, edition: int) -> None:
        self._engine, self._edition = engine, edition

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
            total, lapsed = self._counts(connection, query, day)
            useful = self._useful(connection, query, day, further) if further and total else ()
            ids = self._ids(connection, query, day, total, start, limit) if total > start else []
            return Page(query, total, start, self._rows(connection, query.kind, ids), lapsed, useful)

    def count(self, query: Query, day: date) -> int:
        """How many rows hold on ``day``."""
        with self._engine.connect() as connection:
            return self._counts(connection, query, day)[0]

    def exists(self, query: Query, day: date) -> bool:
        """Whether any row holds on ``day``."""
        table = TABLES[query.kind]
        with self._engine.connect() as connection:
            chosen = select(table.c.id).select_from(table).where(self._chosen(query, day)).limit(1)
            return connection.execute(chosen).first() is not None

    def names_of(self, query: Query, day: date, limit: int = 20) -> tuple[int, tuple[str, ...]]:
        """How many employers, schools or partners have rows that hold on ``day``; the first ones as rows write them."""
        table = TABLES[query.kind]
        first = select(func.min(table.c.id)).where(self._chosen(query, day)).group_by(table.c.name)
        with self._engine.connect() as connection:
            ids = sorted(connection.execute(first).scalars())
            found = self._rows(connection, query.kind, ids[:limit])
        return len(ids), tuple(shown_name(each.record) for each in found)

    def people(self, query: Query, day: date) -> tuple[int, int]:
        """How many people the openings want that say a number, and how many openings say none."""
        table = TABLES[RecordKind.OPENING]
        counted = func.coalesce(func.sum(table.c.headcount), 0), func.count() - func.count(table.c.headcount)
        with self._engine.connect() as connection:
            total, silent = connection.execute(select(*counted).where(self._chosen(query, day))).one()
        return int(total), int(silent)

    def nearest(self, query: Query, day: date) -> tuple[Query, Filter] | None:
        """The nearest query that finds something, and the filter it leaves out: the last one if possible."""
        table = TABLES[query.kind]
        rest = {each: tuple(other for other in query.filters if other is not each) for each in reversed(query.filters)}
        rest = {dropped: kept for dropped, kept in rest.items() if any(each.name not in SILENT for each in kept)}
        if not rest:
            return None
        found = [func.max(case((self._matching(Query(query.kind, kept)), 1), else_=0)) for kept in rest.values()]
        holding = and_(in_edition(table, self._edition), _holds(table, day))
        with self._engine.connect() as connection:
            row = connection.execute(select(*found).select_from(table).where(holding)).one()
        pairs = zip(rest.items(), row, strict=True)
        return next(
            ((Query(query.kind, kept, query.order), dropped) for (dropped, kept), value in pairs if value), None
        )

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
    def phrases(self) -> tuple[tuple[int, str], ...]:
        """Distinct words of openings, with their numbers."""
        table = TABLES[RecordKind.OPENING]
        wanted = select(table.c.phrase, func.min(table.c.words)).where(in_edition(table, self._edition))
        with self._engine.connect() as connection:
            found = connection.execute(wanted.group_by(table.c.phrase).limit(VOCABULARY))
            return tuple((number, words) for number, words in found)

    @cached_property
    def places(self) -> tuple[str, ...]:
        """Distinct folded places of work."""
        return self._distinct(RecordKind.OPENING, "place")

    def shown(self, name: str) -> str | None:
        """A folded name as some row writes it; None when no row is of that name."""
        with self._engine.connect() as connection:
            for kind, table in TABLES.items():
                chosen = select(func.min(table.c.id)).where(in_edition(table, self._edition), table.c.name == name)
                if (key := connection.execute(chosen).scalar()) is not None:
                    return shown_name(self._rows(connection, kind, [key])[0].record)
        return None

    def _distinct(self, kind: RecordKind, column: str) -> tuple[str, ...]:
        table = TABLES[kind]
        chosen = and_(in_edition(table, self._edition), table.c[column].is_not(None))
        wanted = select(table.c[column]).distinct().where(chosen).limit(VOCABULARY)
        with self._engine.connect() as connection:
            return tuple(sorted(connection.execute(wanted).scalars()))

    def _chosen(self, query: Query, day: date) -> ColumnElement[bool]:
        table = TABLES[query.kind]
        return and_(in_edition(table, self._edition), _holds(table, day), self._matching(query))

    def _matching(self, query: Query) -> ColumnElement[bool]:
        looked_up = {"about": self._about, "also": self._about, "besides": self._about, "place": self._place}
        known = looked_up if query.kind is RecordKind.OPENING else {}
        conditions = (known[each.name](each) if each.name in known else None for each in query.filters)
        pairs = zip(query.filters, conditions, strict=True)
        return and_(True, *(condition(each, query.kind) if found is None else found for each, found in pairs))

    def _about(self, wanted: Filter) -> ColumnElement[bool] | None:
        """Openings whose phrases or employers hold a word: looked up once among the distinct ones, not in every row."""
        table = TABLES[RecordKind.OPENING]
        texts = [spaced(text) for text in (wanted.value if isinstance(wanted.value, tuple) else (str(wanted.value),))]
        if len(self.phrases) >= VOCABULARY:
            return None
        phrases = [number for number, words in self.phrases if any(text in words for text in texts)]
        names = [name for name in self.names[RecordKind.OPENING] if any(text in spaced(name) for text in texts)]
        if len(phrases) + len(names) > LISTED:
            return None
        return or_(table.c.phrase.in_(phrases), table.c.name.in_(names)) if names else table.c.phrase.in_(phrases)

    def _place(self, wanted: Filter) -> ColumnElement[bool] | None:
        """The same for places of work."""
        texts = wanted.value if isinstance(wanted.value, tuple) else (str(wanted.value),)
        places = [place for place in self.places if any(text in place for text in texts)]
        known = len(self.places) < VOCABULARY and len(places) <= LISTED
        return TABLES[RecordKind.OPENING].c.place.in_(places) if known else None

    def _counts(self, connection: Connection, query: Query, day: date) -> tuple[int, int]:
        """Rows that hold, and those that match but hold no more or not yet. One pass over the rows."""
        table = TABLES[query.kind]
        holding = func.sum(case((_holds(table, day), 1), else_=0))
        chosen = and_(in_edition(table, self._edition), self._matching(query))
        holds, every = connection.execute(select(holding, func.count()).select_from(table).where(chosen)).one()
        return holds or 0, every - (holds or 0)

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
        if total < MANY:
            few = select(table.c.id).select_from(table).where(chosen).order_by(*order_of(table, query.order))
            return connection.execute(few.offset(start).limit(limit)).scalars().all()
        valued = and_(chosen, *(column.is_not(None) for column in ordered_columns(table, query.order)[:1]))
        quick = select(table.c.id).where(valued).order_by(*order_of(table, query.order, nulls=False))
        ids = connection.execute(quick.offset(start).limit(limit)).scalars().all()
        if limit is not None and len(ids) == limit:
            return ids
        whole = select(table.c.id).where(chosen).order_by(*order_of(table, query.order))
        return connection.execute(whole.offset(start).limit(limit)).scalars().all()

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


def _holds(table: Table, day: date) -> ColumnElement[bool]:
    """The last day is still open, Beijing's calendar; what nobody dated holds."""
    # coalesce keeps SQLite from walking the index on the last day, which would read each row of the table besides.
    return and_(
        func.coalesce(table.c.closes, date.max) >= day,
        func.coalesce(table.c.opens, date.min) <= day,
    )
