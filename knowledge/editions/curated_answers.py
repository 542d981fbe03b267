"""Answers that staff wrote themselves: whether one of them is to a question that somebody asks.

Learned from the half of ``knowledge/training/questions/held.jsonl``, measured on the other (decision 126).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np

from knowledge.index.scoring.required_entities import AtHome, remaining
from knowledge.judge.judge import EncodedText, judge
from knowledge.models import Metadata
from knowledge.tables import StoredRecord
from knowledge.tables.records import CuratedAnswer
from knowledge.text.language import fold, simplified

if TYPE_CHECKING:
    from knowledge.embedding.embedder import Embedder
    from knowledge.index.search_query import SearchQuery

# Above 0 an answer fits: of near misses (another thing asked in the same words) one in a hundred still does.
ALIKE, LETTERS, JUDGED, LEAST = 19.5, -6.0, 0.30, 17.5
NEAREST = 3  # answers that are looked at closely
NEAR = 0.86  # cosine: nearly all wordings of one question are above
TEXTS = 4_096  # whose vectors are kept from edition to edition
READ = 256  # answers whose tokens are kept as the judge reads them
Matrix = np.ndarray[Any, np.dtype[np.float32]]


class CuratedAnswers:
    """The answers of ``rows``, found by their questions. Threads may share it."""

    def __init__(self, rows: Sequence[StoredRecord], embedder: Embedder, at_home: AtHome) -> None:
        self._rows, self._at_home = rows, at_home
        self._records = [record for row in rows if isinstance(record := row.record, CuratedAnswer)]
        self._folded = [_letters(record.question) for record in self._records]
        vectors = [_vector(embedder, simplified(record.question)) for record in self._records]
        self._vectors = np.array(vectors, dtype=np.float32)

    def find(self, asked: SearchQuery, day: date) -> StoredRecord | None:
        """The answer to the question ``asked`` on ``day``; None where none is surely to it."""
        if not self._rows:
            return None
        letters = _letters(asked.read)
        if letters in self._folded:
            return self._rows[self._folded.index(letters)]
        near = self._vectors @ asked.bundled
        best = [int(index) for index in np.argsort(-near, kind="stable")[:NEAREST] if near[index] >= NEAR]
        speaking = [index for index in best if self._speaks_of_all(asked, index, day)]
        if not speaking:
            return None
        question = judge().with_states(asked.read, asked.states, question=True)
        odds = judge()(question, [_encoded(*_said(self._records[index])) for index in speaking])
        scores = [
            ALIKE * near[index] + LETTERS * _common(letters, self._folded[index]) + JUDGED * one.answers - LEAST
            for index, one in zip(speaking, odds, strict=True)
        ]
        first = int(np.argmax(scores))
        return self._rows[speaking[first]] if scores[first] > 0 else None

    def _speaks_of_all(self, asked: SearchQuery, index: int, day: date) -> bool:
        """Whether it names whatever place, school, year or number the question names."""
        record = self._records[index]
        said = Metadata(record.source, asked.language, published_on=record.as_of)
        return remaining(asked.folded, fold(" ".join(_said(record))), said, day, self._at_home) == 1.0


def _said(record: CuratedAnswer) -> tuple[str, str]:
    return simplified(record.question), simplified(record.answer)


@lru_cache(maxsize=TEXTS)
def _vector(embedder: Embedder, question: str) -> Matrix:
    return embedder.read_question(question).bundled


@lru_cache(maxsize=READ)
def _encoded(question: str, answer: str) -> EncodedText:
    (encoded,) = judge().encoded([f"{question}\n{answer}"])
    return encoded


def _letters(text: str) -> str:
    """What of a text says something: folded, without marks and blanks."""
    return "".join(character for character in fold(text) if character.isalnum())


def _common(one: str, other: str) -> float:
    """The share of pairs of neighbouring letters that two texts have in common: near misses repeat the words."""
    mine, theirs = ({text[at : at + 2] for at in range(len(text) - 1)} for text in (one, other))
    return 2 * len(mine & theirs) / max(1, len(mine) + len(theirs))
