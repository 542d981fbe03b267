"""How well a question and a chunk fit, by several measures between 0 and about 1 each."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Any

import numpy as np

from knowledge.index.encoding.matmul import products
from knowledge.index.encoding.word_vectors import WordVectors
from knowledge.index.reader import Corpus
from knowledge.index.search_query import SearchQuery
from knowledge.text.language import HAN

CHEAP = ("native", "meaning", "embedded", "heading")
COSTLY = ("words", "sentence")
FEATURES = (*CHEAP, *COSTLY)
BY_GLOSS = 0.85  # a word counts so much found when a dictionary gloss of it stands in a chunk of the other language
PER_MEASURE = 100  # candidates that each measure adds
NEAREST = 30  # candidates that the embedding model adds: more of them are hardly ever among the best
MOST_BANNED = 300  # so many more are asked for where some are banned: the nearest may all be
REMEMBERED = 256  # words whose glosses are remembered

Matrix = np.ndarray[Any, np.dtype[np.float32]]
Integers = np.ndarray[Any, np.dtype[np.signedinteger[Any]]]
NearestSearch = Callable[[Matrix, int], list[tuple[str, float]]]


class Scorers:
    """The measures over one corpus. Threads may share it.

    ``nearest``: ids and similarities of the chunks nearest to an embedding, best first. All measures are float32.
    """

    def __init__(self, corpus: Corpus, vectors: WordVectors, nearest: NearestSearch) -> None:
        self._corpus, self._vectors, self._nearest = corpus, vectors, nearest
        self._index_of = {chunk.id: index for index, chunk in enumerate(corpus.chunks)}
        self._glossed = lru_cache(maxsize=REMEMBERED)(self._glosses)

    def candidates(self, query: SearchQuery, banned: Integers) -> tuple[Integers, Matrix]:
        """Indices of chunks that some measure finds near, none of ``banned``, and their measures (chunks, CHEAP)."""
        corpus = self._corpus
        whole: list[Matrix] = [
            corpus.native.coverage([(word,) for word in query.tokens.words]),
            products(corpus.meaning, query.meaning),
            corpus.headings.coverage([(word, *stems) for word, stems in _pairs(query)]),
        ]
        chosen = np.zeros(corpus.size, dtype=bool)
        for scores in whole:
            scores[banned] = 0  # they would take the places of others
            top = _top(scores)
            chosen[top[scores[top] > 0]] = True
        wanted = min(NEAREST + min(len(banned), MOST_BANNED), corpus.size)
        nearest = np.array([self._index_of[key] for key, _ in self._nearest(query.embedded, wanted)], dtype=np.int64)
        chosen[nearest[~np.isin(nearest, banned)][:NEAREST]] = True
        chosen[banned] = False
        indices = np.flatnonzero(chosen).astype(np.int32)
        columns = [np.asarray(scores[indices], dtype=np.float32) for scores in whole]
        columns.insert(CHEAP.index("embedded"), products(corpus.embedded, query.embedded, indices))
        return indices, np.stack(columns, axis=1)

    def costly(self, query: SearchQuery, indices: Integers) -> Matrix:
        """The costly measures (chunks, COSTLY) of the chunks at ``indices``."""
        rows, begins = self._corpus.sentences.of(indices)
        sentence = np.maximum.reduceat(products(rows, query.meaning), begins)
        return np.stack([self._words(query, indices), sentence], axis=1).astype(np.float32)

    def _words(self, query: SearchQuery, indices: Integers) -> Matrix:
        """How much of the question's words is met in each chunk, rare ones weighing more (chunks,): each against the
        word of the chunk that is most like it, by vector or dictionary.
        """
        corpus = self._corpus
        rarity = np.array([self._rarity(word, stems) for word, stems in _pairs(query)], dtype=np.float32)
        numbers, firsts = corpus.words_of.of(indices)
        filled = np.diff(np.append(firsts, len(numbers))) > 0
        met = np.zeros(len(indices), dtype=np.float32)
        if filled.any() and rarity.sum() > 0:
            alike, row_of = self._alike(query, numbers)
            best = np.maximum.reduceat(alike.take(row_of[numbers], axis=0), firsts[filled])
            met[filled] = best @ rarity / rarity.sum()
        return met

    def _alike(self, query: SearchQuery, numbers: Integers) -> tuple[Matrix, Integers]:
        """Words of the collection against those of the question, shape (words, words of the question), 0 to 1.

        Of ``numbers`` each counts once. With it: the row of each word of the collection, -1 for one that is not there.
        """
        corpus = self._corpus
        there = np.zeros(len(corpus.words), dtype=bool)
        there[numbers] = True
        once = np.flatnonzero(there)
        row_of = np.full(len(corpus.words), -1, dtype=np.int32)
        row_of[once] = np.arange(len(once), dtype=np.int32)
        alike = products(corpus.word_vectors, self._vectors.matrix(query.tokens.words), once).clip(0, 1)
        for column, (word, stems) in enumerate(_pairs(query)):
            glossed = self._glossed(word, stems)
            rows = row_of[glossed[there[glossed]]]
            alike[rows, column] = np.maximum(alike[rows, column], BY_GLOSS)
            row = row_of[corpus.number_of[word]] if word in corpus.number_of else -1
            if row >= 0:
                alike[row, column] = 1.0
        return alike, row_of

    def _glosses(self, word: str, stems: tuple[str, ...]) -> Integers:
        """Numbers of the other language's words for a word, by the dictionary's ``stems`` of it."""
        glossed = self._corpus.glosses.postings(stems).indices
        others: Integers = glossed[self._corpus.is_chinese_word[glossed] != bool(HAN.search(word))]
        return others

    def _rarity(self, word: str, stems: tuple[str, ...]) -> float:
        """How much a word tells in this collection: by the chunks that have it, or the commonest word for it."""
        corpus = self._corpus
        count = len(corpus.native.postings((word,)).indices)
        if not count:
            others = (corpus.words[number] for number in self._glossed(word, stems))
            count = max((len(corpus.native.postings((other,)).indices) for other in others), default=0)
        return float(np.log(1 + corpus.size / (1 + count)))


def _pairs(query: SearchQuery) -> Sequence[tuple[str, tuple[str, ...]]]:
    return list(zip(query.tokens.words, query.tokens.english, strict=True))


def _top(scores: Matrix) -> Integers:
    """Indices of the highest scores, in no order."""
    if len(scores) <= PER_MEASURE:
        return np.arange(len(scores), dtype=np.int32)
    return np.argpartition(-scores, PER_MEASURE)[:PER_MEASURE].astype(np.int32)
