"""Faults on demand: what goes wrong, with which calls, how many times."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from enum import Enum


class Kind(Enum):
    """What goes wrong."""

    TOO_MANY = "429"
    STATUS = "status"  # an HTTP error with Telegram's JSON
    GATEWAY = "gateway"  # an HTTP error with a proxy's HTML
    SLOW = "slow"
    CUT_BEFORE = "cut before"  # the connection is reset, nothing happened
    CUT_AFTER = "cut after"  # the message is taken, then the connection is reset
    GARBAGE = "garbage"  # 200 with something that is no JSON
    BODY = "body"  # 200 with ``body``, whatever was asked


@dataclass(frozen=True)
class Fault:
    """One fault; ``times`` is how many calls it hits. ``value``: status, seconds of delay, or ``retry_after``."""

    kind: Kind
    value: float = 0
    method: str = "sendMessage"
    chat: int | None = None
    times: int = 1
    body: str = ""


@dataclass
class Faults:
    """The faults that wait for their call."""

    waiting: list[Fault] = field(default_factory=list)
    hit: list[Fault] = field(default_factory=list)

    def add(
        self,
        kind: Kind,
        value: float = 0,
        *,
        method: str = "sendMessage",
        chat: int | None = None,
        times: int = 1,
        body: str = "",
    ) -> None:
        self.waiting.append(Fault(kind, value, method, chat, times, body))

    def take(self, method: str, chat: int | None) -> Fault | None:
        """The first fault that fits this call, used up by one."""
        for place, fault in enumerate(self.waiting):
            if fault.method.lower() not in ("*", method.lower()) or fault.chat not in (None, chat):
                continue
            self.waiting[place : place + 1] = [replace(fault, times=fault.times - 1)] if fault.times > 1 else []
            self.hit.append(fault)
            return fault
        return None
