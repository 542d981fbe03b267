"""What the next edition shall hold: unchanged files from the live edition, the others read anew."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import Connection

from knowledge.chunking import chunk_document
from knowledge.editions.building.context import BuildContext
from knowledge.editions.building.progress import Stage
from knowledge.ingestion.source_diff import SourceDiff, compare_sources, refused_row
from knowledge.models import Chunk, Metadata, Unreadable
from knowledge.readers import SourceFile, detect_format, read_document
from knowledge.store.edition_rows import FileKind, FileRow, document_row
from knowledge.store.editions import chunks_of, files_of, in_order, live_edition
from knowledge.tables import TableReading, known_digests, read_table
from knowledge.towns import Town


@dataclass(frozen=True)
class CollectedContent:
    """Everything that the next edition shall hold, sorted by source. ``tables``: only those that were read anew."""

    files: tuple[FileRow, ...]
    chunks: tuple[Chunk, ...]
    tables: tuple[TableReading, ...]

    @property
    def documents(self) -> dict[str, Metadata]:
        """What each document says of itself, by source."""
        return {row.source: row.metadata for row in self.files if row.kind is FileKind.DOCUMENT}

    @property
    def unreadable(self) -> tuple[Unreadable, ...]:
        """Files that hold nothing for users, and why."""
        return tuple(Unreadable(row.source, row.details) for row in self.files if row.kind is FileKind.UNREADABLE)

    @property
    def table_sources(self) -> frozenset[str]:
        """The files whose rows are records."""
        return frozenset(row.source for row in self.files if row.kind is FileKind.TABLE)


def diff_sources(context: BuildContext, connection: Connection, again: bool = False) -> SourceDiff:
    """The documents folder against the live edition; ``again``: count every file as changed."""
    live = live_edition(connection)
    return compare_sources(context, live, files_of(connection, live.number) if live else {}, again)


def collect(context: BuildContext, connection: Connection, diff: SourceDiff) -> CollectedContent:
    """Read the files that are new or changed and join them to what the live edition has of the others."""
    rows = [*diff.unchanged, *map(refused_row, diff.refused)]
    kept = {row.source for row in diff.unchanged}
    chunks = [chunk for chunk in chunks_of(connection, diff.live.number) if chunk.source in kept] if diff.live else []
    tables: list[TableReading] = []
    for index, file in enumerate(diff.to_read):
        context.progress(Stage.READING, index, len(diff.to_read), file.source)
        read = _read(file, context, connection, diff)
        rows.append(read.row)
        chunks.extend(read.chunks)
        tables.extend(read.tables)
    context.progress(Stage.READING, len(diff.to_read), len(diff.to_read), "")
    return CollectedContent(tuple(sorted(rows, key=lambda row: row.source)), in_order(chunks), tuple(tables))


@dataclass(frozen=True)
class _ReadFile:
    """What one file gives to the next edition: its row, and the chunks of a document or the rows of a table."""

    row: FileRow
    chunks: tuple[Chunk, ...] = ()
    tables: tuple[TableReading, ...] = ()


def _read(file: SourceFile, context: BuildContext, connection: Connection, diff: SourceDiff) -> _ReadFile:
    try:
        is_table = detect_format(file.path).is_table
    except OSError as error:  # it went away, or may not be opened, since it was listed
        return _ReadFile(_unreadable(file, f"cannot be opened ({error.strerror})"))
    if is_table:
        live = diff.live.number if diff.live else None
        return _read_table(file, known_digests(connection, live, file.source), context.towns)
    document = read_document(file)
    if isinstance(document, Unreadable):
        return _ReadFile(_unreadable(file, document.reason))
    chunks = chunk_document(document, context.embedder.count_tokens)
    if not chunks:
        return _ReadFile(_unreadable(file, "holds no text"))
    return _ReadFile(document_row(file.source, file.digest, document.metadata), chunks)


def _read_table(file: SourceFile, known: Iterable[str], towns: tuple[Town, ...]) -> _ReadFile:
    reading = read_table(file, known, towns)
    problems = [str(problem) for problem in reading.problems]
    if problems and not reading.digests:
        return _ReadFile(_unreadable(file, "; ".join(problems[:3])))
    return _ReadFile(
        FileRow(file.source, file.digest, FileKind.TABLE, json.dumps(problems, ensure_ascii=False)), (), (reading,)
    )


def _unreadable(file: SourceFile, reason: str) -> FileRow:
    return FileRow(file.source, file.digest, FileKind.UNREADABLE, reason)
