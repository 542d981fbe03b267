"""One connection of a web server: closed when no whole request comes in time, and not one of any number."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

import uvicorn
from starlette.types import ASGIApp
from uvicorn.protocols.http.h11_impl import H11Protocol

GRACEFUL_SECONDS = 1  # uvicorn's own limit for requests under way when it stops


@dataclass(frozen=True)
class ConnectionLimits:
    """``seconds``: in which a request must have come whole, or an answer be taken; ``count``: of connections."""

    seconds: float = 10.0
    count: int = 100


class LimitedConfig(uvicorn.Config):
    """uvicorn's settings, and ``limits``. ``waiting``: connections without a whole request, the oldest first."""

    def __init__(self, app: ASGIApp, limits: ConnectionLimits) -> None:
        super().__init__(
            app,
            http=LimitedConnection,
            ws="none",  # an upgraded connection would obey no limit
            log_config=None,
            access_log=False,
            lifespan="off",
            timeout_graceful_shutdown=GRACEFUL_SECONDS,
        )
        self.limits = limits
        self.waiting: dict[LimitedConnection, None] = {}


class LimitedConnection(H11Protocol):
    """uvicorn's connection with a deadline. One too many takes the place of the one that has waited longest."""

    config: LimitedConfig
    _deadline: asyncio.TimerHandle | None = None  # for the request
    _untaken: asyncio.TimerHandle | None = None  # for the answer

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as in uvicorn
        """Somebody has called."""
        super().connection_made(transport)
        self._await_request()
        if len(self.connections) > self.config.limits.count:
            oldest = next(iter(self.config.waiting))  # never none: this one waits too
            oldest.drop()

    def data_received(self, data: bytes) -> None:
        """A piece of a request, perhaps its last."""
        super().data_received(data)
        self._stop_waiting_when_whole()

    def on_response_complete(self) -> None:
        """The answer is written; the next request may come, or was there already."""
        self._await_request()
        super().on_response_complete()
        self._stop_waiting_when_whole()

    def pause_writing(self) -> None:
        """The other side does not take its answer."""
        super().pause_writing()
        self._untaken = self.loop.call_later(self.config.limits.seconds, self.drop)

    def resume_writing(self) -> None:
        """It goes on taking it."""
        super().resume_writing()
        _cancel(self._untaken)

    def connection_lost(self, exc: Exception | None) -> None:
        """It is closed."""
        self._stop_waiting()
        _cancel(self._untaken)
        super().connection_lost(exc)

    def drop(self) -> None:
        """Close it at once."""
        self._stop_waiting()
        self.transport.abort()

    def _await_request(self) -> None:
        self._stop_waiting()
        self.config.waiting[self] = None
        self._deadline = self.loop.call_later(self.config.limits.seconds, self.drop)

    def _stop_waiting_when_whole(self) -> None:
        cycle = self.cycle
        if cycle is not None and not cycle.more_body and not cycle.response_complete:
            self._stop_waiting()

    def _stop_waiting(self) -> None:
        self.config.waiting.pop(self, None)
        _cancel(self._deadline)


def _cancel(timer: asyncio.TimerHandle | None) -> None:
    if timer:
        timer.cancel()
