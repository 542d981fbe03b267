"""A question prepared for search: its language, its tokens, and how the encoders read it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from knowledge.embedding.embedder import Embedder
from knowledge.index.encoding.chinese_encoder import DIMENSION, ChineseEncoder
from knowledge.index.encoding.english_encoder import english_encoder
from knowledge.index.text.dictionary import Dictionary
from knowledge.index.text.pinyin import PinyinLookup
from knowledge.index.text.tokens import Tokens, tokens_of
from knowledge.settings import BUNDLED
from knowledge.text.language import HAN, fold_question, language_of, whole

LONGEST = 1000  # characters; the rest of a longer question is not searched for

Matrix = np.ndarray[Any, np.dtype[np.float32]]


@dataclass(frozen=True)
class SearchQuery:
    """A question and what the scorers compare with chunks, all float32.

    ``read``: what the encoders saw; ``embedded``: by the embedding model, (dimension,), and ``meaning``: by the Chinese
    or the English encoder, (384,), both of unit length (zeros for English by another model); ``states``: of the tokens
    of ``read``, (tokens, 384), and ``bundled``: its embedding, (384,), both by the bundled model, for what has learned
    to read them.
    """

    text: str  # as typed
    folded: str  # with the Chinese words whose pinyin was typed
    language: str  # "zh" or "en"
    tokens: Tokens  # each once
    read: str
    embedded: Matrix
    states: Matrix
    bundled: Matrix
    meaning: Matrix


@dataclass(frozen=True)
class QueryBuilder:
    """Makes search queries from questions. Threads may share it."""

    embedder: Embedder
    chinese_encoder: ChineseEncoder
    dictionary: Dictionary
    pinyin: PinyinLookup

    def build(self, question: str) -> SearchQuery:
        """The query for the first ``LONGEST`` characters of ``question``. Runs the embedding model once."""
        text = whole(question[:LONGEST])
        plain = fold_question(text)
        folded = self.pinyin.with_chinese(plain)
        in_pinyin = folded != plain and not self.pinyin.is_english_text(plain)
        language = "en" if language_of(text) == "en" and not in_pinyin else "zh"
        # Chinese typed as pinyin is read as the Chinese that it stands for; anything else as typed.
        read = text if language == "en" or HAN.search(text) else folded
        embedded, states, bundled = self.embedder.read_question(read)
        tokens = tokens_of(folded, self.dictionary).distinct
        meaning = self._meaning(folded, language, embedded)
        return SearchQuery(text, folded, language, tokens, read, embedded, states, bundled, meaning)

    def _meaning(self, folded: str, language: str, embedded: Matrix) -> Matrix:
        meaning: Matrix = np.zeros(DIMENSION, np.float32)
        if language == "zh":
            (meaning,) = self.chinese_encoder.encode([folded])
        elif self.embedder.name == BUNDLED:
            (meaning,) = english_encoder()(embedded[None])
        return meaning
