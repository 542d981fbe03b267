"""Threads for answers: reused, and nobody waits for one that hangs, not even the process at its end."""

from __future__ import annotations

import threading
from collections.abc import Callable
from queue import SimpleQueue

Task = Callable[[], None]


class Crew:
    """As many daemon threads as are busy at once; one that hangs is simply not used again."""

    def __init__(self) -> None:
        self._idle: list[SimpleQueue[Task]] = []

    def begin(self, task: Task) -> None:
        """Carry out ``task``, which catches its own errors, in another thread."""
        tasks = self._idle.pop() if self._idle else self._hired()
        tasks.put(task)

    def _hired(self) -> SimpleQueue[Task]:
        tasks: SimpleQueue[Task] = SimpleQueue()
        threading.Thread(target=self._work, args=(tasks,), name="answer", daemon=True).start()
        return tasks

    def _work(self, tasks: SimpleQueue[Task]) -> None:
        while True:
            tasks.get()()
            self._idle.append(tasks)
