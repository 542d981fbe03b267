"""BM25 over lists of terms, as sparse arrays on disk; terms of a question may stand in groups that count as one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np

K1, B = 1.2, 0.75
REMEMBERED = 256  # postings: those of one word are asked for several times in a question
Matrix = np.ndarray[Any, np.dtype[np.float32]]
Integers = np.ndarray[Any, np.dtype[np.int32]]


@dataclass(frozen=True)
class Postings:
    """The texts that have a term: ``indices`` of texts, ascending, and how often each has it (``counts``)."""

    indices: Integers
    counts: Integers


class Bm25:
    """An index over ``size`` texts. Read-only; threads may share it."""

    def __init__(
        self, terms: Sequence[str], starts: Integers, indices: Integers, counts: Integers, lengths: Matrix
    ) -> None:
        self.terms = tuple(terms)
        self._rows = {term: row for row, term in enumerate(terms)}
        self._starts, self._indices, self._counts, self._lengths = starts, indices, counts, lengths
        self.size = len(lengths)
        mean = max(1.0, float(lengths.mean())) if self.size else 1.0
        self._remembered = lru_cache(maxsize=REMEMBERED)(self._postings)
        self._damping = (K1 * (1 - B + B * lengths / mean)).astype(np.float32)

    @classmethod
    def of(cls, texts: Sequence[Sequence[str]]) -> Bm25:
        """The index of lists of terms."""
        rows: dict[str, int] = {}
        counted = [Counter(terms) for terms in texts]
        numbers = np.fromiter((rows.setdefault(term, len(rows)) for counter in counted for term in counter), np.int32)
        indices = np.repeat(np.arange(len(texts), dtype=np.int32), [len(counter) for counter in counted])
        counts = np.fromiter((count for counter in counted for count in counter.values()), dtype=np.int32)
        order = np.argsort(numbers, kind="stable")  # the indices of one term stay ascending
        starts = np.searchsorted(numbers[order], np.arange(len(rows) + 1)).astype(np.int32)
        lengths = np.array([len(terms) for terms in texts], dtype=np.float32)
        return cls(tuple(rows), starts, indices[order], counts[order], lengths)

    def save(self, path: Path) -> None:
        """Write it as one file (.npz)."""
        listed = np.frombuffer("\n".join(self.terms).encode("utf-8", "surrogatepass"), dtype=np.uint8)
        np.savez(
            path, terms=listed, starts=self._starts, places=self._indices, counts=self._counts, lengths=self._lengths
        )

    @classmethod
    def load(cls, path: Path) -> Bm25:
        """Read what ``save`` wrote. Raises ``OSError`` or ``ValueError``."""
        with np.load(path, allow_pickle=False) as arrays:
            text = bytes(arrays["terms"]).decode("utf-8", "surrogatepass")
            terms = tuple(text.split("\n")) if text else ()
            return cls(terms, arrays["starts"], arrays["places"], arrays["counts"], arrays["lengths"])

    def __contains__(self, term: str) -> bool:
        return term in self._rows

    def postings(self, terms: Sequence[str]) -> Postings:
        """The texts that have any of the terms, which count as one term; of a term the index lacks none has it."""
        return self._remembered(tuple(terms))

    def _postings(self, terms: tuple[str, ...]) -> Postings:
        rows = [self._rows[term] for term in dict.fromkeys(terms) if term in self._rows]
        spans = [slice(self._starts[row], self._starts[row + 1]) for row in rows]
        if len(spans) == 1:
            return Postings(self._indices[spans[0]], self._counts[spans[0]])
        if not spans:
            nothing = np.zeros(0, dtype=np.int32)
            return Postings(nothing, nothing)
        indices = np.concatenate([self._indices[span] for span in spans])
        counts = np.concatenate([self._counts[span] for span in spans])
        once, which = np.unique(indices, return_inverse=True)
        return Postings(once, np.bincount(which, weights=counts).astype(np.int32))

    def rarity(self, frequency: int) -> float:
        """The weight (inverse document frequency) of a term that ``frequency`` texts have."""
        return float(np.log(1 + (self.size - frequency + 0.5) / (frequency + 0.5)))

    def coverage(self, groups: Sequence[Sequence[str]]) -> Matrix:
        """The BM25 score of each text, shape (size,), as a share (0 to 1) of what a text with all of ``groups`` gets.

        The terms of a group stand for one another.
        """
        postings = [self.postings(terms) for terms in groups]
        weights = [self.rarity(len(group.indices)) for group in postings]
        if not any(len(group.indices) for group in postings):
            return np.zeros(self.size, dtype=np.float32)
        indices = np.concatenate([group.indices for group in postings])
        counts = np.concatenate([group.counts for group in postings]).astype(np.float32)
        group_weight = np.repeat(np.array(weights, dtype=np.float32), [len(group.indices) for group in postings])
        gained = group_weight * counts / (counts + self._damping[indices])
        scaled: Matrix = np.bincount(indices, gained / (sum(weights) + 1e-9), self.size).astype(np.float32)
        return scaled
