"""Every few seconds: renew leases, stand for election as poller, free what the dead held, look how much waits."""

from __future__ import annotations

import asyncio
import gc
import time
from collections.abc import Callable
from dataclasses import dataclass

import structlog
from sqlalchemy import Connection
from sqlalchemy.exc import SQLAlchemyError

from bot.telegram.monitoring.metrics import HealthMonitor, Metrics
from bot.telegram.protection.guard import DataGuard
from bot.telegram.queue import conversations, inbox, leases, outbox
from bot.telegram.queue.inbox import Backlog
from bot.telegram.queue.transactions import TransactionRunner
from bot.telegram.queue.worker_identity import LEASE_SECONDS, RENEW_SECONDS

log = structlog.get_logger()
PURGE_SECONDS = 3600.0
CHECK_SECONDS = 6.0  # in which the database and the edition must answer


@dataclass(frozen=True)
class MaintenanceContext:
    """What maintenance needs to know.

    ``owner``: the name that leases are held under; ``polls``: whether this replica may become the poller;
    ``oldest_seconds``: the age of a waiting question from which the inbox is ill; ``edition`` returns what is wrong
    with the edition or its index, None when nothing is.
    """

    bot_id: int
    owner: str
    polls: bool
    oldest_seconds: float
    edition: Callable[[], str | None]


class Maintenance:
    """Renews this process's leases on chats, and checks whether the database, the edition and the inbox are well."""

    def __init__(
        self,
        context: MaintenanceContext,
        transactions: TransactionRunner,
        guard: DataGuard,
        monitor: HealthMonitor,
        metrics: Metrics,
    ) -> None:
        self._context, self._transactions, self._monitor, self._metrics = context, transactions, monitor, metrics
        self._guard = guard
        self._elected_until = 0.0
        self._purged = 0.0

    @property
    def _lease(self) -> str:
        """The name of the poller's lease."""
        return f"poller {self._context.bot_id}"

    def elected(self) -> bool:
        """Whether this replica polls; by its own clock it stops before the lease ends."""
        return time.monotonic() < self._elected_until

    async def run(self) -> None:
        """Until cancelled."""
        while True:
            began = time.monotonic()
            self._monitor.heartbeat("maintenance", RENEW_SECONDS + CHECK_SECONDS + 1)
            await asyncio.gather(self._check_database(), self._check_edition())
            await asyncio.sleep(max(0.1, RENEW_SECONDS - (time.monotonic() - began)))

    async def _check_database(self) -> None:
        began, purged = time.monotonic(), self._purged
        try:
            async with asyncio.timeout(CHECK_SECONDS):
                elected, backlog, age = await self._transactions.run(self._renew)
        except (SQLAlchemyError, TimeoutError) as error:
            reason = "unreachable" if isinstance(error, SQLAlchemyError) else "does not answer"
            self._monitor.report_problem("database", reason)
            return
        self._monitor.heartbeat("database")
        await self._guard.erase_traces()
        if elected and not self.elected():
            log.info("this replica polls")
        self._elected_until = began + LEASE_SECONDS - 1 if elected else 0.0
        self._check_inbox(backlog, age)
        if self._purged != purged:
            gc.collect()  # an edition that was replaced is a ring of objects

    def _renew(self, sql: Connection) -> tuple[bool, Backlog, float]:
        """Whether this replica polls from now on, what waits, and for how many seconds the oldest has."""
        context, now = self._context, self._transactions.now(sql)
        leases.release_dead_owners(sql)
        inbox.renew(sql, context.bot_id, context.owner, now)
        outbox.renew(sql, context.bot_id, context.owner, now)
        if now - self._purged > PURGE_SECONDS:
            for tables in (inbox, outbox, conversations):
                tables.purge(sql, now)
            self._guard.purged(sql, now)
            self._purged = now
        self._guard.tidy(sql, now)
        elected = context.polls and leases.acquire(sql, self._lease, context.owner, now)
        backlog = inbox.backlog(sql, context.bot_id)
        self._metrics.unsent.set(outbox.depth(sql, context.bot_id).get("waiting", 0))
        return elected, backlog, now - backlog.oldest if backlog.oldest else 0.0

    def _check_inbox(self, backlog: Backlog, age: float) -> None:
        self._metrics.waiting.set(backlog.count)
        self._metrics.oldest.set(age)
        if age > self._context.oldest_seconds:
            self._monitor.report_problem("inbox", f"the oldest question has waited for {age:.0f} s")
        else:
            self._monitor.heartbeat("inbox")

    async def _check_edition(self) -> None:
        try:
            async with asyncio.timeout(CHECK_SECONDS):
                problem = await asyncio.to_thread(self._context.edition)
        except TimeoutError:
            problem = "does not answer"
        if problem:
            self._monitor.report_problem("edition", problem)
        else:
            self._monitor.heartbeat("edition")

    async def stop(self) -> None:
        """Let the next replica poll at once."""
        self._elected_until = 0.0
        name, owner = self._lease, self._context.owner
        try:
            await self._transactions.run(lambda sql: leases.release(sql, name, owner))
        except SQLAlchemyError:
            log.warning("the poller's lease could not be given back; it ends by itself")
