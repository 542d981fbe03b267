"""Addresses of SQLite files. Light to import: SQLAlchemy, which knows all others, takes a quarter of a second."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import quote, unquote

PLAIN = "sqlite:///"


def sqlite_file(url: str) -> Path | None:
    """The file that a database address names; None for other databases, a database in memory, one with options."""
    name = unquote(url.removeprefix(PLAIN))
    if not url.startswith(PLAIN) or "?" in url or name in ("", ":memory:"):
        return None
    return Path(name)


def sqlite_url(file: Path) -> str:
    """The address of a SQLite file, as SQLAlchemy writes it."""
    return PLAIN + quote(str(file), safe=" +/")
