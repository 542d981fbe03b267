"""Questions offered below a refusal: what is held nearest, and only what is really answered when it is asked."""

from __future__ import annotations

import threading
from datetime import date
from itertools import islice
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

from bot.answer import Status
from bot.answering.extractive import select_quotes
from bot.evidence.answer_verifier import says_what_is_asked
from bot.evidence.nearest_held import NearestHeld, nearest_held
from bot.settings import Settings
from bot.understanding.guardrails import Verdict
from bot.understanding.question import Question, question_of
from bot.understanding.service_intents import service_verdict

if TYPE_CHECKING:
    from knowledge.editions.open_edition import OpenEdition
    from knowledge.models import Findings

MOST_OFFERED, MOST_TRIED = 2, 4  # each that is tried costs a search, once in an edition and on a day


class OfferedQuestions:
    """Finds them, and remembers of each edition what it answers; several threads may ask at once."""

    def __init__(self, settings: Settings) -> None:
        self._search = settings.search
        self._answered: WeakKeyDictionary[OpenEdition, dict[tuple[str, date], bool]] = WeakKeyDictionary()
        self._lock = threading.Lock()

    def near(
        self, edition: OpenEdition, question: Question, day: date, findings: Findings | None = None
    ) -> tuple[NearestHeld, ...]:
        """Up to two for a ``question`` that is refused, from different sections; ``findings``: what search found."""
        found = findings or edition.search(question.text, day=day)
        held = nearest_held(found, question.reply_in, edition, self._search.nearest_above)
        tried = (one for one in islice(held, MOST_TRIED) if one.question != question.text)
        return tuple(islice((one for one in tried if self._is_answered(edition, one.question, day)), MOST_OFFERED))

    def below(self, edition: OpenEdition, question: Question, verdict: Verdict, day: date) -> tuple[NearestHeld, ...]:
        """The same for a ``question`` that is declined without being looked up."""
        return self.near(edition, question, day) if verdict.status is Status.DECLINED else ()

    def _is_answered(self, edition: OpenEdition, text: str, day: date) -> bool:
        with self._lock:
            known = self._answered.setdefault(edition, {})
        if (text, day) not in known:
            known[text, day] = self._answers(edition, text, day)
        return known[text, day]

    def _answers(self, edition: OpenEdition, text: str, day: date) -> bool:
        question = question_of(text)
        found = edition.search(question.text, day=day)
        if not found.passages or found.probability < self._search.answer_above:
            return False
        quoted = [quote.passage for quote in select_quotes(question, found, edition)]
        says = says_what_is_asked(question.text, quoted, edition)
        return says and service_verdict(edition, question.text, question.text, day) is None
