"""Embeds texts through the SQL cache: only texts that it lacks are encoded, and saved batch by batch."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
from sqlalchemy import Engine

from knowledge import store
from knowledge.editions.building.progress import Progress, Stage
from knowledge.index.encoding.token_states import packed
from knowledge.processes import shielded_from_interrupts
from knowledge.store import embeddings as cache

if TYPE_CHECKING:
    from knowledge.embedding.embedder import Encodings

BATCH = 256  # texts; a killed process loses no more embeddings than this
Matrix = np.ndarray[Any, np.dtype[np.float32]]


class Reader(Protocol):
    """The part of an embedding model that is used here."""

    def read(self, texts: Sequence[str]) -> Encodings:
        """What is kept of texts."""


def digests_of(texts: Sequence[str]) -> list[str]:
    """The keys of texts in the embedding cache: SHA-256 of their UTF-8 bytes, in hexadecimal."""
    return [hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest() for text in texts]


def missing(engine: Engine, model: str, digests: Sequence[str]) -> int:
    """How many different ones of ``digests`` the cache lacks under the key ``model``."""
    wanted = sorted(set(digests))
    with engine.connect() as connection:
        return len(wanted) - len(cache.cached_digests(connection, model, wanted))


def embed(
    engine: Engine, model: str, load: Callable[[], Reader], texts: Sequence[str], edition: int, progress: Progress
) -> int:
    """Put the embeddings of all texts into the cache, marked as used by ``edition``; returns how many were made.

    ``model``: the model's key in the cache; ``load``: gives the model, and is not called when the cache has them all.
    """
    by_digest = dict(zip(digests_of(texts), texts, strict=True))
    with engine.connect() as connection:
        known = cache.cached_digests(connection, model, sorted(by_digest))
    # Texts of like length together: a batch is as slow as its longest text.
    wanted = sorted(by_digest.keys() - known, key=lambda digest: (len(by_digest[digest]), digest))
    for start in range(0, len(wanted), BATCH):
        progress(Stage.EMBEDDING, start, len(wanted), "")
        part = wanted[start : start + BATCH]
        vectors, states = load().read([by_digest[digest] for digest in part])
        made = map(cache.CachedText, vectors, map(packed, states))
        with store.writing(engine) as connection:
            cache.save_texts(connection, model, dict(zip(part, made, strict=True)), edition)
    progress(Stage.EMBEDDING, len(wanted), len(wanted), "")
    return len(wanted)


def vectors_of(engine: Engine, model: str, texts: Sequence[str], dimension: int) -> Matrix:
    """Embeddings of texts that are all in the cache, in their order: float32, shape (len(texts), dimension).

    Raises ``KeyError`` for one that the cache lacks.
    """
    digests = digests_of(texts)
    with engine.connect() as connection:
        vectors = cache.find_vectors(connection, model, sorted(set(digests)))
    matrix = np.empty((len(digests), dimension), dtype=np.float32)
    for row, digest in enumerate(digests):
        matrix[row] = vectors[digest]
    return matrix


def states_of(engine: Engine, model: str, texts: Sequence[str]) -> Iterator[bytes]:
    """The packed states of texts that are all in the cache, in their order, some at a time.

    Raises ``KeyError`` for one that the cache lacks.
    """
    digests = digests_of(texts)
    for start in range(0, len(digests), BATCH):
        part = digests[start : start + BATCH]
        # Not stopped in the middle: what Ctrl-C raises while a connection is given back comes out as a traceback.
        with shielded_from_interrupts(), engine.connect() as connection:
            states = cache.find_states(connection, model, sorted(set(part)))
        yield from (states[digest] for digest in part)
