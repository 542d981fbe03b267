"""What the next edition shall hold: unchanged files from the live edition, the others read anew."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import PurePosixPath

from sqlalchemy import Connection

from knowledge.chunking import chunk_document
from knowledge.editions.building.context import BuildContext
from knowledge.editions.building.progress import Stage
from knowledge.editions.errors import IngestionError
from knowledge.ingestion.content_check import document_warnings, table_warnings
from knowledge.ingestion.reading.kept_files import kept_files
from knowledge.ingestion.source_diff import SourceDiff, compare_sources, refused_row
from knowledge.models import Chunk, FreeTable, Metadata, Unreadable
from knowledge.readers import SourceFile, detect_format, read_document
from knowledge.store.edition_rows import ContentWarning, FileKind, FileRow, HeldFile, document_row, table_row
from knowledge.store.editions import chunks_of, files_of, in_order, live_edition
from knowledge.store.free_tables import free_tables_of
from knowledge.store.held_files import accepted, files_held
from knowledge.tables import TableReading, known_digests, read_table
from knowledge.tables.free import sheet_document, tables_of, with_titled_rows

TO_BE_READ = ""  # the digest of no file: what has it is read at the next refresh, whether or not it changed
AGAIN = "{}; what was published of it before, if anything, stays, and the next refresh reads it again"


@dataclass(frozen=True)
class CollectedContent:
    """Everything that the next edition shall hold, sorted by source. ``tables``: only those that were read anew."""

    files: tuple[FileRow, ...]
    chunks: tuple[Chunk, ...]
    tables: tuple[TableReading, ...]
    free: tuple[FreeTable, ...] = ()  # of all files
    held: tuple[HeldFile, ...] = ()  # files whose new version waits until staff accept its warnings
    late: tuple[Unreadable, ...] = ()  # files that took too long to read and are tried again the next time
    accepted: tuple[HeldFile, ...] = ()  # files whose warnings were accepted just now

    @property
    def documents(self) -> dict[str, Metadata]:
        """What each document, and each file of free tables, says of itself, by source."""
        return {row.source: row.metadata for row in self.files if row.holds_text}

    @property
    def unreadable(self) -> tuple[Unreadable, ...]:
        """Files that hold nothing for users, or not what is in them now, and why."""
        late = {file.source for file in self.late}
        rows = (row for row in self.files if row.kind is FileKind.UNREADABLE and row.source not in late)
        unreadable = (*(Unreadable(row.source, row.details) for row in rows), *self.late)
        return tuple(sorted(unreadable, key=lambda file: file.source))

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
    published_tables = free_tables_of(connection, diff.live.number) if diff.live else ()
    free = [table for table in published_tables if table.source in kept]
    tables: list[TableReading] = []
    known_warnings = accepted(connection)
    held, accepted_now = list(diff.held_before(files_held(connection))), list[HeldFile]()
    late: list[Unreadable] = []
    for file, read in _read_all(context, connection, diff):
        new = [warning for warning in read.warnings if warning.key not in known_warnings.get(file.source, ())]
        waits = HeldFile(file.source, file.digest, tuple(new))
        if new and waits.code in accepting:
            accepted_now.append(waits)
        elif new:
            held.append(waits)
            read = _as_before(file, diff, published, published_tables, FileRow(file.source, file.digest, FileKind.HELD))
        elif read.late:
            late.append(Unreadable(file.source, AGAIN.format(read.row.details), late=True))
            read = _as_before(file, diff, published, published_tables, replace(read.row, digest=TO_BE_READ))
        rows.append(read.row)
        chunks.extend(read.chunks)
        tables.extend(read.tables)
        free.extend(read.free)
    _refuse_unknown(accepting, accepted_now)
    held.sort(key=lambda one: one.source)
    sorted_rows = tuple(sorted(rows, key=lambda row: row.source))
    return CollectedContent(
        sorted_rows,
        in_order(chunks),
        tuple(tables),
        tuple(free),
        tuple(held),
        tuple(late),
        accepted=tuple(accepted_now),
    )


def _read_all(
    context: BuildContext, connection: Connection, diff: SourceDiff
) -> Iterator[tuple[SourceFile, _ReadFile]]:
    """Each file with what it gives; what a refresh that was stopped has read of it is not read again."""
    files = diff.to_read
    with kept_files(context, diff, _ReadFile) as kept:
        for index, file in enumerate(files):
            read = kept.find(connection, file)
            if read is None:
                context.progress(Stage.READING, index, len(files), file.source)
                read = _read(file, context, connection, diff)
                if not (read.warnings or read.late):  # what staff look at first may hold personal numbers
                    kept.add(file, read)
            yield file, read
    context.progress(Stage.READING, len(files), len(files), "")


def _refuse_unknown(accepting: frozenset[str], accepted_now: Iterable[HeldFile]) -> None:
    unknown = sorted(accepting - {one.code for one in accepted_now})
    if unknown:
        raise IngestionError(
            f"--accept-warnings {', '.join(unknown)}: no file waits with this code; its text may have changed since."
            " Look again: python ingest.py preview"
        )


def _as_before(
    file: SourceFile, diff: SourceDiff, published: Iterable[Chunk], tables: Iterable[FreeTable], alone: FileRow
) -> _ReadFile:
    """What was published of a file whose new version is held back or could not be read in time.

    It has the digest of ``alone``, the row of a file of which nothing was published: the new version's, so that the
    next refresh need not read it again, or none, so that it does.
    """
    before = diff.known.get(file.source)
    if before is None or before.kind not in (FileKind.DOCUMENT, FileKind.TABLE):
        return _ReadFile(alone)
    own = tuple(chunk for chunk in published if chunk.source == file.source)
    free = tuple(table for table in tables if table.source == file.source)
    return _ReadFile(replace(before, digest=alone.digest), own, free=free)


@dataclass(frozen=True)
class _ReadFile:
    """What one file gives to the next edition: its row, the chunks of a text, the rows of a table, free tables."""

    row: FileRow
    chunks: tuple[Chunk, ...] = ()
    tables: tuple[TableReading, ...] = ()
    warnings: tuple[ContentWarning, ...] = ()
    late: bool = False
    free: tuple[FreeTable, ...] = ()


def _read(file: SourceFile, context: BuildContext, connection: Connection, diff: SourceDiff) -> _ReadFile:
    try:
        is_table = detect_format(file.path).is_table
    except OSError as error:  # it went away, or may not be opened, since it was listed
        return _ReadFile(_unreadable(file, f"cannot be opened ({error.strerror})"))
    if is_table:
        live = diff.live.number if diff.live else None
        return _read_table(file, known_digests(connection, live, file.source), context)
    document = read_document(file, context.received / "recognised")
    if isinstance(document, Unreadable):
        return _ReadFile(_unreadable(file, document.reason), late=document.late)
    chunks = chunk_document(with_titled_rows(document), context.embedder.count_tokens)
    if not chunks:
        return _ReadFile(_unreadable(file, "holds no text"))
    row = document_row(file.source, file.digest, document.metadata)
    return _ReadFile(row, chunks, warnings=document_warnings(document), free=tables_of(document))


def _read_table(file: SourceFile, known: Iterable[str], context: BuildContext) -> _ReadFile:
    reading = read_table(file, known, context.towns)
    problems = [str(problem) for problem in reading.problems]
    if problems and not (reading.digests or reading.free):
        return _ReadFile(_unreadable(file, "; ".join(problems[:3])), late=reading.late)
    warnings = table_warnings(reading)
    if not reading.free:
        return _ReadFile(table_row(file.source, file.digest, problems), (), (reading,), warnings)
    document = sheet_document(file.source, file.digest, reading.free, PurePosixPath(file.source).stem)
    return _ReadFile(
        table_row(file.source, file.digest, problems, document.metadata),
        chunk_document(document, context.embedder.count_tokens),
        (reading,),
        tuple(dict.fromkeys((*warnings, *document_warnings(document)))),
        free=reading.free,
    )


def _unreadable(file: SourceFile, reason: str) -> FileRow:
    return FileRow(file.source, file.digest, FileKind.UNREADABLE, reason)
