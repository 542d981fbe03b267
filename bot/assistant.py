"""The flow of one question: from what a user typed to an ``Answer``."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

from bot.answer import Answer, Status, Turn
from bot.answering.assembly import Asking, Frame, Part
from bot.answering.extractive import Composed, composed, fitting_passages, quoted, status_of, worded
from bot.answering.generative import Writer
from bot.answering.rows import RecordAnswer, RecordDesk
from bot.evidence.answer_verifier import says_what_is_asked
from bot.evidence.grounding_check import checked
from bot.evidence.subjects import speaking_of
from bot.settings import Settings
from bot.understanding.guardrails import screen
from bot.understanding.query_rewriting import REMEMBERED, leans, stand_alone
from bot.understanding.question import question_of
from bot.understanding.question_splitting import parts_of
from knowledge.editions.live_edition import NoEdition
from knowledge.validity import today

if TYPE_CHECKING:
    from knowledge.editions.open_edition import OpenEdition

Lend = Callable[[], AbstractContextManager["OpenEdition"]]
GUIDES = ("jobs", "training", "partners", "join")


class Assistant:
    """Answers questions from the live edition, which ``edition`` lends; several threads may ask at once.

    ``writer`` words answers by a chat model; without one, and unless the settings name a model, they are quoted.
    """

    def __init__(self, edition: Lend, settings: Settings, writer: Writer | None = None) -> None:
        self._edition, self._settings = edition, settings
        self._writer = writer or Writer.of(settings)
        self._frame = Frame(settings.contacts, settings.programme)
        self._desks: WeakKeyDictionary[OpenEdition, RecordDesk] = WeakKeyDictionary()
        self._lock = threading.Lock()

    def answer(self, question: str, turns: Sequence[Turn] = (), *, interface_language: str | None = None) -> Answer:
        """The answer to ``question``; ``turns`` are the earlier exchanges, oldest first."""
        asked = question_of(question, interface_language)
        try:
            with self._edition() as edition:
                if verdict := screen(asked, edition.names):
                    return self._frame.screened(asked, verdict)
                alone = stand_alone(asked.text, turns, edition.names)
                asking = Asking(asked, alone, edition.number, today())
                rows = self._rows(edition, asking, turns)
                parts = [] if rows and rows.complete else self._parts(edition, asking, rows)
                return self._frame.joined(asking, rows, parts)
        except NoEdition:
            verdict = screen(asked)
            return self._frame.screened(asked, verdict) if verdict else self._frame.unavailable(asked.reply_in)

    def press(self, request: str, turns: Sequence[Turn] = (), *, interface_language: str | None = None) -> Answer:
        """The answer to a pressed choice; ``request`` is what the ``Choice`` carried."""
        language = _language(turns, interface_language)
        try:
            wanted = json.loads(request)
        except ValueError:
            wanted = None
        if isinstance(wanted, Mapping) and isinstance(wanted.get("ask"), str):
            return self.answer(wanted["ask"], turns, interface_language=interface_language)
        if not isinstance(wanted, Mapping) or "records" not in wanted:
            return self._frame.choose_again(language)
        return self._at_desk(language, lambda desk, day: desk.press(wanted, language, day))

    def open(self, command: str, turns: Sequence[Turn] = (), *, interface_language: str | None = None) -> Answer:
        """The beginning of a guided list: "jobs", "training", "partners" or "join"."""
        language = interface_language or "zh"
        return self._at_desk(language, lambda desk, day: desk.guide(command, language, day))

    def failed(self, reference: str, language: str) -> Answer:
        """What a user reads when answering failed; ``reference`` finds the reason in the log."""
        return self._frame.failed(language, reference)

    def _at_desk(self, language: str, ask: Callable[[RecordDesk, date], RecordAnswer]) -> Answer:
        try:
            with self._edition() as edition:
                day = today()
                return self._frame.rows(ask(self._desk(edition), day), language, edition.number, day)
        except NoEdition:
            return self._frame.unavailable(language)

    def _rows(self, edition: OpenEdition, asking: Asking, turns: Sequence[Turn]) -> RecordAnswer | None:
        """What the tables answer: as a continuation of a list before, else for the question standing alone."""
        desk, language = self._desk(edition), asking.language
        topic = self._topic(edition, asking.day, turns)
        continued = desk.answer(asking.asked.text, language, asking.day, topic) if "records" in topic else None
        if continued and (leans(asking.asked.text) or asking.alone == asking.asked.text):
            return continued
        return desk.answer(asking.alone, language, asking.day, {})

    def _topic(self, edition: OpenEdition, day: date, turns: Sequence[Turn]) -> Mapping[str, str]:
        """What the last turn left; where only its question is known, what it would have left."""
        if not turns or turns[-1].topic:
            return turns[-1].topic if turns else {}
        question, earlier = turns[-1].question, turns[-REMEMBERED:-1]
        desk, topic = self._desk(edition), self._topic(edition, day, earlier)
        continued = desk.answer(question, "zh", day, topic) if "records" in topic else None
        before = continued or desk.answer(stand_alone(question, earlier, edition.names), "zh", day, {})
        return before.topic if before else {}

    def _parts(self, edition: OpenEdition, asking: Asking, rows: RecordAnswer | None) -> list[Part]:
        """Each question of the message with what search found for it.

        Where the tables hold nothing on somebody, only what surely answers says more than that.
        """
        parts: list[Part] = []
        earlier: list[Turn] = []
        for text in parts_of(asking.alone):
            part = self._part(edition, asking, stand_alone(text, earlier, edition.names), text)
            earlier.append(Turn(text))
            if not _repeats(part, parts):
                parts.append(part)
        refused = rows is not None and rows.status is Status.NOT_COVERED
        return [] if refused and any(part.found.status is not Status.ANSWERED for part in parts) else parts

    def _part(self, edition: OpenEdition, asking: Asking, alone: str, text: str) -> Part:
        question = replace(asking.asked, text=alone)
        found = edition.search(alone, day=asking.day)
        status = status_of(found, self._settings.search)
        findings = replace(found, passages=speaking_of(alone, found.passages))
        if status is Status.NOT_COVERED or not findings.passages:
            return Part(text, Composed(Status.NOT_COVERED, ()))
        if findings.passages[0] is not found.passages[0]:  # the probability was another passage's
            status = Status.PARTLY
        chosen = quoted(question, findings, edition)
        if not says_what_is_asked(alone, [each.passage for each in chosen], edition, findings.probability):
            return Part(text, Composed(Status.NOT_COVERED, ()))
        if self._writer:
            passages = fitting_passages(findings, alone)
            written = checked(worded(question, passages, self._writer.worded(question, passages), status))
            if written.citations:
                return Part(text, written, worded=True)
        return Part(text, checked(composed(question, chosen, status)))

    def _desk(self, edition: OpenEdition) -> RecordDesk:
        with self._lock:
            if edition not in self._desks:
                self._desks[edition] = RecordDesk(edition.records, edition.names)
            return self._desks[edition]


def _repeats(part: Part, parts: Sequence[Part]) -> bool:
    """Whether an earlier part has quoted all this already."""
    known = {citation.quote for each in parts for citation in each.found.citations}
    return bool(part.found.citations) and all(citation.quote in known for citation in part.found.citations)


def _language(turns: Sequence[Turn], interface_language: str | None) -> str:
    """The language in which the list was shown that a button belongs to."""
    if turns and turns[-1].question:
        return question_of(turns[-1].question, interface_language).reply_in
    return interface_language or "zh"
