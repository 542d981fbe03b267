"""The webhook: 200 only after the update is committed; anything else makes Telegram deliver it again."""

from __future__ import annotations

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

log = structlog.get_logger()
SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105 - the header's name
LARGEST = 1_000_000  # bytes; Telegram's updates are far smaller


def webhook_app(path: str, secret: str, store: Callable[[Mapping[str, Any]], Awaitable[None]]) -> Starlette:
    """An app that takes updates at ``path`` from whoever knows ``secret``."""

    async def receive(request: Request) -> Response:
        secret_given = request.headers.get(SECRET_HEADER, "")
        if not hmac.compare_digest(secret_given.encode(), secret.encode()):
            return Response(status_code=403)
        update = await _update(request)
        if update is None:
            return Response(status_code=400)
        try:
            await store(update)
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
    return update if isinstance(update, dict) and isinstance(update.get("update_id"), int) else None
