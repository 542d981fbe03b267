"""Whether SQLite's file is still the one that was opened: what is written into a deleted one is lost without a word."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import URL
from sqlalchemy.exc import OperationalError

WAL = "-wal"  # what SQLite appends to the name for the file of what was committed last


class DatabaseGoneError(OperationalError):
    """The database was deleted or replaced while it was open. ``sentence`` names the file and what mends it."""

    def __init__(self, sentence: str) -> None:
        super().__init__(None, None, OSError(sentence))
        self.sentence = sentence


class DatabaseFile:
    """The files of an open database, remembered when they are first seen; PostgreSQL has none."""

    def __init__(self, url: URL) -> None:
        path = url.database if url.get_backend_name() == "sqlite" and url.database != ":memory:" else None
        self._paths = (Path(path), Path(f"{path}{WAL}")) if path else ()
        self._seen: dict[Path, tuple[int, int]] = {}

    @property
    def trouble(self) -> str | None:
        """What is wrong and what mends it; None when the files are those that were seen first."""
        for path in self._paths:
            found = _identity(path)
            if self._seen.get(path, found) != found:
                return (
                    f"{path} was deleted or replaced while it was open, so nothing can be kept; stop the bot, restore"
                    " a back-up (python -m knowledge.store restore FILE --replace) or, without one, run:"
                    " python ingest.py; then start the bot again"
                )
        return None

    def check(self) -> None:
        """Remember files that are new. Raises ``DatabaseGoneError``."""
        if sentence := self.trouble:
            raise DatabaseGoneError(sentence)
        for path in self._paths:
            if path not in self._seen and (found := _identity(path)):
                self._seen[path] = found


def _identity(path: Path) -> tuple[int, int] | None:
    try:
        state = path.stat()
    except OSError:
        return None
    return state.st_dev, state.st_ino
