"""The loop of the workers and of the sender: a batch, a pause, and no batch is broken off."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable

import structlog
from sqlalchemy.exc import SQLAlchemyError

from bot.telegram.monitoring.metrics import HealthMonitor
from bot.telegram.queue.transactions import batching_delay

log = structlog.get_logger()
DATABASE_RETRY_SECONDS = 0.5  # between two batches while the database cannot be reached


class BatchLoop:
    """Calls ``run_batch``, which returns how many chats it moved, and then ``pause``, until there is work again.

    ``component`` is the name under which each finished batch is a heartbeat of ``monitor``.
    """

    def __init__(
        self,
        component: str,
        monitor: HealthMonitor,
        run_batch: Callable[[], Awaitable[int]],
        pause: Callable[[], Awaitable[None]],
    ) -> None:
        self._component, self._monitor, self._run_batch, self._pause = component, monitor, run_batch, pause
        self._under_way: asyncio.Task[int] | None = None

    async def run(self) -> None:
        """Until cancelled."""
        while True:
            moved = await self._run_shielded()
            await self._pause()
            await asyncio.sleep(batching_delay(moved))

    async def finish(self, busy: Callable[[], bool], end: float) -> None:
        """After ``run`` was cancelled: batches while something is ``busy``, until ``end`` (by ``time.monotonic``)."""
        if self._under_way:
            await asyncio.wait([self._under_way], timeout=max(0.0, end - time.monotonic()))
        while busy() and time.monotonic() < end:
            await self._run_shielded()
            await self._pause()

    async def _run_shielded(self) -> int:
        """A batch that is finished even if we are cancelled; how many chats it moved."""
        self._under_way = asyncio.ensure_future(self._run_batch())
        try:
            moved = await asyncio.shield(self._under_way)
        except SQLAlchemyError as error:
            log.warning(f"{self._component} waits for the database", reason=type(error).__name__)
            await asyncio.sleep(DATABASE_RETRY_SECONDS)
            return 0
        self._monitor.heartbeat(self._component)
        return moved
