"""How a question and a chunk fit, by several measures between 0 and about 1 each."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from knowledge.index.bm25 import Bm25
from knowledge.index.corpus import Corpus
from knowledge.index.names import likeness
from knowledge.index.question import Asked
from knowledge.index.words import WordVectors

CHEAP = ("native", "english", "meaning", "bridge", "written", "concepts", "heading", "name")
COSTLY = ("words", "sentence")
FEATURES = (*CHEAP, *COSTLY)
BY_GLOSS = 0.85  # a word counts so much found when a dictionary gloss of it stands in a chunk of the other language
FEW_NAMES = 5.0  # a name's weight is judged against at least so much
BLOCK = 4096
EACH = 100  # chunks that each measure brings in

Matrix = np.ndarray[Any, np.dtype[np.float32]]
Half = np.ndarray[Any, np.dtype[np.float16]]
Whole = np.ndarray[Any, np.dtype[np.signedinteger[Any]]]
Nearest = Callable[[Matrix, int], list[tuple[str, float]]]


@dataclass(frozen=True)
class Match:
    """How well each word of a question is met in some chunks.

    ``best``: (chunks, words), 0 to 1; ``rarity``: (words,), how much a word tells in this collection.
    """

    best: Matrix
    rarity: Matrix


class Measures:
    """Measures over one corpus. Threads may share it."""

    def __init__(self, corpus: Corpus, vectors: WordVectors, nearest: Nearest) -> None:
        self._corpus, self._vectors, self._nearest = corpus, vectors, nearest
        self._places = {chunk.id: place for place, chunk in enumerate(corpus.chunks)}

    def candidates(self, asked: Asked, banned: Whole) -> tuple[Whole, Matrix]:
        """Chunks that some measure finds near, without ``banned``, and their cheap measures (chunks, CHEAP)."""
        corpus = self._corpus
        whole: list[Matrix] = [
            corpus.native.coverage([(word,) for word in asked.terms.words]),
            corpus.english.coverage(asked.terms.english),
            _compared(corpus.meaning, asked.meaning),
            corpus.native.coverage(asked.written),
            corpus.english.coverage(asked.concepts_in_english),
            corpus.headings.coverage([(word, *stems) for word, stems in _pairs(asked)]),
            self._names(asked),
        ]
        found = {place for scores in whole for place in _top(scores) if scores[place] > 0}
        near = [self._places[key] for key, _ in self._nearest(asked.bridge, min(EACH, corpus.size))]
        places = np.array(sorted({*found, *near} - set(banned.tolist())), dtype=np.int32)
        bridge = corpus.bridge[places].astype(np.float32) @ asked.bridge
        columns = [np.asarray(scores[places], dtype=np.float32) for scores in whole]
        columns.insert(CHEAP.index("bridge"), bridge)
        return places, np.stack(columns, axis=1)

    def costly(self, asked: Asked, places: Whole) -> tuple[Matrix, Match]:
        """The costly measures (chunks, COSTLY) of a few chunks, and how their words meet the question's."""
        match = self.match(asked, places)
        total = match.rarity.sum()
        words = match.best @ match.rarity / total if total else np.zeros(len(places), dtype=np.float32)
        rows, begins = self._corpus.sentences.of(places)
        sentence = np.maximum.reduceat(rows.astype(np.float32) @ asked.meaning, begins)
        return np.stack([words, sentence], axis=1).astype(np.float32), match

    def match(self, asked: Asked, places: Whole) -> Match:
        """Each word of the question against its best word in each chunk: by vector, dictionary or sound."""
        corpus, words = self._corpus, asked.terms.words
        numbers, begins = corpus.words_of.of(places)
        if not words or not len(numbers):
            return Match(np.zeros((len(places), len(words)), np.float32), np.zeros(len(words), np.float32))
        once, which = np.unique(numbers, return_inverse=True)
        likeness_of = corpus.word_vectors[once].astype(np.float32) @ self._vectors.matrix(words).T
        best = _best(likeness_of[which], begins, corpus.words_of.starts, places)
        rarity = np.zeros(len(words), dtype=np.float32)
        for column, (word, stems) in enumerate(_pairs(asked)):
            same, glossed = corpus.native.postings((word,)).places, corpus.english.postings(stems).places
            best[np.isin(places, same), column] = 1.0
            other = np.isin(places, glossed) & (corpus.is_chinese[places] != (asked.language == "zh"))
            best[other, column] = np.maximum(best[other, column], BY_GLOSS)
            rarity[column] = np.log(1 + corpus.size / (1 + (len(same) or len(glossed))))
        self._by_sound(asked, places, best)
        return Match(best, rarity)

    def _by_sound(self, asked: Asked, places: Whole, best: Matrix) -> None:
        """Words that are part of a name count as found where the name sounds."""
        for name, key in asked.names:
            part = [column for column, word in enumerate(asked.terms.words) if word in name.lower()]
            if not part:
                continue
            heard = _sounding(key, self._corpus.names, asked.language)[places]
            heard[self._corpus.is_chinese[places] == (asked.language == "zh")] = 0
            best[:, part] = np.maximum(best[:, part], heard[:, None])

    def _names(self, asked: Asked) -> Matrix:
        """Coverage by the sound of names, in chunks of the other language."""
        names = self._corpus.names
        total, most = np.zeros(self._corpus.size, dtype=np.float32), 0.0
        for _, key in asked.names:
            heard = _sounding(key, names, asked.language)
            heard[self._corpus.is_chinese == (asked.language == "zh")] = 0
            weight = names.rarity(int((heard > 0).sum()))
            total += weight * heard
            most += weight
        return total / np.float32(max(most, FEW_NAMES))


def _pairs(asked: Asked) -> Sequence[tuple[str, tuple[str, ...]]]:
    return list(zip(asked.terms.words, asked.terms.english, strict=True))


def _compared(rows: Half, vector: Matrix) -> Matrix:
    """Products of many rows in 16 bits with one vector: block by block, since numpy has no fast product of halves."""
    found = np.empty(len(rows), dtype=np.float32)
    for start in range(0, len(rows), BLOCK):
        found[start : start + BLOCK] = rows[start : start + BLOCK].astype(np.float32) @ vector
    return found


def _top(scores: Matrix) -> Whole:
    if len(scores) <= EACH:
        return np.arange(len(scores), dtype=np.int32)
    return np.argpartition(-scores, EACH)[:EACH].astype(np.int32)


def _best(likeness_of: Matrix, begins: Whole, starts: Whole, places: Whole) -> Matrix:
    """The best of each chunk's rows; zeros for a chunk without words."""
    filled = starts[places + 1] > starts[places]
    best = np.zeros((len(places), likeness_of.shape[1]), dtype=np.float32)
    best[filled] = np.maximum.reduceat(likeness_of, begins[filled]).clip(0, 1)
    return best


def _sounding(key: str, names: Bm25, language: str) -> Matrix:
    """How much a name of each chunk sounds like ``key``; Chinese runs may be longer than the name in them."""
    others = names.terms
    alike = likeness([key], others)[0] if language == "en" else likeness(others, [key])[:, 0] if others else np.zeros(0)
    heard = np.zeros(names.size, dtype=np.float32)
    for row in np.flatnonzero(alike):
        places = names.postings((others[row],)).places
        heard[places] = np.maximum(heard[places], alike[row])
    return heard
