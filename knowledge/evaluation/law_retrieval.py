"""Whether questions in users' own words reach the right article of a law.

``tests/golden/README.md`` says what a line of the questions holds.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

from knowledge.editions.building.progress import Progress, silent
from knowledge.editions.open_edition import OpenEdition
from knowledge.embedding.embedder import Embedder
from knowledge.evaluation.beir import LabelledDataError, json_lines
from knowledge.evaluation.metrics import RankingMetrics, ranking_metrics, unique
from knowledge.evaluation.temporary_edition import temporary_edition
from knowledge.models import Chunk
from knowledge.settings import KnowledgeSettings
from knowledge.text.numerals import CHARACTERS, ORDINAL
from knowledge.validity import today

ARTICLE = re.compile(rf"^第[{CHARACTERS}\d]+条(?:之{ORDINAL})?")
SEPARATOR = "|"  # between a law and its article


@dataclass(frozen=True)
class LawQuestion:
    """``right``: "law|article" of every article that answers; a law is its file's name without the ending."""

    id: str
    text: str
    language: str
    right: frozenset[str]


@dataclass(frozen=True)
class LawMiss:
    """A question whose answer did not come first, and the three that did.

    ``rank`` is that of the first right article, from 1; None when the search did not return it.
    """

    id: str
    question: str
    right: tuple[str, ...]
    first: tuple[str, ...]
    rank: int | None


@dataclass(frozen=True)
class LawRetrievalResult:
    """Metrics over all questions and for each language."""

    ranking: RankingMetrics
    languages: dict[str, RankingMetrics]
    misses: tuple[LawMiss, ...]


def read_law_questions(path: Path, laws: Path) -> tuple[LawQuestion, ...]:
    """The questions in ``path``, whose laws must be among the files of ``laws``. Raises ``LabelledDataError``."""
    if not laws.is_dir():
        raise LabelledDataError(f"{laws}: no such folder; the folder with the laws is expected")
    names = {file.stem for file in laws.rglob("*") if file.is_file()}
    questions = tuple(_question(values, where, names) for values, where in json_lines(path))
    if not questions:
        raise LabelledDataError(f"{path}: holds no questions")
    return questions


def _question(values: dict[str, Any], where: str, names: set[str]) -> LawQuestion:
    texts = {name: values.get(name) for name in ("id", "question", "language", "law", "article")}
    also = values.get("also", [])
    for name, value in texts.items():
        # A page without articles is named by an empty one, as ``article_of`` does.
        if not isinstance(value, str) or not (value or name == "article"):
            raise LabelledDataError(f"{where}: {name} is {value!r:.60}; a string is expected")
    if not isinstance(also, list) or not all(isinstance(entry, str) and SEPARATOR in entry for entry in also):
        raise LabelledDataError(f"{where}: also is {also!r:.60}; a list of 'law|article' is expected")
    right = frozenset([f"{texts['law']}{SEPARATOR}{texts['article']}", *also])
    for law in sorted(article.split(SEPARATOR)[0] for article in right):
        if law not in names:
            raise LabelledDataError(f"{where}: there is no file {law!r} among the laws")
    return LawQuestion(str(texts["id"]), str(texts["question"]), str(texts["language"]), right)


def evaluate_law_retrieval(
    questions: Sequence[LawQuestion],
    laws: Path,
    settings: KnowledgeSettings,
    embedder: Embedder,
    progress: Progress = silent,
) -> LawRetrievalResult:
    """Index the laws for real and ask every question. Raises ``IngestionError`` or ``LabelledDataError``."""
    with temporary_edition(laws, settings, embedder, progress) as (edition, unreadable):
        if unreadable:
            raise LabelledDataError(f"{laws / unreadable[0].source}: {unreadable[0].reason}")
        return search_laws(questions, edition, settings.search.candidates)


def search_laws(questions: Sequence[LawQuestion], edition: OpenEdition, limit: int) -> LawRetrievalResult:
    """Ask an edition every question, for ``limit`` passages each."""
    day = today()
    rankings = [
        unique([article_of(passage.chunk) for passage in edition.search(question.text, day=day, limit=limit).passages])
        for question in questions
    ]
    return _result(questions, rankings)


def article_of(chunk: Chunk) -> str:
    """The article of a chunk as "law|article"; without an article, the law and its last heading."""
    label = next((match.group() for name in chunk.path if (match := ARTICLE.match(name))), "")
    return f"{PurePosixPath(chunk.source).stem}{SEPARATOR}{label or '/'.join(chunk.path[-1:])}"


def _result(questions: Sequence[LawQuestion], rankings: Sequence[Sequence[str]]) -> LawRetrievalResult:
    def metrics(indexes: Sequence[int]) -> RankingMetrics:
        golds = [dict.fromkeys(questions[index].right, 1) for index in indexes]
        return ranking_metrics([rankings[index] for index in indexes], golds)

    every = range(len(questions))
    languages = sorted({question.language for question in questions})
    misses = (_miss(questions[index], rankings[index]) for index in every)
    return LawRetrievalResult(
        ranking=metrics(every),
        languages={
            name: metrics([index for index in every if questions[index].language == name]) for name in languages
        },
        misses=tuple(miss for miss in misses if miss.rank != 1),
    )


def _miss(question: LawQuestion, ranking: Sequence[str]) -> LawMiss:
    rank = next((rank for rank, article in enumerate(ranking, start=1) if article in question.right), None)
    return LawMiss(question.id, question.text, tuple(sorted(question.right)), tuple(ranking[:3]), rank)
