"""URLs of SQLite files, without SQLAlchemy, whose import takes a quarter of a second."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import quote, unquote

PREFIX = "sqlite:///"


def sqlite_file(url: str) -> Path | None:
    """The file that a database URL names; None for other databases, a database in memory, a URL with options."""
    name = unquote(url.removeprefix(PREFIX))
    if not url.startswith(PREFIX) or "?" in url or name in ("", ":memory:"):
        return None
    return Path(name)


def sqlite_url(file: Path) -> str:
    """The URL of a SQLite file, as SQLAlchemy writes it."""
    return PREFIX + quote(str(file), safe=" +/")
