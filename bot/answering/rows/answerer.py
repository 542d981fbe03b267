"""From a question, a pressed button or the beginning of a guided list to an answer of the rows."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date

from bot.answer import Choice, Status
from bot.answering.rows import answer_blocks
from bot.answering.rows.aggregates import average_answer, grouped_answer
from bot.answering.rows.answer_blocks import say_block
from bot.answering.rows.formatting import HOTLINE, say
from bot.answering.rows.guided_lists import KINDS
from bot.answering.rows.listing import list_answer, names_answer, page_answer
from bot.answering.rows.partner_answers import partner_answer
from bot.answering.rows.row_answer import RecordAnswer
from bot.answering.rows.row_pages import RowPages
from bot.answering.rows.row_text import partner_name
from bot.understanding.parsed_query import AmbiguousName, Operation, ParsedQuery
from bot.understanding.rows.linked_rows import LearnedReading, continued_rows, fuller, linked_rows, with_titles
from bot.understanding.rows.query_intent import understand
from bot.understanding.rows.row_parser import TITLED
from knowledge.entities.directory import Directory
from knowledge.entities.home import wording
from knowledge.tables import Query, QueryError, Records, query_from_json
from knowledge.tables.records import RecordKind


class RowAnswerer:
    """Answers from the records of one edition. Threads may share it."""

    def __init__(self, records: Records, names: Directory) -> None:
        self._records, self._directory = records, names

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
        if reading and (parsed is None or parsed.query.kind in TITLED):
            parsed = self._with_learned(question, parsed, reading(), day)
        if parsed is None:
            return None
        if parsed.query.kind is RecordKind.PARTNER:
            return partner_answer(parsed, self._records, self._directory, language, day)
        return _answer(parsed, self._pages(language, day))

    def go_on(
        self, question: str, before: Query, facets: frozenset[str], language: str, day: date
    ) -> RecordAnswer | None:
        """The rows of ``before`` that also meet what ``question`` wants by its learned ``facets``; None if nothing."""
        parsed = continued_rows(question, before, facets, self._directory, day)
        return _answer(parsed, self._pages(language, day)) if parsed else None

    def _with_learned(
        self, question: str, parsed: ParsedQuery | None, reading: LearnedReading, day: date
    ) -> ParsedQuery | None:
        whole = fuller(parsed, linked_rows(question, reading, self._directory, day))
        return with_titles(whole, self._records, day, reading.link) if whole else None

    def press(self, request: Mapping[str, object], language: str, day: date) -> RecordAnswer:
        """The answer to a button: what stands under "records" in a Choice's request."""
        inner = request.get("records", request)
        if not isinstance(inner, Mapping):
            return _outdated(language)
        if inner.get("name_in_full"):
            return RecordAnswer(Status.CLARIFY, (say_block(self._in_full(language)),))
        try:
            query = query_from_json(inner.get("query"))
        except QueryError:
            return _outdated(language)
        page = inner.get("page", 1)
        return page_answer(self._pages(language, day), query, page if isinstance(page, int) and page > 0 else 1)

    def guide(self, kind: str, language: str, day: date) -> RecordAnswer:
        """A guided list: "jobs", "training", "partners" or "join"."""
        query = Query(KINDS[kind])
        total = self._records.count(query, day)
        listed = page_answer(self._pages(language, day), query, 1) if total else None
        if listed is None:
            handed_on = kind == "join"
            text = say(f"guide_{kind}", language, total=total, hotline=HOTLINE, **self._wording(language))
            return RecordAnswer(Status.HAND_OFF if handed_on else Status.ANSWERED, (say_block(text),))
        intro = say(
            "guide_join_rows" if kind == "join" else f"guide_{kind}", language, total=total, **self._wording(language)
        )
        return replace(listed, blocks=(say_block(intro), *listed.blocks))

    def _in_full(self, language: str) -> str:
        """Asks for a full name, with that of a school for an example."""
        schools = (entity.partner for entity in self._directory.entities if entity.school and entity.partner)
        example = max((partner_name(partner, language) for partner in schools), key=len, default="")
        return say("name_in_full_like" if example else "name_in_full", language, name=example)

    def _wording(self, language: str) -> Mapping[str, str]:
        return wording(self._directory.home.programme, language)

    def _pages(self, language: str, day: date) -> RowPages:
        return RowPages(self._records, self._directory, language, day)


def _answer(parsed: ParsedQuery, pages: RowPages) -> RecordAnswer:
    if parsed.operation is Operation.AVERAGE:
        return average_answer(pages, parsed)
    if parsed.grouping:
        return grouped_answer(pages, parsed, parsed.grouping)
    return names_answer(pages, parsed) if parsed.by_name else list_answer(pages, parsed)


def _which(ambiguous: AmbiguousName, language: str) -> RecordAnswer:
    other = json.dumps({"records": {"name_in_full": True}})
    choices = tuple(
        Choice(name or say("another_school", language), answer_blocks.ask(question) if name else other)
        for name, question in ambiguous.readings
    )
    return RecordAnswer(Status.CLARIFY, (say_block(say("clarify", language, short=ambiguous.short)),), choices=choices)


def _outdated(language: str) -> RecordAnswer:
    return RecordAnswer(Status.NOT_COVERED, (say_block(say("outdated", language)),))
