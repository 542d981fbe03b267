"""How updates reach the bot: ``getUpdates`` with offsets, or webhooks, delivered again until 2xx.

Like Telegram's own server: an update is kept until an offset above it (or a 2xx) confirms it; the newer of two
pollers wins and the older gets 409; webhooks of one chat are delivered one after the other.
"""

from __future__ import annotations

import asyncio
import json
import re
import threading
from collections.abc import Iterable
from typing import Any

import aiohttp

from .world import RefusedError

DEFAULT_OFF = {"chat_member", "message_reaction", "message_reaction_count"}
TAKEN_OVER = "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running"
WEBHOOK_ON = (
    "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first"
)


class Updates:
    """The updates that Telegram still holds for the bot."""

    def __init__(self, lock: threading.RLock) -> None:
        self.lock = lock
        self.held: dict[int, dict[str, Any]] = {}  # by update_id
        self.url, self.secret, self.connections = "", "", 40
        self.allowed: list[str] | None = None
        self.reverse = False  # fault: batches and webhooks newest first
        self.repeat: set[int] = set()  # fault: confirmed, and delivered once more all the same
        self.webhook_statuses: list[int] = []
        self.last_error = ""
        self.next_id = 900_000_001
        self._wake: asyncio.Event | None = None
        self._poller = 0
        self._loop: asyncio.AbstractEventLoop | None = None
        self._busy: set[int] = set()
        self._tasks: set[asyncio.Task[None]] = set()

    def begin(self) -> None:
        """Bind to the loop of the server."""
        self._loop, self._wake = asyncio.get_running_loop(), asyncio.Event()

    def add(self, content: dict[str, Any]) -> int:
        """Hold one more update; from any thread. Its id."""
        with self.lock:
            number = content.get("update_id", self.next_id)
            kind = next((key for key in content if key != "update_id"), "")
            self.next_id = max(self.next_id, number + 1)
            if (kind in self.allowed) if self.allowed else (kind not in DEFAULT_OFF):
                self.held[number] = {"update_id": number, **content}
        self.wake()
        return int(number)

    def wake(self) -> None:
        if self._loop and self._wake and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._wake.set)

    def allow(self, given: Any) -> None:
        """``allowed_updates`` as sent; kept when left out, the default when empty."""
        if given is not None:
            self.allowed = [str(kind) for kind in given] or None

    async def poll(self, offset: int, limit: int, timeout: float) -> list[dict[str, Any]]:
        """One ``getUpdates``; raises the two conflicts."""
        assert self._wake
        if self.url:
            raise RefusedError(409, WEBHOOK_ON)
        self._poller += 1
        mine = self._poller
        self._wake.set()  # an older poller looks up and finds itself replaced
        await asyncio.sleep(0)
        end = asyncio.get_running_loop().time() + timeout
        while True:
            self._wake.clear()
            if mine != self._poller:
                raise RefusedError(409, TAKEN_OVER)
            batch = self._batch(offset, limit)
            left = end - asyncio.get_running_loop().time()
            if batch or left <= 0:
                return batch
            try:
                await asyncio.wait_for(self._wake.wait(), left)
            except TimeoutError:
                return []

    def _batch(self, offset: int, limit: int) -> list[dict[str, Any]]:
        with self.lock:
            if offset < 0:
                self._confirm(sorted(self.held)[:offset])
            elif offset:
                self._confirm([number for number in self.held if number < offset])
            numbers = sorted(self.held)[: max(1, min(limit, 100))]
            return [self.held[number] for number in (reversed(numbers) if self.reverse else numbers)]

    def _confirm(self, numbers: Iterable[int]) -> None:
        for number in list(numbers):
            if number in self.repeat:
                self.repeat.discard(number)
                continue
            self.held.pop(number, None)

    def set_webhook(self, url: str, secret: str, allowed: Any, connections: int, drop: bool) -> None:
        """``setWebhook``; an empty address removes it."""
        if url and not re.match(r"https://|http://(127\.0\.0\.1|localhost)[:/]", url):
            raise RefusedError(400, "Bad Request: bad webhook: An HTTPS URL must be provided for webhook")
        if secret and not re.fullmatch(r"[A-Za-z0-9_-]{1,256}", secret):
            raise RefusedError(400, "Bad Request: secret token contains unallowed characters")
        with self.lock:
            self.url, self.secret, self.connections = url, secret, connections
            self.allow(allowed)
            if drop:
                self.held.clear()
        self.wake()

    async def push_forever(self) -> None:
        """Deliver held updates to the webhook, in order within a chat, while one is set."""
        assert self._wake
        async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=30)) as session:
            while True:
                self._wake.clear()
                for update in self._due():
                    self._busy.add(_queue(update))
                    task = asyncio.create_task(self._push(session, update))
                    self._tasks.add(task)
                    task.add_done_callback(self._tasks.discard)
                try:
                    await asyncio.wait_for(self._wake.wait(), 0.5)
                except TimeoutError:
                    continue

    def _due(self) -> list[dict[str, Any]]:
        with self.lock:
            if not self.url:
                return []
            due: dict[int, dict[str, Any]] = {}
            for number in sorted(self.held, reverse=self.reverse):
                due.setdefault(_queue(self.held[number]), self.held[number])
            waiting = [update for queue, update in due.items() if queue not in self._busy]
            return waiting[: max(0, self.connections - len(self._busy))]

    async def _push(self, session: aiohttp.ClientSession, update: dict[str, Any]) -> None:
        headers = {"X-Telegram-Bot-Api-Secret-Token": self.secret} if self.secret else {}
        headers["Content-Type"] = "application/json"
        try:
            async with session.post(self.url, data=json.dumps(update), headers=headers) as response:
                status = response.status
                self.last_error = "" if response.ok else f"Wrong response from the webhook: {status}"
        except (aiohttp.ClientError, TimeoutError, OSError):
            status, self.last_error = 0, "Connection refused"
        self.webhook_statuses.append(status)
        if 200 <= status < 300:
            with self.lock:
                self._confirm([update["update_id"]])
        else:
            await asyncio.sleep(0.1)
        self._busy.discard(_queue(update))
        assert self._wake
        self._wake.set()


def _queue(update: dict[str, Any]) -> int:
    """Telegram's webhooks keep the order of a chat; what has none is keyed by its own id."""
    for content in update.values():
        if isinstance(content, dict):
            message = content.get("message", content)
            chat = message.get("chat") if isinstance(message, dict) else None
            if isinstance(chat, dict) and isinstance(chat.get("id"), int):
                return int(chat["id"])
    return int(update["update_id"])
