"""The webhook: 200 only after the update is committed; anything else makes Telegram deliver it again."""

from __future__ import annotations

import asyncio
import hmac
import json
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import structlog
from sqlalchemy.exc import SQLAlchemyError
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from telegram import Bot
from telegram.error import RetryAfter, TelegramError, TimedOut

from bot.telegram.delivery.aiohttp_request import call, seconds_to_wait
from bot.telegram.monitoring.metrics import HealthMonitor, Metrics
from bot.telegram.queue.transactions import UNSTORABLE
from bot.telegram.update import update_number

log = structlog.get_logger()
SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105 - the header's name
LARGEST = 1_000_000  # bytes; Telegram's updates are far smaller
WATCH_SECONDS, LATE_SECONDS = 3.0, 4.0  # between two looks at Telegram, and how late an answer may be
ELSEWHERE = (
    "Telegram has another address or none: another process uses the same token; stop it and start this one again"
)


def webhook_app(
    path: str, secret: str, store: Callable[[Mapping[str, Any]], Awaitable[None]], metrics: Metrics
) -> Starlette:
    """An app that takes updates at ``path`` from whoever knows ``secret``."""

    async def receive(request: Request) -> Response:
        secret_given = request.headers.get(SECRET_HEADER, "")
        if not hmac.compare_digest(secret_given.encode(), secret.encode()):
            return Response(status_code=403)
        update = await _update(request)
        if update is None:
            log.error("webhook refused", reason="no update, or no usable update_id")
            return Response(status_code=400)
        try:
            await store(update)
        except UNSTORABLE as error:  # it will never be stored, however often Telegram delivers it
            log.error("updates put aside", reason=type(error).__name__, number=update["update_id"], count=1)
            metrics.put_aside.inc()
        except SQLAlchemyError:
            log.warning("webhook refused", reason="the database is away")
            return Response(status_code=503)
        return Response(status_code=200)

    return Starlette(routes=[Route(path, receive, methods=["POST"])])


async def _update(request: Request) -> Mapping[str, Any] | None:
    body = bytearray()
    async for part in request.stream():
        body += part
        if len(body) > LARGEST:
            return None
    try:
        update = json.loads(body)
    except (ValueError, RecursionError):
        return None
    return update if update_number(update) is not None else None


async def watch_webhook(bot: Bot, url: str, monitor: HealthMonitor, is_serving: Callable[[], bool]) -> None:
    """While the server serves: look whether Telegram answers and still has our address. Nothing else would tell."""
    while is_serving():
        pause = WATCH_SECONDS
        try:
            info = await call(bot, "getWebhookInfo", {}, read_timeout=LATE_SECONDS)
        except RetryAfter as error:
            pause += seconds_to_wait(error)
            monitor.heartbeat("webhook", pause + LATE_SECONDS)
        except TelegramError as error:
            reason = "Telegram does not answer" if isinstance(error, TimedOut) else type(error).__name__
            monitor.report_problem("webhook", reason)
        else:
            if isinstance(info, dict) and info.get("url") == url:
                monitor.heartbeat("webhook", WATCH_SECONDS + LATE_SECONDS)
            else:
                monitor.report_problem("webhook", ELSEWHERE)
        await asyncio.sleep(pause)
