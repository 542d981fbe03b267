"""Puts the parts together, keeps them running, and stops them in time."""

from __future__ import annotations

import asyncio
import time
import traceback
from collections.abc import Awaitable, Callable, Coroutine, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import structlog
from sqlalchemy import Connection, Engine
from sqlalchemy.exc import SQLAlchemyError
from telegram import Bot
from telegram.error import InvalidToken, TelegramError

from bot.settings import Settings
from bot.telegram.delivery.aiohttp_request import AiohttpRequest
from bot.telegram.delivery.reply import Assistant
from bot.telegram.delivery.sender import Sender, Sending
from bot.telegram.monitoring.health import Door, health_app
from bot.telegram.monitoring.metrics import Numbers, Pulse
from bot.telegram.queue import inbox, outbox
from bot.telegram.queue.conversations import Identities
from bot.telegram.queue.inbox import Received
from bot.telegram.queue.rate_limits import TELEGRAM, Paces
from bot.telegram.queue.transactions import Gathered, Ledger
from bot.telegram.queue.worker_identity import owner_name
from bot.telegram.runtime.maintenance import Heart, Rules
from bot.telegram.runtime.worker import Workers
from bot.telegram.updates.answering import ANSWER_SECONDS, Work
from bot.telegram.updates.bot_profile import introduce
from bot.telegram.updates.polling import ALLOWED, Poller
from bot.telegram.updates.webhook import webhook_app

log = structlog.get_logger()
LATE_AFTER = 60.0
Part = Callable[[], Coroutine[Any, Any, None]]


@dataclass(frozen=True)
class Face:
    """Everything the Telegram face is made from."""

    settings: Settings
    token: str
    assistant: Assistant
    engine: Engine
    webhook_secret: str | None = None
    edition: Callable[[], str | None] = lambda: None  # what is wrong with the edition, None when nothing is
    paces: Paces = TELEGRAM
    late_after: float = LATE_AFTER
    answer_seconds: float = ANSWER_SECONDS


