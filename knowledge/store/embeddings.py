"""The embedding cache: what a model made of a text, kept so that nothing is embedded twice."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from sqlalchemy import Connection, delete, insert, select, update

from knowledge.store.tables import embeddings

PART = 500  # below every database's limit of values in one statement
Vector = np.ndarray[tuple[int], np.dtype[np.float32]]


def find_vectors(connection: Connection, model: str, digests: Sequence[str]) -> dict[str, Vector]:
    """The vectors that are known, by digest of their text."""
    found: dict[str, Vector] = {}
    for part in _parts(digests):
        query = select(embeddings.c.digest, embeddings.c.vector).where(
            embeddings.c.model == model, embeddings.c.digest.in_(part)
        )
        found.update((row.digest, np.frombuffer(row.vector, dtype="<f4")) for row in connection.execute(query))
    return found


def known_digests(connection: Connection, model: str, digests: Sequence[str]) -> set[str]:
    """Which of the digests have a vector."""
    known: set[str] = set()
    for part in _parts(digests):
        query = select(embeddings.c.digest).where(embeddings.c.model == model, embeddings.c.digest.in_(part))
        known.update(connection.execute(query).scalars())
    return known


def save_vectors(connection: Connection, model: str, vectors: Mapping[str, Vector], edition: int) -> None:
    """Keep vectors, none of them known before, that ``edition`` is going to need."""
    rows = [
        {"model": model, "digest": digest, "vector": vector.astype("<f4").tobytes(), "used": edition}
        for digest, vector in vectors.items()
    ]
    if rows:
        connection.execute(insert(embeddings), rows)


def mark_used(connection: Connection, model: str, digests: Sequence[str], edition: int) -> None:
    """Note that ``edition`` needs these vectors."""
    for part in _parts(digests):
        chosen = (embeddings.c.model == model, embeddings.c.digest.in_(part), embeddings.c.used < edition)
        connection.execute(update(embeddings).where(*chosen).values(used=edition))


def forget_vectors(connection: Connection, oldest: int) -> None:
    """Delete vectors that no edition from ``oldest`` on needs: of removed text nothing stays."""
    connection.execute(delete(embeddings).where(embeddings.c.used < oldest))


def _parts(digests: Sequence[str]) -> list[Sequence[str]]:
    return [digests[start : start + PART] for start in range(0, len(digests), PART)]
