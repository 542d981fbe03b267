"""Reading and writing editions: their rows, the pointer to the live one, which are kept."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import TypeVar

from sqlalchemy import Connection, Row, Table, delete, func, insert, select, update

from knowledge.models import Chunk, Metadata
from knowledge.store.edition_rows import Edition, FileKind, FileRow, editions_to_keep
from knowledge.store.tables import chunks, editions, files, free_rows, free_tables, in_edition, live

CONTENT = {  # what makes two rows the same, besides the editions they belong to
    files: ("source", "digest", "kind", "details"),
    chunks: ("id", "source", "ordinal", "path", "text", "language", "page"),
    free_tables: ("source", "ordinal", "body"),
    free_rows: ("source", "ordinal", "place", "body"),
}
Content = tuple[object, ...]
T = TypeVar("T")


def live_edition(connection: Connection) -> Edition | None:
    """The edition that the pointer names; None before the first one."""
    row = connection.execute(select(editions).join(live, live.c.edition == editions.c.number)).first()
    return _edition(row) if row else None


def find_edition(connection: Connection, number: int) -> Edition | None:
    """Edition ``number``, kept or not; None when there was none."""
    row = connection.execute(select(editions).where(editions.c.number == number)).first()
    return _edition(row) if row else None


def newest_number(connection: Connection) -> int:
    """The highest number that was ever published; 0 before the first."""
    return connection.execute(select(func.max(editions.c.number))).scalar() or 0


def kept_numbers(connection: Connection) -> tuple[int, ...]:
    """The editions whose rows and index are still there."""
    query = select(editions.c.number).where(editions.c.kept).order_by(editions.c.number)
    return tuple(connection.execute(query).scalars())


def keep_last(connection: Connection, keep: int) -> tuple[int, ...]:
    """Keep the last ``keep`` editions, the live one and the one before it; delete what others had.

    Removed text is gone with the last edition that held it. Returns the numbers of the editions that are kept.
    """
    kept = editions_to_keep(kept_numbers(connection), live_edition(connection), keep)
    connection.execute(update(editions).where(editions.c.number.not_in(kept)).values(kept=False))
    for table in CONTENT:
        connection.execute(delete(table).where(table.c.until <= min(kept, default=0)))
    return kept


def _edition(row: Row[tuple[object, ...]]) -> Edition:
    return Edition(**row._mapping)


def files_of(connection: Connection, number: int) -> dict[str, FileRow]:
    """The files of an edition by source, sorted."""
    query = select(files.c.source, files.c.digest, files.c.kind, files.c.details).where(in_edition(files, number))
    rows = (FileRow(row.source, row.digest, FileKind(row.kind), row.details) for row in connection.execute(query))
    return {row.source: row for row in sorted(rows, key=lambda row: row.source)}


def documents_of(connection: Connection, number: int) -> dict[str, Metadata]:
    """What each document of an edition says of itself, by source."""
    rows = files_of(connection, number).values()
    return {row.source: row.metadata for row in rows if row.holds_text}


def chunks_of(connection: Connection, number: int) -> tuple[Chunk, ...]:
    """The chunks of an edition in the order of its ``embeddings.npy``: by source, then ordinal."""
    rows = connection.execute(select(chunks).where(in_edition(chunks, number)))
    unordered = (
        Chunk(row.id, row.source, row.ordinal, tuple(json.loads(row.path)), row.text, row.language, row.page)
        for row in rows
    )
    return in_order(unordered)


def in_order(unordered: Iterable[Chunk]) -> tuple[Chunk, ...]:
    """Chunks in the order in which an edition keeps them."""
    return tuple(sorted(unordered, key=lambda chunk: (chunk.source, chunk.ordinal)))


def publish(
    connection: Connection, edition: Edition, file_rows: Sequence[FileRow], edition_chunks: Sequence[Chunk]
) -> None:
    """Write the rows of ``edition`` as a difference to the one before it, and point at it."""
    write_rows(connection, files, edition.previous, edition.number, [_file_content(row) for row in file_rows])
    write_rows(
        connection, chunks, edition.previous, edition.number, [_chunk_content(chunk) for chunk in edition_chunks]
    )
    connection.execute(insert(editions).values(**vars(edition)))
    set_live_edition(connection, edition.number)


def _file_content(row: FileRow) -> Content:
    return row.source, row.digest, row.kind.value, row.details


def _chunk_content(chunk: Chunk) -> Content:
    path = json.dumps(chunk.path, ensure_ascii=False)
    return chunk.id, chunk.source, chunk.ordinal, path, chunk.text, chunk.language, chunk.page


def write_rows(
    connection: Connection, table: Table, before: int | None, number: int, contents: Iterable[Content]
) -> None:
    """Make ``contents`` the rows of edition ``number``, which follows edition ``before``.

    Rows of editions that were rolled back have ``since`` beyond ``before``: they end here. A row of ``before`` that
    ended in such an edition but is wanted again is inserted again: a row has one span of editions only.
    """
    columns = CONTENT[table]
    key = next(iter(table.primary_key))
    connection.execute(update(table).where(table.c.since > (before or 0), table.c.until.is_(None)).values(until=number))
    wanted = set(contents)
    unchanged: set[Content] = set()
    ended: list[object] = []
    if before is not None:
        query = select(key, table.c.until, *(table.c[name] for name in columns)).where(in_edition(table, before))
        for row_key, until, *content in connection.execute(query):
            if until is None and tuple(content) in wanted:
                unchanged.add(tuple(content))
            elif until is None:
                ended.append(row_key)
    for keys in _batches(ended):
        connection.execute(update(table).where(key.in_(keys)).values(until=number))
    added = [dict(zip(columns, content, strict=True)) for content in sorted(wanted - unchanged, key=repr)]
    for rows in _batches(added):
        connection.execute(insert(table), [{**row, "since": number, "until": None} for row in rows])


def _batches(items: Sequence[T], size: int = 500) -> Iterable[Sequence[T]]:
    return (items[start : start + size] for start in range(0, len(items), size))


def set_live_edition(connection: Connection, number: int) -> None:
    """Point at edition ``number`` as the live one."""
    changed = connection.execute(update(live).where(live.c.id == 1).values(edition=number))
    if changed.rowcount == 0:
        connection.execute(insert(live).values(id=1, edition=number))


def update_index_columns(connection: Connection, edition: Edition) -> None:
    """Write the columns of a published edition whose index was rebuilt: model, dimension, fingerprint, collection."""
    values = {name: getattr(edition, name) for name in ("model", "dimension", "indexing", "collection")}
    connection.execute(update(editions).where(editions.c.number == edition.number).values(**values))


def collection_names(connection: Connection, numbers: Sequence[int]) -> Mapping[int, str]:
    """The names of these editions' collections on the Chroma server, by edition number."""
    query = select(editions.c.number, editions.c.collection).where(
        editions.c.number.in_(numbers), editions.c.collection.is_not(None)
    )
    return {row.number: row.collection for row in connection.execute(query)}
