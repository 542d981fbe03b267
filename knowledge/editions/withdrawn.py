"""What of an edition is withdrawn: the chunks and files that withdrawals mean, also where texts have moved since."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from knowledge.models import Chunk, FreeTable
from knowledge.store.edition_rows import FileRow
from knowledge.store.staff_orders import Withdrawal
from knowledge.tables.querying.published_rows import PublishedRows
from knowledge.text.language import fold


@dataclass(frozen=True)
class Withdrawn:
    """What users do not get of one edition. ``chunks``, ``rows``: ids; ``files``: sources of files withdrawn whole.

    ``widened``: withdrawals of a section that the file does not have any more, so that all of the file is withdrawn.
    """

    chunks: frozenset[str] = frozenset()
    files: frozenset[str] = frozenset()
    rows: frozenset[int] = frozenset()
    widened: tuple[Withdrawal, ...] = ()


NOTHING_WITHDRAWN = Withdrawn()


def withdrawn_of(
    withdrawals: Iterable[Withdrawal],
    files: Mapping[str, FileRow],
    chunks: Sequence[Chunk],
    published: PublishedRows | None = None,
) -> Withdrawn:
    """What ``withdrawals`` mean in an edition that has ``files`` (by source), ``chunks`` and ``published`` rows.

    A file is known by its name or, renamed, by its bytes. A section is known by its headings or by its texts; where
    the file has neither, nobody can tell what became of it, and the whole file stays withdrawn. A row is known by what
    it is called or by its cells; rows come and go, so one that is not there any more takes no others with it.
    """
    wanted = tuple(withdrawals)
    if not wanted:
        return NOTHING_WITHDRAWN
    sources: set[str] = set()
    hidden: set[str] = set()
    rows: set[int] = set()
    widened: list[Withdrawal] = []
    for withdrawal in wanted:
        if withdrawal.row:
            rows |= _rows_meant(withdrawal, files, published) if published else set()
        elif not withdrawal.path:
            sources |= _files_meant(withdrawal, files)
            hidden |= _moved(withdrawal, files, chunks)
        elif withdrawal.source not in files:
            hidden |= _moved(withdrawal, files, chunks)
        elif found := _section(withdrawal, chunks):
            hidden |= found
        else:
            widened.append(withdrawal)
            sources.add(withdrawal.source)
    hidden |= {chunk.id for chunk in chunks if chunk.source in sources}
    return Withdrawn(frozenset(hidden), frozenset(sources), frozenset(rows), tuple(widened))


def not_withdrawn(tables: Iterable[FreeTable], chunks: Iterable[Chunk], withdrawn: Withdrawn) -> tuple[FreeTable, ...]:
    """The free ``tables`` but for those whose file, or some text of whose section, is ``withdrawn``."""
    hidden = {(chunk.source, chunk.path) for chunk in chunks if chunk.id in withdrawn.chunks}
    return tuple(one for one in tables if one.source not in withdrawn.files and (one.source, one.path) not in hidden)


def is_at(chunk: Chunk, source: str, path: Sequence[str]) -> bool:
    """Whether ``chunk`` stands in ``source`` under the headings of ``path``."""
    return chunk.source == source and [fold(part) for part in chunk.path[: len(path)]] == [fold(part) for part in path]


def text_digest(chunk: Chunk) -> str:
    """SHA-256 of a chunk's text, folded: what it is known by when its headings or its file are called otherwise."""
    return hashlib.sha256(fold(chunk.text).encode("utf-8", "surrogatepass")).hexdigest()


def _files_meant(withdrawal: Withdrawal, files: Mapping[str, FileRow]) -> set[str]:
    same = {source for source, row in files.items() if row.digest == withdrawal.digest}
    return same | ({withdrawal.source} & files.keys())


def _rows_meant(withdrawal: Withdrawal, files: Mapping[str, FileRow], published: PublishedRows) -> frozenset[int]:
    source = withdrawal.source if withdrawal.source in files else None  # where it is called otherwise now, any
    return published.ids(source, withdrawal.row, withdrawal.texts)


def _section(withdrawal: Withdrawal, chunks: Sequence[Chunk]) -> set[str]:
    own = [chunk for chunk in chunks if chunk.source == withdrawal.source]
    at_headings = {chunk.id for chunk in own if is_at(chunk, withdrawal.source, withdrawal.path)}
    return at_headings | {chunk.id for chunk in own if text_digest(chunk) in withdrawal.texts}


def _moved(withdrawal: Withdrawal, files: Mapping[str, FileRow], chunks: Sequence[Chunk]) -> set[str]:
    """Chunks of other files that say what a file said that is not there any more."""
    if withdrawal.source in files or not withdrawal.texts:
        return set()
    return {chunk.id for chunk in chunks if text_digest(chunk) in withdrawal.texts}
