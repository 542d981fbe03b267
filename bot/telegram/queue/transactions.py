"""Transactions off the event loop: one thread for SQLite, which has one writer, a few for PostgreSQL."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from typing import Any, Generic, TypeVar

import structlog
from sqlalchemy import Connection, Engine, event, text
from sqlalchemy.exc import DataError

from bot.telegram.queue.timing import stored_times
from bot.telegram.queue.timing.step_watch import StepWatch
from bot.telegram.queue.worker_identity import LEASE_SECONDS
from bot.telegram.sealing.sealer import Sealer, sealing
from knowledge.store.database import writing
from knowledge.store.database_file import DatabaseFile

log = structlog.get_logger()
SMALL_BATCH = 2  # so few items are not worth waiting for more
DELAY_PER_ITEM, LONGEST_DELAY = 0.001, 0.03  # seconds
LARGEST_BATCH = 200
T = TypeVar("T")
Item = TypeVar("Item")
Result = TypeVar("Result")
THREAD_PREFIX = "sql"
UNSTORABLE = (DataError, ValueError, ArithmeticError)  # what is wrong is the value, not the database
NOW = text("SELECT extract(epoch FROM clock_timestamp())")


def batching_delay(size: int) -> float:
    """Seconds to wait for more items when the last transaction had ``size`` of them: none when few, more under load.

    What comes in the meantime shares a transaction, whose price hardly depends on how many items it has.
    """
    return min(LONGEST_DELAY, DELAY_PER_ITEM * size) if size > SMALL_BATCH else 0.0


class TransactionRunner:
    """Runs functions of a connection, each in a transaction of its own.

    ``sealer`` seals what they store of people; ``clock`` returns seconds since 1970; None for the clock that every
    replica shares: the database's.
    """

    def __init__(self, engine: Engine, sealer: Sealer, clock: Callable[[], float] | None = None) -> None:
        self._engine, self.sealer = sealing(engine, sealer), sealer
        self._clock, self._watch = clock, StepWatch()
        self._file = DatabaseFile(engine.url)
        self.sqlite = engine.dialect.name == "sqlite"
        if not self.sqlite:
            event.listen(engine, "connect", _give_up_when_idle)
        self._threads = ThreadPoolExecutor(1 if self.sqlite else 4, thread_name_prefix=THREAD_PREFIX)
        self._under_way: set[Future[Any]] = set()

    def now(self, sql: Connection) -> float:
        """Seconds since 1970 by the shared clock; when that was set, stored times are mended in this transaction."""
        now, step = self._watch.look(lambda: self._read_clock(sql))
        if step:
            log.warning("the clock was set", seconds=round(step, 1))
            stored_times.mend(sql, now, step)
        return now

    def _read_clock(self, sql: Connection) -> float:
        if self._clock is not None:
            return self._clock()
        return time.time() if self.sqlite else float(sql.execute(NOW).scalar_one())

    def run_in_this_thread(self, task: Callable[[Connection], T]) -> T:
        """``task`` in a transaction; blocks. Raises SQLAlchemy's errors."""
        self._file.check()
        seen, committed = self._watch.seen, False
        try:
            with writing(self._engine) as sql:
                result = task(sql)
            committed = True
        finally:
            if not committed:
                self._watch.seen = seen  # what a step asked for was rolled back: the next look must see it again
        self._file.check()  # or what was committed may be in a file that nobody can open any more
        return result

    @property
    def database_gone(self) -> bool:
        """Whether the database was deleted or replaced: nothing can be kept any more."""
        return self._file.trouble is not None

    async def run(self, task: Callable[[Connection], T]) -> T:
        """``task`` in a transaction, off the loop. Once begun it is finished, even if the caller is cancelled."""
        return await self._in_thread(lambda: self.run_in_this_thread(task))

    async def run_outside(self, task: Callable[[Engine], T]) -> T:
        """``task`` with the engine, for what stands in no transaction; on SQLite beside none of ours."""
        return await self._in_thread(lambda: self._outside(task))

    def _outside(self, task: Callable[[Engine], T]) -> T:
        self._file.check()
        return task(self._engine)

    async def _in_thread(self, task: Callable[[], T]) -> T:
        future = self._threads.submit(task)
        self._under_way.add(future)
        future.add_done_callback(self._under_way.discard)
        return await asyncio.shield(asyncio.wrap_future(future))

    async def close(self, seconds: float) -> None:
        """Let the running transactions finish, for at most ``seconds``, and close the connections."""
        self._threads.shutdown(wait=False, cancel_futures=True)
        await asyncio.to_thread(wait, list(self._under_way), seconds)
        self._engine.dispose()


def _give_up_when_idle(connection: Any, record: object) -> None:
    """PostgreSQL ends a transaction of a process that stands still in the midst of it: others wait for its rows.

    Its lease ends after as long, so that nothing which it held keeps another replica from going on.
    """
    with connection.cursor() as cursor:
        cursor.execute(f"SET idle_in_transaction_session_timeout = {int(LEASE_SECONDS * 1000)}")
    connection.commit()


class GroupCommit(Generic[Item, Result]):
    """Items that arrive while a transaction runs share the next one.

    ``task`` takes a connection and the items of one transaction, and returns a result for each, in their order.
    """

    def __init__(
        self, transactions: TransactionRunner, task: Callable[[Connection, Sequence[Item]], Sequence[Result]]
    ) -> None:
        self._transactions, self._task = transactions, task
        self._waiting: list[tuple[Item, asyncio.Future[Result]]] = []
        self._running: asyncio.Task[None] | None = None
        self._last_size = 0

    async def add(self, item: Item) -> Result:
        """The result of ``item``, once its transaction is committed. Raises what the transaction raised."""
        future: asyncio.Future[Result] = asyncio.get_running_loop().create_future()
        self._waiting.append((item, future))
        if self._running is None or self._running.done():
            self._running = asyncio.create_task(self._drain())
        return await future

    async def _drain(self) -> None:
        while self._waiting:
            await asyncio.sleep(batching_delay(self._last_size))
            batch, self._waiting = self._waiting[:LARGEST_BATCH], self._waiting[LARGEST_BATCH:]
            items = [item for item, _ in batch]
            self._last_size = len(items)
            outcomes = await self._outcomes(items)
            for (_, future), outcome in zip(batch, outcomes, strict=True):
                if future.done():
                    continue
                if isinstance(outcome, BaseException):
                    future.set_exception(outcome)
                else:
                    future.set_result(outcome)

    async def _outcomes(self, items: Sequence[Item]) -> Sequence[Result | BaseException]:
        """A result or an error for each item; one that cannot be stored does not take the others with it."""
        [outcome] = await asyncio.gather(
            self._transactions.run(lambda sql: self._task(sql, items)), return_exceptions=True
        )
        if isinstance(outcome, UNSTORABLE) and len(items) > 1:
            return [(await self._outcomes([item]))[0] for item in items]
        return [outcome] * len(items) if isinstance(outcome, BaseException) else outcome
