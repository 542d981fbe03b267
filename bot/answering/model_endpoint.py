"""Asks a chat model within a budget of time, and leaves alone for a while one that fails again and again."""

from __future__ import annotations

import asyncio
import concurrent.futures
import threading
import time
from collections.abc import Callable, Sequence
from functools import cache
from typing import TYPE_CHECKING

import structlog

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel
    from langchain_core.messages import BaseMessage

log = structlog.get_logger()
Clock = Callable[[], float]
FAILURES = 3  # in a row, after which nobody asks
REST = 60.0  # seconds until one question tries again


class Breaker:
    """Whether a service may be asked. After ``FAILURES`` in a row it rests; then one question tries it for all."""

    def __init__(self, clock: Clock = time.monotonic) -> None:
        self._clock, self._lock = clock, threading.Lock()
        self._failures, self._until = 0, 0.0

    def admits(self) -> bool:
        """Whether this caller may ask; who is admitted tells the outcome."""
        with self._lock:
            if self._failures < FAILURES:
                return True
            if self._clock() < self._until:
                return False
            self._until = self._clock() + REST  # the others wait for how this one fares
            return True

    def succeeded(self) -> None:
        """The service answered."""
        with self._lock:
            if self._failures >= FAILURES:
                log.info("chat model answers again")
            self._failures = 0

    def failed(self) -> None:
        """The service did not answer, or not in time."""
        with self._lock:
            self._failures += 1
            if self._failures >= FAILURES:
                self._until = self._clock() + REST
                log.warning("chat model failed repeatedly; quoting without it", seconds=REST)


class Budget:
    """Seconds that one answer, all its parts together, may wait for the chat model."""

    def __init__(self, seconds: float, clock: Clock = time.monotonic) -> None:
        self._clock, self._until = clock, clock() + seconds

    @property
    def left(self) -> float:
        """Seconds that are left, 0 when none are."""
        return max(0.0, self._until - self._clock())


class Endpoint:
    """A chat model behind a breaker. ``clock``: seconds that only go forward."""

    def __init__(self, model: BaseChatModel, clock: Clock = time.monotonic) -> None:
        self._model, self._clock, self._breaker = model, clock, Breaker(clock)

    def budget(self, seconds: float) -> Budget:
        """A budget that begins now."""
        return Budget(seconds, self._clock)

    def ask(self, messages: Sequence[BaseMessage], budget: Budget) -> str | None:
        """What the model says; None when it failed, is resting, or ``budget`` is spent.

        The wait has an end whatever the server does: one that sends a byte now and then is cut off too.
        """
        import httpx
        from openai import OpenAIError

        if not budget.left or not self._breaker.admits():
            return None
        asked = asyncio.run_coroutine_threadsafe(self._model.ainvoke(list(messages)), _loop())
        try:
            content = asked.result(budget.left).content
            if not isinstance(content, str):
                raise TypeError("a reply without text")
        except (
            OpenAIError, httpx.HTTPError, OSError, ValueError, TypeError, LookupError, AttributeError,
            concurrent.futures.TimeoutError, concurrent.futures.CancelledError,
        ) as error:  # fmt: skip
            asked.cancel()  # closes the connection
            log.warning("chat model gave no answer; quoting instead", reason=type(error).__name__)
            self._breaker.failed()
            return None
        self._breaker.succeeded()
        return content


@cache
def _loop() -> asyncio.AbstractEventLoop:
    """The event loop that all requests of this process run in, so that a wait can be broken off."""
    loop = asyncio.new_event_loop()
    threading.Thread(target=loop.run_forever, name="chat-model", daemon=True).start()
    return loop
