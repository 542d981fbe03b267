"""An edition's index, opened: what its files hold, in memory."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

from knowledge.index.bm25 import Bm25
from knowledge.index.encoding.embedding_cache import MEANING, SENTENCES
from knowledge.index.encoding.word_vectors import WordVectors
from knowledge.index.writer import BRIDGE, ENGLISH, GLOSSES, HEADINGS, NAMES, NATIVE, WORDS
from knowledge.models import Chunk, Metadata
from knowledge.text.language import HAN

MOST_QUICK = 15_000  # rows, at most 23 MB
Matrix = np.ndarray[Any, np.dtype[np.float32]]
Half = np.ndarray[Any, np.dtype[np.float16]]
Whole = np.ndarray[Any, np.dtype[np.signedinteger[Any]]]


@dataclass(frozen=True)
class Rows:
    """Several rows for each place: those of place n are ``starts[n]`` to ``starts[n + 1]``."""

    starts: Whole
    rows: Any

    def of(self, places: Whole) -> tuple[Any, Whole]:
        """The rows of ``places`` one behind the other, and where each place's begin."""
        flat, begins = flattened(self.starts, places)
        return self.rows[flat], begins


def flattened(starts: Whole, places: Whole) -> tuple[Whole, Whole]:
    """Numbers of the rows of ``places`` one behind the other, and where each place's begin."""
    sizes = starts[places + 1] - starts[places]
    begins = np.concatenate([[0], np.cumsum(sizes)[:-1]]).astype(np.int64)
    return np.repeat(starts[places] - begins, sizes) + np.arange(sizes.sum()), begins


def _quick(rows: Half | Matrix) -> Half | Matrix:
    """Rows in 32 bits, which are compared three times as fast, unless they are so many that memory counts more."""
    return rows.astype(np.float32, copy=False) if len(rows) <= MOST_QUICK else rows.astype(np.float16, copy=False)


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
    word_vectors: Half | Matrix  # (words, 192)
    glosses: Bm25  # of stems, over the words that they may stand for
    words_of: Rows  # of each sentence, numbers of words
    sentences_of: Whole  # where each chunk's sentences begin (N + 1,)
    meaning: Half | Matrix  # (N, 384)
    bridge: Half  # (N, dimension of the model)
    sentences: Rows  # what sentences mean (sentences or whole chunks, 384)
    is_chinese: np.ndarray[Any, np.dtype[np.bool_]]

    @classmethod
    def open(
        cls, folder: Path, chunks: Sequence[Chunk], documents: Mapping[str, Metadata], vectors: WordVectors
    ) -> Corpus:
        """What ``build`` wrote. Raises ``OSError`` or ``ValueError``."""
        with np.load(folder / WORDS, allow_pickle=False) as arrays:
            text = bytes(arrays["words"]).decode("utf-8", "surrogatepass")
            words_of, sentences_of = Rows(arrays["starts"], arrays["numbers"]), arrays["sentences"]
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
            _quick(vectors.matrix(words)),
            Bm25.load(folder / GLOSSES),
            words_of,
            sentences_of,
            _quick(np.load(folder / MEANING)),
            np.load(folder / BRIDGE),
            sentences,
            np.array([chunk.language == "zh" for chunk in chunks], dtype=bool),
        )

    @property
    def size(self) -> int:
        """How many chunks there are."""
        return len(self.chunks)

    @cached_property
    def number_of(self) -> Mapping[str, int]:
        """Numbers of words."""
        return {word: number for number, word in enumerate(self.words)}

    @cached_property
    def is_chinese_word(self) -> np.ndarray[Any, np.dtype[np.bool_]]:
        """Whether each word is written in Chinese characters (words,)."""
        return np.array([bool(HAN.search(word)) for word in self.words], dtype=bool)
