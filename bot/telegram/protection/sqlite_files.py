"""Traces in SQLite's files: of what is deleted nothing stays in free pages or in the write-ahead log."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection, Engine, select
from sqlalchemy.exc import OperationalError

from bot.telegram.queue.tables import paces
from knowledge.store.database import BUSY_SECONDS

WAIT_MILLISECONDS = 250  # so long somebody else may keep us from it; then it is tried later
REWRITTEN = 1  # the database's user_version once it was written anew by a version that seals


def empty_log(engine: Engine) -> bool:
    """Move the write-ahead log into the database and cut it to nothing; False while somebody reads or writes."""
    if engine.dialect.name != "sqlite":
        return True
    with _outside_transactions(engine) as connection:
        return _checkpoint(connection)


def rewrite_once(engine: Engine, *, again: bool) -> bool:
    """Write the database anew, without free pages, in which versions of before left what they deleted.

    Only the first time, or ``again``, and not where no bot has run yet. False when somebody kept it from that, or the
    disk has no room for a second copy, and the next start must do it.
    """
    if engine.dialect.name != "sqlite":
        return True
    with _outside_transactions(engine) as connection:
        if not again and connection.exec_driver_sql("PRAGMA user_version").scalar() == REWRITTEN:
            return True
        try:
            if again or connection.execute(select(paces.c.bot)).first():
                connection.exec_driver_sql("PRAGMA user_version = 0")
                connection.exec_driver_sql("VACUUM")
            done = _checkpoint(connection)
            if done:
                connection.exec_driver_sql(f"PRAGMA user_version = {REWRITTEN}")
        except OperationalError:
            return False
        return done


@contextmanager
def _outside_transactions(engine: Engine) -> Iterator[Connection]:
    """A connection that waits for nobody for long."""
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql(f"PRAGMA busy_timeout = {WAIT_MILLISECONDS}")
        try:
            yield connection
        finally:
            connection.exec_driver_sql(f"PRAGMA busy_timeout = {BUSY_SECONDS * 1000}")


def _checkpoint(connection: Connection) -> bool:
    busy, _, _ = connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)").one()
    return not busy
