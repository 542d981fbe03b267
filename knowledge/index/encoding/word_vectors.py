"""Word vectors of both languages in one space: Chinese by the Chinese encoder, English by a table made with MiniLM.

Vectors have 192 dimensions, the principal axes of the English words' 384-dimensional embeddings.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from knowledge import learned_arrays
from knowledge.index.encoding.chinese_encoder import ChineseEncoder
from knowledge.text.language import HAN

FILE = learned_arrays.FOLDER / "english.npz"
Matrix = np.ndarray[Any, np.dtype[np.float32]]


class EnglishWords:
    """Stems of common English words with their MiniLM embeddings, in 8 bits along the main axes."""

    def __init__(self, arrays: Mapping[str, np.ndarray[Any, Any]]) -> None:
        self._rows = {term: row for row, term in enumerate(bytes(arrays["terms"]).decode().split("\n"))}
        self._table, self._scales = arrays["table"], arrays["scales"].astype(np.float32)
        self.axes: Matrix = arrays["axes"].astype(np.float32)  # (192, 384)

    @classmethod
    def load(cls, path: Path = FILE) -> EnglishWords:
        """The table in ``path``. Raises ``LearnedError`` when it is missing, damaged or not as its SHA-256 says."""
        return cls(learned_arrays.read(path)[0])

    def __contains__(self, stem: str) -> bool:
        return stem in self._rows

    def vectors(self, stems: Sequence[str]) -> Matrix:
        """Unit-length embeddings along the axes, float32, shape (len(stems), 192), of stems that are all in the table.

        Raises ``KeyError`` for a stem that is not.
        """
        rows = np.array([self._rows[stem] for stem in stems], dtype=np.int64)
        return _unit(self._table[rows].astype(np.float32) * self._scales[rows, None])


def _unit(rows: Matrix) -> Matrix:
    unit: Matrix = rows / np.linalg.norm(rows, axis=1, keepdims=True).clip(1e-9)
    return unit


class WordVectors:
    """Vectors of Chinese words and English stems. Read-only; threads may share it."""

    def __init__(self, chinese_encoder: ChineseEncoder, english: EnglishWords) -> None:
        self.chinese_encoder, self.english = chinese_encoder, english

    def matrix(self, words: Sequence[str]) -> Matrix:
        """Unit-length vectors, float32, shape (len(words), 192); zeros for unknown words."""
        matrix = np.zeros((len(words), len(self.english.axes)), dtype=np.float32)
        english = [index for index, word in enumerate(words) if word in self.english]
        if english:
            matrix[english] = self.english.vectors([words[index] for index in english])
        vectors = {
            index: self.chinese_encoder.word_vector(word) for index, word in enumerate(words) if HAN.search(word)
        }
        known = {index: vector for index, vector in vectors.items() if vector is not None}
        if known:
            matrix[list(known)] = _unit(np.stack(list(known.values())) @ self.english.axes.T)
        return matrix

    def weight(self, word: str) -> float:
        """How much a word says by itself: small for 的, about 1 for others; 1 for what is not Chinese."""
        return self.chinese_encoder.weight(word) if HAN.search(word) else 1.0


@cache
def word_vectors() -> WordVectors:
    """The shipped vectors, read once in a process. Raises ``LearnedError``."""
    return WordVectors(ChineseEncoder.load(), EnglishWords.load())
