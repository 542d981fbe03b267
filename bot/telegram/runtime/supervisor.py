"""Puts the components together, keeps them running, and stops them in time."""

from __future__ import annotations

import asyncio
import math
import time
import traceback
from collections.abc import Awaitable, Callable, Coroutine, Mapping, Sequence
from typing import Any
from urllib.parse import urlsplit

import structlog
from sqlalchemy import Connection
from sqlalchemy.exc import SQLAlchemyError
from telegram.error import InvalidToken, TelegramError

from bot.telegram.daily_counts.day_counts import CountsKept
from bot.telegram.delivery.aiohttp_request import bot_of
from bot.telegram.delivery.sender import Sender, SenderContext
from bot.telegram.delivery.service_facts import ServiceFacts
from bot.telegram.monitoring.health import health_app
from bot.telegram.monitoring.metrics import HealthMonitor, Metrics
from bot.telegram.protection.guard import DataGuard
from bot.telegram.queue import inbox, outbox
from bot.telegram.queue.inbox import ReceivedUpdate
from bot.telegram.queue.transactions import GroupCommit, TransactionRunner
from bot.telegram.queue.worker_identity import new_worker_id
from bot.telegram.runtime.asking_again import COMPONENT as ASKING
from bot.telegram.runtime.asking_again import AskingAgain, AskingContext
from bot.telegram.runtime.dependencies import Dependencies
from bot.telegram.runtime.http_server import HttpServer
from bot.telegram.runtime.maintenance import Maintenance, MaintenanceContext
from bot.telegram.runtime.worker import Workers
from bot.telegram.sealing.identities import IdentityHasher
from bot.telegram.sealing.sealer import Sealer
from bot.telegram.staff_talk.desk import desk_of
from bot.telegram.updates.answering import WorkerContext
from bot.telegram.updates.bot_profile import publish_profile
from bot.telegram.updates.polling import ALLOWED, Poller
from bot.telegram.updates.question_limits import QuestionLimits
from bot.telegram.updates.webhook import watch_webhook, webhook_app

log = structlog.get_logger()
WEBHOOK_CONNECTIONS = 40  # that Telegram may open at once
COMPONENTS = ("start", "maintenance", "database", "edition", "inbox", "outbox", "workers", "sender", ASKING)
RECEIVERS = {"polling": "poller", "webhook": "webhook"}  # the component that receives updates, by telegram.mode


