"""What the next edition shall hold: unchanged files from the live edition, the others read anew."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, replace

from sqlalchemy import Connection

from knowledge.chunking import chunk_document
from knowledge.editions.building.context import BuildContext
from knowledge.editions.building.progress import Stage
from knowledge.editions.errors import IngestionError
from knowledge.ingestion.content_check import document_warnings, table_warnings
from knowledge.ingestion.source_diff import SourceDiff, compare_sources, refused_row
from knowledge.models import Chunk, Metadata, Unreadable
from knowledge.readers import SourceFile, detect_format, read_document
from knowledge.store.edition_rows import ContentWarning, FileKind, FileRow, HeldFile, document_row
from knowledge.store.editions import chunks_of, files_of, in_order, live_edition
from knowledge.store.held_files import accepted, files_held
from knowledge.tables import TableReading, known_digests, read_table
from knowledge.towns import Town


@dataclass(frozen=True)
class CollectedContent:
    """Everything that the next edition shall hold, sorted by source. ``tables``: only those that were read anew."""

    files: tuple[FileRow, ...]
    chunks: tuple[Chunk, ...]
    tables: tuple[TableReading, ...]
    held: tuple[HeldFile, ...] = ()  # files whose new version waits until staff accept its warnings
    accepted: tuple[HeldFile, ...] = ()  # files whose warnings were accepted just now

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


def diff_sources(
    context: BuildContext, connection: Connection, again: bool = False, *, with_held: bool = False
) -> SourceDiff:
    """The documents folder against the live edition; ``again``: count every file as changed, ``with_held``: those that
    an earlier refresh held back.
    """
    live = live_edition(connection)
    held = frozenset(files_held(connection)) if with_held else frozenset[str]()
    return compare_sources(context, live, files_of(connection, live.number) if live else {}, again, held)


def collect(
    context: BuildContext, connection: Connection, diff: SourceDiff, accepting: frozenset[str] = frozenset()
) -> CollectedContent:
    """Read the files that are new or changed and join them to what the live edition has of the others.

    A file with warnings that nobody has accepted is held back: what was published of it before stays. ``accepting``:
    the codes of files whose warnings are accepted now. Raises ``IngestionError`` for a code that fits none.
    """
    rows = [*diff.unchanged, *map(refused_row, diff.refused)]
    kept = {row.source for row in diff.unchanged}
    published = chunks_of(connection, diff.live.number) if diff.live else ()
    chunks = [chunk for chunk in published if chunk.source in kept]
    tables: list[TableReading] = []
    known_warnings = accepted(connection)
    held, accepted_now = list(diff.held_before(files_held(connection))), list[HeldFile]()
    for index, file in enumerate(diff.to_read):
        context.progress(Stage.READING, index, len(diff.to_read), file.source)
        read = _read(file, context, connection, diff)
        new = [warning for warning in read.warnings if warning.key not in known_warnings.get(file.source, ())]
        waits = HeldFile(file.source, file.digest, tuple(new))
        if new and waits.code in accepting:
            accepted_now.append(waits)
        elif new:
            held.append(waits)
            read = _as_before(file, diff, published)
        rows.append(read.row)
        chunks.extend(read.chunks)
        tables.extend(read.tables)
    context.progress(Stage.READING, len(diff.to_read), len(diff.to_read), "")
    _refuse_unknown(accepting, accepted_now)
    held.sort(key=lambda one: one.source)
    sorted_rows = tuple(sorted(rows, key=lambda row: row.source))
    return CollectedContent(sorted_rows, in_order(chunks), tuple(tables), tuple(held), tuple(accepted_now))


def _refuse_unknown(accepting: frozenset[str], accepted_now: Iterable[HeldFile]) -> None:
    unknown = sorted(accepting - {one.code for one in accepted_now})
    if unknown:
        raise IngestionError(
            f"--accept-warnings {', '.join(unknown)}: no file waits with this code; its text may have changed since."
            " Look again: python ingest.py preview"
        )


def _as_before(file: SourceFile, diff: SourceDiff, published: Iterable[Chunk]) -> _ReadFile:
    """What was published of a file whose new version is held back, under the new version's digest: so the next
    refresh need not read it again. A file of which nothing was published has a row and nothing else.
    """
    before = diff.known.get(file.source)
    if before is None or before.kind not in (FileKind.DOCUMENT, FileKind.TABLE):
        return _ReadFile(FileRow(file.source, file.digest, FileKind.HELD))
    own = tuple(chunk for chunk in published if chunk.source == file.source)
    return _ReadFile(replace(before, digest=file.digest), own)


@dataclass(frozen=True)
class _ReadFile:
    """What one file gives to the next edition: its row, and the chunks of a document or the rows of a table."""

    row: FileRow
    chunks: tuple[Chunk, ...] = ()
    tables: tuple[TableReading, ...] = ()
    warnings: tuple[ContentWarning, ...] = ()


def _read(file: SourceFile, context: BuildContext, connection: Connection, diff: SourceDiff) -> _ReadFile:
    try:
        is_table = detect_format(file.path).is_table
    except OSError as error:  # it went away, or may not be opened, since it was listed
        return _ReadFile(_unreadable(file, f"cannot be opened ({error.strerror})"))
    if is_table:
        live = diff.live.number if diff.live else None
        return _read_table(file, known_digests(connection, live, file.source), context.towns)
    document = read_document(file, context.received / "recognised")
    if isinstance(document, Unreadable):
        return _ReadFile(_unreadable(file, document.reason))
    chunks = chunk_document(document, context.embedder.count_tokens)
    if not chunks:
        return _ReadFile(_unreadable(file, "holds no text"))
    row = document_row(file.source, file.digest, document.metadata)
    return _ReadFile(row, chunks, warnings=document_warnings(document))


def _read_table(file: SourceFile, known: Iterable[str], towns: tuple[Town, ...]) -> _ReadFile:
    reading = read_table(file, known, towns)
    problems = [str(problem) for problem in reading.problems]
    if problems and not reading.digests:
        return _ReadFile(_unreadable(file, "; ".join(problems[:3])))
    return _ReadFile(
        FileRow(file.source, file.digest, FileKind.TABLE, json.dumps(problems, ensure_ascii=False)),
        (),
        (reading,),
        table_warnings(reading),
    )


def _unreadable(file: SourceFile, reason: str) -> FileRow:
    return FileRow(file.source, file.digest, FileKind.UNREADABLE, reason)
