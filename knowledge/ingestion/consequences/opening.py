"""Editions opened to be asked: the one that is live, and one whose rows are in no database yet."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from sqlalchemy import Connection, insert, select

from knowledge import store
from knowledge.database_urls import sqlite_url
from knowledge.editions.building.context import BuildContext
from knowledge.editions.building.index_builder import Content
from knowledge.editions.building.rebuild import rebuild_local
from knowledge.editions.edition_files import EditionSource, edition_folder, folder_trouble
from knowledge.editions.open_edition import OpenEdition, open_edition
from knowledge.editions.withdrawn import withdrawn_of
from knowledge.ingestion.plan import Prepared
from knowledge.store.edition_rows import Edition, FileRow
from knowledge.store.editions import chunks_of, documents_of, files_of
from knowledge.store.free_tables import publish_free_tables
from knowledge.store.staff_orders import Withdrawal
from knowledge.store.tables import in_edition, metadata
from knowledge.tables import publish_records
from knowledge.tables.querying.published_rows import PublishedRows
from knowledge.tables.storage.publishing import parts
from knowledge.tables.storage.schema import TABLES, bodies

if TYPE_CHECKING:
    from sqlalchemy import Engine

BATCH = 5_000  # rows copied at a time


@contextmanager
def live_opened(
    context: BuildContext, live: Edition, withdrawals: tuple[Withdrawal, ...]
) -> Iterator[OpenEdition | None]:
    """The live edition as users get it; None when its index is damaged, so that it cannot be asked."""
    if context.url:
        rebuild_local(context, live)
    if folder_trouble(context.root, live, context.fingerprint.format):
        yield None
        return
    with context.engine.connect() as connection:
        documents, chunks = documents_of(connection, live.number), chunks_of(connection, live.number)
        files = files_of(connection, live.number)
    source = EditionSource(live.number, edition_folder(context.root, live.number), documents, chunks, live.collection)
    yield from _opened(context, source, context.engine, files, withdrawals)


@contextmanager
def rehearsed(
    context: BuildContext, prepared: Prepared, edition: Edition, content: Content, withdrawals: tuple[Withdrawal, ...]
) -> Iterator[OpenEdition]:
    """``edition`` as users would get it: its index is built, its rows stand in a database of their own that is thrown
    away.
    """
    folder = edition_folder(context.root, edition.number)
    source = EditionSource(edition.number, folder, content.documents, content.chunks, edition.collection)
    files = {row.source: row for row in prepared.collected.files}
    with TemporaryDirectory(prefix="huadu-rows-") as scratch:
        rows = _database_of(context, prepared, edition, Path(scratch))
        try:
            yield from _opened(context, source, rows, files, withdrawals)
        finally:
            rows.dispose()


def _opened(
    context: BuildContext,
    source: EditionSource,
    engine: Engine,
    files: Mapping[str, FileRow],
    withdrawals: tuple[Withdrawal, ...],
) -> Iterator[OpenEdition]:
    opened = open_edition(source, context.settings, engine, context.embedder)
    try:
        with engine.connect() as connection:
            published = PublishedRows(connection, source.number)
            withdrawn = withdrawn_of(withdrawals, files, source.chunks, published)
        yield opened.withholding(withdrawn) if withdrawals else opened
    finally:
        opened.close()


def _database_of(context: BuildContext, prepared: Prepared, edition: Edition, folder: Path) -> Engine:
    """A new database with the rows of tables that ``edition`` will have."""
    engine = store.engine(sqlite_url(folder / "rows.db"))
    metadata.create_all(engine)
    with context.engine.connect() as live, store.writing(engine) as connection:
        if edition.previous is not None:
            _copy_rows(live, connection, edition.previous)
        publish_free_tables(connection, replace(edition, previous=None), prepared.collected.free)
        publish_records(connection, edition.number, prepared.plan.records)
    return engine


def _copy_rows(live: Connection, copy: Connection, number: int) -> None:
    """The records of edition ``number``, their ids included: the plan names those that go by them."""
    for table in TABLES.values():
        rows = [dict(row._mapping) for row in live.execute(select(table).where(in_edition(table, number)))]
        for part in parts([row["id"] for row in rows]):
            found = live.execute(select(bodies).where(bodies.c.id.in_(part)))
            copy.execute(insert(bodies), [dict(row._mapping) for row in found])
        for start in range(0, len(rows), BATCH):
            copy.execute(insert(table), rows[start : start + BATCH])
