"""Retrieval, refusals and latency on the texts and questions of a labelled set."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from knowledge.editions.building.progress import Progress, silent
from knowledge.editions.open_edition import OpenEdition
from knowledge.embedding.embedder import Embedder
from knowledge.evaluation.beir import LabelledQuestion, LabelledSet
from knowledge.evaluation.metrics import (
    LatencyMetrics,
    RankingMetrics,
    RefusalMetrics,
    latency_metrics,
    ranking_metrics,
    refusal_metrics,
    unique,
)
from knowledge.evaluation.temporary_edition import temporary_edition, write_corpus
from knowledge.models import Findings, Unreadable
from knowledge.settings import KnowledgeSettings
from knowledge.validity import today


@dataclass(frozen=True)
class TextRetrievalResult:
    """Metrics of one labelled set. ``refusals``: at each threshold of the configuration; empty when not asked for."""

    texts: int
    ranking: RankingMetrics
    latency: LatencyMetrics
    refusals: tuple[RefusalMetrics, ...]
    unreadable: tuple[Unreadable, ...]


@dataclass(frozen=True)
class _SearchResult:
    ranking: tuple[str, ...]  # ids of texts
    probability: float
    seconds: float


def evaluate_text_retrieval(
    labelled: LabelledSet,
    settings: KnowledgeSettings,
    embedder: Embedder,
    *,
    without_gold: bool = False,
    progress: Progress = silent,
) -> TextRetrievalResult:
    """Index the texts for real and ask every question.

    ``without_gold``: ask each once more with its gold taken away, to measure refusals. Raises ``IngestionError``.
    """
    with tempfile.TemporaryDirectory(prefix="corpus-") as name:
        sources = write_corpus(Path(name), labelled.texts)
        with temporary_edition(Path(name), settings, embedder, progress) as (edition, unreadable):
            searcher = _CorpusSearcher(edition, sources, settings.search.candidates)
            results = [searcher.search(question) for question in labelled.questions]
            reduced = [
                searcher.search(question, without_gold=True)
                for question in (labelled.questions if without_gold else ())
            ]
    golds = [question.gold for question in labelled.questions]
    return TextRetrievalResult(
        texts=len(labelled.texts),
        ranking=ranking_metrics([result.ranking for result in results], golds),
        latency=latency_metrics([result.seconds for result in results]),
        refusals=_refusals(settings, reduced, results) if without_gold else (),
        unreadable=tuple(Unreadable(sources[file.source], file.reason) for file in unreadable),
    )


class _CorpusSearcher:
    """Searches an edition whose documents are the texts of a corpus; ``sources``: source of a document -> text id."""

    def __init__(self, edition: OpenEdition, sources: dict[str, str], limit: int) -> None:
        self._edition, self._ids, self._limit, self._day = edition, sources, limit, today()
        self._sources = {text: source for source, text in sources.items()}
        self._findings("first", frozenset())  # what is loaded with the first question must not count as its latency

    def search(self, question: LabelledQuestion, *, without_gold: bool = False) -> _SearchResult:
        """The ranking for a question; ``without_gold``: as if its gold had never been indexed."""
        excluded = frozenset(self._sources[text] for text in question.gold) if without_gold else frozenset[str]()
        started = time.perf_counter()
        findings = self._findings(question.text, excluded)
        seconds = time.perf_counter() - started
        ranking = unique([self._ids[passage.chunk.source] for passage in findings.passages])
        return _SearchResult(ranking, findings.probability, seconds)

    def _findings(self, question: str, excluded: frozenset[str]) -> Findings:
        return self._edition.search(question, day=self._day, limit=self._limit, without=excluded)


def _refusals(
    settings: KnowledgeSettings, reduced: Sequence[_SearchResult], whole: Sequence[_SearchResult]
) -> tuple[RefusalMetrics, ...]:
    search = settings.search
    without_gold, with_gold = [result.probability for result in reduced], [result.probability for result in whole]
    return (refusal_metrics(search.answer_above, without_gold, with_gold),)
