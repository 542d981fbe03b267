"""The loop of the workers and of the sender: a round, a rest, and no round is broken off."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable

import structlog
from sqlalchemy.exc import SQLAlchemyError

from bot.telegram.monitoring.metrics import Pulse
from bot.telegram.queue.transactions import patience

log = structlog.get_logger()
AWAY_SECONDS = 0.5  # between two rounds while the database is away


class Rounds:
    """Calls ``one``, which says how many chats it moved, and then ``rest``, until there is something to do again."""

    def __init__(
        self, part: str, pulse: Pulse, one: Callable[[], Awaitable[int]], rest: Callable[[], Awaitable[None]]
    ) -> None:
        self._part, self._pulse, self._one, self._rest = part, pulse, one, rest
        self._under_way: asyncio.Task[int] | None = None

    async def run(self) -> None:
        """Until cancelled."""
        while True:
            moved = await self._safely()
            await self._rest()
            await asyncio.sleep(patience(moved))

    async def finish(self, busy: Callable[[], bool], end: float) -> None:
        """After ``run`` was cancelled: rounds while something is ``busy``, until ``end`` (by ``time.monotonic``)."""
        if self._under_way:
            await asyncio.wait([self._under_way], timeout=max(0.0, end - time.monotonic()))
        while busy() and time.monotonic() < end:
            await self._safely()
            await self._rest()

    async def _safely(self) -> int:
        """A round that is finished even if we are cancelled; how many chats it moved."""
        self._under_way = asyncio.ensure_future(self._one())
        try:
            moved = await asyncio.shield(self._under_way)
        except SQLAlchemyError as error:
            log.warning(f"{self._part} waits for the database", reason=type(error).__name__)
            await asyncio.sleep(AWAY_SECONDS)
            return 0
        self._pulse.beat(self._part)
        return moved
