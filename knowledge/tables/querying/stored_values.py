"""What the rows of an edition are called: names, words and places, looked up among the distinct ones."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

from sqlalchemy import ColumnElement, Connection, Engine, Table, and_, false, func, or_, select

from knowledge.store.tables import in_edition
from knowledge.tables.querying.conditions import Condition, Field
from knowledge.tables.querying.query_cache import QueryCache
from knowledge.tables.records import Partner, Record, RecordKind, shown_name
from knowledge.tables.storage.schema import TABLES, bodies, read
from knowledge.tables.storage.search_columns import apart, spaced
from knowledge.text.money import Amount

LISTED = 5_000  # distinct values named in one statement
VALUES = ("town", "work", "pay_period")  # columns of openings with few values
LOOKED_UP = {Field.TOWN, Field.WORK, Field.STARTING_PAY, Field.TOP_PAY, Field.WORDS, Field.PLACE}
CONDITIONS = 500  # looked up once
MOST = 20_000  # distinct names kept in memory
PART = 500  # ids in one statement


@dataclass(frozen=True)
class StoredRecord:
    """A record and the table it stands in."""

    id: int
    source: str  # POSIX path below the documents folder
    record: Record


class StoredValues:
    """The words of edition ``edition``, without the files ``withdrawn`` and the rows with ids ``hidden``.

    Threads may share it; it never changes.
    """

    def __init__(
        self,
        engine: Engine,
        edition: int,
        withdrawn: frozenset[str] = frozenset(),
        hidden: frozenset[int] = frozenset(),
    ) -> None:
        self._engine, self._edition = engine, edition
        self._withdrawn, self._hidden = sorted(withdrawn), sorted(hidden)
        self._cache = QueryCache(CONDITIONS)

    def warm(self) -> None:
        """Look everything up now."""
        for known in (self.partners, self.names, self.places, self.phrases, self.values, self._all_employers):
            del known

    def given(self, table: Table) -> ColumnElement[bool]:
        """The condition that a row of ``table`` is one of the edition and not withdrawn."""
        given = [in_edition(table, self._edition)]
        given += [table.c.source.not_in(self._withdrawn)] if self._withdrawn else []
        given += [table.c.id.not_in(self._hidden)] if self._hidden else []
        return and_(*given)

    def condition_sql(self, condition: Condition, kind: RecordKind) -> ColumnElement[bool] | None:
        """``condition`` by numbers and names that were looked up once, not in every row; None where that is no help."""
        if kind is not RecordKind.OPENING or condition.field not in LOOKED_UP or condition.negated:
            return None
        return self._cache.get_or_compute((condition,), lambda: (self._looked_up(condition),))[0]

    def _looked_up(self, condition: Condition) -> ColumnElement[bool] | None:
        value = condition.value
        if isinstance(value, Amount):
            return None if value.period.value in self.values["pay_period"] else false()
        if condition.field is Field.WORK:
            return None if str(value) in self.values["work"] else false()
        if condition.field is Field.TOWN:
            return None if self.values["town"].intersection(condition.texts) else false()
        if condition.field is Field.PLACE:
            return self._place(condition.texts)
        return self._about(tuple(map(spaced, condition.texts)))

    @cached_property
    def partners(self) -> tuple[Partner, ...]:
        """All partners of the edition, by name; whether they hold on a day is asked with ``Records.find``."""
        with self._engine.connect() as connection:
            table = TABLES[RecordKind.PARTNER]
            chosen = select(table.c.id).where(self.given(table)).order_by(table.c.id)
            rows = rows_of(connection, RecordKind.PARTNER, connection.execute(chosen).scalars().all())
        return tuple(row.record for row in rows if isinstance(row.record, Partner))

    @cached_property
    def names(self) -> Mapping[RecordKind, tuple[str, ...]]:
        """Distinct folded names by kind: employers, schools, partners, types of procedure."""
        return {kind: self._distinct(kind, "name") for kind in RecordKind}

    @cached_property
    def places(self) -> tuple[str, ...]:
        """Distinct folded places of work."""
        return self._distinct(RecordKind.OPENING, "place")

    @cached_property
    def titles(self) -> Mapping[RecordKind, Mapping[str, str]]:
        """Distinct folded titles of openings and programs, each with its text: the title and its English name."""
        return {
            RecordKind.OPENING: _titled(sorted(words for _, words in self.phrases)),
            RecordKind.PROGRAM: _titled(self._distinct(RecordKind.PROGRAM, "words")),
        }

    @cached_property
    def values(self) -> Mapping[str, frozenset[str]]:
        """Values of openings that are few: what no row has need not be looked for."""
        table = TABLES[RecordKind.OPENING]
        wanted = select(*(table.c[name] for name in VALUES)).distinct().where(self.given(table))
        with self._engine.connect() as connection:
            columns = zip(*connection.execute(wanted).all(), strict=True)
            return dict.fromkeys(VALUES, frozenset()) | dict(zip(VALUES, map(frozenset, columns), strict=False))

    @cached_property
    def phrases(self) -> tuple[tuple[int, str], ...]:
        """Distinct words of openings, with their numbers."""
        table = TABLES[RecordKind.OPENING]
        # One row of each is read, not all: the index holds the numbers and the keys.
        first = select(func.min(table.c.id)).where(self.given(table)).group_by(table.c.phrase)
        chosen = select(table.c.phrase, table.c.words).where(table.c.id.in_(first.limit(MOST)))
        with self._engine.connect() as connection:
            return tuple((number, words) for number, words in connection.execute(chosen))

    def shown(self, name: str) -> str | None:
        """A folded name as some row writes it; None when no row is of that name."""
        with self._engine.connect() as connection:
            for kind, table in TABLES.items():
                chosen = select(func.min(table.c.id)).where(self.given(table), table.c.name == name)
                if (key := connection.execute(chosen).scalar()) is not None:
                    return shown_name(rows_of(connection, kind, [key])[0].record)
        return None

    @cached_property
    def _employers(self) -> tuple[tuple[str, str], ...]:
        return tuple((name, apart(name)) for name in self.names[RecordKind.OPENING])

    @cached_property
    def _all_employers(self) -> str:
        """All of them in one text: whether a word is in any is seen at once."""
        return "\n".join(words for _, words in self._employers)

    def _distinct(self, kind: RecordKind, column: str) -> tuple[str, ...]:
        table = TABLES[kind]
        chosen = and_(self.given(table), table.c[column].is_not(None))
        wanted = select(table.c[column]).distinct().where(chosen).limit(MOST)
        with self._engine.connect() as connection:
            return tuple(sorted(connection.execute(wanted).scalars()))

    def _about(self, texts: tuple[str, ...]) -> ColumnElement[bool] | None:
        """Openings whose words or employers hold one of ``texts``."""
        table = TABLES[RecordKind.OPENING]
        phrases = [number for number, words in self.phrases if any(text in words for text in texts)]
        known = [text for text in texts if text in self._all_employers]
        names = [name for name, words in self._employers if any(text in words for text in known)] if known else []
        if len(self.phrases) >= MOST or len(self._employers) >= MOST or len(phrases) + len(names) > LISTED:
            return None
        if not (phrases or names):
            return false()
        return or_(table.c.phrase.in_(phrases), table.c.name.in_(names)) if names else table.c.phrase.in_(phrases)

    def _place(self, texts: tuple[str, ...]) -> ColumnElement[bool] | None:
        places = [name for name in self.places if any(text in name for text in texts)]
        known = len(self.places) < MOST and len(places) <= LISTED
        if known and not places:
            return false()  # nothing need be read
        return TABLES[RecordKind.OPENING].c.place.in_(places) if known else None


def _titled(words: Iterable[str]) -> dict[str, str]:
    """Of the searched words of rows the first two: the title, and its English name where there is one."""
    titled: dict[str, str] = {}
    for text in words:
        title, *others = (part.strip() for part in text.split("|"))
        english = others[0] if others and others[0].isascii() else ""
        titled.setdefault(title, f"{title} {english}".strip())
    return titled


def rows_of(connection: Connection, kind: RecordKind, ids: Iterable[int]) -> tuple[StoredRecord, ...]:
    """The records with ``ids``, in their order."""
    keys = list(ids)
    table = TABLES[kind]
    rows: dict[int, StoredRecord] = {}
    for start in range(0, len(keys), PART):
        part = keys[start : start + PART]
        joined = select(table.c.id, table.c.source, bodies.c.body).join(bodies, bodies.c.id == table.c.id)
        for key, source, body in connection.execute(joined.where(table.c.id.in_(part))):
            rows[key] = StoredRecord(key, source, read(body, kind))
    return tuple(rows[key] for key in keys)
