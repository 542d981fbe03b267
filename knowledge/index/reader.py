"""An edition's index, opened: the arrays of its files, in memory."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

from knowledge.index.bm25 import Bm25
from knowledge.index.encoding.embedding_cache import MEANING, SENTENCES
from knowledge.index.encoding.token_states import TokenStates
from knowledge.index.encoding.word_vectors import WordVectors
from knowledge.index.writer import EMBEDDED, GLOSSES, HEADINGS, NATIVE, WORDS
from knowledge.models import Chunk, Metadata
from knowledge.text.language import HAN

MOST_FLOAT32 = 15_000  # rows, at most 23 MB
Matrix = np.ndarray[Any, np.dtype[np.float32]]
HalfMatrix = np.ndarray[Any, np.dtype[np.float16]]
Integers = np.ndarray[Any, np.dtype[np.signedinteger[Any]]]


@dataclass(frozen=True)
class Rows:
    """Several rows for each item: those of item n are ``starts[n]`` to ``starts[n + 1]``."""

    starts: Integers
    rows: Any

    def of(self, indices: Integers) -> tuple[Any, Integers]:
        """The rows of the items at ``indices``, one behind the other, and where each item's rows begin."""
        flat, begins = flattened(self.starts, indices)
        return self.rows[flat], begins


def flattened(starts: Integers, indices: Integers) -> tuple[Integers, Integers]:
    """Numbers of the rows of the items at ``indices``, one behind the other, and where each item's rows begin."""
    sizes = starts[indices + 1] - starts[indices]
    begins = np.concatenate([[0], np.cumsum(sizes)[:-1]]).astype(np.int64)
    return np.repeat(starts[indices] - begins, sizes) + np.arange(sizes.sum()), begins


def _fast(rows: HalfMatrix | Matrix) -> HalfMatrix | Matrix:
    """Rows as float32, which are compared three times as fast, unless they are so many that memory counts more."""
    return rows.astype(np.float32, copy=False) if len(rows) <= MOST_FLOAT32 else rows.astype(np.float16, copy=False)


@dataclass(frozen=True)
class Corpus:
    """The N chunks of an edition and the arrays that a question is compared with; all embeddings of unit length.

    BM25 indexes over the chunks: ``native`` words as written, and words of ``headings``.
    """

    chunks: tuple[Chunk, ...]
    documents: Mapping[str, Metadata]
    native: Bm25
    headings: Bm25
    words: tuple[str, ...]
    word_vectors: HalfMatrix | Matrix  # (words, 192)
    glosses: Bm25  # of stems, over the words that they may stand for
    words_of: Rows  # of each chunk, numbers of words
    meaning: HalfMatrix | Matrix  # by the Chinese encoder, of English chunks by the English one (N, 384)
    embedded: HalfMatrix  # by the embedding model (N, dimension of the model)
    sentences: Rows  # embeddings of each chunk's sentences (sentences or whole chunks, 384)
    is_chinese: np.ndarray[Any, np.dtype[np.bool_]]
    states: TokenStates  # of each chunk, as the judge reads it

    @classmethod
    def open(
        cls, folder: Path, chunks: Sequence[Chunk], documents: Mapping[str, Metadata], vectors: WordVectors
    ) -> Corpus:
        """What ``write_index`` wrote into ``folder``. Raises ``OSError`` or ``ValueError``."""
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
            Bm25.load(folder / HEADINGS),
            words,
            _fast(vectors.matrix(words)),
            Bm25.load(folder / GLOSSES),
            words_of,
            _fast(np.load(folder / MEANING)),
            np.load(folder / EMBEDDED),
            sentences,
            np.array([chunk.language == "zh" for chunk in chunks], dtype=bool),
            TokenStates(folder),
        )

    @property
    def size(self) -> int:
        """How many chunks there are."""
        return len(self.chunks)

    @cached_property
    def number_of(self) -> Mapping[str, int]:
        """The number of each word: its index in ``words``."""
        return {word: number for number, word in enumerate(self.words)}

    @cached_property
    def is_chinese_word(self) -> np.ndarray[Any, np.dtype[np.bool_]]:
        """Whether each word is written in Chinese characters (words,)."""
        return np.array([bool(HAN.search(word)) for word in self.words], dtype=bool)
