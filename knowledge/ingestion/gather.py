"""What the next edition shall hold: unchanged files from the live edition, the others read anew."""

from __future__ import annotations

import json
from dataclasses import dataclass

from sqlalchemy import Connection

from knowledge.chunking import chunk
from knowledge.ingestion.progress import Stage
from knowledge.ingestion.workplace import Workplace
from knowledge.models import Chunk, Metadata, Unreadable
from knowledge.readers import SourceFile, kind_of, read_document, source_files
from knowledge.store.editions import (
    Edition,
    FileKind,
    FileRow,
    chunks_of,
    document_row,
    files_of,
    in_order,
    live_edition,
)
from knowledge.tables import TableReading, known_digests, read_table


@dataclass(frozen=True)
class Folder:
    """The documents folder as it is, beside the live edition. Nothing was read yet but the files' bytes."""

    live: Edition | None
    known: dict[str, FileRow]  # the live edition's files by source
    found: tuple[SourceFile, ...]
    refused: tuple[Unreadable, ...]  # files that could not even be opened
    again: bool  # every file is read anew, changed or not

    @property
    def unchanged(self) -> tuple[FileRow, ...]:
        """Files that the live edition has as they are, what it knows of them included."""
        if self.again:
            return ()
        rows = (self.known.get(file.source) for file in self.found)
        same = {file.source: file.digest for file in self.found}
        return tuple(row for row in rows if row and row.digest == same[row.source])

    @property
    def to_read(self) -> tuple[SourceFile, ...]:
        """Files that are new or changed."""
        kept = {row.source for row in self.unchanged}
        return tuple(file for file in self.found if file.source not in kept)

    @property
    def removed(self) -> tuple[str, ...]:
        """Files of the live edition that are there no more."""
        present = {file.source for file in self.found} | {file.source for file in self.refused}
        return tuple(source for source in self.known if source not in present)

    @property
    def same(self) -> bool:
        """Whether the folder is what the live edition was made from."""
        refused = {row.source for row in map(_refused_row, self.refused) if self.known.get(row.source) != row}
        return self.live is not None and not (self.to_read or self.removed or refused)


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
    known = files_of(connection, live.number) if live else {}
    found, refused = source_files(place.documents_folder())
    outdated = live is not None and live.reading != place.recipe.reading
    return Folder(live, known, found, refused, again or outdated)


def gather(place: Workplace, connection: Connection, folder: Folder) -> Gathered:
    """Read what is new or changed and join it to what is not."""
    rows = [*folder.unchanged, *map(_refused_row, folder.refused)]
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
        return _read_table(file, known_digests(connection, live, file.source))
    document = read_document(file)
    if isinstance(document, Unreadable):
        return _Read(_unreadable(file, document.reason))
    chunks = chunk(document, place.embedder.count_tokens)
    if not chunks:
        return _Read(_unreadable(file, "holds no text"))
    return _Read(document_row(file.source, file.digest, document.metadata), chunks)


def _read_table(file: SourceFile, known: frozenset[str]) -> _Read:
    reading = read_table(file, known)
    problems = [str(problem) for problem in reading.problems]
    if problems and not reading.digests:
        return _Read(_unreadable(file, "; ".join(problems[:3])))
    return _Read(
        FileRow(file.source, file.digest, FileKind.TABLE, json.dumps(problems, ensure_ascii=False)), (), (reading,)
    )


def _unreadable(file: SourceFile, reason: str) -> FileRow:
    return FileRow(file.source, file.digest, FileKind.UNREADABLE, reason)


def _refused_row(refused: Unreadable) -> FileRow:
    return FileRow(refused.source, "", FileKind.UNREADABLE, refused.reason)