class Runtime:
    """The running bot. ``run`` returns when ``stop`` was called, within the time that the settings give."""

    def __init__(self, dependencies: Dependencies) -> None:
        self._dependencies, self._settings = dependencies, dependencies.settings.telegram
        self.bot_id, owner = int(dependencies.token.partition(":")[0]), new_worker_id()
        self.bot = bot_of(dependencies.token, self._settings.base_url)
        self._identities = IdentityHasher(dependencies.token)
        sealer = Sealer(dependencies.keyring, self._identities)
        self.transactions = TransactionRunner(dependencies.engine, sealer, dependencies.clock)
        self._guard = DataGuard(self.bot_id, self.transactions)
        self.monitor, self.metrics = HealthMonitor((*COMPONENTS, RECEIVERS[self._settings.mode])), Metrics()
        sending = SenderContext(self.bot, self.bot_id, owner, dependencies.limits)
        self._sender = Sender(sending, self.transactions, self.monitor, self.metrics)
        working = WorkerContext(
            self.bot,
            self.bot_id,
            owner,
            dependencies.assistant,
            self._settings.workers,
            dependencies.late_after,
            dependencies.answer_seconds,
            dependencies.settings.contacts,
            dependencies.settings.programme,
            QuestionLimits.of(self._settings.questions, self._identities),
            ServiceFacts.of(dependencies.settings),
            desk_of(dependencies.settings, dependencies.embedder, self.monitor.checks),
        )
        self._workers = Workers(working, self.transactions, self._sender, self._guard, self.monitor, self.metrics)
        asked, edition = dependencies.assistant, dependencies.edition_number
        asking = AskingContext(self.bot_id, owner, asked, edition, self._sender.wake)
        self._asking = AskingAgain(asking, self.transactions, self.monitor)
        health, polls = dependencies.settings.health, self._settings.mode == "polling"
        oldest = health.oldest_question_seconds, health.oldest_answer_seconds
        counts = CountsKept(dependencies.settings.reports.keep_months)
        upkeep = MaintenanceContext(self.bot_id, owner, polls, *oldest, dependencies.edition, counts)
        self._maintenance = Maintenance(upkeep, self.transactions, self._guard, self.monitor, self.metrics)
        self._stored: GroupCommit[ReceivedUpdate, int] = GroupCommit(self.transactions, self._store_all)
        self._stopping, self._hurry = asyncio.Event(), asyncio.Event()
        self._health_server: HttpServer | None = None
        self._webhook_server: HttpServer | None = None
        self._components: list[asyncio.Task[None]] = []

    def stop(self) -> None:
        """Stop in time; a second call does not wait for answers under way. Nothing is lost either way."""
        if self._stopping.is_set():
            self._hurry.set()
        self._stopping.set()

    @property
    def _servers(self) -> tuple[HttpServer, ...]:
        return tuple(server for server in (self._health_server, self._webhook_server) if server)

    @property
    def ports(self) -> tuple[int, ...]:
        """The ports that are listened on: health first, then the webhook's."""
        return tuple(server.port for server in self._servers)

    async def run(self) -> None:
        """Until stopped. Raises ``InvalidToken`` when Telegram refuses the token at the start."""
        self.loop = asyncio.get_running_loop()
        try:
            await self._begin()
            await self._stopping.wait()
        finally:
            await self._end()

    async def _begin(self) -> None:
        self.monitor.report_problem("start", "not everything has begun yet")
        health = self._dependencies.settings.health
        if health.port is not None:
            self._health_server = HttpServer(health_app(self.monitor, self.metrics), health.listen, health.port)
            self._health_server.start()
        self._keep_running("maintenance", self._maintenance.run)
        await self._retried(self._guard.start)
        await self._retried(lambda: self.transactions.run(lambda sql: outbox.begin(sql, self.bot_id)))
        if self._settings.mode == "webhook":
            self._open_webhook()
        await self._retried(self.bot.initialize)
        if self._stopping.is_set():
            return
        log.info("bot started", bot=self.bot.username, mode=self._settings.mode)
        if self._webhook_server:
            await self._retried(self._set_webhook)
            url, server = self._settings.webhook.url or "", self._webhook_server
            self._keep_running("webhook", lambda: watch_webhook(self.bot, url, self.monitor, lambda: server.is_running))
        else:
            elected, pause = self._maintenance.elected, self._sender.pause_sending
            self._keep_running("poller", Poller(self.bot, self._store, elected, self.monitor, self.metrics, pause).run)
        self._keep_running("workers", self._workers.run)
        self._keep_running("sender", self._sender.run)
        self._keep_running(ASKING, self._asking.run)
        profile = publish_profile(self.bot, self._dependencies.settings, self._sender.windows.left)
        self._components += [asyncio.create_task(profile), asyncio.create_task(self._guard.look_over())]
        self.monitor.heartbeat("start", math.inf)

    async def _retried(self, attempt: Callable[[], Awaitable[object]]) -> None:
        """Do what the start needs, again and again until it works or we are stopped."""
        pause = 0.5
        while not self._stopping.is_set():
            task = asyncio.ensure_future(attempt())
            stopping = asyncio.create_task(self._stopping.wait())
            await asyncio.wait([task, stopping], return_when=asyncio.FIRST_COMPLETED)
            stopping.cancel()
            if not task.done():  # nobody waits for a Telegram or a database that does not answer
                task.cancel()
                return
            error = task.exception()
            if error is None:
                return
            if isinstance(error, InvalidToken) or not isinstance(error, (TelegramError, OSError, SQLAlchemyError)):
                raise error
            self.monitor.report_problem("start", f"{type(error).__name__}; trying again")
            log.warning("cannot start yet", reason=type(error).__name__, seconds=pause)
            await asyncio.wait([asyncio.create_task(self._stopping.wait())], timeout=pause)
            pause = min(5.0, pause * 2)

    def _open_webhook(self) -> None:
        hook = self._settings.webhook
        path = urlsplit(hook.url or "").path or "/"
        app = webhook_app(path, self._dependencies.webhook_secret or "", self._store_one, self.metrics)
        self._webhook_server = HttpServer(app, hook.listen, hook.port)
        self._webhook_server.start()

    async def _set_webhook(self) -> None:
        await self.bot.set_webhook(
            self._settings.webhook.url or "",
            secret_token=self._dependencies.webhook_secret,
            allowed_updates=list(ALLOWED),
            max_connections=WEBHOOK_CONNECTIONS,
        )

    def _store_all(self, sql: Connection, updates: Sequence[ReceivedUpdate]) -> list[int]:
        inbox.store(sql, self.bot_id, updates, self.transactions.now(sql))
        return [1] * len(updates)

    async def _store(self, updates: Sequence[Mapping[str, Any]]) -> None:
        """A polled batch, in one transaction."""
        batch = [inbox.received_update(update, self._identities) for update in updates]
        await self.transactions.run(lambda sql: self._store_all(sql, batch))
        self.metrics.updates.inc(len(batch))
        self._workers.wake()

    async def _store_one(self, update: Mapping[str, Any]) -> None:
        """A webhook's update; those that come at the same time share a transaction."""
        await self._stored.add(inbox.received_update(update, self._identities))
        self.metrics.updates.inc()
        self._workers.wake()

    def _keep_running(self, name: str, run: Callable[[], Coroutine[Any, Any, None]]) -> None:
        self.monitor.heartbeat(name)
        self._components.append(asyncio.create_task(self._restarted(name, run), name=name))

    async def _restarted(self, name: str, run: Callable[[], Coroutine[Any, Any, None]]) -> None:
        """Run a component; when it ends by itself, say so, be red, and begin it again."""
        while True:
            task = asyncio.create_task(run(), name=f"{name} running")
            try:
                await asyncio.wait([task])
            except asyncio.CancelledError:
                task.cancel()
                await asyncio.wait([task])  # or its last steps would mix with those of its stop
                raise
            error = None if task.cancelled() else task.exception()
            trace = "".join(traceback.format_exception(error)) if error else "it ended by itself"
            log.error("component ended and is begun again", component=name, traceback=trace)
            self.monitor.report_problem(name, f"ended ({type(error).__name__ if error else 'by itself'})", 2)
            await asyncio.sleep(1)

    async def _end(self) -> None:
        """Stop taking, let what is under way end as far as the time reaches, give the rest back."""
        began, limit = time.monotonic(), self._settings.stop_within_seconds
        log.info("stopping")
        if self.transactions.database_gone:
            self._hurry.set()  # nothing can be written down, however long we wait
        for component in self._components:
            component.cancel()
        await asyncio.gather(*self._components, return_exceptions=True)
        if self._webhook_server:
            await self._webhook_server.close()
        await self._within(limit * 0.7, self._workers.stop(limit * 0.6))
        left = limit * 0.8 - (time.monotonic() - began)
        await self._within(left, self._sender.stop(max(0.0, left - limit * 0.1)))
        await asyncio.wait([asyncio.create_task(self._leave_database())], timeout=max(0.5, limit * 0.05))
        await asyncio.gather(self.bot.shutdown(), *(server.close() for server in self._servers), return_exceptions=True)
        await self.transactions.close(max(0.5, limit * 0.05))
        log.info("stopped", seconds=round(time.monotonic() - began, 2))

    async def _leave_database(self) -> None:
        await self._maintenance.stop()
        await self._guard.stop()

    async def _within(self, seconds: float, wait: Coroutine[Any, Any, None]) -> None:
        """``wait``, but not longer than that, whatever the database does, and not at all once somebody hurries."""
        task, hurry = asyncio.create_task(wait), asyncio.create_task(self._hurry.wait())
        await asyncio.wait([task, hurry], timeout=max(0.0, seconds), return_when=asyncio.FIRST_COMPLETED)
        task.cancel()
        hurry.cancel()
        await asyncio.gather(task, hurry, return_exceptions=True)
