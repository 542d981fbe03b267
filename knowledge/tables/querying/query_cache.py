"""What was found out once about an edition, whose rows do not change."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any, TypeVar

from cachetools import LRUCache

T = TypeVar("T")


class Memory:
    """Keeps the last ``size`` things. Threads may share it; two that ask at once may both find out."""

    def __init__(self, size: int) -> None:
        self._known: LRUCache[object, Any] = LRUCache(size)
        self._lock = threading.Lock()

    def once(self, key: tuple[object, ...], find_out: Callable[[], T]) -> T:
        """What ``find_out`` gives, asked once for each ``key``. Never None."""
        with self._lock:
            known: T | None = self._known.get(key)
        if known is None:
            known = find_out()
            with self._lock:
                self._known[key] = known
        return known
