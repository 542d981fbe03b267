"""One page fetched from the web: from allowed hosts at public addresses alone, within limits of size and time."""

from __future__ import annotations

import ipaddress
import socket
import time
from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import urljoin, urlsplit

import httpcore

from knowledge.ingestion.received.page_list import ListedPage
from knowledge.settings import WebPageSettings

REDIRECTS = 5
MOVED = {301, 302, 303, 307, 308}
GONE = {404, 410}
NAME = b"skilled-huadu-assistant"


class FetchError(Exception):
    """A page cannot be fetched; the message says why. ``gone``: its host says that there is no such page."""

    def __init__(self, reason: str, *, gone: bool = False) -> None:
        super().__init__(reason)
        self.gone = gone


@dataclass(frozen=True)
class FetchedPage:
    """What came: the bytes, their media type, and by what the host knows this version again."""

    content: bytes
    media_type: str
    etag: str = ""
    modified: str = ""


def fetch(page: ListedPage, limits: WebPageSettings, etag: str = "", modified: str = "") -> FetchedPage | None:
    """The page; None when it is still the version of ``etag`` or ``modified``. Raises ``FetchError``."""
    deadline = time.monotonic() + limits.seconds
    url = page.url
    asked = [(b"Host", b""), (b"User-Agent", NAME), (b"Accept-Encoding", b"identity")]
    asked += [
        (name, value.encode()) for name, value in ((b"If-None-Match", etag), (b"If-Modified-Since", modified)) if value
    ]
    with httpcore.ConnectionPool(network_backend=_PublicHosts(limits.private_addresses)) as pool:
        for _ in range(REDIRECTS + 1):
            found = _once(pool, url, page, asked, limits, deadline)
            if not isinstance(found, str):
                return found
            url = urljoin(url, found)
    raise FetchError(f"it redirects more than {REDIRECTS} times")


def _once(
    pool: httpcore.ConnectionPool,
    url: str,
    page: ListedPage,
    asked: list[tuple[bytes, bytes]],
    limits: WebPageSettings,
    deadline: float,
) -> FetchedPage | str | None:
    """The page, or the address that it redirects to."""
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or parts.hostname not in page.allowed:
        raise FetchError(f"it redirects to {url[:200]}, whose host is not allowed; add it to its hosts")
    headers = [(b"Host", parts.netloc.encode()), *asked[1:]]
    try:
        left = max(0.1, deadline - time.monotonic())
        waits = dict.fromkeys(("connect", "read", "write", "pool"), left)
        with pool.stream("GET", url, headers=headers, extensions={"timeout": waits}) as response:
            known = {name.decode().lower(): value.decode("latin-1") for name, value in response.headers}
            if response.status in MOVED:
                return known.get("location", "")
            if response.status == 304:
                return None
            if response.status != 200:
                raise FetchError(f"its host answers {response.status}", gone=response.status in GONE)
            if known.get("content-encoding", "identity") != "identity":
                raise FetchError(f"its host sends it packed ({known['content-encoding']})")
            content = _limited(response.iter_stream(), limits, deadline)
    except httpcore.TimeoutException:
        raise FetchError(f"it did not come within {limits.seconds:.1f} s") from None
    except (
        httpcore.NetworkError,
        httpcore.ProtocolError,
        httpcore.UnsupportedProtocol,
        UnicodeError,
        OSError,
    ) as error:
        raise FetchError(str(error) or type(error).__name__) from None
    media_type = known.get("content-type", "").partition(";")[0].strip().lower()
    return FetchedPage(content, media_type, known.get("etag", ""), known.get("last-modified", ""))


def _limited(pieces: Iterable[bytes], limits: WebPageSettings, deadline: float) -> bytes:
    content = bytearray()
    for piece in pieces:
        content += piece
        if len(content) > limits.mebibytes * 2**20:
            raise FetchError(f"it has more than {limits.mebibytes} MiB (web_pages.mebibytes)")
        if time.monotonic() > deadline:
            raise FetchError(f"it did not come within {limits.seconds:.1f} s")
    return bytes(content)


class _PublicHosts(httpcore.NetworkBackend):
    """Connects to the address that was looked at: a name could lead elsewhere when it is asked again."""

    def __init__(self, private_addresses: bool) -> None:
        self._private_addresses = private_addresses
        self._network = httpcore.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.NetworkStream:
        """A connection to ``host``. Raises ``FetchError`` when it is not on the public internet."""
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        addresses = [str(entry[4][0]) for entry in found]
        inside = [address for address in addresses if not ipaddress.ip_address(address.partition("%")[0]).is_global]
        if inside and not self._private_addresses:
            raise FetchError(f"{host} is at {inside[0]}, which is no public address (web_pages.private_addresses)")
        return self._network.connect_tcp(addresses[0], port, timeout, local_address, socket_options)
