"""How well sentences fit a question, without a run of the embedding model."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np

from knowledge.index.bm25 import Bm25
from knowledge.index.encoding.chinese_encoder import DIMENSION
from knowledge.index.encoding.word_vectors import word_vectors
from knowledge.index.scoring.scorers import BY_GLOSS
from knowledge.index.search_query import Asker
from knowledge.index.text.thesaurus import Concept
from knowledge.index.text.tokens import Terms, terms_of
from knowledge.text.language import HAN, fold, fold_question

SENTENCE = 0.4  # share of the meaning of the whole sentence, where it is Chinese on both sides
REMEMBERED = 400  # texts, about 100 kB each
CONCEPT = 0.9  # a question's word counts so much found when the official word for it is there

Matrix = np.ndarray[Any, np.dtype[np.float32]]


class Read(NamedTuple):
    """A text as it is compared: ``matrix`` (words, 192), ``meaning`` (384,), zeros without Chinese."""

    folded: str
    terms: Terms
    matrix: Matrix
    meaning: Matrix


class Relevance:
    """Compares a question's words with a text's: by vector, dictionary and thesaurus, rare words weighing more."""

    def __init__(self, asker: Asker, native: Bm25) -> None:
        self._asker, self._native = asker, native
        self._read = lru_cache(maxsize=REMEMBERED)(self._read_anew)  # the same passages answer many questions

    def __call__(self, question: str, texts: Sequence[str]) -> list[float]:
        """A score for each text, 0 to about 1."""
        vectors = word_vectors()
        folded = fold_question(question)
        language = "zh" if HAN.search(folded) else "en"
        asked = _distinct(terms_of(folded, self._asker.dictionary))
        concepts = self._asker.thesaurus.find(folded, language)
        words = vectors.matrix(asked.words)
        weights = np.array([self._rarity(word) * max(0.05, vectors.weight(word)) for word in asked.words])
        found = []
        for text in texts:
            best = self._best(asked, words, text, concepts)
            found.append(float(best @ weights / weights.sum()) if len(weights) and weights.sum() else 0.0)
        if language == "zh" and texts:
            return self._with_meaning(folded, texts, found)
        return found

    def _best(self, asked: Terms, words: Matrix, text: str, concepts: Sequence[Concept]) -> Matrix:
        folded, has, matrix, _ = self._read(text)
        if not asked.words or not has.words:
            return np.zeros(len(asked.words), dtype=np.float32)
        best: Matrix = (words @ matrix.T).max(axis=1).clip(0, 1)
        own, glossed = set(has.words), {stem for stems in has.english for stem in stems}
        helped = {
            word for concept in concepts if any(entry in folded for entry in concept.written) for word in concept.said
        }
        for column, (word, stems) in enumerate(zip(asked.words, asked.english, strict=True)):
            if word in own:
                best[column] = 1.0
            elif any(word in said for said in helped):
                best[column] = max(best[column], CONCEPT)
            elif (own if HAN.search(word) else glossed) & set(stems):
                best[column] = max(best[column], BY_GLOSS)
        return best

    def _with_meaning(self, folded: str, texts: Sequence[str], found: list[float]) -> list[float]:
        chinese = [place for place, text in enumerate(texts) if HAN.search(text)]
        if not chinese:
            return found
        student = self._asker.student
        asked = student.encode([folded])[0].reshape(DIMENSION)
        meanings = np.stack([self._read(texts[place]).meaning for place in chinese]) @ asked
        mixed = list(found)
        for place, meaning in zip(chinese, meanings, strict=True):
            mixed[place] = (1 - SENTENCE) * found[place] + SENTENCE * max(0.0, float(meaning))
        return mixed

    def _read_anew(self, text: str) -> Read:
        folded = fold(text)
        terms = terms_of(folded, self._asker.dictionary)
        meaning = self._asker.student.encode([text])[0] if HAN.search(text) else np.zeros(DIMENSION, dtype=np.float32)
        return Read(folded, terms, word_vectors().matrix(terms.words), meaning)

    def _rarity(self, word: str) -> float:
        return self._native.rarity(len(self._native.postings((word,)).places))


def _distinct(terms: Terms) -> Terms:
    once = dict(zip(terms.words, terms.english, strict=True))
    return Terms(tuple(once), tuple(once.values()))
