"""Records in SQL: what publishing would change, publishing it, and forgetting what no kept edition holds."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import Connection, Table, func, insert, select, update
from sqlalchemy import delete as delete_from

from knowledge.store.tables import in_edition
from knowledge.tables.plan import SOON, Change, Named, RecordPlan, differences, name_of, named
from knowledge.tables.reading import Row, TableReading
from knowledge.tables.records import Record, RecordKind, last_day
from knowledge.tables.schema import TABLES, bodies, key_of, read, row_of, write
from knowledge.validity import today

PART = 500  # values in one statement; SQLite takes 32,766 parameters, old PostgreSQL drivers fewer
BATCH = 5_000  # rows inserted at a time


def known_digests(connection: Connection, live_edition: int | None, source: str | None = None) -> frozenset[str]:
    """Digests of the rows that the live edition has (of one file): what ``read_table`` need not parse again."""
    if live_edition is None:
        return frozenset()
    found: list[str] = []
    for table in TABLES.values():
        chosen = in_edition(table, live_edition)
        if source is not None:
            chosen = chosen & (table.c.source == source)
        # One long string comes back ten times faster than a hundred thousand rows.
        joined = connection.execute(select(func.aggregate_strings(table.c.digest, ",")).where(chosen)).scalar()
        found += joined.split(",") if joined else []
    return frozenset(found)


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
    live = _live_ids(connection, live_edition)
    read_now = {reading.source: frozenset(reading.digests) for reading in readings}
    gone = [
        (kind, source, key)
        for (source, digest), (kind, key) in live.items()
        if source not in holds or (source in read_now and digest not in read_now[source])
    ]
    fresh = [
        (row, reading.source)
        for reading in readings
        for row in reading.rows
        if (reading.source, row.digest) not in live
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
        unchanged=len(live) - len(gone),
        problems=tuple(problem for reading in readings for problem in reading.problems),
    )


def publish_records(connection: Connection, edition: int, plan: RecordPlan) -> None:
    """Make the records of ``edition`` what ``plan`` says. Runs inside the transaction that publishes the edition.

    Rows of editions that were rolled back have ``since`` beyond the live one: they end here. A row of the live edition
    that ended in such an edition is written anew, since a row has one stretch only.
    """
    live = plan.live or 0
    gone = {key for _, _, key in plan.gone}
    for table in TABLES.values():
        connection.execute(update(table).where(table.c.since > live, table.c.until.is_(None)).values(until=edition))
    revived = list(_revived(connection, live, gone)) if plan.live else []
    for kind, keys in _by_kind(plan.gone).items():
        table = TABLES[kind]
        for part in _parts(keys):
            connection.execute(update(table).where(table.c.id.in_(part), table.c.until.is_(None)).values(until=edition))
    number = int(connection.execute(select(func.coalesce(func.max(bodies.c.id), 0))).scalar_one())
    number = _revive(connection, revived, edition, number)
    _insert(connection, plan, edition, number)


def forget_records(connection: Connection, kept: Sequence[int]) -> None:
    """Delete rows that belong to no kept edition, so that what was removed is gone."""
    oldest = min(kept, default=0)
    for table in TABLES.values():
        ended = table.c.until <= oldest
        connection.execute(delete_from(bodies).where(bodies.c.id.in_(select(table.c.id).where(ended))))
        connection.execute(delete_from(table).where(ended))


def _live_ids(connection: Connection, live: int | None) -> dict[tuple[str, str], tuple[RecordKind, int]]:
    """Kind and id of each row of the live edition, by source and digest."""
    if live is None:
        return {}
    found: dict[tuple[str, str], tuple[RecordKind, int]] = {}
    for kind, table in TABLES.items():
        chosen = select(table.c.source, table.c.digest, table.c.id).where(in_edition(table, live))
        for source, digest, key in connection.execute(chosen):
            found[(source, digest)] = (kind, key)
    return found


def _paired(
    connection: Connection, fresh: Sequence[tuple[Row, str]], gone: Sequence[tuple[RecordKind, str, int]]
) -> tuple[tuple[Named, ...], tuple[Change, ...], tuple[Named, ...]]:
    """Added, changed and removed rows: a removed and an added row with one natural key are one changed row."""
    before: dict[tuple[object, ...], list[tuple[RecordKind, str, Record]]] = {}
    for kind, source, record in _records(connection, gone):
        before.setdefault((kind, source, key_of(record)), []).append((kind, source, record))
    added: list[Named] = []
    changed: list[Change] = []
    for row, source in fresh:
        olds = before.get((row.kind, source, key_of(row.record))) if before else None
        if olds:
            old = olds.pop()[2]
            changed.append(Change(row.kind, source, name_of(row.record), differences(old, row.record)))
        else:
            added.append(named(row, source))
    removed = [Named(kind, source, name_of(record)) for olds in before.values() for kind, source, record in olds]
    return tuple(added), tuple(changed), tuple(removed)


def _records(
    connection: Connection, rows: Iterable[tuple[RecordKind, str, int]]
) -> Iterator[tuple[RecordKind, str, Record]]:
    by_id = {key: (kind, source) for kind, source, key in rows}
    for part in _parts(list(by_id)):
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
        ended = connection.execute(select(table.c.id).where(current, table.c.closes < day)).scalars()
        expired += sum(key not in leaving for key in ended)
        ending = select(table.c.id, table.c.source).where(current, table.c.closes.between(day, day + SOON))
        staying = [(kind, source, key) for key, source in connection.execute(ending) if key not in leaving]
        soon += [
            Named(kind, source, name_of(record), last_day(record))
            for kind, source, record in _records(connection, staying)
        ]
    return tuple(sorted(soon, key=lambda row: (row.day or day, row.source, row.name))), expired


def _revived(
    connection: Connection, live: int, gone: Collection[int]
) -> Iterator[tuple[RecordKind, Mapping[str, Any]]]:
    for kind, table in TABLES.items():
        for row in connection.execute(select(table).where(in_edition(table, live), table.c.until.is_not(None))):
            if row.id not in gone:
                yield kind, dict(row._mapping)


def _revive(
    connection: Connection, revived: Sequence[tuple[RecordKind, Mapping[str, Any]]], edition: int, number: int
) -> int:
    for kind, row in revived:
        number += 1
        body = connection.execute(select(bodies.c.body).where(bodies.c.id == row["id"])).scalar_one()
        connection.execute(insert(bodies).values(id=number, body=body))
        connection.execute(insert(TABLES[kind]).values({**row, "id": number, "since": edition, "until": None}))
    return number


def _insert(connection: Connection, plan: RecordPlan, edition: int, number: int) -> None:
    pairs = list(zip(plan.rows, plan.source_of, strict=True))
    for start in range(0, len(pairs), BATCH):
        batch = pairs[start : start + BATCH]
        narrow: dict[Table, list[dict[str, object]]] = {}
        whole: list[dict[str, object]] = []
        for row, source in batch:
            number += 1
            own = {"id": number, "since": edition, "until": None, "source": source, "digest": row.digest}
            narrow.setdefault(TABLES[row.kind], []).append(own | row_of(row.record, row.kind))
            whole.append({"id": number, "body": write(row.record, row.kind)})
        connection.execute(insert(bodies), whole)
        for table, rows in narrow.items():
            connection.execute(insert(table), rows)


def _by_kind(gone: Iterable[tuple[RecordKind, str, int]]) -> dict[RecordKind, list[int]]:
    found: dict[RecordKind, list[int]] = {}
    for kind, _, key in gone:
        found.setdefault(kind, []).append(key)
    return found


def _parts(keys: Sequence[int]) -> Iterator[Sequence[int]]:
    yield from (keys[start : start + PART] for start in range(0, len(keys), PART))
