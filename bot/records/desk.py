"""The desk for rows: a question, a pressed button or a guided list to an answer."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date

from bot.answer import Choice, Status
from bot.records import presenting
from bot.records.answer import RecordAnswer
from bot.records.conditions import one, spoken
from bot.records.guides import KINDS, filter_buttons, offered
from bot.records.names import Directory
from bot.records.partners import partner_answer
from bot.records.presenting import said
from bot.records.understanding import Operation, Unclear, Understood, understand
from bot.records.wording import say
from knowledge.language import fold
from knowledge.tables import Order, Page, Query, QueryError, Records, query_from
from knowledge.tables.answers import PAGE
from knowledge.tables.records import RecordKind, shown_name

HOTLINE = "12333"
FIRST = 3  # rows shown when the highest or the soonest is asked for
TOP = {
    Order.PAY_HIGHEST,
    Order.PAY_LOWEST,
    Order.CHEAPEST,
    Order.DEAREST,
    Order.SHORTEST,
    Order.LONGEST,
    Order.MOST_PEOPLE,
}


class RecordDesk:
    """Answers from the records of one edition. Threads may share it."""

    def __init__(self, records: Records) -> None:
        self._records = records
        self._directory = Directory(records)

    def answer(self, question: str, language: str, day: date, topic: Mapping[str, str]) -> RecordAnswer | None:
        """The answer of the rows as they hold on ``day``; None when the question is not for rows."""
        asked = understand(question, self._directory, day, topic)
        if asked is None:
            return None
        if isinstance(asked, Unclear):
            return _which(asked, language)
        if asked.query.kind is RecordKind.PARTNER:
            return partner_answer(asked, self._records, language, day)
        return self._rows(asked, language, day)

    def press(self, request: Mapping[str, object], language: str, day: date) -> RecordAnswer:
        """The answer to a button: what stands under "records" in a Choice's request."""
        inner = request.get("records", request)
        if not isinstance(inner, Mapping):
            return _outdated(language)
        if inner.get("name_in_full"):
            return RecordAnswer(Status.CLARIFY, (said(say("name_in_full", language)),))
        try:
            query = query_from(inner.get("query"))
        except QueryError:
            return _outdated(language)
        page = inner.get("page", 1)
        return self._listed(query, language, day, page if isinstance(page, int) and page > 0 else 1)

    def guide(self, kind: str, language: str, day: date) -> RecordAnswer:
        """A guided list: "jobs", "training", "partners" or "join"."""
        query = Query(KINDS[kind])
        total = self._records.count(query, day)
        if kind == "join":
            return self._join(query, total, language, day)
        listed = self._listed(query, language, day, 1)
        intro = said(say(f"guide_{kind}", language, total=total))
        return RecordAnswer(
            listed.status if total else Status.ANSWERED,
            (intro, *(listed.blocks if total else ())),
            listed.citations,
            listed.records,
            listed.choices,
            listed.topic,
        )

    def _join(self, query: Query, total: int, language: str, day: date) -> RecordAnswer:
        if not total:
            return RecordAnswer(Status.HAND_OFF, (said(say("guide_join", language, hotline=HOTLINE)),))
        listed = self._listed(query, language, day, 1)
        intro = said(say("guide_join_rows", language))
        return RecordAnswer(Status.ANSWERED, (intro, *listed.blocks), listed.citations, listed.records, listed.choices)

    def _rows(self, asked: Understood, language: str, day: date) -> RecordAnswer:
        query = asked.query
        if asked.by_name:
            return self._names(asked, language, day)
        limit = FIRST if query.order in TOP else PAGE
        page = self._records.find(query, day, limit=limit, further=offered(query))
        if not page.total:
            return self._nothing(asked, language, day, page.lapsed)
        what = self._spoken(query, language, page)
        unit = say(f"unit_{query.kind.value}", language)
        key = _heading(asked, page)
        heading = say(key, language, total=page.total, unit=unit, what=what, page=1, pages=-(-page.total // PAGE))
        return self._shown(heading, page, language, day, asked)

    def _shown(self, heading: str, page: Page, language: str, day: date, asked: Understood | None) -> RecordAnswer:
        """A page of rows below ``heading``."""
        blocks = presenting.row_blocks(page.rows, language, start=page.start, whole=page.total == 1)
        buttons = presenting.pages(page, language)
        if page.query.kind is not RecordKind.PARTNER and page.total > PAGE:
            buttons += filter_buttons(page, language)
        return RecordAnswer(
            Status.ANSWERED,
            (said(heading), *blocks, *presenting.sample_note(page.rows, language)),
            presenting.citations(page.rows, language),
            presenting.values(page.rows),
            buttons,
            _topic(page.query, asked),
            asked.complete if asked else True,
        )

    def _listed(self, query: Query, language: str, day: date, number: int) -> RecordAnswer:
        further = offered(query)
        page = self._records.find(query, day, (number - 1) * PAGE, further=further)
        pages = max(1, -(-page.total // PAGE))
        if number > pages:  # the list has grown shorter since the button was made
            number = pages
            page = self._records.find(query, day, (number - 1) * PAGE, further=further)
        if not page.total:
            return self._nothing(Understood(query), language, day, page.lapsed)
        what = self._spoken(query, language, page)
        unit = say(f"unit_{query.kind.value}", language)
        key = "found_paged" if pages > 1 else "found"
        heading = say(key, language, total=page.total, unit=unit, what=what, page=number, pages=pages)
        answer = self._shown(heading, page, language, day, None)
        if pages == 1 or query.kind is RecordKind.PARTNER:
            extra = filter_buttons(page, language)
            return _with_choices(answer, (*answer.choices, *extra))
        return answer

    def _names(self, asked: Understood, language: str, day: date) -> RecordAnswer:
        """How many schools or employers, and which, with their rows."""
        total, names = self._records.names_of(asked.query, day)
        page = self._records.find(asked.query, day, further=offered(asked.query))
        if not names:
            return self._nothing(asked, language, day)
        key = "names_school" if asked.query.kind is RecordKind.PROGRAM else "names"
        heading = say(key, language, total=total, what=self._spoken(asked.query, language))
        shown = [*names, *(["…"] if total > len(names) else [])]
        return self._shown(f"{heading} {('; ' if language == 'en' else '、').join(shown)}", page, language, day, asked)

    def _nothing(self, asked: Understood, language: str, day: date, lapsed: int = 0) -> RecordAnswer:
        """Says that there is nothing, and what comes nearest."""
        query = asked.query
        if asked.entities and not self._records.exists(Query(query.kind, query.filters[:1]), day):
            return self._none_of(asked, language)
        blocks = [said(say("none", language, what=self._spoken(query, language)))]
        if lapsed:
            blocks.append(presenting.noted(say("none_lapsed", language, total=lapsed)))
        nearest = self._records.nearest(query, day)
        if not nearest:
            return RecordAnswer(Status.NOT_COVERED, tuple(blocks), complete=asked.complete, topic=_topic(query, asked))
        relaxed, dropped = nearest
        page = self._records.find(relaxed, day, limit=FIRST, further=offered(relaxed))
        unit = say(f"unit_{query.kind.value}", language)
        dropped_text = one(dropped, query.kind, language, self._shown_names)
        heading = say("nearest", language, dropped=dropped_text, total=page.total, unit=unit)
        answer = self._shown(heading, page, language, day, asked)
        return RecordAnswer(
            Status.PARTLY,
            (*blocks, *answer.blocks),
            answer.citations,
            answer.records,
            answer.choices,
            _topic(query, asked),
            asked.complete,
        )

    def _none_of(self, asked: Understood, language: str) -> RecordAnswer:
        """Somebody of whom the tables hold no such row: search may know more."""
        key = "no_openings_of" if asked.query.kind is RecordKind.OPENING else "no_programs_of"
        name = (", " if language == "en" else "、").join(entity.name for entity in asked.entities)
        text = say(key, language, name=name, hotline=HOTLINE)
        return RecordAnswer(Status.NOT_COVERED, (said(text),), topic=_topic(asked.query, asked), complete=False)

    @property
    def _shown_names(self) -> dict[str, str]:
        return self._directory.shown

    def _spoken(self, query: Query, language: str, page: Page | None = None) -> str:
        """The conditions in words, names as the rows on ``page`` write them."""
        names = {fold(shown_name(each.record)): shown_name(each.record) for each in page.rows} if page else {}
        return spoken(query, language, self._shown_names | names)


def _heading(asked: Understood, page: Page) -> str:
    if asked.query.order in TOP:
        return "first"
    if asked.operation is Operation.COUNT:
        return "count"
    if page.total > PAGE:
        return "found_paged"
    return "yes" if asked.operation is Operation.EXISTS else "found"


def _which(asked: Unclear, language: str) -> RecordAnswer:
    other = json.dumps({"records": {"name_in_full": True}})
    choices = tuple(
        Choice(name or say("another_school", language), presenting.ask(question) if name else other)
        for name, question in asked.readings
    )
    return RecordAnswer(Status.CLARIFY, (said(say("clarify", language, short=asked.short)),), choices=choices)


def _outdated(language: str) -> RecordAnswer:
    return RecordAnswer(Status.NOT_COVERED, (said(say("outdated", language)),))


def _topic(query: Query, asked: Understood | None) -> Mapping[str, str]:
    topic = {"records": json.dumps(query.written(), ensure_ascii=False)}
    if asked and asked.entities:
        topic["school" if asked.entities[0].school else "employer"] = asked.entities[0].name
    return topic


def _with_choices(answer: RecordAnswer, choices: tuple[Choice, ...]) -> RecordAnswer:
    return RecordAnswer(
        answer.status, answer.blocks, answer.citations, answer.records, choices, answer.topic, answer.complete
    )
