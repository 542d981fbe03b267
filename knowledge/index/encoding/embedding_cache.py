"""Embeddings of Chinese chunks and their sentences, copied from the earlier index or made by the Chinese encoder.

Encoding takes most of the time of building an index, and most chunks of an edition are those of the one before.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from knowledge.index.encoding.chinese_encoder import DIMENSION, ChineseEncoder
from knowledge.models import Chunk

MEANING, SENTENCES = "meaning.npy", "sentences.npz"
HalfMatrix = np.ndarray[Any, np.dtype[np.float16]]


@dataclass(frozen=True)
class EarlierIndex:
    """An index built with the same fingerprint, in ``folder``. ``keys``: ``key_of`` each of its chunks, in order."""

    folder: Path
    keys: tuple[str, ...]


@dataclass(frozen=True)
class ChunkEmbeddings:
    """Unit-length float16 embeddings of a chunk, (384,), and of its sentences, (sentences, 384).

    A chunk that is not cut into sentences has one sentence, itself.
    """

    whole: HalfMatrix
    sentences: HalfMatrix


class EmbeddingCache:
    """Chunks' embeddings: those of ``earlier`` where it has the chunk, else newly encoded ones."""

    def __init__(self, encoder: ChineseEncoder, earlier: EarlierIndex | None = None) -> None:
        self._encoder = encoder
        self._known = dict(_known(earlier)) if earlier else {}

    def of(self, chunk: Chunk, text: str, sentences: Sequence[str]) -> ChunkEmbeddings:
        """The embeddings of a Chinese chunk: of ``text``, its searched text, and of its ``sentences``."""
        known = self._known.get(key_of(chunk))
        if known is not None:
            return known
        encoded = self._encoder.encode([text, *sentences]).astype(np.float16)
        return ChunkEmbeddings(encoded[0], encoded[1:] if sentences else encoded)


def key_of(chunk: Chunk) -> str:
    """Equal for chunks with equal embeddings: their id is made from source, headings and text."""
    return f"{chunk.language} {chunk.id}"


def save(folder: Path, embeddings: Sequence[ChunkEmbeddings]) -> None:
    """Write the embeddings of all chunks, in their order, as two files in ``folder``."""
    whole = [chunk.whole for chunk in embeddings]
    rows = [chunk.sentences for chunk in embeddings]
    empty = np.zeros((0, DIMENSION), dtype=np.float16)
    np.save(folder / MEANING, np.stack(whole) if whole else empty)
    starts = np.cumsum([0, *map(len, rows)]).astype(np.int32)
    np.savez(folder / SENTENCES, starts=starts, rows=np.concatenate(rows) if rows else empty)


def _known(earlier: EarlierIndex) -> Iterable[tuple[str, ChunkEmbeddings]]:
    whole = np.load(earlier.folder / MEANING)
    with np.load(earlier.folder / SENTENCES, allow_pickle=False) as arrays:
        starts, rows = arrays["starts"], arrays["rows"]
    for index, key in enumerate(earlier.keys):
        yield key, ChunkEmbeddings(whole[index], rows[starts[index] : starts[index + 1]])
