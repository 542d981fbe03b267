"""PTB's HTTP transport over aiohttp: several times the replies per CPU-second of the default at any concurrency."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.request import getproxies, proxy_bypass

import aiohttp
from telegram import Bot
from telegram.error import EndPointNotFound, InvalidToken, NetworkError, RetryAfter, TelegramError, TimedOut
from telegram.request import BaseRequest, RequestData

from bot.telegram import json_codec

NOT_TELEGRAM = "Invalid server response"


class AiohttpRequest(BaseRequest):
    """``telegram.request.BaseRequest`` over one ``aiohttp.ClientSession``. Times are seconds."""

    __slots__ = ("_connections", "_proxies", "_read", "_session")

    def __init__(self, connections: int = 128, read_timeout: float = 15) -> None:
        self._connections, self._read = connections, read_timeout
        self._session: aiohttp.ClientSession | None = None
        self._proxies: dict[str, str | None] = {}

    @property
    def read_timeout(self) -> float:
        """Seconds without a byte after which a call has timed out."""
        return self._read

    async def initialize(self) -> None:
        """Open the session; the proxy variables of the environment are followed."""
        if self._session is None:
            connector = aiohttp.TCPConnector(limit=self._connections, keepalive_timeout=30)
            self._session = aiohttp.ClientSession(connector=connector, auto_decompress=True)

    async def shutdown(self) -> None:
        """Close the session and its connections."""
        if self._session is not None:
            await self._session.close()
            self._session = None

    def _proxy(self, url: str) -> str | None:
        """The environment's proxy for ``url``, looked up once a host; aiohttp would for each call, in a thread."""
        host = url.split("/", 3)[2]
        if host not in self._proxies:
            plain = host.rpartition("@")[2]
            self._proxies[host] = None if proxy_bypass(plain) else getproxies().get(url.partition(":")[0])
        return self._proxies[host]

    @staticmethod
    def parse_json_payload(payload: bytes) -> Any:
        """The JSON of an answer. A payload that is none of Telegram's is a network error: something else spoke."""
        try:
            answer = json_codec.loads(payload)
        except (ValueError, RecursionError):
            answer = None
        if not isinstance(answer, dict) or ("result" not in answer and answer.get("ok") is not False):
            raise NetworkError(NOT_TELEGRAM)  # PTB looks into it without asking what it is
        return answer

    async def do_request(
        self,
        url: str,
        method: str,
        request_data: RequestData | None = None,
        read_timeout: Any = BaseRequest.DEFAULT_NONE,
        write_timeout: Any = BaseRequest.DEFAULT_NONE,
        connect_timeout: Any = BaseRequest.DEFAULT_NONE,
        pool_timeout: Any = BaseRequest.DEFAULT_NONE,
    ) -> tuple[int, bytes]:
        """One call. Raises ``TimedOut`` or ``NetworkError``; their texts never hold the address: it holds the token."""
        if self._session is None:
            raise NetworkError("The transport is not open")
        read = self._read if read_timeout is BaseRequest.DEFAULT_NONE else read_timeout
        timeout = aiohttp.ClientTimeout(total=None, sock_connect=5, sock_read=read)
        try:
            data, proxy = _body(request_data), self._proxy(url)
            async with self._session.request(method, url, data=data, timeout=timeout, proxy=proxy) as response:
                body = await response.read()
        except TimeoutError:
            raise TimedOut from None
        except (aiohttp.ClientError, OSError) as error:
            raise NetworkError(f"{type(error).__name__} while calling the Bot API") from None
        except ValueError:
            raise TelegramError("The Bot API's address cannot be used; see telegram.base_url") from None
        if response.ok and b'"result"' not in body:
            raise NetworkError(NOT_TELEGRAM)
        return response.status, body


async def call(bot: Bot, method: str, parameters: Mapping[str, Any], read_timeout: float | None = None) -> Any:
    """Call ``method`` of the Bot API with plain JSON values; its result as it came, not made into PTB's objects.

    ``read_timeout`` in seconds, None for that of the transport. Raises PTB's errors.
    """
    timeout = BaseRequest.DEFAULT_NONE if read_timeout is None else read_timeout
    try:
        # In lower case, which Telegram takes too: for names that it knows PTB warns that it has methods of its own.
        return await bot.do_api_request(method.lower(), dict(parameters), read_timeout=timeout)
    except EndPointNotFound:  # PTB's word for a token that was revoked meanwhile, too, and the methods here exist
        raise InvalidToken from None


def seconds_to_wait(error: RetryAfter) -> float:
    """What Telegram asks to wait, in seconds; PTB hands it out as a number or as a time span."""
    wait = error.retry_after
    return float(wait) if isinstance(wait, (int, float)) else wait.total_seconds()


def _body(request: RequestData | None) -> Any:
    if request is None or not request.parameters:
        return None
    if not request.contains_files:
        return aiohttp.BytesPayload(json_codec.dumps(request.parameters).encode(), content_type="application/json")
    form = aiohttp.FormData()
    for name, value in request.json_parameters.items():
        form.add_field(name, value)
    for name, (filename, content, kind) in request.multipart_data.items():
        form.add_field(name, content, filename=filename, content_type=kind)
    return form


def bot_of(token: str, base_url: str) -> Bot:
    """The bot with this token at the Bot API of ``base_url``."""
    base = base_url.rstrip("/")
    return Bot(
        token,
        base_url=f"{base}/bot",
        base_file_url=f"{base}/file/bot",
        request=AiohttpRequest(),
        get_updates_request=AiohttpRequest(2),
    )
