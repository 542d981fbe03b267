"""Retrieval and refusal on labelled questions."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from knowledge.editions.building.progress import Progress, silent
from knowledge.editions.open_edition import OpenEdition
from knowledge.embedding.embedder import Embedder
from knowledge.evaluation.figures import (
    Ranked,
    Refusals,
    Times,
    ranked,
    refusals,
    times,
    without_repetition,
)
from knowledge.evaluation.labelled import Labelled, Question
from knowledge.evaluation.temporary import temporary_edition, write_texts
from knowledge.models import Findings, Unreadable
from knowledge.settings import KnowledgeSettings
from knowledge.validity import today


@dataclass(frozen=True)
class Measured:
    """Figures of one labelled set. ``refusals``: at each threshold of the configuration; empty when not asked for."""

    texts: int
    ranked: Ranked
    times: Times
    refusals: tuple[Refusals, ...]
    unreadable: tuple[Unreadable, ...]


@dataclass(frozen=True)
class _Ranking:
    texts: tuple[str, ...]  # ids, best first
    probability: float
    seconds: float


def measure(
    labelled: Labelled,
    settings: KnowledgeSettings,
    embedder: Embedder,
    *,
    without_gold: bool = False,
    progress: Progress = silent,
) -> Measured:
    """Index the texts for real and ask every question. Raises ``IngestionError``."""
    with tempfile.TemporaryDirectory(prefix="corpus-") as name:
        sources = write_texts(Path(name), labelled.texts)
        with temporary_edition(Path(name), settings, embedder, progress) as (edition, unreadable):
            reader = _Reader(edition, sources, settings.search.candidates)
            found = [reader.ask(question) for question in labelled.questions]
            bare = [reader.ask(question, without=True) for question in labelled.questions] if without_gold else []
    golds = [question.gold for question in labelled.questions]
    return Measured(
        texts=len(labelled.texts),
        ranked=ranked([one.texts for one in found], golds),
        times=times([one.seconds for one in found]),
        refusals=_refusals(settings, bare, found) if without_gold else (),
        unreadable=tuple(Unreadable(sources[file.source], file.reason) for file in unreadable),
    )


class _Reader:
    """Asks an edition whose documents are the texts of a corpus."""

    def __init__(self, edition: OpenEdition, sources: dict[str, str], limit: int) -> None:
        self._edition, self._ids, self._limit, self._day = edition, sources, limit, today()
        self._sources = {text: source for source, text in sources.items()}
        self._search("first", frozenset())  # what is loaded with the first question is measured by itself

    def ask(self, question: Question, *, without: bool = False) -> _Ranking:
        """The answer to a question; ``without`` its gold, which is then as if it had never been indexed."""
        taken = frozenset(self._sources[text] for text in question.gold) if without else frozenset[str]()
        started = time.perf_counter()
        findings = self._search(question.text, taken)
        seconds = time.perf_counter() - started
        ranking = without_repetition([self._ids[passage.chunk.source] for passage in findings.passages])
        return _Ranking(ranking, findings.probability, seconds)

    def _search(self, question: str, without: frozenset[str]) -> Findings:
        day: date = self._day
        return self._edition.search(question, day=day, limit=self._limit, without=without)


def _refusals(settings: KnowledgeSettings, bare: Sequence[_Ranking], found: Sequence[_Ranking]) -> tuple[Refusals, ...]:
    search = settings.search
    without_gold, with_gold = [one.probability for one in bare], [one.probability for one in found]
    return tuple(refusals(above, without_gold, with_gold) for above in (search.partly_above, search.answer_above))