class Runtime:
    """The running bot. ``run`` returns when ``stop`` was called, within the time that the settings give."""

    def __init__(self, face: Face) -> None:
        settings, self._face = face.settings.telegram, face
        self.bot_id, owner = int(face.token.partition(":")[0]), owner_name()
        base = settings.base_url.rstrip("/")
        self.bot = Bot(
            face.token,
            base_url=f"{base}/bot",
            base_file_url=f"{base}/file/bot",
            request=AiohttpRequest(),
            get_updates_request=AiohttpRequest(2),
        )
        self.ledger, self.pulse, self.numbers = Ledger(face.engine), Pulse(), Numbers()
        self._identities = Identities(face.token)
        sending = Sending(self.bot, self.bot_id, owner, face.paces)
        self._sender = Sender(sending, self.ledger, self.pulse, self.numbers)
        work = Work(
            self.bot,
            self.bot_id,
            owner,
            face.assistant,
            settings.workers,
            face.late_after,
            face.answer_seconds,
            face.settings.contacts,
            face.settings.programme,
        )
        self._workers = Workers(work, self.ledger, self._sender, self.pulse, self.numbers)
        oldest = face.settings.health.oldest_question_seconds
        rules = Rules(self.bot_id, owner, settings.mode == "polling", oldest, face.edition)
        self._heart = Heart(rules, self.ledger, self.pulse, self.numbers)
        self._stored: Gathered[Received, int] = Gathered(self.ledger, self._store_all)
        self._stopping, self._hurry = asyncio.Event(), asyncio.Event()
        self._doors: list[Door] = []
        self._parts: list[asyncio.Task[None]] = []

    def stop(self) -> None:
        """Stop in time; a second call does not wait for answers under way. Nothing is lost either way."""
        if self._stopping.is_set():
            self._hurry.set()
        self._stopping.set()

    @property
    def ports(self) -> tuple[int, ...]:
        """The ports that are listened on: health first, then the webhook's."""
        return tuple(door.port for door in self._doors)

    async def run(self) -> None:
        """Until stopped. Raises ``InvalidToken`` when Telegram refuses the token at the start."""
        self.loop = asyncio.get_running_loop()
        try:
            await self._begin()
            await self._stopping.wait()
        finally:
            await self._end()

    async def _begin(self) -> None:
        self.pulse.trouble("start", "not everything has begun yet")
        health = self._face.settings.health
        if health.port is not None:
            self._open(Door(health_app(self.pulse, self.numbers), health.listen, health.port))
        self._keep("heart", self._heart.run)
        await self._ready(lambda: self.ledger.run(lambda sql: outbox.begin(sql, self.bot_id)))
        if self._face.settings.telegram.mode == "webhook":
            self._open_webhook()
        await self._ready(self.bot.initialize)
        if self._stopping.is_set():
            return
        log.info("bot started", bot=self.bot.username, mode=self._face.settings.telegram.mode)
        if self._face.settings.telegram.mode == "webhook":
            await self._ready(self._set_webhook)
        else:
            told = self._sender.told_to_wait
            self._keep("poller", Poller(self.bot, self._store, self._heart.elected, self.pulse, told).run)
        self._keep("workers", self._workers.run)
        self._keep("sender", self._sender.run)
        self._parts.append(asyncio.create_task(introduce(self.bot, self._face.settings.programme)))
        self.pulse.end("start")

    async def _ready(self, attempt: Callable[[], Awaitable[object]]) -> None:
        """Do what the start needs, again and again until it works or we are stopped."""
        pause = 0.5
        while not self._stopping.is_set():
            task = asyncio.ensure_future(attempt())
            await asyncio.wait([task])
            error = task.exception()
            if error is None:
                return
            if isinstance(error, InvalidToken) or not isinstance(error, (TelegramError, OSError, SQLAlchemyError)):
                raise error
            self.pulse.trouble("start", f"{type(error).__name__}; trying again")
            log.warning("cannot start yet", reason=type(error).__name__, seconds=pause)
            await asyncio.wait([asyncio.create_task(self._stopping.wait())], timeout=pause)
            pause = min(5.0, pause * 2)

    def _open(self, door: Door) -> None:
        door.open()
        self._doors.append(door)

    def _open_webhook(self) -> None:
        hook = self._face.settings.telegram.webhook
        path = urlsplit(hook.url or "").path or "/"
        app = webhook_app(path, self._face.webhook_secret or "", self._store_one)
        self._open(Door(app, hook.listen, hook.port))
        self._keep("webhook", self._watch_webhook)

    async def _watch_webhook(self) -> None:
        while self._doors[-1].is_open:
            self.pulse.beat("webhook")
            await asyncio.sleep(1)

    async def _set_webhook(self) -> None:
        hook = self._face.settings.telegram.webhook
        await self.bot.set_webhook(
            hook.url or "", secret_token=self._face.webhook_secret, allowed_updates=list(ALLOWED), max_connections=40
        )

    def _store_all(self, sql: Connection, updates: Sequence[Received]) -> list[int]:
        inbox.store(sql, self.bot_id, updates, self.ledger.now(sql))
        return [1] * len(updates)

    async def _store(self, updates: Sequence[Mapping[str, Any]]) -> None:
        """A polled batch, in one transaction."""
        batch = [inbox.received(update, self._identities) for update in updates]
        await self.ledger.run(lambda sql: self._store_all(sql, batch))
        self.numbers.updates.inc(len(batch))
        self._workers.ring()

    async def _store_one(self, update: Mapping[str, Any]) -> None:
        """A webhook's update; those that come at the same time share a transaction."""
        await self._stored.add(inbox.received(update, self._identities))
        self.numbers.updates.inc()
        self._workers.ring()

    def _keep(self, name: str, part: Part) -> None:
        self.pulse.beat(name)
        self._parts.append(asyncio.create_task(self._kept(name, part), name=name))

    async def _kept(self, name: str, part: Part) -> None:
        """Run ``part``; when it ends by itself, say so, be red, and begin it again."""
        while True:
            task = asyncio.create_task(part(), name=f"{name} running")
            try:
                await asyncio.wait([task])
            except asyncio.CancelledError:
                task.cancel()
                raise
            error = None if task.cancelled() else task.exception()
            told = "".join(traceback.format_exception(error)) if error else "it ended by itself"
            log.error("part ended and is begun again", part=name, traceback=told)
            self.pulse.trouble(name, f"ended ({type(error).__name__ if error else 'by itself'})", 2)
            await asyncio.sleep(1)

    async def _end(self) -> None:
        """Stop taking, let what is under way end as far as the time reaches, give the rest back."""
        began, limit = time.monotonic(), self._face.settings.telegram.stop_within_seconds
        log.info("stopping")
        for part in self._parts:
            part.cancel()
        await asyncio.gather(*self._parts, return_exceptions=True)
        for door in self._doors[1:] if self._face.settings.health.port is not None else self._doors:
            await door.close()
        await self._within(limit * 0.7, self._workers.stop(limit * 0.6))
        left = limit * 0.9 - (time.monotonic() - began)
        await self._within(left, self._sender.stop(max(0.0, left - limit * 0.1)))
        await asyncio.wait([asyncio.create_task(self._heart.stop())], timeout=max(0.5, limit * 0.05))
        await asyncio.gather(self.bot.shutdown(), *(door.close() for door in self._doors), return_exceptions=True)
        await self.ledger.close(max(0.5, limit * 0.05))
        log.info("stopped", seconds=round(time.monotonic() - began, 2))

    async def _within(self, seconds: float, wait: Coroutine[Any, Any, None]) -> None:
        """``wait``, but not longer than that, whatever the database does, and not at all once somebody hurries."""
        task, hurry = asyncio.create_task(wait), asyncio.create_task(self._hurry.wait())
        await asyncio.wait([task, hurry], timeout=max(0.0, seconds), return_when=asyncio.FIRST_COMPLETED)
        task.cancel()
        hurry.cancel()
        await asyncio.gather(task, hurry, return_exceptions=True)
