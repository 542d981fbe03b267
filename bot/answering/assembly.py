"""Assembles an ``Answer``: the evidence, refusals, whom to ask, as of when, and notes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from bot.answer import (
    ANSWERING,
    Answer,
    AnswerKind,
    Block,
    BlockKind,
    Choice,
    ConversationContext,
    Status,
    kind_of_all,
)
from bot.answering.contact_names import contact_lines, contacts_named
from bot.answering.next_steps import OF_KINDS, again, asks
from bot.answering.rows import RecordAnswer
from bot.answering.several_questions import together
from bot.evidence.draft_answer import DraftAnswer
from bot.evidence.nearest_held import NearestHeld
from bot.presentation.days import day_in_words
from bot.presentation.messages import message
from bot.settings import Contact
from bot.understanding.guardrails import Verdict
from bot.understanding.question import Question
from knowledge.entities.home import wording
from knowledge.settings import Programme
from knowledge.text.pii import shown_of_row


@dataclass(frozen=True)
class ResolvedQuestion:
    """A question on its way: as asked, made to stand alone, the edition and the day that answer it.

    ``topic``: the guided list that is nearest to it, empty when none is.
    """

    asked: Question
    standalone: str
    edition: int
    day: date
    topic: str = ""

    @property
    def language(self) -> str:
        """The language of the answer."""
        return self.asked.reply_in


@dataclass(frozen=True)
class AnswerPart:
    """What search made of a question. ``worded``: by a chat model; ``nearest``: where it is refused, what is held
    nearest to it; ``kind``: what answers it.
    """

    draft: DraftAnswer
    worded: bool = False
    nearest: tuple[NearestHeld, ...] = ()
    kind: AnswerKind = AnswerKind.DOCUMENTS


class AnswerAssembler:
    """Assembles answers. ``contacts``: whom a refusal names; ``programme``: whose assistant it is."""

    def __init__(self, contacts: Sequence[Contact], programme: Programme) -> None:
        self._contacts, self._programme = tuple(contacts), programme

    def screened(self, asked: Question, verdict: Verdict, near: Sequence[NearestHeld] = ()) -> Answer:
        """The answer to a question that is not looked up. ``near``: what of the base is offered below it."""
        language = asked.reply_in
        blocks = (self._say(verdict.message, language), *self._offering(near, language), *self._privacy(asked))
        offered = verdict.offer.get("en" if language == "en" else "zh")
        choices = [_ask(offered, offered)] if offered else []
        choices += [_ask(one.label, one.question) for one in near]
        context = ConversationContext(aside=True)
        kind = AnswerKind.SERVICE
        return Answer(
            verdict.status, language, blocks, choices=tuple(choices), context=context, wish=verdict.wish, kind=kind
        )

    def of_the_service(self, asked: Question, verdict: Verdict, near: Sequence[NearestHeld] = ()) -> Answer:
        """The same of a question that was read as it is read for being looked up."""
        blocks = (self._say(verdict.message, asked.reply_in), *self._offering(near, asked.reply_in))
        return replace(self.screened(asked, verdict, near), blocks=blocks)

    def person(self, language: str) -> Answer:
        """Where people answer: the contacts of the configuration."""
        lines = contact_lines(self._contacts, language)
        text = message("human", language, contacts=lines) if lines else message("human_none", language)
        block = Block(BlockKind.SAY, text.strip())
        context, kind = ConversationContext(aside=True), AnswerKind.SERVICE
        return Answer(Status.HAND_OFF, language, (block,), context=context, wish="human", kind=kind)

    def unavailable(self, language: str, request: str) -> Answer:
        """Nothing can be looked up at present; the same ``request`` can be made again."""
        block = self._say("answer.unavailable", language)
        return Answer(Status.UNAVAILABLE, language, (block,), choices=(again(request, language),))

    def failed(self, language: str, reference: str) -> Answer:
        """Something went wrong; ``reference`` finds it in the log."""
        block = self._say("answer.failed", language, reference=reference)
        return Answer(Status.UNAVAILABLE, language, (block,), reference=reference)

    def choose_again(self, language: str) -> Answer:
        """A button that nobody made."""
        return Answer(Status.CLARIFY, language, (self._say("answer.choose", language),))

    def rows(self, rows: RecordAnswer, language: str, edition: int, day: date, question: str = "") -> Answer:
        """The answer of the rows as it is."""
        ask = rows.status is Status.NOT_COVERED and not rows.choices
        blocks = (*_shown(rows), *([self._say("answer.not_covered_ask", language)] if ask else []))
        answered = rows.status in ANSWERING
        note = [_note("lists.as_of", language, day)] if answered and rows.citations else []
        return Answer(
            rows.status,
            language,
            (*blocks, *note),
            rows.citations if answered else (),
            _shown_values(rows),
            rows.choices,
            edition,
            day,
            context=ConversationContext(question, rows.query, shown=rows.shown),
            kind=rows.kind,
        )

    def joined(self, resolved: ResolvedQuestion, rows: RecordAnswer | None, part: AnswerPart | None) -> Answer:
        """What the tables and what search found for one question."""
        if rows and not (part and part.draft.status in ANSWERING):
            answer = self.rows(rows, resolved.language, resolved.edition, resolved.day, resolved.standalone)
            answer = self._rest_missing(answer) if part and rows.status in ANSWERING else answer
        else:
            answer = self._found(resolved, rows, part)
        topic = OF_KINDS[rows.query.kind] if rows and rows.query else resolved.topic
        from_documents = part is not None and part.draft.status in ANSWERING
        return replace(answer, topic=topic, from_documents=from_documents, kind=_kind_of(rows, part))

    def together(self, answers: Sequence[tuple[str, Answer]], language: str) -> Answer | None:
        """The answers to the questions of one message as one; None where none of them answers."""
        return together(answers, lambda key, question: self._say(key, language, part=question.strip(" ?？。")))

    def with_notes(self, answer: Answer, asked: Question) -> Answer:
        """``answer`` with what is said of the message as a whole: that not all was read, that numbers were hidden."""
        return replace(answer, blocks=(*answer.blocks, *self._shortened(asked), *self._privacy(asked)))

    def _found(self, resolved: ResolvedQuestion, rows: RecordAnswer | None, part: AnswerPart | None) -> Answer:
        language, cited = resolved.language, list(rows.citations) if rows and rows.status in ANSWERING else []
        draft = part.draft if part else DraftAnswer(Status.NOT_COVERED, ())
        blocks: list[Block] = _shown(rows) if rows else []
        blocks += [
            replace(one, citation=one.citation + len(cited)) if one.citation else one
            for one in (draft.blocks if draft.status in ANSWERING else ())
        ]
        status = _status([*([rows.status] if rows else []), draft.status])
        blocks.extend(self._end(status, resolved, _label_of(part, of_rows=bool(cited))))
        nearest = tuple(_ask(one.label, one.question) for one in part.nearest) if part else ()
        place = len(blocks) - (status in ANSWERING)  # above the note that ends an answer
        blocks[place:place] = self._offering(nearest, language)
        return Answer(
            status,
            language,
            tuple(blocks),
            (*cited, *draft.citations),
            _shown_values(rows) if rows else (),
            (*(rows.choices if rows else ()), *nearest),
            resolved.edition,
            resolved.day,
            context=ConversationContext(
                resolved.standalone, rows.query if rows else None, shown=rows.shown if rows else None
            ),
        )

    def _end(self, status: Status, resolved: ResolvedQuestion, label: str) -> list[Block]:
        language = resolved.language
        if status not in ANSWERING:
            return [self._say("answer.not_covered", language), self._say("answer.not_covered_ask", language)]
        ask = [self._say("answer.partly_ask", language)] if status is Status.PARTLY else []
        return [*ask, _note(label, language, resolved.day)]

    def _rest_missing(self, answer: Answer) -> Answer:
        said = self._say("answer.rest_missing", answer.language)
        return replace(answer, status=Status.PARTLY, blocks=(*answer.blocks[:-1], said, *answer.blocks[-1:]))

    def _offering(self, near: Sequence[object], language: str) -> list[Block]:
        """What stands above questions that are offered, if there are any."""
        return [self._say("answer.nearest", language)] if near else []

    def _privacy(self, asked: Question) -> list[Block]:
        if not asked.masked:
            return []
        return [Block(BlockKind.NOTE, message("answer.personal_numbers", asked.reply_in))]

    def _shortened(self, asked: Question) -> list[Block]:
        return [Block(BlockKind.NOTE, message("answer.shortened", asked.reply_in))] if asked.shortened else []

    def _say(self, key: str, language: str, **values: str) -> Block:
        names = wording(self._programme, language)
        contacts = contacts_named(self._contacts, language)
        return Block(BlockKind.SAY, message(key, language, contacts=contacts, **names, **values))


def _kind_of(rows: RecordAnswer | None, part: AnswerPart | None) -> AnswerKind:
    """What answers; where nothing does, the rows that were asked for, if any were."""
    found = [rows.kind] if rows and rows.status in ANSWERING else []
    found += [part.kind] if part and part.draft.status in ANSWERING else []
    return kind_of_all(found or ([rows.kind] if rows else []))


def _shown(rows: RecordAnswer) -> list[Block]:
    """The blocks of ``rows``, what a cell holds of persons hidden."""
    return [replace(block, text=shown_of_row(block.text)) for block in rows.blocks]


def _shown_values(rows: RecordAnswer) -> tuple[Mapping[str, object], ...]:
    """The typed values of ``rows``, their texts as in the blocks."""
    return tuple(
        {name: shown_of_row(value) if isinstance(value, str) else value for name, value in record.items()}
        for record in rows.records
    )


def _ask(label: str, question: str) -> Choice:
    return Choice(label, asks(question))


def _status(all_of: Sequence[Status]) -> Status:
    if not any(status in ANSWERING for status in all_of):
        return Status.NOT_COVERED
    return Status.ANSWERED if all(status is Status.ANSWERED for status in all_of) else Status.PARTLY


def _label_of(part: AnswerPart | None, *, of_rows: bool) -> str:
    """What is said of an answer as a whole: worded by a model, reckoned from rows and quoted, or quoted."""
    if part and part.worded:
        return "answer.as_of_model"
    return "answer.as_of_both" if of_rows else "answer.as_of"


def _note(key: str, language: str, day: date) -> Block:
    return Block(BlockKind.NOTE, message(key, language, day=day_in_words(day, language, short=True)))
