"""Which chunks are translations of each other, whether or not a document names the original that it translates."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

import numpy as np

from knowledge.index.encoding.matmul import products
from knowledge.index.reader import Corpus
from knowledge.index.sections import Key

FIRST = 3  # translations are sought for so many of the best chunks
ALIKE = 0.78  # cosine similarity; nearly all translations are above it, and half of all texts have no other above it
BEHIND = 6.0  # points of the fused score; a translation that scores lower by more does not replace the original
REMEMBERED = 4096  # chunks whose translation is cached

Matrix = np.ndarray[Any, np.dtype[np.float32]]
Mask = np.ndarray[Any, np.dtype[np.bool_]]
Integers = np.ndarray[Any, np.dtype[np.signedinteger[Any]]]


class Translations:
    """Finds translations among the chunks of one edition. Threads may share it.

    ``keys``: of the chunks' sections; equal for the sections of a document and of a translation that names it. Other
    translations are found by their embeddings.
    """

    def __init__(self, corpus: Corpus, keys: Sequence[Key]) -> None:
        self._corpus, self._keys = corpus, keys
        self._two_languages = bool(corpus.is_chinese.any()) and not bool(corpus.is_chinese.all())
        self._remembered = lru_cache(maxsize=REMEMBERED)(self._translation)
        present = set(zip(keys, corpus.is_chinese.tolist(), strict=True))
        self._noted = [(key, not chinese) in present for key, chinese in zip(keys, corpus.is_chinese, strict=True)]

    def is_noted(self, index: int) -> bool:
        """Whether the section of the chunk at ``index`` is there in the other language, by its metadata."""
        return self._noted[index]

    def lifted(self, language: str, indices: Integers, scores: Matrix) -> Matrix:
        """The ``scores`` (n,) of the chunks at ``indices`` (n,), changed where one of the best has a translation.

        The translation into ``language`` ("zh" or "en") gets the next higher score, so that it comes first.
        """
        if not self._two_languages:
            return scores
        lifted = scores.copy()
        readable = self._corpus.is_chinese[indices] == (language == "zh")
        for row in np.argsort(-scores, kind="stable")[:FIRST]:
            other = -1 if readable[row] else self._best_translation(row, indices, scores, readable)
            if other >= 0:
                lifted[other] = max(lifted[other], np.nextafter(scores[row], np.float32(np.inf)))
        return lifted

    def other_texts(self, indices: Integers) -> list[int]:
        """Rows of ``indices`` whose chunks are neither of the first one's section nor its translation."""
        first = int(indices[0])
        key, translation = self._keys[first], self._among(indices, first)
        return [row for row, index in enumerate(indices) if self._keys[index] != key and index != translation]

    def _best_translation(self, row: int, indices: Integers, scores: Matrix, readable: Mask) -> int:
        """The row of the best translation of the chunk at ``row``, or -1."""
        key = self._keys[indices[row]]
        noted = [other for other in np.flatnonzero(readable) if self._keys[indices[other]] == key]
        if noted:
            return int(max(noted, key=lambda other: scores[other]))
        at = np.flatnonzero(indices == self._among(indices, int(indices[row])))
        return int(at[0]) if len(at) and scores[at[0]] >= scores[row] - BEHIND else -1

    def _among(self, indices: Integers, index: int) -> int:
        """The translation of the chunk ``index`` if it may be among ``indices``, or -1.

        It is sought, which takes a product with all chunks, only if one of ``indices`` is alike enough.
        """
        if not self._two_languages:
            return -1
        others = indices[self._corpus.is_chinese[indices] != self._corpus.is_chinese[index]]
        if not len(others) or self._likeness(index, others).max() < ALIKE:
            return -1
        return self._remembered(index)

    def _translation(self, index: int) -> int:
        """The chunk in the other language that says the same, or -1: each is the nearest to the other one."""
        others = self._corpus.is_chinese != self._corpus.is_chinese[index]
        alike = np.where(others, self._likeness(index), -1)
        nearest = int(alike.argmax())
        if alike[nearest] < ALIKE or int(np.where(others, -1, self._likeness(nearest)).argmax()) != index:
            return -1
        return nearest

    def _likeness(self, index: int, indices: Integers | None = None) -> Matrix:
        """The cosine similarity of the chunk ``index`` to those at ``indices``, or to all."""
        rows = self._corpus.embedded
        return products(rows, rows[index].astype(np.float32), indices)
