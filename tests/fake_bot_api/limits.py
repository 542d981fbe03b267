"""Telegram's flood limits: one message a second to a chat, twenty a minute to a group, thirty a second in all.

A ``retry_after`` window is a chat's or the whole bot's, and Telegram does not say which. A call inside one that the bot
must know of is refused again, the window grows, and the call is kept as a violation. Of the bot's own window it knows
when a second chat was refused.
"""

from __future__ import annotations

import math
from collections import defaultdict, deque
from dataclasses import dataclass, field

TOLERANCE = 0.05  # seconds; clocks and sockets are not exact


@dataclass(frozen=True)
class Window:
    """Until when calls are refused, and how many seconds that was."""

    until: float = 0.0
    wait: int = 0

    def holds(self, now: float) -> bool:
        return now < self.until - TOLERANCE


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
        self._chats: dict[int, Window] = defaultdict(Window)
        self._bot = Window()
        self._told: set[int] = set()  # chats that were refused in the bot's window

    def close_for(self, seconds: int, now: float, chat: int | None = None, told: int = 0) -> None:
        """Open a window from outside (a fault on demand): of ``chat``, or of the bot in a call to ``told``, 0: none."""
        if chat is not None:
            self._chats[chat] = Window(now + seconds, seconds)
            return
        self._told = {*(self._told if self._bot.holds(now) else ()), told} | ({-1} if told == 0 else set())
        self._bot = Window(now + seconds, seconds)

    def closed(self, chat: int, now: float) -> bool:
        """Whether a call to ``chat`` is inside a window."""
        return self._bot.holds(now) or self._chats[chat].holds(now)

    def check(self, chat: int, now: float, method: str) -> int:
        """Seconds to wait, 0 when the message may go. Counts it when it goes."""
        known = len(self._told) > 1 or chat in self._told
        if self._bot.holds(now) and not known:
            self._told.add(chat)
            return math.ceil(self._bot.until - now)
        if self.closed(chat, now):
            self.violations.append((now, method))
            mine = not self._bot.holds(now)
            wait = max(2 * (self._chats[chat] if mine else self._bot).wait, 1)
            self.close_for(wait, now, chat if mine else None, chat)
            return wait
        if not self.on:
            return 0
        if self._over(chat, now):
            self.close_for(self.first_wait, now, chat)
            return self.first_wait
        if self._tokens < 1 - TOLERANCE * self.per_second:
            self.close_for(self.first_wait, now, None, chat)
            return self.first_wait
        self._tokens -= 1
        self._sent[chat].append(now)
        return 0

    def _over(self, chat: int, now: float) -> bool:
        self._tokens = min(float(self.per_second), self._tokens + (now - self._filled) * self.per_second)
        self._filled = now
        sent = self._sent[chat]
        close = bool(sent) and now - sent[-1] < self.per_chat_seconds - TOLERANCE
        full = chat < 0 and len(sent) == sent.maxlen and now - sent[0] < 60 - TOLERANCE
        return close or full
