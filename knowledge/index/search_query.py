"""A question, made ready to be searched for."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from knowledge.embedding.embedder import BUNDLED, Embedder
from knowledge.index.encoding.chinese_encoder import Student
from knowledge.index.text.dictionary import Dictionary, english_stems
from knowledge.index.text.pinyin import Sounds
from knowledge.index.text.thesaurus import Concept, Thesaurus
from knowledge.index.text.tokens import NUMBER, Terms, english_side, terms_of
from knowledge.index.text.transliteration import named
from knowledge.text.language import fold_question, language_of, whole

LONGEST = 1000  # characters that are searched for; a longer text is a story, whose beginning says what it is about
PHRASE = re.compile(r"\b[a-z]+(?: [a-z]+)*\b")
Matrix = np.ndarray[Any, np.dtype[np.float32]]


@dataclass(frozen=True)
class Asked:
    """``meaning``: in the space of the student and MiniLM; ``bridge``: as the chunks' embeddings were made."""

    text: str  # as typed
    folded: str
    language: str  # "zh" or "en"
    terms: Terms
    names: tuple[tuple[str, str], ...]  # with their sound keys
    concepts: tuple[Concept, ...]
    numbers: frozenset[str]
    meaning: Matrix
    bridge: Matrix

    @property
    def written(self) -> list[tuple[str, ...]]:
        """For each concept the words that documents use for it."""
        return [tuple(word for entry in concept.written for word in _words(entry)) for concept in self.concepts]

    @property
    def concepts_in_english(self) -> list[tuple[str, ...]]:
        """For each concept the stems of its English words."""
        return [tuple(stem for entry in concept.english for stem in english_stems(entry)) for concept in self.concepts]


@dataclass(frozen=True)
class Asker:
    """What a question is made ready with. Threads may share it."""

    embedder: Embedder
    student: Student
    dictionary: Dictionary
    thesaurus: Thesaurus
    sounds: Sounds

    def ask(self, question: str) -> Asked:
        """The question with everything that scorers need. One run of the embedding model."""
        text = whole(question[:LONGEST])
        plain = fold_question(text)
        folded = self.sounds.spelled_out(plain)
        in_pinyin = folded != plain and not self.sounds.are_english(plain)
        language = "en" if language_of(text) == "en" and not in_pinyin else "zh"
        terms = terms_of(folded, self.dictionary)
        bridge, meaning = self._vectors(text, folded, language)
        return Asked(
            text,
            folded,
            language,
            Terms(*_distinct(terms)),
            named(text, language),
            self.thesaurus.find(folded, language),
            frozenset(NUMBER.findall(folded)),
            meaning,
            bridge,
        )

    def _vectors(self, text: str, folded: str, language: str) -> tuple[Matrix, Matrix]:
        seen = text
        if language == "zh" and self.embedder.name == BUNDLED:
            seen = english_side(folded, self.dictionary) or folded
        bridge = self.embedder.encode([seen])[0]
        if language == "zh":
            return bridge, self.student.encode([folded])[0]
        if self.embedder.name == BUNDLED:
            return bridge, bridge
        return bridge, np.zeros(self.student.encode([""]).shape[1], dtype=np.float32)


def _distinct(terms: Terms) -> tuple[tuple[str, ...], tuple[tuple[str, ...], ...]]:
    once = dict(zip(terms.words, terms.english, strict=True))
    return tuple(once), tuple(once.values())


def _words(entry: str) -> Sequence[str]:
    from knowledge.index.text.dictionary import dictionary

    return terms_of(entry, dictionary()).words
