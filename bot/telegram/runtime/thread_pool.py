"""Threads for answers: reused, and nobody waits for one that hangs, not even the process at its end."""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable
from queue import SimpleQueue
from typing import Generic, TypeVar

STARTING, START_SECONDS = 2, 0.02  # so many answers begin at once: threads that all compute only hinder each other
Task = TypeVar("Task")
Result = TypeVar("Result")


class Crew(Generic[Task, Result]):
    """As many daemon threads as are busy at once. A thread that has ended a task takes the next one by itself.

    ``work`` catches its own errors; ``ended`` is called in a thread when there is something to ``collect``.
    """

    def __init__(self, work: Callable[[Task], Result], ended: Callable[[], None]) -> None:
        self._work, self._ended = work, ended
        self._lock = threading.Lock()
        self._waiting: deque[Task] = deque()
        self._idle: list[SimpleQueue[Task]] = []
        self._running: dict[SimpleQueue[Task], float] = {}  # since when each busy thread is at its task
        self._results: list[Result] = []

    def begin(self, task: Task) -> None:
        """Carry out ``task`` in a thread, soon."""
        with self._lock:
            self._waiting.append(task)
            self._assign()

    def look(self) -> bool:
        """Begin what waits although others take long; whether something still waits, and this is to be called again."""
        with self._lock:
            self._assign()
            return bool(self._waiting)

    def collect(self) -> list[Result]:
        """What ended since the last time."""
        with self._lock:
            results, self._results = self._results, []
        return results

    def _assign(self) -> None:
        while self._waiting and self._may_begin():
            thread = self._idle.pop() if self._idle else self._hired()
            self._running[thread] = time.monotonic()
            thread.put(self._waiting.popleft())

    def _may_begin(self) -> bool:
        young = time.monotonic() - START_SECONDS
        return sum(since > young for since in self._running.values()) < STARTING

    def _hired(self) -> SimpleQueue[Task]:
        tasks: SimpleQueue[Task] = SimpleQueue()
        threading.Thread(target=self._serve, args=(tasks,), name="answer", daemon=True).start()
        return tasks

    def _serve(self, tasks: SimpleQueue[Task]) -> None:
        while True:
            task: Task | None = tasks.get()
            while task is not None:
                task = self._next(tasks, self._work(task))

    def _next(self, thread: SimpleQueue[Task], result: Result) -> Task | None:
        with self._lock:
            self._results.append(result)
            news = len(self._results) == 1
            del self._running[thread]
            task = self._waiting.popleft() if self._waiting and self._may_begin() else None
            if task is None:
                self._idle.append(thread)
            else:
                self._running[thread] = time.monotonic()
        if news:
            self._ended()
        return task
