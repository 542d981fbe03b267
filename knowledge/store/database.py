"""Connections to SQLite or PostgreSQL, transactions, and bringing the tables up to date."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import sqlalchemy
from sqlalchemy import Connection, Engine, event
from sqlalchemy.engine import make_url

from knowledge.store.sqlite_fast_read import MIGRATIONS, newest_version

BUSY_SECONDS = 30  # how long a writer waits for another before it gives up
UPGRADE_LOCK = 0x48554144  # PostgreSQL advisory lock: one process upgrades, the others wait


class StoreError(Exception):
    """The database cannot be used as it is; the message says why and what mends it."""


def engine(url: str, *, name: str = "skilled-huadu") -> Engine:
    """An engine for ``url``. SQLite: WAL, foreign keys, every commit on the disk. ``name`` is what PostgreSQL lists.

    What is stored stands in no error's text.
    """
    parsed = make_url(url)
    if parsed.get_backend_name() != "sqlite":
        options = {"application_name": name[:63]}
        return sqlalchemy.create_engine(parsed, pool_pre_ping=True, hide_parameters=True, connect_args=options)
    if parsed.database and parsed.database != ":memory:":
        Path(parsed.database).parent.mkdir(parents=True, exist_ok=True)
    sqlite = sqlalchemy.create_engine(parsed, hide_parameters=True, connect_args={"timeout": BUSY_SECONDS})
    event.listen(sqlite, "connect", _configure)
    event.listen(sqlite, "begin", _begin)
    return sqlite


@contextmanager
def writing(engine: Engine) -> Iterator[Connection]:
    """A transaction that writes. On SQLite it takes the write lock at once, so that what it reads cannot grow stale."""
    with engine.connect().execution_options(writing=True) as connection, connection.begin():
        yield connection


def upgrade(url: str) -> None:
    """Bring the tables up to date; quick when they are. Two processes may start at once.

    Raises ``StoreError`` when the tables were made by a newer version of the program.
    """
    database = engine(url)
    try:
        if _engine_revision(database) == newest_version():
            return
        with writing(database) as connection:
            if database.dialect.name == "postgresql":
                connection.execute(sqlalchemy.text(f"SELECT pg_advisory_xact_lock({UPGRADE_LOCK})"))
            _run_migrations(connection)
    finally:
        database.dispose()


def _configure(connection: Any, record: object) -> None:
    cursor = connection.cursor()
    cursor.execute(f"PRAGMA busy_timeout = {BUSY_SECONDS * 1000}")
    _use_wal(cursor)
    cursor.execute("PRAGMA synchronous = FULL")
    cursor.execute("PRAGMA foreign_keys = ON")
    cursor.execute("PRAGMA secure_delete = ON")  # what is deleted is overwritten, not only let go of
    cursor.close()


def _use_wal(cursor: Any) -> None:
    """Changing the mode of a new database does not wait for others by itself."""
    import sqlite3

    deadline = time.monotonic() + BUSY_SECONDS
    while True:
        try:
            cursor.execute("PRAGMA journal_mode = WAL")
            return
        except sqlite3.OperationalError as error:
            if "locked" not in str(error) or time.monotonic() > deadline:
                raise
            time.sleep(0.02)


def _begin(connection: Connection) -> None:
    """Python's sqlite3 begins a transaction only before a change, so reads of one transaction could differ."""
    options = connection.get_execution_options()
    if options.get("isolation_level") != "AUTOCOMMIT":
        connection.exec_driver_sql("BEGIN IMMEDIATE" if options.get("writing") else "BEGIN")


def _engine_revision(engine: Engine) -> str | None:
    with engine.connect() as connection:
        return _revision(connection)


def _run_migrations(connection: Connection) -> None:
    from alembic import command
    from alembic.config import Config
    from alembic.script import ScriptDirectory

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes["connection"] = connection
    known = {script.revision for script in ScriptDirectory.from_config(config).walk_revisions()}
    revision = _revision(connection)
    if revision and revision not in known:
        raise StoreError(
            f"the database's tables have version {revision}, made by a newer version of this program"
            f" (this one knows up to {newest_version()}); install that version: git pull, then make run"
        )
    command.upgrade(config, "head")


def _revision(connection: Connection) -> str | None:
    """The version of the tables; None when there are none yet."""
    if not sqlalchemy.inspect(connection).has_table("alembic_version"):
        return None
    return connection.execute(sqlalchemy.text("SELECT version_num FROM alembic_version")).scalar()
