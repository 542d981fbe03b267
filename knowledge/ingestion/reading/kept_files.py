"""Files that were read before and not published: a refresh that was stopped goes on where it was."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Generic, TypeVar

from sqlalchemy import Connection

from knowledge import store
from knowledge.editions.building.context import BuildContext
from knowledge.ingestion.reading.as_json import as_json, from_json
from knowledge.ingestion.reading.stored_readings import keep_reading, kept_reading
from knowledge.ingestion.source_diff import SourceDiff
from knowledge.readers import SourceFile

EVERY = 1.0  # seconds between two writes: a commit for each of thousands of small files would cost as much as reading
T = TypeVar("T")
KNOWLEDGE = Path(__file__).parents[2]
READING_PARTS = ("readers", "tables", "text", "ingestion", "chunking.py", "models.py", "towns.py")


class KeptFiles(Generic[T]):
    """What was read and not published yet. What is read now is written every second, and at the end.

    ``made``: the frozen dataclass of what a file gives.
    """

    def __init__(self, context: BuildContext, diff: SourceDiff, made: type[T]) -> None:
        self._context, self._afresh, self._made = context, diff.afresh, made
        live = str(diff.live.number) if diff.live else ""  # its rows are not parsed again: what is read depends on them
        parts = "\n".join((_program(), context.fingerprint.reading, live))
        self._version = hashlib.sha256(parts.encode()).hexdigest()
        self._waiting: list[tuple[SourceFile, bytes]] = []
        self._written = time.monotonic()

    def find(self, connection: Connection, file: SourceFile) -> T | None:
        """What was read of ``file``; None where it must be read."""
        content = None if self._afresh else kept_reading(connection, file.source, file.digest, self._version)
        return None if content is None else from_json(self._made, content)

    def add(self, file: SourceFile, read: T) -> None:
        """Keep what was read of ``file``."""
        self._waiting.append((file, as_json(read)))
        if time.monotonic() - self._written >= EVERY:
            self.write()

    def write(self) -> None:
        """Write what waits."""
        if self._waiting:
            with store.writing(self._context.engine) as connection:
                for file, content in self._waiting:
                    keep_reading(connection, file.source, file.digest, self._version, content)
        self._waiting.clear()
        self._written = time.monotonic()


@contextmanager
def kept_files(context: BuildContext, diff: SourceDiff, made: type[T]) -> Iterator[KeptFiles[T]]:
    """What was kept, and keeping more, also when the refresh is stopped within."""
    kept = KeptFiles(context, diff, made)
    try:
        yield kept
    finally:
        kept.write()


@cache
def _program() -> str:
    """A digest of the program's files that decide what a file gives: another version of it reads again."""
    roots = (KNOWLEDGE / part for part in READING_PARTS)
    paths = (path for root in roots for path in ([root] if root.is_file() else root.rglob("*")))
    known = sorted(path for path in paths if path.suffix in (".py", ".yaml", ".tsv"))
    return hashlib.sha256(b"\n".join(hashlib.sha256(path.read_bytes()).digest() for path in known)).hexdigest()
