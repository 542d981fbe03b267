"""When a message may go. Telegram's limits: 1 a second to a chat, 20 a minute to a group, 30 a second in all."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class RateLimit:
    """At most ``count`` messages in any ``seconds``."""

    count: int
    seconds: float


@dataclass(frozen=True)
class RateLimits:
    """The limits that the sender keeps. Each window is a little longer than Telegram's: networks jitter."""

    bot: tuple[RateLimit, ...] = (RateLimit(30, 1.005),)
    private: tuple[RateLimit, ...] = (RateLimit(1, 1.05),)
    group: tuple[RateLimit, ...] = (RateLimit(1, 1.05), RateLimit(20, 60.2))

    def of(self, chat: int) -> tuple[RateLimit, ...]:
        """The limits of a chat; groups have negative ids."""
        return self.group if chat < 0 else self.private


TELEGRAM_LIMITS = RateLimits()
UNLIMITED = RateLimits(bot=(), private=(), group=())


def next_allowed_at(sent: Sequence[float], limits: Sequence[RateLimit]) -> float:
    """The earliest moment for one more message, given the times (ascending) of the earlier ones; 0 when any will do."""
    return max((sent[-limit.count] + limit.seconds for limit in limits if len(sent) >= limit.count), default=0.0)


def allowed_now(sent: Sequence[float], limits: Sequence[RateLimit], now: float, most: int) -> int:
    """How many messages may go at ``now``, up to ``most``."""
    left = (limit.count - sum(1 for at in sent if at > now - limit.seconds) for limit in limits)
    return max(0, min((most, *left)))


def relevant(sent: Sequence[float], limits: Sequence[RateLimit]) -> list[float]:
    """The times that still matter for ``limits``."""
    most = max((limit.count for limit in limits), default=0)
    return list(sent[-most:]) if most else []
