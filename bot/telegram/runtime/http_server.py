"""A web server inside the bot's event loop, for /health and for the webhook."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Generator
from contextlib import contextmanager

import uvicorn
from starlette.types import ASGIApp

from bot.telegram.runtime.http_connection import GRACEFUL_SECONDS, ConnectionLimits, LimitedConfig

CLOSE_SECONDS = GRACEFUL_SECONDS + 0.5


class HttpServer:
    """Serves ``app`` at one address inside the running loop. Raises ``OSError`` when the port is taken.

    ``listen`` is the address to bind to, ``port`` 0 any free port, ``limits`` those of its connections.
    """

    def __init__(self, app: ASGIApp, listen: str, port: int, limits: ConnectionLimits | None = None) -> None:
        self._socket = socket.create_server((listen, port), family=_family(listen), reuse_port=False)
        self._config = LimitedConfig(app, limits or ConnectionLimits())
        self._server = _EmbeddedServer(self._config)
        self._task: asyncio.Task[None] | None = None

    @property
    def port(self) -> int:
        """The port it listens on."""
        return int(self._socket.getsockname()[1])

    @property
    def connections(self) -> int:
        """How many connections are open."""
        return len(self._server.server_state.connections)

    def start(self) -> None:
        """Begin to serve."""
        self._task = asyncio.create_task(self._server.serve([self._socket]))

    @property
    def is_running(self) -> bool:
        """Whether it serves."""
        return self._task is not None and not self._task.done()

    async def close(self) -> None:
        """Finish the requests under way and stop."""
        self._server.should_exit = True
        for connection in list(self._config.waiting):  # nobody waits for what was not said yet
            connection.drop()
        if self._task:
            await asyncio.wait([self._task], timeout=CLOSE_SECONDS)
            self._task.cancel()
        self._socket.close()


class _EmbeddedServer(uvicorn.Server):
    @contextmanager
    def capture_signals(self) -> Generator[None, None, None]:
        """Leave signals to the process, whose stop has an order of its own; uvicorn would end by itself at one."""
        yield


def _family(listen: str) -> socket.AddressFamily:
    return socket.AF_INET6 if ":" in listen else socket.AF_INET
