"""The live edition of a SQLite database, read without SQLAlchemy, whose import takes a quarter of a second."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from knowledge.store.edition_rows import Edition, FileKind, FileRow, HeldFile, held_file

MIGRATIONS = Path(__file__).with_name("migrations")
HELD_QUERY = "SELECT source, digest, warnings FROM held_files ORDER BY source"
KEPT_QUERY = "SELECT number FROM editions WHERE kept"
VERSION_QUERY = "SELECT version_num FROM alembic_version"
LIVE_QUERY = "SELECT editions.* FROM editions JOIN live_edition ON live_edition.edition = editions.number"
READINGS_QUERY = "SELECT EXISTS (SELECT 1 FROM kept_readings)"
FILES_QUERY = (
    "SELECT source, digest, kind, details FROM files"
    " WHERE since <= :number AND (until IS NULL OR until > :number) ORDER BY source"
)


@dataclass(frozen=True)
class LiveEditionRows:
    """The live edition and its files by source. ``kept``: numbers of the editions that are still there; ``held``: files
    whose new version waits; ``readings``: whether any are kept that were not published.
    """

    edition: Edition
    files: dict[str, FileRow]
    kept: tuple[int, ...]
    held: dict[str, HeldFile]
    readings: bool = False


def read_live_edition(file: Path) -> LiveEditionRows | None:
    """What is live in the database ``file``.

    None where the caller must look with SQLAlchemy: another version of the tables, no live edition, any error.
    """
    try:
        address = f"{file.absolute().as_uri()}?mode=rw"  # mode=rw: a missing file is an error, not a new database
        with closing(sqlite3.connect(address, uri=True, isolation_level=None)) as connection:
            connection.row_factory = sqlite3.Row
            connection.execute("BEGIN")
            return _live_edition(connection)
    except sqlite3.Error:
        return None


def newest_version() -> str:
    """The last migration's number: files are numbered in the order of their chain."""
    return max(path.name.split("_")[0] for path in (MIGRATIONS / "versions").glob("[0-9]*.py"))


def _live_edition(connection: sqlite3.Connection) -> LiveEditionRows | None:
    version, row = connection.execute(VERSION_QUERY).fetchone(), connection.execute(LIVE_QUERY).fetchone()
    if version is None or version[0] != newest_version() or row is None:
        return None
    edition = Edition(**{**dict(row), "kept": bool(row["kept"])})
    rows = connection.execute(FILES_QUERY, {"number": edition.number})
    files = (FileRow(row["source"], row["digest"], FileKind(row["kind"]), row["details"]) for row in rows)
    kept = tuple(number for (number,) in connection.execute(KEPT_QUERY))
    held = [held_file(*row) for row in connection.execute(HELD_QUERY)]
    (readings,) = connection.execute(READINGS_QUERY).fetchone()
    by_source = {file.source: file for file in files}
    return LiveEditionRows(edition, by_source, kept, {one.source: one for one in held}, bool(readings))
