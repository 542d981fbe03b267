"""The fake Bot API over HTTP on loopback, in a thread of its own."""

from __future__ import annotations

import asyncio
import json
import threading
import time
from dataclasses import dataclass
from typing import Any

from aiohttp import web

from .faults import Fault, Faults, Kind
from .limits import Limits
from .methods import COUNTED, Methods
from .people import People
from .updates import Updates
from .world import RefusedError, World

TOKEN = "7000001:AAF-not-a-real-token-for-tests_0123456"


@dataclass(frozen=True)
class Call:
    """One call as it arrived, and how it ended (HTTP status, 0 when the connection was cut; words of a refusal)."""

    method: str
    params: dict[str, Any]
    at: float  # time.time()
    status: int
    refusal: str = ""


class FakeBotApi(People):
    """A Bot API with one bot. ``with FakeBotApi() as api: …``; people act through it, a bot speaks to ``api.url``."""

    def __init__(self, *, flood_limits: bool = True, keep_calls: bool = True, token: str = TOKEN) -> None:
        world = World()
        super().__init__(world, Updates(world.lock))
        self.token, self.keep_calls = token, keep_calls
        self.faults, self.limits = Faults(), Limits(on=flood_limits)
        self.refused_parameters: dict[str, str] = {}  # of messages and edits, with the words of the refusal
        self.calls: list[Call] = []
        self._methods = Methods(self.world)
        self._loop = asyncio.new_event_loop()
        self._ready, self._stop = threading.Event(), asyncio.Event()
        self._thread = threading.Thread(target=self._run, name="fake-bot-api", daemon=True)
        self.url = ""

    def __enter__(self) -> FakeBotApi:
        self._thread.start()
        self._ready.wait(10)
        return self

    def __exit__(self, *_: object) -> None:
        self._loop.call_soon_threadsafe(self._stop.set)
        self._thread.join(10)

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        self._loop.run_until_complete(self._serve())
        left = asyncio.all_tasks(self._loop)
        for task in left:
            task.cancel()
        self._loop.run_until_complete(asyncio.gather(*left, return_exceptions=True))
        self._loop.close()

    async def _serve(self) -> None:
        app = web.Application(client_max_size=60_000_000)
        app.router.add_route("*", "/bot{token}/{method}", self._answer)
        app.router.add_get("/file/bot{token}/{path:.*}", self._download)
        runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.2)
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        self.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
        self.updates.begin()
        pusher = asyncio.create_task(self.updates.push_forever())
        self._ready.set()
        await self._stop.wait()
        pusher.cancel()
        await runner.cleanup()

    async def _download(self, request: web.Request) -> web.Response:
        content = self.world.files.get(request.match_info["path"].rpartition("/")[2])
        return web.Response(body=content) if content is not None else web.Response(status=404)

    async def _answer(self, request: web.Request) -> web.StreamResponse:
        found = self._methods.find(request.match_info["method"])
        name = found[0] if found else request.match_info["method"]
        params = await _params(request)
        at = time.time()
        fault = self.faults.take(name, params.get("chat_id"))
        try:
            result = await self._carry_out(request, name, params, fault)
            response, status, words = _json({"ok": True, "result": result}), 200, ""
        except RefusedError as refusal:
            shown: dict[str, Any] = {"ok": False, "error_code": refusal.code, "description": refusal.description}
            if refusal.parameters:
                shown["parameters"] = refusal.parameters
            response, status, words = _json(shown, refusal.code), refusal.code, refusal.description
        if fault and fault.kind in (Kind.CUT_AFTER, Kind.CUT_BEFORE):
            status = 0
            assert request.transport
            request.transport.abort()
        elif fault and fault.kind in (Kind.GATEWAY, Kind.GARBAGE):
            status = int(fault.value) if fault.kind is Kind.GATEWAY else 200
            response = web.Response(status=status, text="<html><h1>Bad Gateway</h1></html>", content_type="text/html")
        elif fault and fault.kind is Kind.BODY:
            response = web.Response(text=fault.body, content_type="application/json")
        if self.keep_calls:
            self.calls.append(Call(name, params, at, status, words))
        return response

    async def _carry_out(self, request: web.Request, name: str, params: dict[str, Any], fault: Fault | None) -> Any:
        if request.match_info["token"] != self.token:
            raise RefusedError(401, "Unauthorized")
        given = params.get("chat_id")
        chat = given if isinstance(given, int) else 0
        if fault and fault.kind is Kind.SLOW:
            await asyncio.sleep(fault.value)
        if fault and fault.kind is Kind.STATUS:
            raise RefusedError(int(fault.value), "Internal Server Error")
        if fault and fault.kind in (Kind.CUT_BEFORE, Kind.GATEWAY, Kind.GARBAGE, Kind.BODY):
            return None
        if fault and fault.kind is Kind.TOO_MANY:
            if not name.startswith(("getMy", "setMy")):  # these have limits of their own
                self.limits.close_for(int(fault.value), time.monotonic(), fault.chat, chat)
            raise _too_many(int(fault.value))
        if name in COUNTED or (name == "sendChatAction" and self.limits.closed(chat, time.monotonic())):
            wait = self.limits.check(chat, time.monotonic(), name)
            if wait:
                raise _too_many(wait)
        return await self._dispatch(name, params)

    async def _dispatch(self, name: str, params: dict[str, Any]) -> Any:
        updates = self.updates
        match name.lower():
            case "getupdates":
                updates.allow(params.get("allowed_updates"))
                offset, limit = int(params.get("offset") or 0), int(params.get("limit") or 100)
                return await updates.poll(offset, limit, float(params.get("timeout") or 0))
            case "setwebhook" | "deletewebhook":
                given = (
                    params
                    if name.lower() == "setwebhook"
                    else {"drop_pending_updates": params.get("drop_pending_updates")}
                )
                secret, connections = str(given.get("secret_token") or ""), int(given.get("max_connections") or 40)
                drop = bool(given.get("drop_pending_updates"))
                updates.set_webhook(
                    str(given.get("url") or ""), secret, given.get("allowed_updates"), connections, drop
                )
                return True
            case "getwebhookinfo":
                info = {"url": updates.url, "has_custom_certificate": False, "pending_update_count": len(updates.held)}
                return info | ({"last_error_message": updates.last_error} if updates.last_error else {})
        refused = (
            self.refused_parameters.keys() & params.keys() if name in ("sendMessage", "editMessageText") else set()
        )
        if refused:
            raise RefusedError(400, f"Bad Request: {self.refused_parameters[min(refused)]}")
        found = self._methods.find(name)
        if found is None:
            raise RefusedError(404, "Not Found: method not found")
        with self.world.lock:
            return found[1](params)


def _too_many(seconds: int) -> RefusedError:
    return RefusedError(429, f"Too Many Requests: retry after {seconds}", retry_after=seconds)


def _json(body: dict[str, Any], status: int = 200) -> web.Response:
    return web.Response(status=status, body=json.dumps(body).encode(), content_type="application/json")


async def _params(request: web.Request) -> dict[str, Any]:
    """Parameters from the query, a JSON body, a form or multipart; JSON inside strings is opened, as Telegram does."""
    given: dict[str, Any] = dict(request.query)
    if request.content_type == "application/json":
        given |= json.loads(await request.read() or b"{}")
    elif request.can_read_body:
        for key, value in (await request.post()).items():
            given[key] = value.file.read() if isinstance(value, web.FileField) else value
    for key, value in given.items():
        if isinstance(value, str) and key not in ("text", "caption") and value[:1] in ("{", "["):
            given[key] = json.loads(value)
        elif key == "chat_id" and isinstance(value, str) and value.lstrip("-").isdigit():
            given[key] = int(value)
        elif value in ("true", "false"):
            given[key] = value == "true"
    return given
