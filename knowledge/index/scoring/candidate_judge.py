"""The first candidates of a search, read by the judge: how surely each answers the question."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from knowledge.index.reader import Corpus
from knowledge.index.search_query import SearchQuery
from knowledge.index.sections import Key
from knowledge.index.translations import Translations
from knowledge.index.writer import searched_text
from knowledge.judge.judge import EncodedText, Judge

READ = 6  # candidates that the judge reads
Matrix = np.ndarray[Any, np.dtype[np.float32]]
Integers = np.ndarray[Any, np.dtype[np.signedinteger[Any]]]


@dataclass(frozen=True)
class JudgedCandidates:
    """What the judge says of each candidate, all (candidates,).

    ``odds``: log odds that it answers, nan for what it did not read; ``filled``: the least odds in place of nan, so
    that what was not read stays behind as far as it was.
    """

    odds: Matrix
    filled: Matrix


@dataclass(frozen=True)
class CandidateJudge:
    """The judge over the chunks of one edition, whose sections have ``keys``. Threads may share it."""

    judge: Judge
    corpus: Corpus
    keys: Sequence[Key]
    translations: Translations

    def __call__(self, query: SearchQuery, indices: Integers, scores: Matrix) -> JudgedCandidates:
        """What it says of the best of the chunks at ``indices`` by their ``scores``, both (candidates,), not empty."""
        rows = self._worth_reading(query, indices, np.argsort(-scores, kind="stable"))
        question = self.judge.with_states(query.read, query.states, question=True)
        passages = [self._encoded(int(indices[row])) for row in rows]
        odds = np.full(len(scores), np.nan, dtype=np.float32)
        odds[rows] = [judgement.answers for judgement in self.judge(question, passages)]
        return JudgedCandidates(odds, np.where(np.isnan(odds), np.nanmin(odds), odds))

    def signals(self, judged: JudgedCandidates, indices: Integers, order: Integers) -> dict[str, float]:
        """What it says of the first candidate by ``order``, and of the best one of another section."""
        first, sections = self.keys[indices[order[0]]], self.by_section(judged.odds, indices)
        answers = sections.pop(first, float(judged.filled[order[0]]))
        return {"judge": answers, "judge_ahead": answers - max([*sections.values(), float(judged.filled.min())])}

    def by_section(self, odds: Matrix, indices: Integers) -> dict[Key, float]:
        """The best of the ``odds`` of each section of which it has read something; both (candidates,)."""
        best: dict[Key, float] = {}
        for index, one in zip(indices, odds, strict=True):
            if not np.isnan(one):
                best[self.keys[index]] = max(float(one), best.get(self.keys[index], float(one)))
        return best

    def _worth_reading(self, query: SearchQuery, indices: Integers, order: Integers) -> list[int]:
        """The first ``READ`` rows; of a section in two languages only what is in the question's language."""
        rows = []
        for row in order[: 2 * READ]:
            index = int(indices[row])
            in_other_language = self.corpus.chunks[index].language != query.language
            if not (in_other_language and self.translations.is_noted(index)):
                rows.append(int(row))
        return (rows or [int(order[0])])[:READ]

    def _encoded(self, index: int) -> EncodedText:
        chunk = self.corpus.chunks[index]
        return self.judge.with_states(searched_text(chunk), self.corpus.states.of(index))
