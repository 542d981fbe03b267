"""The nearest chunks to a vector: from Chroma, and when that fails, exactly."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from knowledge.embedding.chroma_store import ChromaStore, ChromaStoreError

PAUSE_SECONDS = 5.0  # before opening Chroma is tried again
Matrix = np.ndarray[Any, np.dtype[np.float32]]


class NearestChunks:
    """The nearest chunks to a vector: from Chroma, and when that fails, exactly, over ``embeddings.npy``.

    ``open_store`` opens Chroma; while it cannot, it is tried again every few seconds. ``trouble`` says why Chroma is
    not asked; None as long as it answers. ``ids``: of the chunks, in the order of the rows in ``embeddings``.
    """

    def __init__(self, open_store: Callable[[], ChromaStore], embeddings: Path, ids: Sequence[str]) -> None:
        self._open_store, self._path, self._ids = open_store, embeddings, ids
        self._lock = threading.Lock()
        self._vectors: ChromaStore | None = None
        self._failed: tuple[float, ChromaStoreError] | None = None  # when opening it failed last, and why
        self._matrix: Matrix | None = None
        self.trouble: str | None = None
        self.check()

    def __call__(self, vector: Matrix, limit: int) -> list[tuple[str, float]]:
        """Ids and cosine similarities of up to ``limit`` chunks, best first; ``vector``: (dimension,), unit length."""
        if not self._ids:
            return []
        try:
            hits = self._reached().query(vector, min(limit, len(self._ids)))
            self.trouble = None
            return hits
        except ChromaStoreError as error:
            self.trouble = f"{error}; exact search answers instead"
        return self._exact(vector, limit)

    def check(self) -> None:
        """Bring ``trouble`` up to date without a question: whether Chroma answers."""
        try:
            self._reached().count()
            self.trouble = None
        except ChromaStoreError as error:
            self.trouble = f"{error}; exact search answers instead"

    def _reached(self) -> ChromaStore:
        """Chroma, opened when it is not. Raises ``ChromaStoreError``, at once when opening it failed a moment ago."""
        with self._lock:
            if self._vectors is None:
                if self._failed and time.monotonic() - self._failed[0] < PAUSE_SECONDS:
                    raise self._failed[1]
                try:
                    self._vectors = self._open_store()
                except ChromaStoreError as error:
                    self._failed = time.monotonic(), error
                    raise
            return self._vectors

    def _exact(self, vector: Matrix, limit: int) -> list[tuple[str, float]]:
        if self._matrix is None:
            self._matrix = np.load(self._path)
        scores = self._matrix @ np.asarray(vector, dtype=np.float32)
        best = np.argsort(-scores, kind="stable")[:limit]
        return [(self._ids[index], float(scores[index])) for index in best]

    def close(self) -> None:
        """Close Chroma."""
        if self._vectors is not None:
            self._vectors.close()
