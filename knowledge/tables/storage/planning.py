"""What publishing readings of tables would change among the records in SQL."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date

from sqlalchemy import ColumnElement, Connection, Table, func, select

from knowledge.store.tables import in_edition
from knowledge.tables.reading.digests import MARK, Digests
from knowledge.tables.reading.table_reading import Row, TableReading
from knowledge.tables.records import Record, RecordKind, last_day, natural_key
from knowledge.tables.storage.diff import SOON, Change, Named, RecordPlan, differences, name_of, named
from knowledge.tables.storage.publishing import parts
from knowledge.tables.storage.schema import TABLES, bodies, key_of, read
from knowledge.validity import today


def known_digests(connection: Connection, live_edition: int | None, source: str | None = None) -> Digests:
    """Digests of the rows that the live edition has (of one file): what ``read_table`` need not parse again."""
    if live_edition is None:
        return Digests()
    digests: list[str] = []
    for table in TABLES.values():
        chosen = in_edition(table, live_edition)
        if source is not None:
            chosen = chosen & (table.c.source == source)
        joined = connection.execute(select(_together(table)).where(chosen)).scalar()
        digests += [joined] if joined else []
    return Digests(MARK.join(digests))


def plan_records(
    connection: Connection,
    live_edition: int | None,
    readings: Sequence[TableReading],
    sources: Collection[str] | None = None,
    *,
    day: date | None = None,
) -> RecordPlan:
    """What publishing ``readings`` would change. Changes nothing.

    ``sources`` are all tables that the next edition holds: those without a reading keep their rows, others lose them.
    None means exactly the files of ``readings``.
    """
    day = day or today()
    holds = frozenset(sources if sources is not None else (reading.source for reading in readings))
    partial = [reading for reading in readings if reading.lost is not None and reading.source in holds]
    lost = {reading.source: reading.lost or () for reading in partial}
    had = _live_digests(connection, live_edition, lost)
    gone = list(_gone(connection, live_edition or 0, _leaving(had, holds, readings) | lost))
    fresh = [
        (row, reading.source)
        for reading in readings
        for row in reading.rows
        if row.digest not in had.get(reading.source, ())
    ]
    added, changed, removed = _paired(connection, fresh, gone)
    expiring, expired = _ending(connection, live_edition, fresh, gone, day)
    return RecordPlan(
        live=live_edition,
        sources=holds,
        rows=tuple(row for row, _ in fresh),
        source_of=tuple(source for _, source in fresh),
        gone=tuple(gone),
        added=added,
        changed=changed,
        removed=removed,
        expiring=expiring,
        expired=expired,
        unchanged=sum(map(len, had.values())) + sum(reading.known for reading in partial) - len(gone),
        problems=tuple(problem for reading in readings for problem in reading.problems),
    )


def _live_digests(connection: Connection, live: int | None, besides: Collection[str]) -> dict[str, frozenset[str]]:
    """Digests of the rows of the live edition by source, but for those that were read with them."""
    digests: dict[str, frozenset[str]] = {}
    for table in TABLES.values() if live is not None else ():
        others = in_edition(table, live or 0) & table.c.source.not_in(besides)
        joined = select(table.c.source, _together(table)).where(others).group_by(table.c.source)
        for source, text in connection.execute(joined):
            digests[source] = digests.get(source, frozenset()) | frozenset(text.split(MARK))
    return digests


def _together(table: Table) -> ColumnElement[str]:
    """All digests as one text, which comes back ten times faster than a hundred thousand rows."""
    return func.aggregate_strings(table.c.digest, MARK)


def _leaving(
    had: Mapping[str, frozenset[str]], holds: Collection[str], readings: Sequence[TableReading]
) -> dict[str, Collection[str]]:
    """Of each source the digests that the next edition does not hold."""
    read_now = {reading.source: frozenset(reading.digests) for reading in readings if reading.lost is None}
    return {
        source: known if source not in holds else known - read_now.get(source, known) for source, known in had.items()
    }


def _gone(
    connection: Connection, live: int, leaving: Mapping[str, Collection[str]]
) -> Iterator[tuple[RecordKind, str, int]]:
    """Kind, source and id of the live rows that the next edition does not hold."""
    for source, digests in leaving.items():
        for part in parts(sorted(digests)):
            for kind, table in TABLES.items():
                # The source is looked at here: told of it, SQLite would rather read all rows of the file.
                chosen = select(table.c.id, table.c.source).where(in_edition(table, live), table.c.digest.in_(part))
                yield from ((kind, source, key) for key, of in connection.execute(chosen) if of == source)


def _paired(
    connection: Connection, fresh: Sequence[tuple[Row, str]], gone: Sequence[tuple[RecordKind, str, int]]
) -> tuple[tuple[Named, ...], tuple[Change, ...], tuple[Named, ...]]:
    """Added, changed and removed rows: a removed and an added row with one natural key are one changed row."""
    olds = list(_records(connection, gone))
    changed: list[Change] = []
    for alike in (natural_key, key_of):  # folding is slow, and hardly ever needed
        fresh, olds, pairs = _matched(fresh, olds, alike)
        changed += [
            Change(row.kind, source, name_of(row.record), differences(old, row.record)) for old, row, source in pairs
        ]
    added = tuple(named(row, source) for row, source in fresh)
    return added, tuple(changed), tuple(Named(kind, source, name_of(record)) for kind, source, record in olds)


def _matched(
    fresh: Sequence[tuple[Row, str]],
    olds: Iterable[tuple[RecordKind, str, Record]],
    alike: Callable[[Record], tuple[str, ...]],
) -> tuple[list[tuple[Row, str]], list[tuple[RecordKind, str, Record]], list[tuple[Record, Row, str]]]:
    """New and old rows that have no counterpart by ``alike``, and those that have: old record, new row, source."""
    before: dict[tuple[object, ...], list[tuple[RecordKind, str, Record]]] = {}
    for kind, source, record in olds:
        before.setdefault((kind, source, alike(record)), []).append((kind, source, record))
    alone: list[tuple[Row, str]] = []
    pairs: list[tuple[Record, Row, str]] = []
    for row, source in fresh:
        same = before.get((row.kind, source, alike(row.record))) if before else None
        if same:
            pairs.append((same.pop()[2], row, source))
        else:
            alone.append((row, source))
    return alone, [old for left in before.values() for old in left], pairs


def _records(
    connection: Connection, rows: Iterable[tuple[RecordKind, str, int]]
) -> Iterator[tuple[RecordKind, str, Record]]:
    by_id = {key: (kind, source) for kind, source, key in rows}
    for part in parts(list(by_id)):
        for key, body in connection.execute(select(bodies.c.id, bodies.c.body).where(bodies.c.id.in_(part))):
            kind, source = by_id[key]
            yield kind, source, read(body, kind)


def _ending(
    connection: Connection,
    live: int | None,
    fresh: Sequence[tuple[Row, str]],
    gone: Sequence[tuple[RecordKind, str, int]],
    day: date,
) -> tuple[tuple[Named, ...], int]:
    """Rows of the next edition that end within 30 days, and how many ended before ``day``."""
    leaving = {key for _, _, key in gone}
    soon = [
        named(row, source)
        for row, source in fresh
        if (end := last_day(row.record)) is not None and day <= end <= day + SOON
    ]
    expired = sum((end := last_day(row.record)) is not None and end < day for row, _ in fresh)
    for kind, table in TABLES.items() if live is not None else ():
        current = in_edition(table, live or 0)
        expired += _ended(connection, table, current, leaving, day)
        ending = select(table.c.id, table.c.source).where(current, table.c.closes.between(day, day + SOON))
        staying = [(kind, source, key) for key, source in connection.execute(ending) if key not in leaving]
        soon += [
            Named(kind, source, name_of(record), last_day(record))
            for kind, source, record in _records(connection, staying)
        ]
    return tuple(sorted(soon, key=lambda row: (row.day or day, row.source, row.name))), expired


def _ended(
    connection: Connection, table: Table, current: ColumnElement[bool], leaving: Collection[int], day: date
) -> int:
    """How many current rows, but for those that are leaving, ended before ``day``."""
    counted = select(func.count()).select_from(table).where(current, table.c.closes < day)
    gone = (connection.execute(counted.where(table.c.id.in_(part))).scalar_one() for part in parts(sorted(leaving)))
    return int(connection.execute(counted).scalar_one()) - sum(gone)
