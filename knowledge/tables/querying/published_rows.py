"""Single rows of an edition, found again by what they are called or by their cells: to be kept from users."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, or_, select, true

from knowledge.store.tables import in_edition
from knowledge.tables.records import RecordKind, natural_key
from knowledge.tables.storage.diff import name_of
from knowledge.tables.storage.publishing import parts
from knowledge.tables.storage.schema import TABLES, bodies, read
from knowledge.tables.storage.search_columns import indexed
from knowledge.text.language import fold


@dataclass(frozen=True)
class PublishedRow:
    """A row of an edition. ``names``: what makes two rows the same thing; ``digest``: of its cells."""

    id: int
    source: str
    label: str  # what staff recognise it by
    names: tuple[str, ...]
    digest: str

    @property
    def key(self) -> tuple[str, ...]:
        """The names, folded."""
        return tuple(map(fold, self.names))


class PublishedRows:
    """The rows of edition ``edition``, by the file that they stand in."""

    def __init__(self, connection: Connection, edition: int) -> None:
        self._connection, self._edition = connection, edition

    def all_of(self, source: str) -> Iterator[PublishedRow]:
        """Every row of a file."""
        for kind, table in TABLES.items():
            chosen = select(table.c.id).where(in_edition(table, self._edition), table.c.source == source)
            yield from self._read(kind, self._connection.execute(chosen.order_by(table.c.id)).scalars().all())

    def ids(self, source: str | None, names: Sequence[str], digests: Collection[str]) -> frozenset[int]:
        """Rows of a file, or of any, that are called ``names`` or whose cells have one of ``digests``."""
        key = tuple(map(fold, names))
        alike = self._alike(source, indexed(next(filter(None, names), "")), digests)
        return frozenset(row.id for row in alike if row.key == key or row.digest in digests)

    def _alike(self, source: str | None, name: str, digests: Collection[str]) -> Iterator[PublishedRow]:
        for kind, table in TABLES.items():
            alike = or_(table.c.name == name, table.c.digest.in_(digests))
            of_file = true() if source is None else table.c.source == source
            chosen = select(table.c.id).where(in_edition(table, self._edition), of_file, alike)
            yield from self._read(kind, self._connection.execute(chosen).scalars().all())

    def _read(self, kind: RecordKind, ids: Sequence[int]) -> Iterator[PublishedRow]:
        table = TABLES[kind]
        columns = select(table.c.id, table.c.source, table.c.digest, bodies.c.body)
        for part in parts(ids):
            joined = columns.join(bodies, bodies.c.id == table.c.id).where(table.c.id.in_(part)).order_by(table.c.id)
            for id, source, digest, body in self._connection.execute(joined):
                record = read(body, kind)
                yield PublishedRow(id, source, name_of(record), natural_key(record), digest)


def stand_in(words: str, names: Iterable[str]) -> bool:
    """Whether ``words`` (parted by · or blanks) all stand in what a row is called."""
    named = fold(" ".join(names))
    return all(part in named for part in fold(words.replace("·", " ")).split())
