"""Which of the passages that search found are quoted, in which language, and how a citation names them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Protocol

from bot.evidence.sentence_extraction import size, units
from knowledge.entities.directory import Directory
from knowledge.index.document_versions import ASKS_FOR_OLD, STALE, years_in, years_of
from knowledge.models import Passage
from knowledge.text.language import fold_question
from knowledge.text.numerals import ORDINAL
from knowledge.text.question_types import expected, held, strict

SEARCHED = 6.0  # weight of the search's score, as a share of the best, beside heading and text with 1 each
EXPECTED = 0.3  # for the sum, day or number that is asked for: of passages that fit alike, the one that has it
LARGEST_LIST = 700.0  # Chinese characters; a longer list is quoted by the chunk
GOOD_ENOUGH = 0.5  # of the best score: a current passage that fits so well makes the superseded one needless


def eligible_passages(passages: Sequence[Passage], question: str) -> list[Passage]:
    """``passages`` as they answer, best first; what has expired only when asked for or when nothing else fits."""
    folded = fold_question(question)
    years = years_in(folded)
    of_years = [passage for passage in passages if years & years_of(passage.metadata)]
    current = [passage for passage in passages if passage.state not in STALE]
    if of_years:
        return [*of_years, *(passage for passage in current if passage not in of_years)]
    if ASKS_FOR_OLD.search(folded):
        return list(passages)
    best = max((passage.score for passage in passages), default=0.0)
    if current and current[0].score >= GOOD_ENOUGH * best:
        return current
    return list(passages)


class Library(Protocol):
    """What is asked of an open edition besides search; ``knowledge.editions.open_edition.OpenEdition`` does it."""

    @property
    def names(self) -> Directory:
        """Whom it knows."""

    def relevance(self, question: str, texts: Sequence[str]) -> list[float]:
        """How well each text fits the question, 0 to about 1."""

    def section(self, passage: Passage, language: str) -> tuple[Passage, ...]:
        """All passages of the section of ``passage``, in ``language`` ("zh" or "en") where there is a version in it."""

    def article(self, passage: Passage, number: int) -> tuple[Passage, ...]:
        """All passages of another article of the law that ``passage`` is of."""


def rank_by_fit(passages: Sequence[Passage], question: str, library: Library) -> list[tuple[float, Passage]]:
    """``passages`` with how well they fit, best first: the search's score, headings, texts, and what is asked for."""
    kinds = strict(expected(question))
    headings = [" ".join(passage.chunk.path[-1:]) for passage in passages]
    texts = [f"{heading} {passage.chunk.text}" for heading, passage in zip(headings, passages, strict=True)]
    scores = library.relevance(question, [*headings, *texts])
    best = max((passage.score for passage in passages), default=0.0) or 1.0
    fits = [
        (
            SEARCHED * passage.score / best
            + scores[index]
            + scores[len(passages) + index]
            + EXPECTED * held(texts[index], kinds),
            passage,
        )
        for index, passage in enumerate(passages)
    ]
    return sorted(fits, key=lambda fit: -fit[0])


def readable_version(passage: Passage, question: str, language: str, library: Library) -> Passage:
    """The passage in the reader's language where its document has that, and with all of a list that was cut."""
    wanted = "en" if language == "en" else "zh"
    section = library.section(passage, wanted)
    if not any(other.chunk.id == passage.chunk.id for other in section):
        scores = library.relevance(question, [other.chunk.text for other in section])
        passage = max(zip(scores, section, strict=True), key=lambda scored: scored[0])[1]
    whole = text_of(section)
    listed = any(unit.items > 1 for unit in units(passage.chunk.text))
    if len(section) > 1 and listed and size(whole) <= LARGEST_LIST:
        return replace(passage, chunk=replace(passage.chunk, text=whole))
    return passage


def text_of(section: Sequence[Passage]) -> str:
    """The text of a section; the line that opens a list stands above each of its chunks and is kept once."""
    lines: list[str] = []
    opening = section[0].chunk.text.split("\n")[0]
    for index, passage in enumerate(section):
        own = passage.chunk.text.split("\n")
        lines.extend(own[1:] if index and own[0] == opening else own)
    return "\n".join(lines)


def all_said(passage: Passage) -> str:
    """Everything that a passage says: its document's title, the headings above it, and its text."""
    return " ".join((passage.metadata.title, *passage.chunk.path, passage.chunk.text))


def section_of(passage: Passage) -> str:
    """The heading that a citation names: the last of the path; a bare mark such as （一） with what it is a part of."""
    title = _plain(passage.metadata.title)
    path = [part for part in passage.chunk.path if part.strip() and _plain(part) != title]
    if not path:
        return ""
    bare = len(path) > 1 and re.fullmatch(rf"[（(]?(?:\d|{ORDINAL}){{1,3}}[）)、.]?", path[-1].strip())
    return f"{path[-2]}{path[-1]}" if bare else path[-1]


def in_language(passage: Passage, language: str) -> bool:
    """Whether a reader of ``language`` ("zh", "zh-hant" or "en") can read the passage."""
    return (passage.chunk.language == "en") == (language == "en")


def _plain(text: str) -> str:
    return re.sub(r"\W", "", text).casefold()
