"""A question prepared for search: its language, tokens, foreign names, concepts, numbers and embeddings."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from knowledge.embedding.embedder import BUNDLED, Embedder
from knowledge.index.encoding.chinese_encoder import ChineseEncoder
from knowledge.index.text.dictionary import Dictionary, english_stems
from knowledge.index.text.pinyin import PinyinLookup
from knowledge.index.text.thesaurus import Concept, Thesaurus
from knowledge.index.text.tokens import NUMBER, Tokens, english_side, tokens_of
from knowledge.index.text.transliteration import named
from knowledge.text.language import fold_question, language_of, whole

LONGEST = 1000  # characters; the rest of a longer question is not searched for

Matrix = np.ndarray[Any, np.dtype[np.float32]]


@dataclass(frozen=True)
class SearchQuery:
    """A question and what the scorers compare with chunks.

    ``meaning``: by the Chinese encoder or MiniLM, (384,), zeros when neither fits; ``bridge``: by the model that the
    chunks' embeddings are from, (dimension,). Both are float32 and of unit length.
    """

    text: str  # as typed
    folded: str  # with the Chinese words whose pinyin was typed
    language: str  # "zh" or "en"
    tokens: Tokens  # each once
    names: tuple[tuple[str, str], ...]  # foreign names with their sound keys
    concepts: tuple[Concept, ...]
    numbers: frozenset[str]
    meaning: Matrix
    bridge: Matrix

    @property
    def written(self) -> list[tuple[str, ...]]:
        """For each of ``concepts`` the words that documents use for it."""
        return [tuple(word for entry in concept.written for word in _words(entry)) for concept in self.concepts]

    @property
    def concepts_in_english(self) -> list[tuple[str, ...]]:
        """For each of ``concepts`` the stems of its English words."""
        return [tuple(stem for entry in concept.english for stem in english_stems(entry)) for concept in self.concepts]


@dataclass(frozen=True)
class QueryBuilder:
    """Makes search queries from questions. Threads may share it."""

    embedder: Embedder
    chinese_encoder: ChineseEncoder
    dictionary: Dictionary
    thesaurus: Thesaurus
    pinyin: PinyinLookup

    def build(self, question: str) -> SearchQuery:
        """The query for the first ``LONGEST`` characters of ``question``. Runs the embedding model once."""
        text = whole(question[:LONGEST])
        plain = fold_question(text)
        folded = self.pinyin.with_chinese(plain)
        in_pinyin = folded != plain and not self.pinyin.is_english_text(plain)
        language = "en" if language_of(text) == "en" and not in_pinyin else "zh"
        tokens = tokens_of(folded, self.dictionary).distinct
        bridge, meaning = self._vectors(text, folded, language)
        return SearchQuery(
            text,
            folded,
            language,
            tokens,
            named(text, language),
            self.thesaurus.find(folded, language),
            frozenset(NUMBER.findall(folded)),
            meaning,
            bridge,
        )

    def _vectors(self, text: str, folded: str, language: str) -> tuple[Matrix, Matrix]:
        """The embeddings ``bridge`` and ``meaning`` of the query."""
        embedded = text
        if language == "zh" and self.embedder.name == BUNDLED:
            embedded = english_side(folded, self.dictionary) or folded
        bridge = self.embedder.encode_question(embedded)
        if language == "zh":
            return bridge, self.chinese_encoder.encode([folded])[0]
        if self.embedder.name == BUNDLED:
            return bridge, bridge
        return bridge, np.zeros(self.chinese_encoder.encode([""]).shape[1], dtype=np.float32)


def _words(entry: str) -> Sequence[str]:
    from knowledge.index.text.dictionary import dictionary

    return tokens_of(entry, dictionary()).words
