"""Traces in SQLite's files: of what is deleted nothing stays in free pages or in the write-ahead log."""

from __future__ import annotations

from sqlalchemy import Connection, Engine

from knowledge.store.database import BUSY_SECONDS

CHECKPOINT_MILLISECONDS = 250  # so long a reader may keep the log from being emptied; then it is tried later
REWRITTEN = 1  # the database's user_version once it was written anew by a version that seals


def empty_log(engine: Engine) -> bool:
    """Move the write-ahead log into the database and cut it to nothing; False while somebody reads or writes."""
    if engine.dialect.name != "sqlite":
        return True
    with _outside_transactions(engine) as connection:
        return _checkpoint(connection)


def rewrite_once(engine: Engine, *, again: bool) -> bool:
    """Write the database anew, without free pages, in which versions of before left what they deleted.

    Only the first time, or ``again``; False when somebody kept it from that, and the next start must do it.
    """
    if engine.dialect.name != "sqlite":
        return True
    with _outside_transactions(engine) as connection:
        if not again and connection.exec_driver_sql("PRAGMA user_version").scalar() == REWRITTEN:
            return True
        connection.exec_driver_sql("PRAGMA user_version = 0")
        connection.exec_driver_sql("VACUUM")
        done = _checkpoint(connection)
        if done:
            connection.exec_driver_sql(f"PRAGMA user_version = {REWRITTEN}")
        return done


def _outside_transactions(engine: Engine) -> Connection:
    return engine.connect().execution_options(isolation_level="AUTOCOMMIT")


def _checkpoint(connection: Connection) -> bool:
    connection.exec_driver_sql(f"PRAGMA busy_timeout = {CHECKPOINT_MILLISECONDS}")
    try:
        row = connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)").one()
        return not row[0]
    finally:
        connection.exec_driver_sql(f"PRAGMA busy_timeout = {BUSY_SECONDS * 1000}")
