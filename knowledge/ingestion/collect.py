"""What the next edition shall hold: unchanged files from the live edition, the others read anew."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import Connection

from knowledge.chunking import chunk
from knowledge.editions.building.context import Workplace
from knowledge.editions.building.progress import Stage
from knowledge.ingestion.source_diff import Folder, compare, refused_row
from knowledge.models import Chunk, Metadata, Unreadable
from knowledge.readers import SourceFile, kind_of, read_document
from knowledge.store.editions import chunks_of, files_of, in_order, live_edition
from knowledge.store.rows import FileKind, FileRow, document_row
from knowledge.tables import TableReading, known_digests, read_table
from knowledge.towns import Town


@dataclass(frozen=True)
class Gathered:
    """Everything that the next edition shall hold. ``tables``: only those that were read anew."""

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


def look(place: Workplace, connection: Connection, again: bool = False) -> Folder:
    """Compare the documents folder with the live edition, by digest."""
    live = live_edition(connection)
    return compare(place, live, files_of(connection, live.number) if live else {}, again)


def gather(place: Workplace, connection: Connection, folder: Folder) -> Gathered:
    """Read what is new or changed and join it to what is not."""
    rows = [*folder.unchanged, *map(refused_row, folder.refused)]
    kept = {row.source for row in folder.unchanged}
    chunks = (
        [chunk for chunk in chunks_of(connection, folder.live.number) if chunk.source in kept] if folder.live else []
    )
    tables: list[TableReading] = []
    for place_in_row, file in enumerate(folder.to_read):
        place.progress(Stage.READING, place_in_row, len(folder.to_read), file.source)
        read = _read(file, place, connection, folder)
        rows.append(read.row)
        chunks.extend(read.chunks)
        tables.extend(read.tables)
    place.progress(Stage.READING, len(folder.to_read), len(folder.to_read), "")
    return Gathered(tuple(sorted(rows, key=lambda row: row.source)), in_order(chunks), tuple(tables))


@dataclass(frozen=True)
class _Read:
    row: FileRow
    chunks: tuple[Chunk, ...] = ()
    tables: tuple[TableReading, ...] = ()


def _read(file: SourceFile, place: Workplace, connection: Connection, folder: Folder) -> _Read:
    try:
        is_table = kind_of(file.path).is_table
    except OSError as error:  # it went away, or may not be opened, since it was listed
        return _Read(_unreadable(file, f"cannot be opened ({error.strerror})"))
    if is_table:
        live = folder.live.number if folder.live else None
        return _read_table(file, known_digests(connection, live, file.source), place.towns)
    document = read_document(file)
    if isinstance(document, Unreadable):
        return _Read(_unreadable(file, document.reason))
    chunks = chunk(document, place.embedder.count_tokens)
    if not chunks:
        return _Read(_unreadable(file, "holds no text"))
    return _Read(document_row(file.source, file.digest, document.metadata), chunks)


def _read_table(file: SourceFile, known: Iterable[str], towns: tuple[Town, ...]) -> _Read:
    reading = read_table(file, known, towns)
    problems = [str(problem) for problem in reading.problems]
    if problems and not reading.digests:
        return _Read(_unreadable(file, "; ".join(problems[:3])))
    return _Read(
        FileRow(file.source, file.digest, FileKind.TABLE, json.dumps(problems, ensure_ascii=False)), (), (reading,)
    )


def _unreadable(file: SourceFile, reason: str) -> FileRow:
    return FileRow(file.source, file.digest, FileKind.UNREADABLE, reason)
