"""Back-up, restore and moving to another database: each copies all rows of one database into another."""

from __future__ import annotations

import os
import time
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path

import sqlalchemy
from sqlalchemy import Connection, Engine, MetaData, Table, func, select

from knowledge.store.database import StoreError, engine, upgrade, writing

BATCH = 500  # rows of one statement
REVISION = "alembic_version"
KEYS = "sealing_keys"  # the bot writes there which keys its rows need
Counts = Mapping[str, int]  # rows by table


def backup(url: str, file: Path) -> Counts:
    """Write everything to ``file``, a SQLite database; a bot and a refresh may go on meanwhile. Replaces ``file``.

    Raises ``StoreError``, or ``OSError`` when ``file`` cannot be written.
    """
    file.parent.mkdir(parents=True, exist_ok=True)
    part = file.with_name(f"{file.name}.part")
    _remove(part)
    part.touch(mode=0o600)  # questions that wait stand in it
    try:
        counts = _copy_database(url, f"sqlite:///{part}", replace=False)
        _into_one_file(part)
        part.replace(file)
    finally:
        _remove(part)
    return counts


def keys_needed(file: Path) -> tuple[str, ...]:
    """The names of the keys that what waits in a back-up is sealed with; none when it was never sealed."""
    with closing(_Database(f"sqlite:///{file}")) as database, database.engine.connect() as connection:
        if not sqlalchemy.inspect(connection).has_table(KEYS):
            return ()
        keys = Table(KEYS, MetaData(), autoload_with=connection)
        return tuple(connection.execute(select(keys.c.id).order_by(keys.c.since, keys.c.id)).scalars())


def restore(file: Path, url: str, *, replace: bool = False) -> Counts:
    """Put back what ``backup`` wrote, also when an earlier version wrote it; all or nothing.

    Raises ``StoreError`` when ``file`` is no back-up, a bot runs, or the database holds rows and ``replace`` is false.
    """
    if not file.is_file():
        raise StoreError(f"{file}: no such file")
    part = file.with_name(f"{file.name}.restoring")
    try:
        part.write_bytes(file.read_bytes())
        with closing(_Database(f"sqlite:///{part}")) as database:
            if not database.is_of_this_program():
                raise StoreError(f"{file}: not a back-up of this program; python -m knowledge.store backup makes one")
        return _copy_database(f"sqlite:///{part}", url, replace=replace)
    finally:
        _remove(part)


def move(url: str, to: str) -> Counts:
    """Copy everything to the empty database ``to``; the old one stays as it is. Raises ``StoreError``."""
    with closing(_Database(url)) as database:
        database.refuse_while_a_bot_runs()
    return _copy_database(url, to, replace=False)


class _Database:
    """A database of unknown content."""

    def __init__(self, url: str) -> None:
        self.engine = engine(url)

    def is_of_this_program(self) -> bool:
        try:
            return sqlalchemy.inspect(self.engine).has_table(REVISION)
        except sqlalchemy.exc.DatabaseError:
            return False

    def refuse_while_a_bot_runs(self) -> None:
        if not sqlalchemy.inspect(self.engine).has_table("leases"):
            return
        with self.engine.connect() as connection:
            leases = Table("leases", MetaData(), autoload_with=connection)
            until = connection.execute(select(func.max(leases.c.until))).scalar()
        if until and until > time.time():
            raise StoreError("a bot is running on this database; stop every replica, wait ten seconds, try again")

    def close(self) -> None:
        self.engine.dispose()


def _copy_database(source: str, target: str, *, replace: bool) -> Counts:
    upgrade(source)
    upgrade(target)
    with closing(_Database(source)) as old, closing(_Database(target)) as new:
        new.refuse_while_a_bot_runs()
        with _snapshot(old.engine) as reading, reading.begin(), writing(new.engine) as connection:
            return _copy_tables(reading, connection, replace=replace)


def _snapshot(engine: Engine) -> Connection:
    """A connection whose one transaction sees one state of everything, whoever writes meanwhile."""
    connection = engine.connect()
    if engine.dialect.name == "sqlite":
        return connection  # a transaction is a snapshot there
    return connection.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)


def _copy_tables(reading: Connection, connection: Connection, *, replace: bool) -> Counts:
    old, new = _tables(reading), _tables(connection)
    filled = [name for name, table in new.items() if _count(connection, table)]
    if filled and not replace:
        raise StoreError(
            f"the database already holds rows ({', '.join(sorted(filled)[:5])}); --replace overwrites them"
        )
    for table in reversed(new.values()):
        connection.execute(table.delete())
    counts = {}
    for name, table in new.items():
        counts[name] = _copy(reading, old[name], connection, table)
        if _count(connection, table) != counts[name]:
            raise StoreError(f"table {name}: {counts[name]} rows were read, but not as many written")
    return counts


def _tables(connection: Connection) -> dict[str, Table]:
    """Every table but the revision, those first that others refer to."""
    metadata = MetaData()
    metadata.reflect(connection)
    return {table.name: table for table in metadata.sorted_tables if table.name != REVISION}


def _count(connection: Connection, table: Table) -> int:
    return connection.execute(select(func.count()).select_from(table)).scalar_one()


def _copy(reading: Connection, old: Table, connection: Connection, new: Table) -> int:
    names = [column.name for column in new.columns]
    rows = reading.execution_options(yield_per=BATCH).execute(select(*(old.c[name] for name in names)))
    count = 0
    for batch in rows.mappings().partitions(BATCH):
        connection.execute(new.insert(), [dict(row) for row in batch])
        count += len(batch)
    _advance_sequences(connection, new)
    return count


def _advance_sequences(connection: Connection, table: Table) -> None:
    """Set PostgreSQL's sequences behind the keys that were copied; else the next row would collide with one of them."""
    if connection.dialect.name != "postgresql":
        return
    for column in table.primary_key:
        query = sqlalchemy.text("SELECT pg_get_serial_sequence(:table, :column)")
        sequence = connection.execute(query, {"table": f'"{table.name}"', "column": column.name}).scalar()
        if sequence:
            last = select(func.coalesce(func.max(column), 0) + 1).scalar_subquery()
            connection.execute(select(func.setval(sequence, last, False)))


def _into_one_file(file: Path) -> None:
    """Take the write-ahead log of a SQLite database into its file, and flush that to the disk."""
    database = sqlalchemy.create_engine(f"sqlite:///{file}")
    with database.connect() as connection:
        connection.exec_driver_sql("PRAGMA journal_mode = DELETE")
    database.dispose()
    with file.open("rb") as written:
        os.fsync(written.fileno())


def _remove(file: Path) -> None:
    for path in (file, file.with_name(f"{file.name}-wal"), file.with_name(f"{file.name}-shm")):
        path.unlink(missing_ok=True)
