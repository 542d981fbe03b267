"""The flow of one question: from what a user typed to an ``Answer``."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import date
from functools import partial
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

from bot.answer import NOTHING_KNOWN, Answer, AnswerKind, ConversationContext, Status, Turn
from bot.answering.assembly import AnswerAssembler, AnswerPart, ResolvedQuestion
from bot.answering.extractive import compose, compose_generated, quotes_but, readable_passages, select_quotes
from bot.answering.generative import Writer
from bot.answering.maintenance_notice import Maintenance, announced, no_maintenance
from bot.answering.model_endpoint import Budget
from bot.answering.next_steps import PERSON, UNREACHABLE, asks, fitting_list, opens, wanted_by, with_next_steps
from bot.answering.offered_questions import OfferedQuestions
from bot.answering.other_ways import other_ways, other_ways_of
from bot.answering.rows import RecordAnswer, RowAnswerer
from bot.answering.rows.curated_answer import curated_answer
from bot.answering.rows.layout.list_requests import language_of_tap
from bot.answering.several_questions import asked_better_whole
from bot.answering.tables import TableAnswerer
from bot.answering.talk_of_rows import TalkOfRows
from bot.evidence.answer_verifier import says_what_is_asked
from bot.evidence.draft_answer import DraftAnswer
from bot.evidence.grounding_check import without_unsupported
from bot.presentation.reader_script import answer_in_script
from bot.settings import Settings
from bot.understanding.guardrails import screen, screen_without_base, steers
from bot.understanding.likelier_reading import likelier_reading
from bot.understanding.query_rewriting import REMEMBERED, stand_alone
from bot.understanding.question import Question, language_of_talk, question_of, turns_as_read
from bot.understanding.question_splitting import questions_in
from bot.understanding.service_intents import service_verdict
from knowledge.editions.live_edition import NoEdition
from knowledge.text.pii import without_masked
from knowledge.validity import today

if TYPE_CHECKING:
    from knowledge.editions.open_edition import OpenEdition
    from knowledge.models import Findings

Lend = Callable[[], AbstractContextManager["OpenEdition"]]
GUIDES = ("jobs", "training", "partners", "join")


class Assistant:
    """Answers questions from the live edition, which ``edition`` lends; several threads may ask at once.

    ``writer`` words answers by a chat model; without one, and unless the settings name a model, they are quoted.
    ``maintenance`` tells what staff want to stand above every answer at the moment, ``calendar`` what day it is.
    """

    calendar: Callable[[], date] = staticmethod(today)

    def __init__(
        self, edition: Lend, settings: Settings, writer: Writer | None = None, maintenance: Maintenance = no_maintenance
    ) -> None:
        self._edition, self._settings, self._maintenance = edition, settings, maintenance
        self._writer = writer or Writer.of(settings)
        self._assembler = AnswerAssembler(settings.contacts, settings.programme)
        self._offered, self._lock = OfferedQuestions(settings), threading.Lock()
        self._row_answerers: WeakKeyDictionary[OpenEdition, tuple[RowAnswerer, TableAnswerer]] = WeakKeyDictionary()

    def answer(self, question: str, turns: Sequence[Turn] = (), *, interface_language: str | None = None) -> Answer:
        """The answer to ``question``; ``turns`` are the earlier exchanges, oldest first."""
        return self._finished(self._answer(question, turns, interface_language))

    def _finished(self, answer: Answer) -> Answer:
        """``answer`` as its reader sees it: with what leads on, below what staff want to be said, in one script."""
        return answer_in_script(announced(with_next_steps(answer), self._maintenance()))

    def _answer(
        self, question: str, turns: Sequence[Turn], interface: str | None, *, worded: bool = True, one: bool = False
    ) -> Answer:
        """``worded``: by the chat model if there is one; ``one``: it is known to be one question."""
        asked, turns = question_of(question, interface), turns_as_read(turns)
        if verdict := screen_without_base(asked):
            return self._assembler.screened(asked, verdict)
        try:
            with self._edition() as edition:
                day = self.calendar()
                if verdict := screen(asked, edition.names):
                    return self._assembler.screened(asked, verdict, self._offered.below(edition, asked, verdict, day))
                budget = self._writer.budget() if self._writer and worded else None
                several = None if one else self._several(edition, asked, turns, budget)
                answer = several or self._one(edition, asked, turns, budget)
                return self._assembler.with_notes(answer, asked)
        except NoEdition:
            if verdict := screen(asked):
                return self._assembler.screened(asked, verdict)
            return self._assembler.unavailable(asked.reply_in, asks(asked.text))

    def _several(
        self, edition: OpenEdition, asked: Question, turns: Sequence[Turn], budget: Budget | None
    ) -> Answer | None:
        """The questions of one message, answered one after the other as in a conversation; None where it has but one,
        or none of them is answered by itself.
        """
        questions = questions_in(edition, asked.text)
        if len(questions) == 1 or edition.intents(asked.text).service:
            return None
        if edition.curated(asked.text, day=self.calendar()):
            return None
        answers: list[tuple[str, Answer]] = []
        before = list(turns)
        for text in questions:
            if answers and answers[-1][1].status is Status.NOT_COVERED and edition.intents(text).leans:
                continue  # it asks more of what is not held
            answer = self._one(edition, replace(asked, text=text), before, budget)
            answers.append((text, answer))
            shown = answer.context.shown and replace(answer.context.shown, seen=False)
            before.append(Turn(text, answer.text, replace(answer.context, shown=shown)))
        # A chat model has said itself what is not held.
        whole = self._one(edition, asked, turns, None) if budget is None and asked_better_whole(answers) else None
        if whole and whole.status is Status.ANSWERED:
            return whole
        return self._assembler.together(answers, asked.reply_in)

    def _one(self, edition: OpenEdition, asked: Question, turns: Sequence[Turn], budget: Budget | None) -> Answer:
        """The answer to one question."""
        before, day = self._context_before(turns, asked.reply_in), self.calendar()
        alone = stand_alone(asked.text, turns, partial(likelier_reading, edition, day), edition.names)
        topic = fitting_list(edition.intents(alone))
        resolved = ResolvedQuestion(asked, alone, edition.number, day, topic)
        if curated := edition.curated(without_masked(alone), day=day):
            own = AnswerPart(curated_answer(curated, asked.reply_in), kind=AnswerKind.CURATED)
            return self._assembler.joined(resolved, None, own)
        of_rows = before.shown is not None and edition.intents(asked.text).leans
        if verdict := None if of_rows else service_verdict(edition, asked.text, alone, day):
            if verdict.wish == UNREACHABLE:
                return other_ways(asked, turns, self._settings, edition, day)
            return self._assembler.of_the_service(asked, verdict, self._offered.below(edition, asked, verdict, day))
        talk = TalkOfRows(edition, *self._row_answerers_of(edition), self._settings.search.answer_above)
        rows = talk.answer(resolved, before)
        part = None if rows and rows.complete else self._part(edition, resolved, budget)
        if part and rows and rows.status is Status.NOT_COVERED and part.draft.status is not Status.ANSWERED:
            part = None  # where the tables hold nothing on somebody, only what surely answers says more than that
        answer = self._assembler.joined(resolved, rows, part)
        nothing_new = answer.status is Status.NOT_COVERED and answer.context.query is None
        return replace(answer, context=before) if nothing_new and before.shown else answer

    def press(self, request: str, turns: Sequence[Turn] = (), *, interface_language: str | None = None) -> Answer:
        """The answer to a pressed choice; ``request`` is what the ``Choice`` carried."""
        wanted = wanted_by(request)
        if isinstance(question := wanted.get("ask"), str):
            return self._finished(self._answer(question, turns, interface_language, one=True))
        language = language_of_tap(wanted) or language_of_talk(turns, interface_language)
        if (opened := wanted.get("open")) in (*GUIDES, PERSON, UNREACHABLE):
            return self.open(str(opened), turns, interface_language=language)
        if "records" not in wanted:
            return self._finished(self._assembler.choose_again(language))
        return self._from_rows(language, request, lambda rows, day: rows.press(wanted, language, day))

    def open(self, command: str, turns: Sequence[Turn] = (), *, interface_language: str | None = None) -> Answer:
        """The beginning of a guided list: "jobs", "training", "partners" or "join"; "human": where people answer, and
        "unreachable": where else, when they do not.
        """
        language = interface_language or "zh"
        if command == PERSON:
            return self._finished(self._assembler.person(language))
        if command == UNREACHABLE:
            return self._finished(other_ways_of(self._edition, language, turns, self._settings, self.calendar()))
        return self._from_rows(language, opens(command), lambda rows, day: rows.guide(command, language, day))

    def failed(self, reference: str, language: str) -> Answer:
        """What a user reads when answering failed; ``reference`` finds the reason in the log."""
        return self._finished(self._assembler.failed(language, reference))

    def _from_rows(self, language: str, request: str, ask: Callable[[RowAnswerer, date], RecordAnswer]) -> Answer:
        try:
            with self._edition() as edition:
                day = self.calendar()
                answer = self._assembler.rows(
                    ask(self._row_answerers_of(edition)[0], day), language, edition.number, day
                )
        except NoEdition:
            answer = self._assembler.unavailable(language, request)
        return self._finished(answer)

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

    def _part(self, edition: OpenEdition, resolved: ResolvedQuestion, budget: Budget | None) -> AnswerPart:
        """What search found for a question, worded by the chat model if there is one and it has time."""
        question = replace(resolved.asked, text=without_masked(resolved.standalone))
        found = edition.search(question.text, day=resolved.day)
        if not found.passages or found.probability < self._settings.search.answer_above:
            return self._refused(edition, question, found, resolved.day)
        others = partial(self._row_answerers_of(edition)[1].quotes_others, question.text)
        chosen = quotes_but(others, select_quotes(question, found, edition))
        if not chosen:
            return self._refused(edition, question, found, resolved.day)
        quoted = [quotation.passage for quotation in chosen]
        if not says_what_is_asked(question.text, quoted, edition):
            return self._refused(edition, question, found, resolved.day)
        if self._writer and budget and not steers(question):
            readable = readable_passages(question, found, edition)
            passages = tuple(each for each in readable if not others(each.chunk.source, each.chunk.text))
            wording = self._writer.write(question, passages, budget)
            if wording.not_held:
                return self._refused(edition, question, found, resolved.day)
            written = without_unsupported(compose_generated(question, passages, wording.blocks))
            if written.citations:
                return AnswerPart(written, worded=True)
        return AnswerPart(without_unsupported(compose(question, chosen)))

    def _refused(self, edition: OpenEdition, question: Question, found: Findings, day: date) -> AnswerPart:
        nearest = self._offered.near(edition, question, day, found)
        return AnswerPart(DraftAnswer(Status.NOT_COVERED, ()), nearest=nearest)

    def _row_answerers_of(self, edition: OpenEdition) -> tuple[RowAnswerer, TableAnswerer]:
        """Who answers from the records of an edition, and who from its free tables."""
        with self._lock:
            if edition not in self._row_answerers:
                records = RowAnswerer(edition.records, edition.names, self._settings.contacts)
                self._row_answerers[edition] = records, TableAnswerer(edition)
            return self._row_answerers[edition]
