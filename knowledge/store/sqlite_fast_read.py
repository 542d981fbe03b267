"""The live edition of a SQLite database, read without SQLAlchemy: an unchanged refresh asks for nothing else."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from knowledge.store.edition_rows import Edition, FileKind, FileRow

MIGRATIONS = Path(__file__).with_name("migrations")
KEPT = "SELECT number FROM editions WHERE kept"
VERSION = "SELECT version_num FROM alembic_version"
LIVE = "SELECT editions.* FROM editions JOIN live_edition ON live_edition.edition = editions.number"
FILES = (
    "SELECT source, digest, kind, details FROM files"
    " WHERE since <= :number AND (until IS NULL OR until > :number) ORDER BY source"
)


@dataclass(frozen=True)
class Published:
    """What is live: the edition, and its files by source. ``kept``: numbers of the editions that are still there."""

    edition: Edition
    files: dict[str, FileRow]
    kept: tuple[int, ...]


def peek(file: Path) -> Published | None:
    """What is live in the database ``file``; None where that takes more: another version of the tables, any error."""
    try:
        address = f"{file.absolute().as_uri()}?mode=rw"  # not made when it is not there
        with closing(sqlite3.connect(address, uri=True, isolation_level=None)) as connection:
            connection.row_factory = sqlite3.Row
            connection.execute("BEGIN")
            return _published(connection)
    except sqlite3.Error:
        return None


def newest_version() -> str:
    """The last migration's number: files are numbered in the order of their chain."""
    return max(path.name.split("_")[0] for path in (MIGRATIONS / "versions").glob("[0-9]*.py"))


def _published(connection: sqlite3.Connection) -> Published | None:
    version, row = connection.execute(VERSION).fetchone(), connection.execute(LIVE).fetchone()
    if version is None or version[0] != newest_version() or row is None:
        return None
    edition = Edition(**{**dict(row), "kept": bool(row["kept"])})
    found = connection.execute(FILES, {"number": edition.number})
    files = (FileRow(each["source"], each["digest"], FileKind(each["kind"]), each["details"]) for each in found)
    kept = tuple(number for (number,) in connection.execute(KEPT))
    return Published(edition, {file.source: file for file in files}, kept)
