"""Questions in users' own words against the articles of laws; ``tests/golden/README.md`` says what a line holds."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

from knowledge.editions.building.progress import Progress, silent
from knowledge.editions.open_edition import OpenEdition
from knowledge.embedding.embedder import Embedder
from knowledge.evaluation.figures import Ranked, ranked, without_repetition
from knowledge.evaluation.labelled import LabelledError, objects
from knowledge.evaluation.temporary import temporary_edition
from knowledge.models import Chunk
from knowledge.settings import KnowledgeSettings
from knowledge.text.numerals import CHARACTERS, ORDINAL
from knowledge.validity import today

ARTICLE = re.compile(rf"^第[{CHARACTERS}\d]+条(?:之{ORDINAL})?")
BETWEEN = "|"  # a law and its article


@dataclass(frozen=True)
class LawQuestion:
    """``right``: "law|article" of every article that answers; a law is its file's name without the ending."""

    id: str
    text: str
    language: str
    right: frozenset[str]


@dataclass(frozen=True)
class Miss:
    """A question whose answer did not come first, and what did; ``place`` of the right one, None beyond all."""

    id: str
    question: str
    right: tuple[str, ...]
    first: tuple[str, ...]
    place: int | None


@dataclass(frozen=True)
class MeasuredLaws:
    """Figures over all questions and for each language."""

    ranked: Ranked
    languages: dict[str, Ranked]
    misses: tuple[Miss, ...]


def read_questions(path: Path, laws: Path) -> tuple[LawQuestion, ...]:
    """The questions in ``path``, whose laws must be among the files of ``laws``. Raises ``LabelledError``."""
    if not laws.is_dir():
        raise LabelledError(f"{laws}: no such folder; the folder with the laws is expected")
    names = {file.stem for file in laws.rglob("*") if file.is_file()}
    questions = tuple(_question(values, where, names) for values, where in objects(path))
    if not questions:
        raise LabelledError(f"{path}: holds no questions")
    return questions


def _question(values: dict[str, Any], where: str, names: set[str]) -> LawQuestion:
    texts = {name: values.get(name) for name in ("id", "question", "language", "law", "article")}
    also = values.get("also", [])
    for name, value in texts.items():
        # A page without articles is named by an empty one, as ``article_of`` does.
        if not isinstance(value, str) or not (value or name == "article"):
            raise LabelledError(f"{where}: {name} is {value!r:.60}; a string is expected")
    if not isinstance(also, list) or not all(isinstance(one, str) and BETWEEN in one for one in also):
        raise LabelledError(f"{where}: also is {also!r:.60}; a list of 'law|article' is expected")
    right = frozenset([f"{texts['law']}{BETWEEN}{texts['article']}", *also])
    for one in sorted(right):
        if one.split(BETWEEN)[0] not in names:
            raise LabelledError(f"{where}: there is no file {one.split(BETWEEN)[0]!r} among the laws")
    return LawQuestion(str(texts["id"]), str(texts["question"]), str(texts["language"]), right)


def measure_laws(
    questions: Sequence[LawQuestion],
    laws: Path,
    settings: KnowledgeSettings,
    embedder: Embedder,
    progress: Progress = silent,
) -> MeasuredLaws:
    """Index the laws for real and ask every question. Raises ``IngestionError``."""
    with temporary_edition(laws, settings, embedder, progress) as (edition, unreadable):
        if unreadable:
            raise LabelledError(f"{laws / unreadable[0].source}: {unreadable[0].reason}")
        return ask_about_laws(questions, edition, settings.search.candidates)


def ask_about_laws(questions: Sequence[LawQuestion], edition: OpenEdition, limit: int) -> MeasuredLaws:
    """Ask an edition every question, for ``limit`` passages each."""
    rankings = [
        without_repetition(
            [article_of(passage.chunk) for passage in edition.search(one.text, day=today(), limit=limit).passages]
        )
        for one in questions
    ]
    return _figures(questions, rankings)


def article_of(chunk: Chunk) -> str:
    """The article of a chunk as "law|article"; without an article, the law and its last heading."""
    label = next((match.group() for name in chunk.path if (match := ARTICLE.match(name))), "")
    return f"{PurePosixPath(chunk.source).stem}{BETWEEN}{label or '/'.join(chunk.path[-1:])}"


def _figures(questions: Sequence[LawQuestion], rankings: Sequence[Sequence[str]]) -> MeasuredLaws:
    def of(chosen: Sequence[int]) -> Ranked:
        return ranked(
            [rankings[index] for index in chosen], [dict.fromkeys(questions[index].right, 1) for index in chosen]
        )

    every = range(len(questions))
    languages = sorted({question.language for question in questions})
    misses = (_miss(questions[index], rankings[index]) for index in every)
    return MeasuredLaws(
        ranked=of(every),
        languages={name: of([index for index in every if questions[index].language == name]) for name in languages},
        misses=tuple(miss for miss in misses if miss.place != 1),
    )


def _miss(question: LawQuestion, ranking: Sequence[str]) -> Miss:
    place = next((place for place, found in enumerate(ranking, start=1) if found in question.right), None)
    return Miss(question.id, question.text, tuple(sorted(question.right)), tuple(ranking[:3]), place)
