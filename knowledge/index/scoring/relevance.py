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
from knowledge.index.search_query import QueryBuilder
from knowledge.index.text.tokens import Tokens, tokens_of
from knowledge.text.language import HAN, fold, fold_question

SENTENCE = 0.4  # share of the meaning of the whole sentence, where it is Chinese on both sides
REMEMBERED = 400  # texts, about 100 kB each

Matrix = np.ndarray[Any, np.dtype[np.float32]]


class TextFeatures(NamedTuple):
    """A text as it is compared: its tokens, and unit-length float32 vectors.

    ``matrix``: of its words, (words, 192); ``meaning``: of the whole text by the Chinese encoder, (384,), zeros for a
    text without Chinese.
    """

    tokens: Tokens
    matrix: Matrix
    meaning: Matrix


class Relevance:
    """Compares a question's words with a text's: by vector and dictionary, rare words weighing more."""

    def __init__(self, query_builder: QueryBuilder, native: Bm25) -> None:
        self._query_builder, self._native = query_builder, native
        self._features = lru_cache(maxsize=REMEMBERED)(self._new_features)  # the same passages answer many questions

    def __call__(self, question: str, texts: Sequence[str]) -> list[float]:
        """A score for each text, 0 to about 1."""
        vectors = word_vectors()
        folded = fold_question(question)
        language = "zh" if HAN.search(folded) else "en"
        query = tokens_of(folded, self._query_builder.dictionary).distinct
        words = vectors.matrix(query.words)
        weights = np.array([self._rarity(word) * max(0.05, vectors.weight(word)) for word in query.words])
        scores = []
        for text in texts:
            best = self._best(query, words, text)
            scores.append(float(best @ weights / weights.sum()) if len(weights) and weights.sum() else 0.0)
        if language == "zh" and texts:
            return self._with_meaning(folded, texts, scores)
        return scores

    def _best(self, query: Tokens, words: Matrix, text: str) -> Matrix:
        """How well each word of the question is met in ``text``, shape (words of the question,), 0 to 1."""
        tokens, matrix, _ = self._features(text)
        if not query.words or not tokens.words:
            return np.zeros(len(query.words), dtype=np.float32)
        best: Matrix = (words @ matrix.T).max(axis=1).clip(0, 1)
        own, glossed = set(tokens.words), {stem for stems in tokens.english for stem in stems}
        for column, (word, stems) in enumerate(zip(query.words, query.english, strict=True)):
            if word in own:
                best[column] = 1.0
            elif (own if HAN.search(word) else glossed) & set(stems):
                best[column] = max(best[column], BY_GLOSS)
        return best

    def _with_meaning(self, folded: str, texts: Sequence[str], scores: list[float]) -> list[float]:
        """``scores`` of Chinese texts mixed with the similarity of the whole text to the whole question."""
        chinese = [index for index, text in enumerate(texts) if HAN.search(text)]
        if not chinese:
            return scores
        question = self._query_builder.chinese_encoder.encode([folded])[0].reshape(DIMENSION)
        similarities = np.stack([self._features(texts[index]).meaning for index in chinese]) @ question
        mixed = list(scores)
        for index, similarity in zip(chinese, similarities, strict=True):
            mixed[index] = (1 - SENTENCE) * scores[index] + SENTENCE * max(0.0, float(similarity))
        return mixed

    def _new_features(self, text: str) -> TextFeatures:
        folded = fold(text)
        tokens = tokens_of(folded, self._query_builder.dictionary)
        encoder = self._query_builder.chinese_encoder
        meaning = encoder.encode([text])[0] if HAN.search(text) else np.zeros(DIMENSION, dtype=np.float32)
        return TextFeatures(tokens, word_vectors().matrix(tokens.words), meaning)

    def _rarity(self, word: str) -> float:
        return self._native.rarity(len(self._native.postings((word,)).indices))
