"""/health and /metrics on a local port."""

from __future__ import annotations

import asyncio
import socket

import uvicorn
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp

from bot.telegram.monitoring.metrics import OK, Numbers, Pulse


def health_app(pulse: Pulse, numbers: Numbers) -> Starlette:
    """/health: 200 when every part is well, else 503, with each part and what is wrong; /metrics for Prometheus."""

    async def health(_: Request) -> Response:
        checks = pulse.checks()
        well = all(found == OK for found in checks.values())
        body = {"status": "ok" if well else "red", "checks": dict(checks)}
        return JSONResponse(body, status_code=200 if well else 503)

    async def metrics(_: Request) -> Response:
        numbers.healthy.set(all(found == OK for found in pulse.checks().values()))
        return Response(generate_latest(numbers.registry), media_type=CONTENT_TYPE_LATEST)

    return Starlette(routes=[Route("/health", health), Route("/metrics", metrics)])


class Door:
    """A web server on one port inside a running loop; it leaves signals to the process."""

    def __init__(self, app: ASGIApp, listen: str, port: int) -> None:
        self._socket = socket.create_server((listen, port), family=_family(listen), reuse_port=False)
        config = uvicorn.Config(app, log_config=None, access_log=False, lifespan="off", timeout_graceful_shutdown=2)
        self._server = uvicorn.Server(config)
        self._task: asyncio.Task[None] | None = None

    @property
    def port(self) -> int:
        """The port it listens on."""
        return int(self._socket.getsockname()[1])

    def open(self) -> None:
        """Begin to serve."""
        # Server.serve() would take the process's signals for itself; what it wraps does not.
        self._task = asyncio.create_task(self._server._serve([self._socket]))

    @property
    def is_open(self) -> bool:
        """Whether it serves."""
        return self._task is not None and not self._task.done()

    async def close(self) -> None:
        """Finish the requests under way and stop."""
        self._server.should_exit = True
        if self._task:
            await asyncio.wait([self._task], timeout=3)
            self._task.cancel()
        self._socket.close()


def _family(listen: str) -> socket.AddressFamily:
    return socket.AF_INET6 if ":" in listen else socket.AF_INET
