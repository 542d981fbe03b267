"""Records of a planned edition into SQL, and out of it when no kept edition holds them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any, TypeVar

from sqlalchemy import Connection, Table, func, insert, select, update
from sqlalchemy import delete as delete_from

from knowledge.store.tables import in_edition
from knowledge.tables.records import RecordKind
from knowledge.tables.storage.diff import RecordPlan
from knowledge.tables.storage.schema import TABLES, bodies, write
from knowledge.tables.storage.search_columns import row_of

T = TypeVar("T")
PART = 500  # values in one statement; SQLite takes 32,766 parameters, old PostgreSQL drivers fewer
BATCH = 5_000  # rows inserted at a time


def publish_records(connection: Connection, edition: int, plan: RecordPlan) -> None:
    """Make the records of ``edition`` what ``plan`` says. Runs inside the transaction that publishes the edition.

    Rows of editions that were rolled back have ``since`` beyond the live one: they end here. A row of the live edition
    that ended in such an edition is written anew, since a row has one stretch only.
    """
    live = plan.live or 0
    rolled_back = edition > live + 1
    if rolled_back:
        _end_beyond(connection, live, edition)
    gone = {key for _, _, key in plan.gone}
    revived = list(_revived(connection, live, gone)) if plan.live and rolled_back else []
    for kind, keys in _by_kind(plan.gone).items():
        table = TABLES[kind]
        for part in parts(keys):
            connection.execute(update(table).where(table.c.id.in_(part), table.c.until.is_(None)).values(until=edition))
    number = int(connection.execute(select(func.coalesce(func.max(bodies.c.id), 0))).scalar_one())
    number = _revive(connection, revived, edition, number)
    _insert(connection, plan, edition, number)


def _end_beyond(connection: Connection, live: int, edition: int) -> None:
    for table in TABLES.values():
        connection.execute(update(table).where(table.c.since > live, table.c.until.is_(None)).values(until=edition))


def forget_records(connection: Connection, kept: Sequence[int]) -> None:
    """Delete rows that belong to no kept edition, so that what was removed is gone."""
    oldest = min(kept, default=0)
    for table in TABLES.values():
        ended = table.c.until <= oldest
        connection.execute(delete_from(bodies).where(bodies.c.id.in_(select(table.c.id).where(ended))))
        connection.execute(delete_from(table).where(ended))


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
    keys: dict[RecordKind, list[int]] = {}
    for kind, _, key in gone:
        keys.setdefault(kind, []).append(key)
    return keys


def parts(keys: Sequence[T]) -> Iterator[Sequence[T]]:
    """``keys`` in pieces that fit one statement."""
    yield from (keys[start : start + PART] for start in range(0, len(keys), PART))
