"""Asks the assistant what a refresh wants to know of an edition. No chat model words these answers."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from contextlib import nullcontext
from dataclasses import replace
from datetime import date
from itertools import combinations
from pathlib import Path

from bot.answer import ANSWERING, Answer, Citation
from bot.answering.differing_figures import differ
from bot.assistant import Assistant
from bot.checking.contradictions import contradictions
from bot.settings import Settings, load_settings
from bot.understanding.question import question_of
from knowledge.editions.open_edition import OpenEdition
from knowledge.ingestion.consequences.checking import CheckAnswer, Contradiction

DECIDING = {"programme", "towns", "search", "contacts", "operator", "embedding"}  # of the settings, what answers show


class AssistantAsker:
    """An ``Asker`` over the assistant, as ``settings`` make it."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings.model_copy(update={"chat_model": None})
        deciding = self._settings.model_dump_json(include=DECIDING)
        self.state = hashlib.sha256(deciding.encode("utf-8", "surrogatepass")).hexdigest()

    def ask(self, edition: OpenEdition, questions: Sequence[str], day: date) -> Iterator[CheckAnswer]:
        """The answer to each question, as of ``day``."""
        assistant = Assistant(lambda: nullcontext(edition), self._settings)
        assistant.calendar = lambda: day
        for question in questions:
            seen = _seen(assistant.answer(question))
            passages = edition.search(question_of(question).text, day=day).passages  # the same search as before
            yield replace(seen, found=tuple(passage.chunk.id for passage in passages))

    def contradictions(
        self, edition: OpenEdition, sources: Sequence[tuple[str, tuple[str, ...]]], day: date
    ) -> Iterator[Contradiction]:
        """What the edition's other documents say otherwise than these sections (a document, its headings)."""
        return contradictions(edition, sources, day)


def assistant_asker(config: Path) -> AssistantAsker:
    """The asker of a configuration. Raises ``ConfigError``."""
    return AssistantAsker(load_settings(config))


def _seen(answer: Answer) -> CheckAnswer:
    """What of an answer a reader sees, but for the buttons below it."""
    pairs = (
        (one.document, other.document)
        for one, other in combinations(answer.citations, 2)
        if one.document != other.document and differ(one.quote, other.quote)
    )
    sources = tuple(dict.fromkeys(map(_named, answer.citations)))
    return CheckAnswer(answer.status in ANSWERING, answer.text, sources, tuple(dict.fromkeys(pairs)))


def _named(citation: Citation) -> str:
    parts = (citation.title, citation.section, str(citation.date or ""), citation.state)
    return " · ".join(filter(None, parts))
