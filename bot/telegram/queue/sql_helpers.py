"""How the face's SQL is written: each statement once, at import: putting one together costs more than running it."""

from __future__ import annotations

from typing import Any

from sqlalchemy import BindParameter, Column, ColumnElement, Table, bindparam, literal_column
from sqlalchemy.dialects import postgresql, sqlite

# As a literal: SQLite uses an index of waiting rows for a bound value too, but plans the query anew each time.
WAITING: ColumnElement[str] = literal_column("'waiting'")
BOT: BindParameter[int] = bindparam("number")  # the bot's; "bot" would be taken for the column's new value


def given(column: Column[Any], name: str) -> ColumnElement[bool]:
    """Whether ``column`` is one of the values that are handed over as ``name``."""
    return column.in_(bindparam(name, expanding=True))


def insert_of(dialect: str, table: Table) -> sqlite.Insert | postgresql.Insert:
    """An INSERT with ON CONFLICT, which SQLAlchemy has for each database apart."""
    return sqlite.insert(table) if dialect == "sqlite" else postgresql.insert(table)
