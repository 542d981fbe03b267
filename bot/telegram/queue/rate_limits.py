"""When a message may go. Telegram's limits: 1 a second to a chat, 20 a minute to a group, 30 a second in all."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Pace:
    """At most ``count`` messages in any ``seconds``."""

    count: int
    seconds: float


@dataclass(frozen=True)
class Paces:
    """The limits that the sender keeps. Each window is a little longer than Telegram's: networks jitter."""

    bot: tuple[Pace, ...] = (Pace(30, 1.005),)
    private: tuple[Pace, ...] = (Pace(1, 1.05),)
    group: tuple[Pace, ...] = (Pace(1, 1.05), Pace(20, 60.2))

    def of(self, chat: int) -> tuple[Pace, ...]:
        """The limits of a chat; groups have negative ids."""
        return self.group if chat < 0 else self.private


TELEGRAM = Paces()
UNPACED = Paces(bot=(), private=(), group=())


def free_at(sent: Sequence[float], paces: Sequence[Pace]) -> float:
    """The earliest moment for one more message, given the times (ascending) of the earlier ones; 0 when any will do."""
    return max((sent[-pace.count] + pace.seconds for pace in paces if len(sent) >= pace.count), default=0.0)


def room(sent: Sequence[float], paces: Sequence[Pace], now: float, most: int) -> int:
    """How many messages may go at ``now``, up to ``most``."""
    left = (pace.count - sum(1 for at in sent if at > now - pace.seconds) for pace in paces)
    return max(0, min((most, *left)))


def kept(sent: Sequence[float], paces: Sequence[Pace]) -> list[float]:
    """The times that still matter for ``paces``."""
    most = max((pace.count for pace in paces), default=0)
    return list(sent[-most:]) if most else []
