"""Waiting in tests: for an event, never for seconds; a limit only ends a test that hangs."""

from __future__ import annotations

import time
from collections.abc import Callable

TIMES = 5.0  # a machine that does other things besides may take so many times as long as one that does not


def until(condition: Callable[[], bool], seconds: float = 10, what: str = "", look: float = 0.01) -> None:
    """Until ``condition`` holds, which a quiet machine brings about in ``seconds``; fails after ``TIMES`` as many."""
    end = time.monotonic() + TIMES * seconds
    while not condition():
        if time.monotonic() > end:
            raise AssertionError(f"not within {TIMES:g} times {seconds:g} s: {what or condition}")
        time.sleep(look)
