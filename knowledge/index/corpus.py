"""An edition's index, opened: what its files hold, in memory."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from knowledge.index.bm25 import Bm25
from knowledge.index.words import WordVectors
from knowledge.index.writing import BRIDGE, ENGLISH, HEADINGS, MEANING, NAMES, NATIVE, SENTENCES, WORDS
from knowledge.models import Chunk, Metadata

Half = np.ndarray[Any, np.dtype[np.float16]]
Whole = np.ndarray[Any, np.dtype[np.signedinteger[Any]]]


@dataclass(frozen=True)
class Rows:
    """Several rows for each chunk: those of chunk n are ``starts[n]`` to ``starts[n + 1]``."""

    starts: Whole
    rows: Any

    def of(self, places: Whole) -> tuple[Any, Whole]:
        """The rows of the chunks at ``places`` one behind the other, and where each chunk's begin."""
        sizes = self.starts[places + 1] - self.starts[places]
        begins = np.concatenate([[0], np.cumsum(sizes)[:-1]]).astype(np.int64)
        flat = np.repeat(self.starts[places] - begins, sizes) + np.arange(sizes.sum())
        return self.rows[flat], begins


@dataclass(frozen=True)
class Corpus:
    """N chunks and what is compared with a question."""

    chunks: tuple[Chunk, ...]
    documents: Mapping[str, Metadata]
    native: Bm25
    english: Bm25
    headings: Bm25
    names: Bm25
    words: tuple[str, ...]
    word_vectors: Half  # (words, 384)
    words_of: Rows  # numbers of words
    meaning: Half  # (N, 384)
    bridge: Half  # (N, dimension of the model)
    sentences: Rows  # (sentences, 384)
    is_chinese: np.ndarray[Any, np.dtype[np.bool_]]

    @classmethod
    def open(
        cls, folder: Path, chunks: Sequence[Chunk], documents: Mapping[str, Metadata], vectors: WordVectors
    ) -> Corpus:
        """What ``build`` wrote. Raises ``OSError`` or ``ValueError``."""
        with np.load(folder / WORDS, allow_pickle=False) as arrays:
            text = bytes(arrays["words"]).decode("utf-8", "surrogatepass")
            words_of = Rows(arrays["starts"], arrays["numbers"])
        with np.load(folder / SENTENCES, allow_pickle=False) as arrays:
            sentences = Rows(arrays["starts"], arrays["rows"])
        words = tuple(text.split("\n")) if text else ()
        return cls(
            tuple(chunks),
            documents,
            Bm25.load(folder / NATIVE),
            Bm25.load(folder / ENGLISH),
            Bm25.load(folder / HEADINGS),
            Bm25.load(folder / NAMES),
            words,
            vectors.matrix(words).astype(np.float16),
            words_of,
            np.load(folder / MEANING),
            np.load(folder / BRIDGE),
            sentences,
            np.array([chunk.language == "zh" for chunk in chunks], dtype=bool),
        )

    @property
    def size(self) -> int:
        """How many chunks there are."""
        return len(self.chunks)
