"""The web server of /health and the webhook: connections that never say a whole request are closed and bounded."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.telegram.runtime.http_connection import ConnectionLimits
from bot.telegram.runtime.http_server import HttpServer

LIMITS = ConnectionLimits(seconds=0.5, count=20)
ASK = b"GET /health HTTP/1.1\r\nHost: x\r\n\r\n"
SLOW = b"GET /slow HTTP/1.1\r\nHost: x\r\n\r\n"
HALVES = {
    "nothing": b"",
    "half a line": b"GET /hea",
    "half a header": b"GET /health HTTP/1.1\r\nHost: x\r\nX-",
    "half a body": b"POST /health HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\n{",
    "half a second request": ASK + b"GET /health HTTP/1.1\r\n",
    "an upgrade and then nothing": b"GET /health HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n",
}


async def answer(request: Request) -> Response:
    body = await request.body()
    if request.url.path == "/slow":
        await asyncio.sleep(1.2)
    return Response(b"x" * 500_000 if request.url.path == "/long" else f"ok {len(body)}".encode())


@asynccontextmanager
async def server() -> AsyncIterator[HttpServer]:
    routes = [Route(path, answer, methods=["GET", "POST"]) for path in ("/health", "/slow", "/long")]
    served = HttpServer(Starlette(routes=routes), "127.0.0.1", 0, LIMITS)
    served.start()
    await asyncio.sleep(0.05)
    try:
        yield served
    finally:
        await served.close()


async def call(served: HttpServer, said: bytes) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    reader, writer = await asyncio.open_connection("127.0.0.1", served.port)
    writer.write(said)
    await writer.drain()
    return reader, writer


async def closed_after(served: HttpServer, said: bytes, dribbled: bytes = b"") -> float:
    """Seconds after which the server closes a connection on which this was said; ``dribbled`` a byte at a time."""
    began = time.monotonic()
    reader, writer = await call(served, said)
    reading = asyncio.ensure_future(reader.read())
    for byte in dribbled:
        if reading.done():
            break
        with suppress(ConnectionError):
            writer.write(bytes([byte]))
            await writer.drain()
        await asyncio.sleep(0.05)
    with suppress(ConnectionError):
        await asyncio.wait_for(reading, 5)
    writer.close()
    return time.monotonic() - began


async def test_what_never_becomes_a_whole_request_is_closed_in_time() -> None:
    dribble = b"GET /health HTTP/1.1\r\nHost: x\r\n" + b"X-Slow: and slower\r\n" * 20
    async with server() as served:
        waited = await asyncio.gather(
            *(closed_after(served, half) for half in HALVES.values()), closed_after(served, b"", dribble)
        )
    assert all(0.4 < seconds < 2.5 for seconds in waited), waited


async def test_an_answer_that_nobody_takes_is_closed_in_time() -> None:
    async with server() as served:
        reader, writer = await call(served, b"GET /long HTTP/1.1\r\nHost: x\r\n\r\n" * 40)
        await asyncio.sleep(1.5)  # the buffers of both sides hold less than twenty megabytes
        with suppress(ConnectionError):
            assert len(await asyncio.wait_for(reader.read(), 5)) < 40 * 500_000
        writer.close()


async def test_an_answer_that_takes_longer_to_make_and_one_in_pieces_are_not_broken_off() -> None:
    async with server() as served:
        reader, writer = await call(served, SLOW)
        assert b"200 OK" in await asyncio.wait_for(reader.readuntil(b"ok 0"), 5)
        for _ in range(2):  # and the connection goes on
            for piece in (b"POST /health HTTP/1.1\r\nHost: x\r\nContent-", b"Length: 4\r\n\r\nab", b"cd"):
                writer.write(piece)
                await asyncio.sleep(0.02)
            assert b"200 OK" in await asyncio.wait_for(reader.readuntil(b"ok 4"), 5)
        writer.close()


@pytest.mark.parametrize("said", [b"", ASK], ids=["silent", "idle after an answer"])
async def test_many_connections_are_bounded_and_keep_nobody_out(said: bytes) -> None:
    async with server() as served:
        slow, slow_writer = await call(served, SLOW)
        flood = [await call(served, said) for _ in range(4 * LIMITS.count)]
        reader, writer = await call(served, ASK)
        assert b"200 OK" in await asyncio.wait_for(reader.readuntil(b"ok 0"), 5)
        assert served.connections <= LIMITS.count
        assert b"200 OK" in await asyncio.wait_for(slow.readuntil(b"ok 0"), 5), "an answer under way is never dropped"
        for one in (slow_writer, writer, *(opened for _, opened in flood)):
            one.close()


async def test_connections_that_hang_do_not_delay_the_stop() -> None:
    async with server() as served:
        opened = [await call(served, half) for half in HALVES.values()]
        await asyncio.sleep(0.1)
        began = time.monotonic()
        await served.close()
        assert time.monotonic() - began < 1
        for _, writer in opened:
            writer.close()
