"""The embedding cache: what a model made of a text, kept so that nothing is embedded twice."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
from sqlalchemy import Connection, delete, insert, select, update

from knowledge.store.tables import embeddings

BATCH = 500  # below every database's limit of values in one statement
Vector = np.ndarray[tuple[int], np.dtype[np.float32]]


class CachedText(NamedTuple):
    """What is kept of a text: its embedding, float32 (dimension,), and the states of its tokens, packed."""

    vector: Vector
    states: bytes


def find_vectors(connection: Connection, model: str, digests: Sequence[str]) -> dict[str, Vector]:
    """The cached vectors (dimension,) among those asked for, by the SHA-256 of their text."""
    vectors: dict[str, Vector] = {}
    for batch in _batches(digests):
        query = select(embeddings.c.digest, embeddings.c.vector).where(
            embeddings.c.model == model, embeddings.c.digest.in_(batch)
        )
        vectors.update((row.digest, np.frombuffer(row.vector, dtype="<f4")) for row in connection.execute(query))
    return vectors


def find_states(connection: Connection, model: str, digests: Sequence[str]) -> dict[str, bytes]:
    """The kept states among those asked for, packed, by the SHA-256 of their text."""
    states: dict[str, bytes] = {}
    for batch in _batches(digests):
        query = select(embeddings.c.digest, embeddings.c.states).where(
            embeddings.c.model == model, embeddings.c.digest.in_(batch)
        )
        states.update((row.digest, row.states) for row in connection.execute(query))
    return states


def cached_digests(connection: Connection, model: str, digests: Sequence[str]) -> set[str]:
    """Which of the digests have a cached vector."""
    cached: set[str] = set()
    for batch in _batches(digests):
        query = select(embeddings.c.digest).where(embeddings.c.model == model, embeddings.c.digest.in_(batch))
        cached.update(connection.execute(query).scalars())
    return cached


def save_texts(connection: Connection, model: str, texts: Mapping[str, CachedText], edition: int) -> None:
    """Insert what ``edition`` needs of texts, by their SHA-256; none of them may be cached already."""
    rows = [
        {"model": model, "digest": digest, "vector": vector.astype("<f4").tobytes(), "states": states, "used": edition}
        for digest, (vector, states) in texts.items()
    ]
    if rows:
        connection.execute(insert(embeddings), rows)


def mark_used(connection: Connection, model: str, digests: Sequence[str], edition: int) -> None:
    """Note that ``edition`` needs these vectors."""
    for batch in _batches(digests):
        outdated = (embeddings.c.model == model, embeddings.c.digest.in_(batch), embeddings.c.used < edition)
        connection.execute(update(embeddings).where(*outdated).values(used=edition))


def forget_vectors(connection: Connection, oldest: int) -> None:
    """Delete vectors that no edition from number ``oldest`` on needs: of removed text nothing stays."""
    connection.execute(delete(embeddings).where(embeddings.c.used < oldest))


def _batches(digests: Sequence[str]) -> list[Sequence[str]]:
    return [digests[start : start + BATCH] for start in range(0, len(digests), BATCH)]
