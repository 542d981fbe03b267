"""Telegram's flood limits: one message a second to a chat, twenty a minute to a group, thirty a second in all.

A call inside a ``retry_after`` window is refused again, the window grows, and the call is kept as a violation.
"""

from __future__ import annotations

from collections import defaultdict, deque
from dataclasses import dataclass, field

TOLERANCE = 0.05  # seconds; clocks and sockets are not exact


@dataclass
class Limits:
    """What a bot may send. Times are seconds of one monotonic clock."""

    per_chat_seconds: float = 1.0
    per_group_minute: int = 20
    per_second: int = 30
    first_wait: int = 1
    on: bool = True
    violations: list[tuple[float, str]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._sent: dict[int, deque[float]] = defaultdict(lambda: deque(maxlen=20))
        self._tokens, self._filled = float(self.per_second), 0.0
        self._until, self._wait = 0.0, 0

    def close_for(self, seconds: int, now: float) -> None:
        """Open a ``retry_after`` window from outside (a fault on demand)."""
        self._wait, self._until = seconds, now + seconds

    def check(self, chat: int, now: float, method: str) -> int:
        """Seconds to wait, 0 when the message may go. Counts it when it goes."""
        if now < self._until - TOLERANCE:
            self.violations.append((now, method))
            return self._refuse(now, max(2 * self._wait, 1))
        if not self.on:
            return 0
        if self._over(chat, now):
            return self._refuse(now, self.first_wait)
        self._tokens -= 1
        self._sent[chat].append(now)
        return 0

    def _over(self, chat: int, now: float) -> bool:
        self._tokens = min(float(self.per_second), self._tokens + (now - self._filled) * self.per_second)
        self._filled = now
        sent = self._sent[chat]
        close = bool(sent) and now - sent[-1] < self.per_chat_seconds - TOLERANCE
        full = chat < 0 and len(sent) == sent.maxlen and now - sent[0] < 60 - TOLERANCE
        return close or full or self._tokens < 1 - TOLERANCE * self.per_second

    def _refuse(self, now: float, wait: int) -> int:
        self._wait, self._until = wait, now + wait
        return wait
