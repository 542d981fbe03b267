"""Whether the clock that the replicas share was set: by comparing it with one that nobody sets."""

from __future__ import annotations

import time
from collections.abc import Callable

STEP_SECONDS = 1.0  # less than this is no step: networks and clocks are not exact


class StepWatch:
    """Remembers how far the shared clock is ahead of the process's steady one, and sees when that changes.

    ``seen``: the least and the greatest difference that the last look allows, in seconds; None before the first.
    """

    def __init__(self, steady: Callable[[], float] = time.monotonic) -> None:
        self._steady = steady
        self.seen: tuple[float, float] | None = None

    def look(self, read: Callable[[], float]) -> tuple[float, float]:
        """What ``read`` says the time is, and by how many seconds that clock was set since the last look.

        More than 0: set forward; 0: not set. A slow answer of a database is no step: it only makes the look less exact.
        """
        before = self._steady()
        now = read()
        least, greatest = now - self._steady(), now - before
        seen, self.seen = self.seen, (least, greatest)
        if seen is not None and least > seen[1] + STEP_SECONDS:
            return now, least - seen[1]
        if seen is not None and greatest < seen[0] - STEP_SECONDS:
            return now, greatest - seen[0]
        return now, 0.0
