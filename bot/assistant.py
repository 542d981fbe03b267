"""The flow of one question: from what a user typed to an ``Answer``."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import date
from functools import partial
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

from bot.answer import NOTHING_KNOWN, Answer, ConversationContext, Status, Turn
from bot.answering.assembly import AnswerAssembler, AnswerPart, ResolvedQuestion
from bot.answering.extractive import compose, compose_generated, readable_passages, select_quotes
from bot.answering.generative import Writer
from bot.answering.maintenance_notice import Maintenance, announced, no_maintenance
from bot.answering.model_endpoint import Budget
from bot.answering.rows import RecordAnswer, RowAnswerer
from bot.answering.rows.continuation import RowsBefore
from bot.evidence.answer_verifier import says_what_is_asked
from bot.evidence.draft_answer import DraftAnswer
from bot.evidence.grounding_check import without_unsupported
from bot.evidence.nearest_held import nearest_held
from bot.presentation.reader_script import answer_in_script
from bot.settings import Settings
from bot.understanding.guardrails import screen, screen_without_base, steers
from bot.understanding.query_rewriting import REMEMBERED, stand_alone
from bot.understanding.question import Question, question_of, turns_as_read
from bot.understanding.question_splitting import parts_of
from bot.understanding.rows.linked_rows import learned_reading
from bot.understanding.service_intents import service_verdict
from knowledge.editions.live_edition import NoEdition
from knowledge.text.language import fold_question
from knowledge.text.ordinals import ordinal_in
from knowledge.validity import today

if TYPE_CHECKING:
    from knowledge.editions.open_edition import OpenEdition
    from knowledge.models import Findings

Lend = Callable[[], AbstractContextManager["OpenEdition"]]
GUIDES = ("jobs", "training", "partners", "join")


class Assistant:
    """Answers questions from the live edition, which ``edition`` lends; several threads may ask at once.

    ``writer`` words answers by a chat model; without one, and unless the settings name a model, they are quoted.
    ``maintenance`` tells what staff want to stand above every answer at the moment.
    """

    def __init__(
        self, edition: Lend, settings: Settings, writer: Writer | None = None, maintenance: Maintenance = no_maintenance
    ) -> None:
        self._edition, self._settings, self._maintenance = edition, settings, maintenance
        self._writer = writer or Writer.of(settings)
        self._assembler = AnswerAssembler(settings.contacts, settings.programme)
        self._row_answerers: WeakKeyDictionary[OpenEdition, RowAnswerer] = WeakKeyDictionary()
        self._lock = threading.Lock()

    def answer(self, question: str, turns: Sequence[Turn] = (), *, interface_language: str | None = None) -> Answer:
        """The answer to ``question``; ``turns`` are the earlier exchanges, oldest first."""
        return self._shown(self._answer(question, turns, interface_language))

    def _answer(
        self, question: str, turns: Sequence[Turn], interface_language: str | None, *, worded: bool = True
    ) -> Answer:
        asked, turns = question_of(question, interface_language), turns_as_read(turns)
        if verdict := screen_without_base(asked):
            return self._assembler.screened(asked, verdict)
        try:
            with self._edition() as edition:
                if verdict := screen(asked, edition.names):
                    return self._assembler.screened(asked, verdict)
                before, day = self._context_before(turns, asked.reply_in), today()
                alone = stand_alone(asked.text, turns, partial(likelier_reading, edition, day), edition.names)
                of_rows = before.shown is not None and edition.intents(asked.text).leans
                if verdict := None if of_rows else service_verdict(edition, asked.text, alone, day):
                    return self._assembler.of_the_service(asked, verdict)
                resolved = ResolvedQuestion(asked, alone, edition.number, day)
                rows = self._rows(edition, resolved, before)
                parts = [] if rows and rows.complete else self._parts(edition, resolved, rows, worded=worded)
                answer = self._assembler.joined(resolved, rows, parts)
                nothing_new = answer.status is Status.NOT_COVERED and answer.context.query is None
                return replace(answer, context=before) if nothing_new and before.shown else answer
        except NoEdition:
            verdict = screen(asked)
            return self._assembler.screened(asked, verdict) if verdict else self._assembler.unavailable(asked.reply_in)

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
            return self._shown(self._assembler.choose_again(language))
        return self._from_rows(language, lambda rows, day: rows.press(wanted, language, day))

    def open(self, command: str, turns: Sequence[Turn] = (), *, interface_language: str | None = None) -> Answer:
        """The beginning of a guided list: "jobs", "training", "partners" or "join"."""
        language = interface_language or "zh"
        return self._from_rows(language, lambda rows, day: rows.guide(command, language, day))

    def failed(self, reference: str, language: str) -> Answer:
        """What a user reads when answering failed; ``reference`` finds the reason in the log."""
        return self._shown(self._assembler.failed(language, reference))

    def _from_rows(self, language: str, ask: Callable[[RowAnswerer, date], RecordAnswer]) -> Answer:
        try:
            with self._edition() as edition:
                day = today()
                answer = self._assembler.rows(ask(self._row_answerer(edition), day), language, edition.number, day)
        except NoEdition:
            answer = self._assembler.unavailable(language)
        return self._shown(answer)

    def _shown(self, answer: Answer) -> Answer:
        """``answer`` as its reader sees it: below what staff want to be said, in one script."""
        return answer_in_script(announced(answer, self._maintenance()))

    def _rows(
        self, edition: OpenEdition, resolved: ResolvedQuestion, before: ConversationContext
    ) -> RecordAnswer | None:
        """What the tables answer: as a continuation of a list before, else for the question standing alone."""
        answerer, text = self._row_answerer(edition), resolved.asked.text
        language, day = resolved.language, resolved.day
        if before.query and before.shown and self._goes_on(edition, text, day):
            reading = learned_reading(edition, text, day)
            if further := answerer.go_on(text, RowsBefore(before.query, before.shown), reading, language, day):
                return further
        continued = answerer.answer(text, language, day, before.query) if before.query else None
        if continued and (edition.intents(text).leans or resolved.standalone == text):
            return continued
        if len(parts_of(resolved.standalone)) > 1:  # each of them is read by itself
            return answerer.answer(resolved.standalone, language, day)
        reading_of_all = partial(learned_reading, edition, resolved.standalone, day)
        return answerer.answer(resolved.standalone, language, day, reading=reading_of_all)

    def _goes_on(self, edition: OpenEdition, text: str, day: date) -> bool:
        """Whether ``text`` is of rows that were shown: it leans on them, numbers one, or asks what neither they nor
        documents hold.
        """
        if edition.intents(text).leans or ordinal_in(fold_question(text)) is not None:
            return True
        held = edition.search(text, day=day).probability >= self._settings.search.answer_above
        return edition.intents(text).asks_no_column and not held

    def _context_before(self, turns: Sequence[Turn], language: str) -> ConversationContext:
        """What the last turn left that was no aside; where only its question is known, what it would have left."""
        for number in range(len(turns) - 1, max(-1, len(turns) - 1 - REMEMBERED), -1):
            turn = turns[number]
            known = turn.context != NOTHING_KNOWN
            context = turn.context if known else self._left_by(turn, turns[:number], language)
            if not context.aside:
                return context
        return NOTHING_KNOWN

    def _left_by(self, turn: Turn, turns: Sequence[Turn], language: str) -> ConversationContext:
        """What ``turn`` would have left; no chat model is asked to word an answer that nobody reads."""
        return self._answer(turn.question, turns, language, worded=False).context

    def _parts(
        self, edition: OpenEdition, resolved: ResolvedQuestion, rows: RecordAnswer | None, *, worded: bool
    ) -> list[AnswerPart]:
        """Each question of the message with what search found for it, ``worded`` by the chat model if there is one.

        Where the tables hold nothing on somebody, only what surely answers says more than that.
        """
        parts: list[AnswerPart] = []
        earlier: list[Turn] = []
        texts = parts_of(resolved.standalone)
        budget = self._writer.budget() if self._writer and worded else None
        for text in texts:
            alone = stand_alone(text, earlier, partial(likelier_reading, edition, resolved.day), edition.names)
            part = self._row_part(edition, resolved, alone, text) if len(texts) > 1 else None
            part = part or self._part(edition, resolved, alone, text, budget)
            earlier.append(Turn(text))
            if not _repeats(part, parts):
                parts.append(part)
        refused = rows is not None and rows.status is Status.NOT_COVERED
        return [] if refused and any(part.draft.status is not Status.ANSWERED for part in parts) else parts

    def _row_part(self, edition: OpenEdition, resolved: ResolvedQuestion, alone: str, text: str) -> AnswerPart | None:
        """What the tables answer to one of several questions; None when it is not for them."""
        reading = partial(learned_reading, edition, alone, resolved.day)
        rows = self._row_answerer(edition).answer(alone, resolved.language, resolved.day, reading=reading)
        if rows is None or rows.status is not Status.ANSWERED:
            return None
        return AnswerPart(text, DraftAnswer(rows.status, rows.blocks, rows.citations))

    def _part(
        self, edition: OpenEdition, resolved: ResolvedQuestion, alone: str, text: str, budget: Budget | None
    ) -> AnswerPart:
        question = replace(resolved.asked, text=alone)
        found = edition.search(alone, day=resolved.day)
        if not found.passages or found.probability < self._settings.search.answer_above:
            return self._refused(edition, question, found, text)
        chosen = select_quotes(question, found, edition)
        if not says_what_is_asked(alone, [quotation.passage for quotation in chosen], edition, found.probability):
            return self._refused(edition, question, found, text)
        if self._writer and budget and not steers(question):
            passages = readable_passages(question, found, edition)
            wording = self._writer.write(question, passages, budget)
            if wording.not_held:
                return self._refused(edition, question, found, text)
            written = without_unsupported(compose_generated(question, passages, wording.blocks))
            if written.citations:
                return AnswerPart(text, written, worded=True)
        return AnswerPart(text, without_unsupported(compose(question, chosen)))

    def _refused(self, edition: OpenEdition, question: Question, found: Findings, text: str) -> AnswerPart:
        nearest = nearest_held(found, question.reply_in, edition, self._settings.search.nearest_above)
        return AnswerPart(text, DraftAnswer(Status.NOT_COVERED, ()), nearest=nearest)

    def _row_answerer(self, edition: OpenEdition) -> RowAnswerer:
        with self._lock:
            if edition not in self._row_answerers:
                self._row_answerers[edition] = RowAnswerer(edition.records, edition.names)
            return self._row_answerers[edition]


def _repeats(part: AnswerPart, parts: Sequence[AnswerPart]) -> bool:
    """Whether an earlier part has quoted all this already."""
    known = {citation.quote for earlier in parts for citation in earlier.draft.citations}
    return bool(part.draft.citations) and all(citation.quote in known for citation in part.draft.citations)


def likelier_reading(edition: OpenEdition, day: date, question: str, joined: str) -> str:
    """``question`` as typed, or ``joined`` with what it may leave out, by how probably it leans on what went before
    and how probably documents answer it so.
    """
    alone = edition.intents(question).stands_alone
    by_itself = alone * edition.search(question, day=day).probability
    if by_itself >= 1 - alone:  # whatever documents hold on the other, which need not be searched for
        return question
    return question if by_itself >= (1 - alone) * edition.search(joined, day=day).probability else joined


def _language(turns: Sequence[Turn], interface_language: str | None) -> str:
    """The language in which the list was shown that a button belongs to."""
    if turns and turns[-1].question:
        return question_of(turns[-1].question, interface_language).reply_in
    return interface_language or "zh"
