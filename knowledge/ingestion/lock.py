"""Only one refresh at a time: a file lock with SQLite, an advisory lock in PostgreSQL. Both end with their process."""

from __future__ import annotations

import fcntl
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path
from typing import IO, TYPE_CHECKING

from knowledge.editions.errors import RefreshRunningError
from knowledge.processes import process_description
from knowledge.validity import BEIJING

if TYPE_CHECKING:
    from sqlalchemy import Connection, Engine

ADVISORY = 0x494E4753  # the key of the advisory lock: "INGS" in ASCII
TRIES, PAUSE = 10, 0.1  # times, and seconds between: who lets a lock go may still hold it for a moment
HOLDER = (
    "SELECT a.application_name, a.backend_start FROM pg_locks l JOIN pg_stat_activity a ON a.pid = l.pid"
    " WHERE l.locktype = 'advisory' AND l.classid = 0 AND l.objid = %(key)s AND l.granted"
    " AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())"
)


@contextmanager
def refreshing(engine: Engine, folder: Path) -> Iterator[None]:
    """Hold the lock. Raises ``RefreshRunningError`` when somebody else does."""
    if engine.dialect.name == "postgresql":
        with engine.connect() as connection:
            _take(connection)
            try:
                yield
            finally:
                _free(connection)
        return
    with file_lock(folder):
        yield


@contextmanager
def file_lock(folder: Path) -> Iterator[None]:
    """The lock of a database that is a file. Raises ``RefreshRunningError`` when somebody else holds it."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "refresh.lock").open("a+", encoding="utf-8") as file:
        _lock(file)
        yield


def running(engine: Engine, folder: Path) -> str | None:
    """Who refreshes at this moment and since when; None when nobody does."""
    if engine.dialect.name == "postgresql":
        with engine.connect() as connection:
            return _holder(connection)
    path = folder / "refresh.lock"
    if not path.exists():
        return None
    with path.open(encoding="utf-8") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return _holder_in(file)
    return None


def _take(connection: Connection) -> None:
    """Take the lock. The server notices only some time later that a process has ended that held it."""
    taken = "SELECT pg_try_advisory_lock(%(key)s)"
    if not _in_time(lambda: bool(connection.exec_driver_sql(taken, {"key": ADVISORY}).scalar())):
        raise RefreshRunningError(_holder(connection) or "a refresh is running")


def _in_time(take: Callable[[], bool]) -> bool:
    """Whether ``take`` comes to say yes within a second."""
    for attempt in range(TRIES):
        if attempt:
            time.sleep(PAUSE)
        if take():
            return True
    return False


def _free(connection: Connection) -> None:
    """Give the lock back, and end the connection, with which the server frees it in whatever state that is."""
    from sqlalchemy.exc import SQLAlchemyError

    with suppress(SQLAlchemyError):
        connection.exec_driver_sql("SELECT pg_advisory_unlock(%(key)s)", {"key": ADVISORY})
    connection.invalidate()


def _holder(connection: Connection) -> str | None:
    holder = connection.exec_driver_sql(HOLDER, {"key": ADVISORY}).first()
    if holder is None:
        return None
    since = holder.backend_start.astimezone(BEIJING)
    return f"a refresh is running: {holder.application_name} since {since:%Y-%m-%d %H:%M:%S}"


def _lock(file: IO[str]) -> None:
    """Take the lock. Whoever asks for the status holds it briefly too, which is no refresh."""
    if not _in_time(lambda: _locked(file)):
        raise RefreshRunningError(_holder_in(file))
    file.truncate(0)
    file.write(f"{process_description()} since {datetime.now(tz=BEIJING):%Y-%m-%d %H:%M:%S}\n")
    file.flush()


def _locked(file: IO[str]) -> bool:
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _holder_in(file: IO[str]) -> str:
    file.seek(0)
    return f"a refresh is running: {file.read().strip() or 'somebody'}"
