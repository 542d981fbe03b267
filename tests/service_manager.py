"""The other side of systemd's protocol for tests: a real datagram socket."""

from __future__ import annotations

import socket
import time
from contextlib import suppress


class Manager:
    """The socket that a service manager listens on; ``heard``: what came, in its order, a line each."""

    def __init__(self, address: str) -> None:
        self.address = address
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.socket.bind(address)
        self.heard: list[str] = []

    def hear(self, seconds: float) -> str:
        """The next datagram; "" when none came for so long."""
        self.socket.settimeout(seconds)
        with suppress(TimeoutError):
            said = self.socket.recv(4096).decode()
            self.heard += said.split("\n")
            return said
        return ""

    def until(self, line: str, seconds: float = 100) -> None:
        end = time.monotonic() + seconds
        while line not in self.heard:
            assert time.monotonic() < end, self.heard
            self.hear(end - time.monotonic())
