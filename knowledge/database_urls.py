"""URLs of databases; those of SQLite files without SQLAlchemy, whose import takes a quarter of a second."""

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


def absolute_url(url: str, folder: Path) -> str:
    """``url`` with an absolute path, below ``folder``, if it is one of a SQLite file. Raises ``ValueError``."""
    file = sqlite_file(url)
    if file is not None:
        return sqlite_url(folder / file)
    from sqlalchemy.engine import make_url
    from sqlalchemy.exc import ArgumentError

    try:
        parsed = make_url(url)
    except ArgumentError as error:
        raise ValueError(str(error)) from None
    if parsed.get_backend_name() == "sqlite" and parsed.database and parsed.database != ":memory:":
        parsed = parsed.set(database=str(folder / parsed.database))
    return parsed.render_as_string(hide_password=False)
