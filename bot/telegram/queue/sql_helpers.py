"""Parts of the queue's SQL. Its statements are built once, at import: building one costs more than running it."""

from __future__ import annotations

from typing import Any

from sqlalchemy import (
    BindParameter,
    Column,
    ColumnElement,
    Connection,
    Delete,
    FromClause,
    Table,
    and_,
    bindparam,
    delete,
    literal_column,
    select,
    tuple_,
)
from sqlalchemy.dialects import postgresql, sqlite

# As a literal: SQLite uses an index of waiting rows for a bound value too, but plans the query anew each time.
_WAITING: ColumnElement[str] = literal_column("'waiting'")
_DONE: ColumnElement[str] = literal_column("'done'")
SLICE = 500  # rows that one transaction of maintenance removes or seals: some ten milliseconds
BOT: BindParameter[int] = bindparam("number")  # the bot's id; "bot" would be taken for the column's new value


def is_waiting(table: FromClause) -> ColumnElement[bool]:
    """Whether a row of inbox or outbox waits."""
    return table.c.state == _WAITING


def is_aside(table: FromClause) -> ColumnElement[bool]:
    """Whether a row of inbox or outbox is set aside: nobody works on it any more, and it still holds something."""
    return and_(table.c.state != _WAITING, table.c.state != _DONE)


def is_in(column: Column[Any], name: str) -> ColumnElement[bool]:
    """Whether ``column`` is one of the values that are handed over as the parameter ``name``."""
    return column.in_(bindparam(name, expanding=True))


def delete_unlocked(table: Table, condition: ColumnElement[bool]) -> Delete:
    """Delete the rows of ``condition`` that nobody works with at this moment, so that nobody waits for another."""
    keys = list(table.primary_key)
    these = select(*keys).where(condition).with_for_update(skip_locked=True)
    return delete(table).where(tuple_(*keys).in_(these))


def delete_some(sql: Connection, table: Table, condition: ColumnElement[bool]) -> bool:
    """Delete at most ``SLICE`` rows of ``condition``; whether there may be more, which the next transaction deletes.

    However much has grown old, nobody waits for all of it to go.
    """
    keys = list(table.primary_key)
    these = select(*keys).where(condition).limit(SLICE).with_for_update(skip_locked=True)
    return sql.execute(delete(table).where(tuple_(*keys).in_(these))).rowcount == SLICE


def insert_into(table: Table, dialect: str) -> sqlite.Insert | postgresql.Insert:
    """An INSERT that can have ON CONFLICT, which SQLAlchemy has for each database apart; ``dialect`` is its name."""
    return sqlite.insert(table) if dialect == "sqlite" else postgresql.insert(table)
