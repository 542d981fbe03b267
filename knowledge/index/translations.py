"""A text and its translation, whether or not somebody noted which document is a translation of which."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

import numpy as np

from knowledge.index.encoding.matmul import products
from knowledge.index.reader import Corpus
from knowledge.index.sections import Key

FIRST = 3  # of the best chunks as many are looked at
ALIKE = 0.45  # of both embeddings in the mean; most translations are above, most texts about the same matter below
BEHIND = 6.0  # in the scale of scores: a translation that fits worse by more is not shown instead
REMEMBERED = 4096  # chunks whose translation is

Matrix = np.ndarray[Any, np.dtype[np.float32]]
Mask = np.ndarray[Any, np.dtype[np.bool_]]
Whole = np.ndarray[Any, np.dtype[np.signedinteger[Any]]]


class Twins:
    """Finds translations among the chunks of one edition: noted ones by ``keys``, others. Threads may share it."""

    def __init__(self, corpus: Corpus, keys: Sequence[Key]) -> None:
        self._corpus, self._keys = corpus, keys
        self._both = bool(corpus.is_chinese.any()) and not bool(corpus.is_chinese.all())
        self._remembered = lru_cache(maxsize=REMEMBERED)(self._translation)
        spoken = set(zip(keys, corpus.is_chinese.tolist(), strict=True))
        self._noted = [(key, not chinese) in spoken for key, chinese in zip(keys, corpus.is_chinese, strict=True)]

    def is_noted(self, place: int) -> bool:
        """Whether a chunk's section stands there in the other language too, as was noted with its document."""
        return self._noted[place]

    def lifted(self, language: str, places: Whole, scores: Matrix) -> Matrix:
        """Scores of the chunks at ``places``, a translation into ``language`` of one of the best coming before it."""
        if not self._both:
            return scores
        found = scores.copy()
        readable = self._corpus.is_chinese[places] == (language == "zh")
        for row in np.argsort(-scores, kind="stable")[:FIRST]:
            twin = -1 if readable[row] else self._twin(row, places, scores, readable)
            if twin >= 0:
                found[twin] = max(found[twin], np.nextafter(scores[row], np.float32(np.inf)))
        return found

    def apart(self, places: Whole) -> list[int]:
        """Rows of the chunks that are neither of the first one's section nor its translation."""
        first = int(places[0])
        key, twin = self._keys[first], self._among(places, first)
        return [row for row, place in enumerate(places) if self._keys[place] != key and place != twin]

    def _twin(self, row: int, places: Whole, scores: Matrix, readable: Mask) -> int:
        """The row of the best translation of the chunk at ``row``, or -1."""
        key = self._keys[places[row]]
        noted = [other for other in np.flatnonzero(readable) if self._keys[places[other]] == key]
        if noted:
            return int(max(noted, key=lambda other: scores[other]))
        at = np.flatnonzero(places == self._among(places, int(places[row])))
        return int(at[0]) if len(at) and scores[at[0]] >= scores[row] - BEHIND else -1

    def _among(self, places: Whole, place: int) -> int:
        """The translation of the chunk ``place`` if it may be at ``places``, or -1: looked for only if one is alike."""
        others = places[self._corpus.is_chinese[places] != self._corpus.is_chinese[place]] if self._both else places[:0]
        if not len(others) or self._likeness(place, others).max() < ALIKE:
            return -1
        return self._remembered(place)

    def _translation(self, place: int) -> int:
        """The chunk in the other language that says the same: each the nearest to the other in its language; or -1."""
        others = self._corpus.is_chinese != self._corpus.is_chinese[place]
        alike = np.where(others, self._likeness(place), -1)
        twin = int(alike.argmax())
        if alike[twin] < ALIKE or int(np.where(others, -1, self._likeness(twin)).argmax()) != place:
            return -1
        return twin

    def _likeness(self, place: int, places: Whole | None = None) -> Matrix:
        by_bridge, by_meaning = (
            products(rows, rows[place].astype(np.float32), places)
            for rows in (self._corpus.bridge, self._corpus.meaning)
        )
        mean: Matrix = (by_bridge + by_meaning) / np.float32(2)
        return mean
