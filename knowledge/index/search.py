"""Search in one edition: the chunks that answer a question best, and how probably they do."""

from __future__ import annotations

import copy
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from math import inf
from pathlib import Path
from typing import Any

import numpy as np

from knowledge.embedding.embedder import Embedder
from knowledge.index.document_versions import NOT_CURRENT, Standing, requested_versions, standings
from knowledge.index.encoding.word_vectors import word_vectors
from knowledge.index.reader import Corpus
from knowledge.index.scoring.candidate_judge import CandidateJudge, JudgedCandidates
from knowledge.index.scoring.fusion import Fusion, fusion
from knowledge.index.scoring.references import is_reference, names_section
from knowledge.index.scoring.relevance import Relevance
from knowledge.index.scoring.required_entities import AtHome, nowhere, remaining
from knowledge.index.scoring.scorers import FEATURES, NearestSearch, Scorers
from knowledge.index.scoring.verdict import verdict
from knowledge.index.search_query import QueryBuilder, SearchQuery
from knowledge.index.sections import Key, section_keys
from knowledge.index.text.dictionary import dictionary
from knowledge.index.text.pinyin import PinyinLookup
from knowledge.index.translations import Translations
from knowledge.index.writer import heading
from knowledge.judge.judge import Judge, judge
from knowledge.models import Chunk, Findings, Metadata, Passage
from knowledge.settings import SearchSettings
from knowledge.text.language import fold, simplified

NAMED_SECTION = 24.0  # in the scale of scores: more than search and judge together make of two texts on the same
NAMED_VERSION = 18.0
OTHER_LANGUAGE = 1.0  # a text in the other language cannot meet a question's words as well as one in its own
REFERRED = 0.9  # the probability when the question names the very place
QUESTIONS = 32  # kept as read and as found: the same is asked of intents, rows and passages in turn
STALENESS = 6.0  # a text that has expired, or is not in force yet, must fit clearly better than a current one

Matrix = np.ndarray[Any, np.dtype[np.float32]]
Integers = np.ndarray[Any, np.dtype[np.signedinteger[Any]]]


@dataclass(frozen=True)
class Measured:
    """The candidates of a search in no order, and how they measure."""

    query: SearchQuery
    indices: Integers  # of chunks (candidates,)
    values: Matrix  # in the order of FEATURES (candidates, FEATURES)
    scores: Matrix  # (candidates,)


@dataclass(frozen=True)
class Examined:
    """The candidates of a search, best first, and the signals of the first one (empty when there is no candidate)."""

    query: SearchQuery
    indices: Integers  # of chunks (candidates,)
    scores: Matrix  # (candidates,)
    measured: Matrix  # in the order of FEATURES (candidates, FEATURES)
    odds: Matrix  # by the judge, nan for what it did not read (candidates,)
    signals: dict[str, float]


