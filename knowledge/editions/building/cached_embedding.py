"""Vectors for texts: from the SQL cache what is there, from the model what is not, kept as it goes."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from typing import Any, Protocol

import numpy as np
from sqlalchemy import Engine

from knowledge import store
from knowledge.editions.building.progress import Progress, Stage
from knowledge.store import embeddings as cache

BATCH = 256  # a kill loses no more than this many
Matrix = np.ndarray[Any, np.dtype[np.float32]]


class Encoder(Protocol):
    """What is needed of the embedding model."""

    def encode(self, texts: Sequence[str]) -> Matrix:
        """Normalised vectors (n, dimension)."""


def digests_of(texts: Sequence[str]) -> list[str]:
    """The keys of the embedding cache."""
    return [hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest() for text in texts]


def missing(engine: Engine, model: str, digests: Sequence[str]) -> int:
    """How many of the digests the cache does not have."""
    wanted = sorted(set(digests))
    with engine.connect() as connection:
        return len(wanted) - len(cache.cached_digests(connection, model, wanted))


def embed(
    engine: Engine, model: str, load: Callable[[], Encoder], texts: Sequence[str], edition: int, progress: Progress
) -> int:
    """Put the vectors of all texts into the cache, for ``edition``; returns how many had to be made.

    ``load`` gives the model; it is not called when nothing is lacking.
    """
    by_digest = dict(zip(digests_of(texts), texts, strict=True))
    with engine.connect() as connection:
        known = cache.cached_digests(connection, model, sorted(by_digest))
    # Texts of like length together: a batch is as slow as its longest text.
    wanted = sorted(by_digest.keys() - known, key=lambda digest: (len(by_digest[digest]), digest))
    for start in range(0, len(wanted), BATCH):
        progress(Stage.EMBEDDING, start, len(wanted), "")
        part = wanted[start : start + BATCH]
        vectors = load().encode([by_digest[digest] for digest in part])
        with store.writing(engine) as connection:
            cache.save_vectors(connection, model, dict(zip(part, vectors, strict=True)), edition)
    progress(Stage.EMBEDDING, len(wanted), len(wanted), "")
    return len(wanted)


def vectors_of(engine: Engine, model: str, texts: Sequence[str], dimension: int) -> Matrix:
    """The vectors (n, dimension) of texts that are all in the cache, in their order."""
    digests = digests_of(texts)
    with engine.connect() as connection:
        found = cache.find_vectors(connection, model, sorted(set(digests)))
    matrix = np.empty((len(digests), dimension), dtype=np.float32)
    for place, digest in enumerate(digests):
        matrix[place] = found[digest]
    return matrix
