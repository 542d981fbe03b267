"""Asks the check questions of the edition that is live and of the one to come."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date

from sqlalchemy import Connection

from knowledge import store
from knowledge.editions.building.context import BuildContext
from knowledge.editions.building.index_builder import Content
from knowledge.editions.building.progress import Stage
from knowledge.editions.open_edition import OpenEdition
from knowledge.ingestion.consequences.affected import affected_questions
from knowledge.ingestion.consequences.changes import Consequences, allowed_of, changes_between, counted_well, is_well
from knowledge.ingestion.consequences.check_table import CheckTable
from knowledge.ingestion.consequences.checking import Asker, CheckAnswer, Contradiction
from knowledge.ingestion.consequences.opening import live_opened, rehearsed
from knowledge.ingestion.plan import Prepared
from knowledge.models import State
from knowledge.store.checks.answers import KeptAnswer, keep_answers, kept_answers, question_key
from knowledge.store.edition_rows import Edition
from knowledge.store.staff_orders import Withdrawal, staff_orders
from knowledge.validity import state_of, successors, today

Answers = Mapping[str, CheckAnswer]  # by question


@dataclass(frozen=True)
class Checked:
    """The consequences of publishing, and the answers of the edition to come, to be kept when it is published."""

    consequences: Consequences
    answers: Answers
    state: str


class AnswerCheck:
    """Asks the questions of ``table``. What the live edition answered is kept, and not asked again on the same day."""

    def __init__(self, context: BuildContext, asker: Asker, table: CheckTable) -> None:
        self._context, self._asker, self._table, self._day = context, asker, table, today()
        with context.engine.connect() as connection:
            self._withdrawals = staff_orders(connection).withdrawals
        self.state = _state(context, asker, self._day, self._withdrawals)

    def of_live(self, live: Edition) -> Answers:
        """What the live edition answers; nothing where it cannot be asked."""
        with self._context.engine.connect() as connection:
            kept = kept_answers(connection, live.number)
        known = {
            one.question: _answer(found.answer)
            for one in self._table.questions
            if (found := kept.get(question_key(one.question))) and found.state == self.state
        }
        missing = [one.question for one in self._table.questions if one.question not in known]
        if not missing:
            return known
        with live_opened(self._context, live, self._withdrawals) as edition:
            if edition is None:
                return {}
            answers = known | self._ask(edition, missing)
        with store.writing(self._context.engine) as connection:
            self.keep(connection, live.number, answers, kept)
        return answers

    def of_next(
        self, prepared: Prepared, edition: Edition, content: Content, built_in: BuildContext | None = None
    ) -> Checked:
        """What ``edition``, whose index is built, would answer, beside what the live one answers.

        ``built_in``: whose folder its index is in, where it is another.
        """
        live = prepared.diff.live
        before = self.of_live(live) if live else {}
        context = built_in or self._context
        with rehearsed(context, prepared, edition, content, self._withdrawals) as opened:
            after = self._after(opened, prepared, before)
            found = self._contradictions(opened, prepared)
        questions = self._table.questions
        consequences = Consequences(
            len(questions),
            counted_well(questions, after),
            tuple(changes_between(self._table, before, after)),
            found,
            allowed_of(self._context.settings.publish.worse_at_most, len(questions)),
            compared=bool(before),
        )
        return Checked(consequences, after, self.state)

    def _after(self, edition: OpenEdition, prepared: Prepared, before: Answers) -> Answers:
        """What ``edition`` answers; of questions that nothing new can be for, what was answered ``before``."""
        affected = affected_questions(prepared, edition.chunks, before)
        known = {question: answer for question, answer in before.items() if question not in affected}
        return known | self._ask(edition, [one.question for one in self._table.questions if one.question not in known])

    def keep(self, connection: Connection, number: int, answers: Answers, before: Mapping[str, KeptAnswer]) -> None:
        """Keep what edition ``number`` answered; whether that was well when it was first asked stays as it was."""
        kept = {}
        for one in self._table.questions:
            if answer := answers.get(one.question):
                key = question_key(one.question)
                well = before[key].well if key in before else is_well(one, answer)
                kept[key] = KeptAnswer(self.state, json.dumps(asdict(answer), ensure_ascii=False), well)
        keep_answers(connection, number, kept)

    def _ask(self, edition: OpenEdition, questions: Sequence[str]) -> dict[str, CheckAnswer]:
        answers: dict[str, CheckAnswer] = {}
        asked = self._asker.ask(edition, questions, self._day)
        for number, question in enumerate(questions):
            self._context.progress(Stage.ASKING, number, len(questions), f"edition {edition.number}")
            answers[question] = next(asked)
        self._context.progress(Stage.ASKING, len(questions), len(questions), "")
        return answers

    def _contradictions(self, edition: OpenEdition, prepared: Prepared) -> tuple[Contradiction, ...]:
        """What documents in force say otherwise than the sections that are new or changed."""
        sections = changed_sections(prepared, edition, self._day)
        found = self._asker.contradictions(edition, sections, self._day)
        seen: set[frozenset[str]] = set()
        different = []
        for one in found:
            pair = frozenset({one.sentence, one.other_sentence})
            if pair not in seen:
                seen.add(pair)
                different.append(one)
        return tuple(different)


def changed_sections(prepared: Prepared, edition: OpenEdition, day: date) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """The sections with a new text, of documents that are not out of date; none where nothing was live before."""
    if prepared.diff.live is None:
        return ()
    documents = edition.documents
    replaced = successors(documents, day)
    stale = {State.EXPIRED, State.SUPERSEDED}
    holding = {
        source for source, one in documents.items() if state_of(one, day, superseded=source in replaced) not in stale
    }
    new = prepared.new_chunks
    found = ((chunk.source, chunk.path) for chunk in edition.chunks if chunk.id in new and chunk.source in holding)
    return tuple(dict.fromkeys(found))


def _answer(text: str) -> CheckAnswer:
    values = json.loads(text)
    pairs = tuple((one, other) for one, other in values["contradicting"])
    return CheckAnswer(values["answered"], values["text"], tuple(values["sources"]), pairs, tuple(values["found"]))


def _state(context: BuildContext, asker: Asker, day: date, withdrawals: Sequence[Withdrawal]) -> str:
    """A digest of all but the documents and the code that decides what an edition answers."""
    fingerprint = context.fingerprint
    orders = [(one.source, one.path, one.row, sorted(one.texts)) for one in withdrawals]
    known = json.dumps([fingerprint.reading, fingerprint.indexing, asker.state, str(day), orders], ensure_ascii=False)
    return hashlib.sha256(known.encode("utf-8", "surrogatepass")).hexdigest()