class Index:
    """One edition's index. Read-only; several threads may ask at once."""

    def __init__(
        self,
        corpus: Corpus,
        scorers: Scorers,
        query_builder: QueryBuilder,
        settings: SearchSettings,
        at_home: AtHome,
        judge: Judge,
    ) -> None:
        self.corpus, self._at_home = corpus, at_home
        self.verdict = verdict()
        self._scorers, self._settings = scorers, settings
        self.fusion: Fusion = fusion()
        self._keys = section_keys(corpus.chunks, corpus.documents)
        self._query = lru_cache(maxsize=QUESTIONS)(query_builder.build)
        self._found = lru_cache(maxsize=QUESTIONS)(self._search)
        self._standing = lru_cache(maxsize=4)(lambda day: standings(corpus.documents, day))
        self._sources = np.array([chunk.source for chunk in corpus.chunks], dtype=object)
        self._relevance = Relevance(query_builder, corpus.native)
        self._translations = Translations(corpus, self._keys)
        self._judge = CandidateJudge(judge, corpus, self._keys, self._translations)
        self._withdrawn = np.zeros(len(corpus.chunks), dtype=bool)

    @classmethod
    def open(
        cls,
        folder: Path,
        chunks: Sequence[Chunk],
        documents: Mapping[str, Metadata],
        nearest: NearestSearch,
        embedder: Embedder,
        settings: SearchSettings,
        at_home: AtHome = nowhere,
    ) -> Index:
        """Open what ``write_index`` wrote into ``folder`` from ``chunks`` and ``documents``.

        ``nearest``: ids and similarities of the chunks nearest to an embedding. ``at_home``: whether a folded place is
        the own city or district, which texts need not name. Raises ``OSError``, ``ValueError`` or
        ``LearnedError``.
        """
        vectors = word_vectors()
        corpus = Corpus.open(folder, chunks, documents, vectors)
        pinyin = PinyinLookup(corpus.words, vectors.english.__contains__)
        query_builder = QueryBuilder(embedder, vectors.chinese_encoder, dictionary(), pinyin)
        return cls(corpus, Scorers(corpus, vectors, nearest), query_builder, settings, at_home, judge())

    def search(
        self, question: str, *, day: date, limit: int | None = None, without: frozenset[str] = frozenset()
    ) -> Findings:
        """The passages for ``question``, best first, and the probability that they answer it.

        ``day``: decides what is in force; ``limit``: at most so many passages, else as configured; ``without``: sources
        of documents that are left out.
        """
        return self._found(question, day, limit, without)

    def _search(self, question: str, day: date, limit: int | None, without: frozenset[str]) -> Findings:
        examined = self.examine(question, day=day, without=without)
        if not len(examined.indices):
            return Findings((), 0.0)
        best = self.corpus.chunks[examined.indices[0]]
        probability = self.verdict(examined.signals)
        if referred := is_reference(examined.query, best, self.corpus.documents):
            probability = max(probability, REFERRED)
        probability *= self._entity_factor(examined.query, best, day)
        standing = self._standing(day)
        chosen = self._without_translations(examined)[: limit or self._settings.passages]
        odds = self._judge.by_section(examined.odds, examined.indices)
        told = ((index, score, odds.get(self._keys[index], -inf)) for index, score in chosen)
        passages = tuple(self._passage(index, score, one, standing) for index, score, one in told)
        return Findings(passages, probability, examined.signals, referred)

    def withholding(self, chunks: frozenset[str]) -> Index:
        """The same index, which never finds the ``chunks`` with these ids. What it holds in memory is shared."""
        other = copy.copy(self)
        other._withdrawn = np.array([chunk.id in chunks for chunk in self.corpus.chunks], dtype=bool)
        other._found = lru_cache(maxsize=QUESTIONS)(other._search)
        return other

    def relevance(self, question: str, texts: Sequence[str]) -> list[float]:
        """How well each text fits the question, 0 to about 1; for sentences of passages that were found."""
        return self._relevance(question, texts)

    def read(self, question: str) -> SearchQuery:
        """The question as it is compared with texts."""
        return self._query(question)

    def examine(self, question: str, *, day: date, without: frozenset[str] = frozenset()) -> Examined:
        """The candidates with their measures, best first by search and judge together."""
        measured = self.measure(question, day=day, without=without)
        query, indices = measured.query, measured.indices
        if not len(indices):
            return Examined(query, indices, measured.scores, measured.values, measured.scores, {})
        judged = self._judge(query, indices, measured.scores)
        scores = measured.scores + np.float32(self.verdict.judged) * judged.filled
        scores = self._translations.lifted(query.language, indices, scores)
        order = np.argsort(-scores, kind="stable")
        signals = self._signals(query, indices, measured.values, judged, order)
        return Examined(query, indices[order], scores[order], measured.values[order], judged.odds[order], signals)

    def measure(self, question: str, *, day: date, without: frozenset[str] = frozenset()) -> Measured:
        """The candidates before the judge has read them. Cheap measures choose those that get all measures."""
        question = simplified(question)  # as texts are read: the judge tells letters apart
        query, standing = self._query(question), self._standing(day)
        versions = requested_versions(question, self.corpus.documents, standing)
        left_out = without | versions.unwanted
        banned = self._withdrawn | np.isin(self._sources, list(left_out)) if left_out else self._withdrawn
        indices, cheap = self._scorers.candidates(query, np.flatnonzero(banned).astype(np.int32))
        first = np.argsort(-self.fusion.roughly(cheap), kind="stable")[: self._settings.candidates]
        indices, cheap = indices[first], cheap[first]
        if not len(indices):
            return Measured(query, indices, np.zeros((0, len(FEATURES)), np.float32), np.zeros(0, np.float32))
        values = np.concatenate([cheap, self._scorers.costly(query, indices)], axis=1)
        scores = self.fusion.score(values) + self._adjusted(query, indices, standing, versions.meant)
        return Measured(query, indices, values, scores)

    def _signals(
        self, query: SearchQuery, indices: Integers, measured: Matrix, judged: JudgedCandidates, order: Integers
    ) -> dict[str, float]:
        """What the verdict is made from: how the first chunk by ``order`` measures, and what the judge says of it."""
        first = order[0]
        signals = dict(zip(FEATURES, map(float, measured[first]), strict=True))
        signals["chinese"] = float(query.language == "zh")
        return signals | self._judge.signals(judged, indices, order)

    def _adjusted(
        self, query: SearchQuery, indices: Integers, standing: Mapping[str, Standing], meant: frozenset[str]
    ) -> Matrix:
        """What is added to each score, (chunks,): more for a named section or version and for what stands in the other
        language only, less for what has expired.
        """
        change = np.zeros(len(indices), dtype=np.float32)
        for row, index in enumerate(indices):
            chunk = self.corpus.chunks[index]
            if names_section(query, chunk, self.corpus.documents):
                change[row] += NAMED_SECTION
            if chunk.language != query.language and not self._translations.is_noted(int(index)):
                change[row] += OTHER_LANGUAGE
            if chunk.source in meant:
                change[row] += NAMED_VERSION
            elif standing[chunk.source].state in NOT_CURRENT:
                change[row] -= STALENESS
        return change

    def _entity_factor(self, query: SearchQuery, best: Chunk, day: date) -> float:
        """What remains of the probability (0 to 1) for what the question names and the best chunk lacks."""
        evidence = fold(f"{heading(best, self.corpus.documents)} {best.text}")
        return remaining(query.folded, evidence, self.corpus.documents[best.source], day, self._at_home)

    def _without_translations(self, examined: Examined) -> list[tuple[int, float]]:
        """Indices of chunks with scores; of a section in two languages only the chunks in the question's language, the
        first of them at the section's best score.
        """
        language = examined.query.language
        best: dict[Key, float] = {}
        in_language: dict[Key, bool] = {}
        for index, score in zip(examined.indices, examined.scores, strict=True):
            key = self._keys[index]
            best.setdefault(key, float(score))
            in_language[key] = in_language.get(key, False) or self.corpus.chunks[index].language == language
        chosen: list[tuple[int, float]] = []
        lifted: set[Key] = set()
        for index, score in zip(examined.indices, examined.scores, strict=True):
            key = self._keys[index]
            if in_language[key] and self.corpus.chunks[index].language != language:
                continue
            chosen.append((int(index), float(score) if key in lifted else best[key]))
            lifted.add(key)
        return sorted(chosen, key=lambda pair: -pair[1])

    def _passage(self, index: int, score: float, odds: float, standing: Mapping[str, Standing]) -> Passage:
        chunk = self.corpus.chunks[index]
        metadata = self.corpus.documents[chunk.source]
        stands = standing[chunk.source]
        successor = self.corpus.documents[stands.successor].title if stands.successor else None
        group = metadata.translation_of or chunk.source
        return Passage(chunk, metadata, group, stands.state, score, odds, successor)
