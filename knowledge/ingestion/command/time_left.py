"""How long a stage will still take, told from how long its steps took so far."""

from __future__ import annotations

import time
from collections.abc import Callable

from knowledge.ingestion.messages import say

AFTER = 5.0  # seconds of a stage before anything is said: the first steps load libraries
WORTH_SAYING = 10.0  # seconds


class TimeLeft:
    """The time left of each stage. ``clock``: seconds that only grow."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._begun: dict[str, tuple[float, int]] = {}

    def after(self, stage: str, done: int, total: int) -> str:
        """What is left of ``stage`` after ``done`` of ``total`` steps, in words; "" while nobody can tell."""
        now = self._clock()
        begun, first = self._begun.setdefault(stage, (now, done))
        passed, steps = now - begun, done - first
        if passed < AFTER or steps <= 0:
            return ""
        left = passed / steps * (total - done)
        return said(left) if left >= WORTH_SAYING else ""


def said(seconds: float) -> str:
    """A stretch of time, rounded to what anybody wants to know."""
    if seconds < 90:
        return say("about {seconds} s left", seconds=max(10, round(seconds / 10) * 10))
    if seconds < 90 * 60:
        return say("about {minutes} min left", minutes=round(seconds / 60))
    return say("about {hours} h left", hours=round(seconds / 3600))
