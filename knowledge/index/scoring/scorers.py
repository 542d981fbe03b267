"""How well a question and a chunk fit, by several measures between 0 and about 1 each."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np

from knowledge.index.encoding.matmul import products
from knowledge.index.encoding.word_vectors import WordVectors
from knowledge.index.reader import Corpus, flattened
from knowledge.index.search_query import SearchQuery
from knowledge.index.text.transliteration import likeness
from knowledge.text.language import HAN

CHEAP = ("native", "english", "meaning", "bridge", "written", "concepts", "heading", "name")
COSTLY = ("words", "sentence")
FEATURES = (*CHEAP, *COSTLY)
BY_GLOSS = 0.85  # a word counts so much found when a dictionary gloss of it stands in a chunk of the other language
FEW_NAMES = 5.0  # a name's weight is judged against at least so much
LEAST_SAID = 0.05  # of a word: even 的 counts a little
PER_MEASURE = 100  # candidates that each measure adds
NEAREST = 30  # candidates that the embedding model adds: more of them are hardly ever among the best
REMEMBERED_NAMES = 16  # names remembered: one is asked for twice in a question
REMEMBERED = 256  # words whose glosses are

Matrix = np.ndarray[Any, np.dtype[np.float32]]
Integers = np.ndarray[Any, np.dtype[np.signedinteger[Any]]]
NearestSearch = Callable[[Matrix, int], list[tuple[str, float]]]


@dataclass(frozen=True)
class Match:
    """How well each word of a question is met in some chunks and in their sentences.

    ``best``: (chunks, words), 0 to 1; ``rarity``: (words,), how much a word tells in this collection; ``weights``:
    (words,), the same by what the word says by itself; ``in_sentences``: (sentences, words), those of all chunks one
    behind the other; ``begins``: (chunks,), where each chunk's sentences begin.
    """

    best: Matrix
    rarity: Matrix
    weights: Matrix
    in_sentences: Matrix
    begins: Integers

    def of(self, row: int, sentences: Matrix) -> Matrix:
        """Of rows for all sentences, such as ``in_sentences``, those of one chunk; at least one."""
        end = self.begins[row + 1] if row + 1 < len(self.begins) else len(sentences)
        return sentences[self.begins[row] : end]

    def share(self, best: Matrix) -> Matrix:
        """How much of the question is met, 0 to 1, shape (n,), where its words are by ``best`` (n, words)."""
        total = float(self.weights.sum())
        with np.errstate(invalid="ignore"):  # BLAS raises it by what lies behind the rows; the numbers are finite
            met: Matrix = best @ self.weights / np.float32(total or 1.0)
        return met


class Scorers:
    """The measures over one corpus. Threads may share it.

    ``nearest``: ids and similarities of the chunks nearest to an embedding, best first. All measures are float32.
    """

    def __init__(self, corpus: Corpus, vectors: WordVectors, nearest: NearestSearch) -> None:
        self._corpus, self._vectors, self._nearest = corpus, vectors, nearest
        self._index_of = {chunk.id: index for index, chunk in enumerate(corpus.chunks)}
        self._name_likeness = lru_cache(maxsize=REMEMBERED_NAMES)(self._likeness_of_names)
        self._glossed = lru_cache(maxsize=REMEMBERED)(self._glosses)

    def candidates(self, query: SearchQuery, banned: Integers) -> tuple[Integers, Matrix]:
        """Indices of chunks that some measure finds near, none of ``banned``, and their measures (chunks, CHEAP)."""
        corpus = self._corpus
        whole: list[Matrix] = [
            corpus.native.coverage([(word,) for word in query.tokens.words]),
            corpus.english.coverage(query.tokens.english),
            products(corpus.meaning, query.meaning),
            corpus.native.coverage(query.written),
            corpus.english.coverage(query.concepts_in_english),
            corpus.headings.coverage([(word, *stems) for word, stems in _pairs(query)]),
            self._names(query),
        ]
        chosen = np.zeros(corpus.size, dtype=bool)
        for scores in whole:
            top = _top(scores)
            chosen[top[scores[top] > 0]] = True
        chosen[[self._index_of[key] for key, _ in self._nearest(query.bridge, min(NEAREST, corpus.size))]] = True
        chosen[banned] = False
        indices = np.flatnonzero(chosen).astype(np.int32)
        bridge = products(corpus.bridge, query.bridge, indices)
        columns = [np.asarray(scores[indices], dtype=np.float32) for scores in whole]
        columns.insert(CHEAP.index("bridge"), bridge)
        return indices, np.stack(columns, axis=1)

    def costly(self, query: SearchQuery, indices: Integers) -> tuple[Matrix, Match]:
        """The costly measures (chunks, COSTLY) of the chunks at ``indices``, and how they meet the question's words."""
        match = self.match(query, indices)
        total = float(match.rarity.sum())
        words = match.best @ match.rarity / np.float32(total or 1.0)
        rows, begins = self._corpus.sentences.of(indices)
        sentence = np.maximum.reduceat(products(rows, query.meaning), begins)
        return np.stack([words, sentence], axis=1).astype(np.float32), match

    def match(self, query: SearchQuery, indices: Integers) -> Match:
        """Each word of the question against its best word in each sentence of the chunks at ``indices``.

        Words are compared by vector, dictionary or, when part of a name, sound key.
        """
        corpus, words = self._corpus, query.tokens.words
        sentences, begins = flattened(corpus.sentences_of, indices)
        numbers, firsts = corpus.words_of.of(sentences)
        rarity = np.array([self._rarity(word, stems) for word, stems in _pairs(query)], dtype=np.float32)
        weights = rarity * np.array([max(LEAST_SAID, self._vectors.weight(word)) for word in words], dtype=np.float32)
        alike, row_of = self._alike(query, numbers)
        in_sentences = np.zeros((len(sentences), len(words)), dtype=np.float32)
        filled = np.diff(np.append(firsts, len(numbers))) > 0
        if filled.any() and words:
            in_sentences[filled] = np.maximum.reduceat(alike.take(row_of[numbers], axis=0), firsts[filled])
            self._meet_names(query, np.repeat(indices, np.diff(np.append(begins, len(sentences)))), in_sentences)
        best = np.maximum.reduceat(in_sentences, begins) if words else np.zeros((len(indices), 0), np.float32)
        return Match(best, rarity, weights, in_sentences, begins)

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

    def _rarity(self, word: str, stems: Sequence[str]) -> float:
        corpus = self._corpus
        count = len(corpus.native.postings((word,)).indices) or len(corpus.english.postings(stems).indices)
        return float(np.log(1 + corpus.size / (1 + count)))

    def _meet_names(self, query: SearchQuery, indices: Integers, best: Matrix) -> None:
        """Let words that are part of a name count as met where a name sounds alike; changes ``best`` (rows, words).

        ``indices``: the chunk of each row.
        """
        for name, key in query.names:
            part = [column for column, word in enumerate(query.tokens.words) if word in name.lower()]
            if not part:
                continue
            best[:, part] = np.maximum(best[:, part], self._name_likeness(key, query.language)[indices, None])

    def _names(self, query: SearchQuery) -> Matrix:
        """Coverage by the sound of names, in chunks of the other language."""
        names = self._corpus.names
        total, most = np.zeros(self._corpus.size, dtype=np.float32), 0.0
        for _, key in query.names:
            likeness_by_chunk = self._name_likeness(key, query.language)
            weight = names.rarity(int((likeness_by_chunk > 0).sum()))
            total += weight * likeness_by_chunk
            most += weight
        return total / np.float32(max(most, FEW_NAMES))

    def _likeness_of_names(self, key: str, language: str) -> Matrix:
        """How much a name of each chunk of the other language sounds like ``key``, a name of this one (chunks,)."""
        names = self._corpus.names
        others = names.terms
        # Chinese runs may be longer than the name in them.
        alike = likeness([key], others)[0] if language == "en" else likeness(others, [key])[:, 0]
        likeness_by_chunk = np.zeros(names.size, dtype=np.float32)
        for row in np.flatnonzero(alike):
            indices = names.postings((others[row],)).indices
            likeness_by_chunk[indices] = np.maximum(likeness_by_chunk[indices], alike[row])
        likeness_by_chunk[self._corpus.is_chinese == (language == "zh")] = 0
        return likeness_by_chunk


def _pairs(query: SearchQuery) -> Sequence[tuple[str, tuple[str, ...]]]:
    return list(zip(query.tokens.words, query.tokens.english, strict=True))


def _top(scores: Matrix) -> Integers:
    """Indices of the highest scores, in no order."""
    if len(scores) <= PER_MEASURE:
        return np.arange(len(scores), dtype=np.int32)
    return np.argpartition(-scores, PER_MEASURE)[:PER_MEASURE].astype(np.int32)
