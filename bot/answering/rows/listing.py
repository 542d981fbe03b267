"""Openings and programs as an answer: lists, counts, the first of an order, and what is said when there is nothing."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

from bot.answer import Block, Choice, Status
from bot.answering.rows import answer_blocks
from bot.answering.rows.aggregates import average_answer, grouped_answer
from bot.answering.rows.answer_blocks import noted, said
from bot.answering.rows.filter_labels import one, spoken
from bot.answering.rows.formatting import HOTLINE, joined, say
from bot.answering.rows.guided_lists import filter_buttons, offered
from bot.answering.rows.row_answer import RecordAnswer
from bot.answering.rows.row_text import partner_name
from bot.understanding.parsed_query import Operation, Understood
from knowledge.entities.directory import Directory, Entity
from knowledge.entities.home import Home
from knowledge.tables import Found, Order, Page, Query, Records
from knowledge.tables.querying.record_queries import PAGE
from knowledge.tables.querying.sorting import ORDERS
from knowledge.tables.querying.sql_selection import apart
from knowledge.tables.records import RecordKind
from knowledge.tables.storage.search_columns import row_of

FIRST = 3  # rows shown when the highest or the soonest is asked for


@dataclass(frozen=True)
class RowAnswers:
    """Answers in one language, as the rows hold on one day."""

    records: Records
    directory: Directory
    language: str
    day: date

    @property
    def home(self) -> Home:
        """The programme and district."""
        return self.directory.home

    def asked(self, asked: Understood) -> RecordAnswer:
        """The answer to a question that was understood."""
        query = asked.query
        if asked.operation is Operation.AVERAGE:
            return average_answer(self, asked)
        if asked.grouping:
            return grouped_answer(self, asked, asked.grouping)
        if asked.by_name:
            return self._names(asked)
        people = self._people(query) if asked.operation is Operation.PEOPLE else ""
        page = self.records.find(query, self.day, limit=max(PAGE, asked.first or 0), further=offered(query, self.home))
        if not page.total:
            return self.nothing(asked, page.lapsed)
        if asked.first or (query.order in ORDERS and query.order is not Order.NEWEST):
            page = _first(page, asked.first or FIRST)
        return self.shown(self._say(_heading(asked, page), page) + people, page, asked)

    def listed(self, query: Query, number: int) -> RecordAnswer:
        """Page ``number`` (from 1) of the rows of ``query``, the last one when it has grown shorter since."""
        page = self.records.find(query, self.day, (number - 1) * PAGE, further=offered(query, self.home))
        if page.total and number > _pages(page):
            page = self.records.find(query, self.day, (_pages(page) - 1) * PAGE, further=offered(query, self.home))
        if not page.total:
            return self.nothing(Understood(query), page.lapsed)
        several = _pages(page) > 1
        answer = self.shown(self._say("found_paged" if several else "found", page), page, None)
        if several and query.kind is not RecordKind.PARTNER:
            return answer
        return replace(answer, choices=(*answer.choices, *filter_buttons(page, self.language, self.directory)))

    def shown(self, heading: str, page: Page, asked: Understood | None) -> RecordAnswer:
        """A page of rows below ``heading``."""
        blocks = answer_blocks.row_blocks(page.rows, self.language, self.home, start=page.start, whole=page.total == 1)
        buttons = answer_blocks.pages(page, self.language) if _whole(page) else ()
        if page.query.kind is not RecordKind.PARTNER and page.total > PAGE:
            buttons += filter_buttons(page, self.language, self.directory)
        return RecordAnswer(
            Status.ANSWERED,
            (said(heading), *blocks, *self._not_compared(page), *answer_blocks.sample_note(page.rows, self.language)),
            answer_blocks.citations(page.rows, self.language, self.home),
            answer_blocks.values(page.rows),
            buttons,
            self.topic(page.query, asked),
            asked.complete if asked else True,
        )

    def _not_compared(self, page: Page) -> tuple[Block, ...]:
        """How many rows could not be compared, as they say no sum or one for another period."""
        if not (page.unstated and page.query.order):
            return ()
        return (noted(say("not_compared", self.language, total=page.unstated)),)

    def _people(self, query: Query) -> str:
        total, silent = self.records.people(query, self.day)
        unsaid = say("people_unsaid", self.language, total=silent) if silent else ""
        return say("people", self.language, total=total, unsaid=unsaid)

    def _names(self, asked: Understood) -> RecordAnswer:
        """How many schools or employers, and which, with their rows."""
        total, names = self.records.names_of(asked.query, self.day)
        page = self.records.find(asked.query, self.day, further=offered(asked.query, self.home))
        if not names:
            return self.nothing(asked, page.lapsed)
        key = "names_school" if asked.query.kind is RecordKind.PROGRAM else "names"
        heading = say(key, self.language, total=total, what=self.spoken(asked.query))
        shown = [*names, *(["…"] if total > len(names) else [])]
        between = "; " if self.language == "en" else "、"
        return self.shown(f"{heading} {between.join(shown)}", page, asked)

    def nothing(self, asked: Understood, lapsed: int) -> RecordAnswer:
        """Says that there is nothing, and what comes nearest."""
        query = asked.query
        theirs = tuple(each for each in query.filters if each.name in {"name", "about"})[:1]
        if asked.entities and not self.records.exists(Query(query.kind, theirs), self.day):
            return self._none_of(asked)
        blocks = [said(say("none", self.language, what=self.spoken(query)))]
        if lapsed:
            blocks.append(noted(say("none_lapsed", self.language, total=lapsed)))
        nowhere = RecordAnswer(
            Status.NOT_COVERED, tuple(blocks), complete=asked.complete, topic=self.topic(query, asked)
        )
        if query.value("place"):
            return self._elsewhere(nowhere, query)
        nearest = self.records.nearest(query, self.day)
        if not nearest:
            return nowhere
        relaxed, dropped = nearest
        page = self.records.find(relaxed, self.day, limit=FIRST, further=offered(relaxed, self.home))
        without = one(dropped, query.kind, self.language, self.directory)
        heading = say("nearest", self.language, dropped=without, total=page.total, unit=self.unit(query))
        answer = self.shown(heading, page, asked)
        return replace(answer, status=Status.PARTLY, blocks=(*blocks, *answer.blocks), topic=self.topic(query, asked))

    def _elsewhere(self, nowhere: RecordAnswer, query: Query) -> RecordAnswer:
        """Rows of the own district do not answer a question about another city; a button offers them."""
        rest = Query(query.kind, tuple(each for each in query.filters if each.name != "place"), query.order)
        if not self.records.exists(rest, self.day):
            return nowhere
        label = say("elsewhere_button", self.language)
        return replace(nowhere, choices=(Choice(label, answer_blocks.request(rest)),))

    def _none_of(self, asked: Understood) -> RecordAnswer:
        """Somebody of whom the tables hold no such row: search may know more."""
        key = "no_openings_of" if asked.query.kind is RecordKind.OPENING else "no_programs_of"
        name = joined([self._name(entity) for entity in asked.entities], self.language)
        text = say(key, self.language, name=name, hotline=HOTLINE)
        return RecordAnswer(Status.NOT_COVERED, (said(text),), topic=self.topic(asked.query, asked), complete=False)

    def _name(self, entity: Entity) -> str:
        return partner_name(entity.partner, self.language) if entity.partner else self.directory.shown(entity.folded)

    def _say(self, key: str, page: Page) -> str:
        return say(
            key,
            self.language,
            total=page.total,
            unit=self.unit(page.query),
            what=self.spoken(page.query),
            page=page.start // PAGE + 1,
            pages=_pages(page),
        )

    def unit(self, query: Query) -> str:
        """What the rows of ``query`` are called after a number."""
        return say(f"unit_{query.kind.value}", self.language)

    def spoken(self, query: Query) -> str:
        """The conditions of ``query`` in brackets."""
        return spoken(query, self.language, self.directory)

    def topic(self, query: Query, asked: Understood | None) -> Mapping[str, str]:
        """What the next question may go on from. What only an average left out comes back."""
        if not query.order:
            query = apart(query)[0]
        topic = {"records": json.dumps(query.written(), ensure_ascii=False)}
        if asked and asked.entities:
            topic["school" if asked.entities[0].school else "employer"] = asked.entities[0].name
        return topic


def _pages(page: Page) -> int:
    return max(1, -(-page.total // PAGE))


def _whole(page: Page) -> bool:
    """Whether the page holds as many rows as it can, so that the next one follows it."""
    return page.start + len(page.rows) >= min(page.total, page.start + PAGE)


def _first(page: Page, number: int) -> Page:
    """The first ``number`` rows of an order, and all that are level with the very first."""
    level = [each for each in page.rows if page.query.order and _measure(each, page) == _measure(page.rows[0], page)]
    return replace(page, rows=page.rows[: max(number, len(level))])


def _measure(found: Found, page: Page) -> object:
    row = row_of(found.record, page.query.kind)
    columns = [column for column, _ in ORDERS[page.query.order] if column in row] if page.query.order else []
    return row[columns[0]] if columns else None


def _heading(asked: Understood, page: Page) -> str:
    if (
        not _whole(page)
        or asked.first
        or (asked.query.order and asked.query.order is not Order.NEWEST and page.total > 1)
    ):
        return "first"
    if asked.operation in (Operation.COUNT, Operation.PEOPLE):
        return "count"
    if page.total > PAGE:
        return "found_paged"
    return "yes" if asked.operation is Operation.EXISTS else "found"
