"""From a question, a pressed button or the beginning of a guided list to an answer of the rows."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace
from datetime import date

from bot.answer import Choice, Status
from bot.answering.rows import answer_blocks
from bot.answering.rows.aggregates import average_answer, grouped_answer, tells_apart
from bot.answering.rows.answer_blocks import say_block
from bot.answering.rows.asked_columns import held_columns
from bot.answering.rows.continuation import (
    RowsBefore,
    card,
    more_rows,
    no_such_number,
    not_a_column,
    numbered_row,
    only_row,
    opened_card,
    picked_from,
    rows_meant,
    told_of_rows,
)
from bot.answering.rows.guided_lists import KINDS
from bot.answering.rows.layout.list_requests import tap_from_json
from bot.answering.rows.listing import list_answer, names_answer, page_answer
from bot.answering.rows.partner_answers import partner_answer
from bot.answering.rows.row_answer import RecordAnswer
from bot.answering.rows.row_pages import RowPages
from bot.answering.rows.row_text import partner_name
from bot.answering.rows.wording.formatting import HOTLINE, say
from bot.presentation.messages import message
from bot.settings import Contact
from bot.understanding.parsed_query import AmbiguousName, Operation, ParsedQuery
from bot.understanding.rows.linked_rows import LearnedReading, continued_rows, fuller, linked_rows, with_words_meant
from bot.understanding.rows.query_intent import understand
from bot.understanding.rows.row_parser import TITLED
from knowledge.entities.directory import Directory
from knowledge.entities.home import wording
from knowledge.intents.message_reader import MORE, ROW
from knowledge.tables import Query, QueryError, Records, StoredRecord
from knowledge.tables.querying.sql_selection import apart
from knowledge.tables.records import Partner, RecordKind
from knowledge.text.language import fold_question
from knowledge.text.ordinals import ordinal_in, without_ordinal


class RowAnswerer:
    """Answers from the records of one edition. Threads may share it."""

    def __init__(self, records: Records, names: Directory, contacts: Sequence[Contact] = ()) -> None:
        self._records, self._directory, self._contacts = records, names, tuple(contacts)

    def answer(
        self,
        question: str,
        language: str,
        day: date,
        before: Query | None = None,
        reading: Callable[[], LearnedReading] | None = None,
    ) -> RecordAnswer | None:
        """The answer of the rows as they hold on ``day``; None when the question is not for rows.

        ``before``: the query of the list shown last, from which ``question`` may go on; ``reading``: what learned
        weights tell of it, where it stands alone.
        """
        parsed = understand(question, self._directory, day, before)
        if isinstance(parsed, AmbiguousName):
            return _which(parsed, language)
        learned = reading() if reading and (parsed is None or parsed.query.kind in TITLED) else None
        if learned:
            parsed = self._with_learned(question, parsed, learned, day)
            if learned.kind and learned.asks_nothing_held:
                return not_a_column(parsed.query if parsed else Query(learned.kind), self._pages(language, day))
        if parsed is None:
            return None
        pages = self._pages(language, day, learned.intents.asks if learned else ())
        return partner_answer(parsed, pages) if parsed.query.kind is RecordKind.PARTNER else _answer(parsed, pages)

    def go_on(
        self, question: str, before: RowsBefore, reading: LearnedReading, language: str, day: date
    ) -> RecordAnswer | None:
        """The answer to a ``question`` that leans on rows shown ``before``: more of them, one of them, what they say,
        or those that also meet what it wants; None when it asks nothing of them.
        """
        pages, text = self._pages(language, day, reading.intents.asks), fold_question(question)
        place = ordinal_in(text)
        if place is None and before.shown.seen and reading.points_at(MORE) and (further := more_rows(before, pages)):
            return further
        if place is not None:
            row = numbered_row(place, before, pages)
            if row is None:
                return no_such_number(before, pages)
            return self._of_partner(text, row, pages) or card(row, before, pages)
        if reading.intents.asks_no_column and before.query.kind in TITLED:
            return not_a_column(before.query, pages, before.shown)
        if before.query.kind is RecordKind.PARTNER:
            row = next(iter(rows_meant(before, pages)), None) if before.shown.pointed_at else None
            return self._of_partner(text, row, pages) if row else None
        return self._of_list(question, before, reading, pages)

    def _of_list(
        self, question: str, before: RowsBefore, reading: LearnedReading, pages: RowPages
    ) -> RecordAnswer | None:
        """What ``question`` asks of openings or programs that were shown: of one that it describes or that the talk is
        about, or of all.
        """
        asks, of_row = reading.intents.asks, reading.points_at(ROW)
        about_it = of_row and before.shown.pointed_at is not None and held_columns(before.query.kind, asks)
        # What is asked of one row is no condition: "what schooling" is not "no schooling".
        wanted = replace(reading, intents=replace(reading.intents, facets=frozenset())) if about_it else reading
        parsed = continued_rows(question, before.query, wanted, self._directory, pages.day)
        if parsed and of_row and (row := only_row(parsed.query, pages)):
            return card(row, before, pages)
        if parsed and about_it and _only_orders(parsed, before):
            parsed = None
        if parsed:
            return picked_from(before, _answer(parsed, pages))
        return told_of_rows(before, pages)

    def _of_partner(self, text: str, row: StoredRecord, pages: RowPages) -> RecordAnswer | None:
        """What ``text`` asks of the partner that a row shows; None when of no relation that rows tell."""
        if not isinstance(row.record, Partner):
            return None
        asked = understand(f"{partner_name(row.record, 'zh')} {without_ordinal(text)}", self._directory, pages.day)
        if not isinstance(asked, ParsedQuery) or asked.query.kind is not RecordKind.PARTNER:
            return None
        return partner_answer(asked, pages)

    def _with_learned(
        self, question: str, parsed: ParsedQuery | None, reading: LearnedReading, day: date
    ) -> ParsedQuery | None:
        whole = fuller(parsed, linked_rows(question, reading, self._directory, day))
        return with_words_meant(whole, self._records, day, reading) if whole else None

    def press(self, request: Mapping[str, object], language: str, day: date) -> RecordAnswer:
        """The answer to a button: what stands under "records" in a Choice's request."""
        inner = request.get("records", request)
        if not isinstance(inner, Mapping):
            return _outdated(language)
        if inner.get("name_in_full"):
            return RecordAnswer(Status.CLARIFY, (say_block(self._in_full(language)),))
        try:
            tap = tap_from_json(inner)
        except QueryError:
            return _outdated(language)
        pages = self._pages(language, day, tap.view.asks)
        return page_answer(pages, tap.view) if tap.card is None else opened_card(tap.card, tap.view, pages)

    def guide(self, kind: str, language: str, day: date) -> RecordAnswer:
        """A guided list: "jobs", "training", "partners" or "join"."""
        query = Query(KINDS[kind])
        total = self._records.count(query, day)
        if not total:
            handed_on = kind == "join"
            text = say(f"guide_{kind}", language, total=total, hotline=HOTLINE, **self._wording(language))
            return RecordAnswer(Status.HAND_OFF if handed_on else Status.ANSWERED, (say_block(text),))
        key = "guide_join_rows" if kind == "join" else f"guide_{kind}"
        values = {"total": str(total), **self._wording(language)}
        intro = (
            message("lists.guide_partners", language, **values) if kind == "partners" else say(key, language, **values)
        )
        pages = self._pages(language, day)
        return pages.shown(intro, pages.find(query), None)

    def _in_full(self, language: str) -> str:
        """Asks for a full name, with that of a school for an example."""
        schools = (entity.partner for entity in self._directory.entities if entity.school and entity.partner)
        example = max((partner_name(partner, language) for partner in schools), key=len, default="")
        return say("name_in_full_like" if example else "name_in_full", language, name=example)

    def _wording(self, language: str) -> Mapping[str, str]:
        return wording(self._directory.home.programme, language)

    def _pages(self, language: str, day: date, asks: Collection[str] = ()) -> RowPages:
        return RowPages(self._records, self._directory, language, day, self._contacts, tuple(sorted(asks)))


def _answer(parsed: ParsedQuery, pages: RowPages) -> RecordAnswer:
    if parsed.operation is Operation.AVERAGE:
        return average_answer(pages, parsed)
    if parsed.grouping and tells_apart(parsed.grouping, parsed.query):
        return grouped_answer(pages, parsed, parsed.grouping)
    return names_answer(pages, parsed) if parsed.by_name else list_answer(pages, parsed)


def _only_orders(parsed: ParsedQuery, before: RowsBefore) -> bool:
    """Whether ``parsed`` puts the rows ``before`` in another order and no more."""
    return apart(parsed.query)[0].conditions == apart(before.query)[0].conditions


def _which(ambiguous: AmbiguousName, language: str) -> RecordAnswer:
    other = json.dumps({"records": {"name_in_full": True}})
    choices = tuple(
        Choice(name or say("another_school", language), answer_blocks.ask(question) if name else other)
        for name, question in ambiguous.readings
    )
    return RecordAnswer(Status.CLARIFY, (say_block(say("clarify", language, short=ambiguous.short)),), choices=choices)


def _outdated(language: str) -> RecordAnswer:
    return RecordAnswer(Status.NOT_COVERED, (say_block(say("outdated", language)),))
