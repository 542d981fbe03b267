"""Long polling by one replica at a time: a whole batch is committed before the offset moves."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any

import structlog
from sqlalchemy.exc import SQLAlchemyError
from telegram import Bot
from telegram.error import Conflict, InvalidToken, NetworkError, RetryAfter, TelegramError, TimedOut

from bot.telegram.delivery.aiohttp_request import call, seconds_to_wait
from bot.telegram.monitoring.metrics import HealthMonitor, Metrics
from bot.telegram.queue.transactions import UNSTORABLE
from bot.telegram.update import update_number

log = structlog.get_logger()
ALLOWED = ("message", "edited_message", "callback_query", "my_chat_member")
# A Telegram that hangs may still have answered the poll before; so both together stay below the ten seconds in which
# health must be red.
POLL_SECONDS, LATE_SECONDS = 3, 3
PAUSE_SECONDS = 0.5  # between polls that bring nothing but what is put aside: Telegram hands it out again at once
LONGEST_PAUSE = 1.5  # with a call that hangs before it, no longer than Telegram may be back without being asked
CONFLICT_SECONDS = 15.0  # two pollers win in turn: one success does not mean that the other is gone
PauseSending = Callable[[float], Awaitable[None]]  # for so many seconds
Store = Callable[[Sequence[Mapping[str, Any]]], Awaitable[None]]


class Poller:
    """Fetches updates while ``elected`` says that it is this replica's turn.

    ``store`` commits a batch before it returns; ``pause_sending`` is called when Telegram asks to wait (429).
    """

    def __init__(
        self,
        bot: Bot,
        store: Store,
        elected: Callable[[], bool],
        monitor: HealthMonitor,
        metrics: Metrics,
        pause_sending: PauseSending,
    ) -> None:
        self._bot, self._store, self._elected = bot, store, elected
        self._monitor, self._metrics = monitor, metrics
        self._pause_sending = pause_sending
        self._offset = 0
        self._aside: list[Any] = []  # of the last batch, so that each is noted once
        self._failures = 0

    async def run(self) -> None:
        """Until cancelled."""
        webhook_gone = False
        while True:
            if not self._elected():
                self._monitor.heartbeat("poller")
                webhook_gone = False
                await asyncio.sleep(0.25)
                continue
            try:
                webhook_gone = webhook_gone or await self._bot.delete_webhook(drop_pending_updates=False)
                await self._fetch()
            except (TelegramError, SQLAlchemyError) as error:
                await self._pause(error)
            else:
                self._failures = 0
                self._monitor.heartbeat("poller", POLL_SECONDS + LATE_SECONDS)

    async def _fetch(self) -> None:
        # PTB does not parse this: one update that it cannot parse must not hide the others.
        parameters = {"offset": self._offset, "timeout": POLL_SECONDS, "allowed_updates": list(ALLOWED)}
        batch = await call(self._bot, "getUpdates", parameters, read_timeout=POLL_SECONDS + LATE_SECONDS)
        if not isinstance(batch, list):
            raise NetworkError(f"getUpdates gave no list but {type(batch).__name__}")
        numbers = [number for update in batch if (number := update_number(update)) is not None]
        self._put_aside([update for update in batch if update_number(update) is None])
        if numbers:
            await self._store_all([update for update in batch if update_number(update) is not None])
            self._offset = max(numbers) + 1
        elif batch:
            await asyncio.sleep(PAUSE_SECONDS)

    def _put_aside(self, updates: list[Any]) -> None:
        """Note updates without a usable number; of what stands in them nothing is logged."""
        if updates and updates != self._aside:
            log.error("updates put aside", reason="no usable update_id", count=len(updates))
            self._metrics.put_aside.inc(len(updates))
        self._aside = updates

    async def _store_all(self, updates: Sequence[Mapping[str, Any]]) -> None:
        """Store a batch; one that no database can keep does not hold up the others."""
        try:
            await self._store(updates)
        except UNSTORABLE as error:
            if len(updates) == 1:
                log.error("updates put aside", reason=type(error).__name__, number=updates[0]["update_id"], count=1)
                self._metrics.put_aside.inc()
                return
            for update in updates:
                await self._store_all([update])

    async def _pause(self, error: Exception) -> None:
        """Wait as long as the error asks for; the same batch is fetched again afterwards."""
        self._failures += 1
        seconds = min(LONGEST_PAUSE, 0.25 * 2 ** min(self._failures, 6))
        reason = (
            f"{type(error).__name__}: {error}"[:200] if isinstance(error, TelegramError) else "the database is away"
        )
        if isinstance(error, RetryAfter):
            seconds = seconds_to_wait(error) + 0.1
            await self._pause_sending(seconds)
        elif isinstance(error, Conflict):
            seconds, reason = 3.0, "another process polls with the same token, or a webhook is set (409)"
        elif isinstance(error, InvalidToken):
            seconds, reason = 10.0, "Telegram refuses the token; check TELEGRAM_BOT_TOKEN"
        elif isinstance(error, TimedOut):
            reason = "Telegram does not answer"
        if isinstance(error, (Conflict, InvalidToken, TimedOut)) or self._failures > 2:
            self._monitor.report_problem("poller", reason, CONFLICT_SECONDS if isinstance(error, Conflict) else 0)
        log.warning("polling paused", reason=reason, seconds=round(seconds, 2))
        await asyncio.sleep(seconds)
