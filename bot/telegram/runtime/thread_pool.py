"""Threads for answers: reused, and nobody waits for one that hangs, not even the process at its end."""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable
from queue import SimpleQueue
from typing import Generic, TypeVar

# So many answers begin within so many seconds: threads that all compute only hinder each other.
MOST_STARTING, START_SECONDS = 2, 0.02
Task = TypeVar("Task")
Result = TypeVar("Result")


class ThreadPool(Generic[Task, Result]):
    """As many daemon threads as are busy at once. A thread that has ended a task takes the next one by itself.

    ``handle`` catches its own errors; ``notify`` is called in a thread when there is something to ``collect``.
    """

    def __init__(self, handle: Callable[[Task], Result], notify: Callable[[], None]) -> None:
        self._handle, self._notify = handle, notify
        self._lock = threading.Lock()
        self._waiting: deque[Task] = deque()
        self._idle: list[SimpleQueue[Task]] = []
        self._running: dict[SimpleQueue[Task], float] = {}  # since when each busy thread is at its task
        self._results: list[Result] = []

    def submit(self, task: Task) -> None:
        """Carry out ``task`` in a thread, soon."""
        with self._lock:
            self._waiting.append(task)
            self._assign()

    def start_waiting(self) -> bool:
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
        while self._waiting and self._may_start():
            thread = self._idle.pop() if self._idle else self._new_thread()
            self._running[thread] = time.monotonic()
            thread.put(self._waiting.popleft())

    def _may_start(self) -> bool:
        young = time.monotonic() - START_SECONDS
        return sum(since > young for since in self._running.values()) < MOST_STARTING

    def _new_thread(self) -> SimpleQueue[Task]:
        tasks: SimpleQueue[Task] = SimpleQueue()
        threading.Thread(target=self._work, args=(tasks,), name="answer", daemon=True).start()
        return tasks

    def _work(self, tasks: SimpleQueue[Task]) -> None:
        while True:
            task: Task | None = tasks.get()
            while task is not None:
                task = self._next(tasks, self._handle(task))

    def _next(self, thread: SimpleQueue[Task], result: Result) -> Task | None:
        with self._lock:
            self._results.append(result)
            is_first = len(self._results) == 1
            del self._running[thread]
            task = self._waiting.popleft() if self._waiting and self._may_start() else None
            if task is None:
                self._idle.append(thread)
            else:
                self._running[thread] = time.monotonic()
        if is_first:
            self._notify()
        return task
