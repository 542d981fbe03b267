"""A cache of query results on one edition, whose rows do not change."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any, TypeVar

from cachetools import LRUCache

T = TypeVar("T")


class QueryCache:
    """Keeps the ``size`` results used last. Threads may share it; two may compute one key at once."""

    def __init__(self, size: int) -> None:
        self._known: LRUCache[object, Any] = LRUCache(size)
        self._lock = threading.Lock()

    def get_or_compute(self, key: tuple[object, ...], compute: Callable[[], T]) -> T:
        """The cached result for ``key``, else that of ``compute``, which must not be None."""
        with self._lock:
            known: T | None = self._known.get(key)
        if known is None:
            known = compute()
            with self._lock:
                self._known[key] = known
        return known
