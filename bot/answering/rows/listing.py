"""Openings and programs as an answer: lists, counts, the first of an order, and who has them."""

from __future__ import annotations

from dataclasses import replace

from bot.answering.rows.formatting import say
from bot.answering.rows.guided_lists import filter_buttons, offered
from bot.answering.rows.row_answer import RecordAnswer
from bot.answering.rows.row_pages import FIRST, RowPages, is_whole
from bot.understanding.parsed_query import Operation, ParsedQuery
from knowledge.tables import Page, Query, SortOrder, StoredRecord
from knowledge.tables.querying.record_queries import PAGE
from knowledge.tables.querying.sorting import SORT_COLUMNS
from knowledge.tables.records import RecordKind
from knowledge.tables.storage.search_columns import row_of


def list_answer(pages: RowPages, parsed: ParsedQuery) -> RecordAnswer:
    """The rows that a question asks for, how many they are, or the first of an order."""
    query = parsed.query
    people = _people(pages, query) if parsed.operation is Operation.PEOPLE else ""
    page = pages.records.find(query, pages.day, limit=max(PAGE, parsed.first or 0), further=offered(query, pages.home))
    if not page.total:
        return pages.nothing(parsed, page.lapsed)
    if parsed.first or query.order not in (None, SortOrder.NEWEST):
        page = _first(page, parsed.first or FIRST)
    return pages.shown(_say(pages, _heading(parsed, page), page) + people, page, parsed)


def page_answer(pages: RowPages, query: Query, number: int) -> RecordAnswer:
    """Page ``number`` (from 1) of the rows of ``query``, the last one when it has grown shorter since."""
    page = pages.records.find(query, pages.day, (number - 1) * PAGE, further=offered(query, pages.home))
    if page.total and number > _count(page):
        page = pages.records.find(query, pages.day, (_count(page) - 1) * PAGE, further=offered(query, pages.home))
    if not page.total:
        return pages.nothing(ParsedQuery(query), page.lapsed)
    several = _count(page) > 1
    answer = pages.shown(_say(pages, "found_paged" if several else "found", page), page, None)
    if several and query.kind is not RecordKind.PARTNER:
        return answer
    return replace(answer, choices=(*answer.choices, *filter_buttons(page, pages.language, pages.directory)))


def names_answer(pages: RowPages, parsed: ParsedQuery) -> RecordAnswer:
    """How many schools or employers, and which, with their rows."""
    total, names = pages.records.names_of(parsed.query, pages.day)
    page = pages.records.find(parsed.query, pages.day, further=offered(parsed.query, pages.home))
    if not names:
        return pages.nothing(parsed, page.lapsed)
    key = "names_school" if parsed.query.kind is RecordKind.PROGRAM else "names"
    heading = say(key, pages.language, total=total, what=pages.spoken(parsed.query))
    called = (pages.home.called(name, pages.language) for name in names)
    shown = [*called, *(["…"] if total > len(names) else [])]
    between = "; " if pages.language == "en" else "、"
    return pages.shown(f"{heading} {between.join(shown)}", page, parsed)


def _people(pages: RowPages, query: Query) -> str:
    total, silent = pages.records.people(query, pages.day)
    unsaid = say("people_unsaid", pages.language, total=silent) if silent else ""
    return say("people", pages.language, total=total, unsaid=unsaid)


def _say(pages: RowPages, key: str, page: Page) -> str:
    return say(
        key,
        pages.language,
        total=page.total,
        unit=pages.unit(page.query),
        what=pages.spoken(page.query),
        page=page.start // PAGE + 1,
        pages=_count(page),
    )


def _count(page: Page) -> int:
    """How many pages there are."""
    return max(1, -(-page.total // PAGE))


def _first(page: Page, number: int) -> Page:
    """The first ``number`` rows of an order, and all that are level with the very first."""
    level = [row for row in page.rows if page.query.order and _measure(row, page) == _measure(page.rows[0], page)]
    return replace(page, rows=page.rows[: max(number, len(level))])


def _measure(stored: StoredRecord, page: Page) -> object:
    row = row_of(stored.record, page.query.kind)
    columns = [column for column, _ in SORT_COLUMNS[page.query.order] if column in row] if page.query.order else []
    return row[columns[0]] if columns else None


def _heading(parsed: ParsedQuery, page: Page) -> str:
    in_order = parsed.query.order not in (None, SortOrder.NEWEST) and page.total > 1
    if not is_whole(page) or parsed.first or in_order:
        return "first"
    if parsed.operation in (Operation.COUNT, Operation.PEOPLE):
        return "count"
    if page.total > PAGE:
        return "found_paged"
    return "yes" if parsed.operation is Operation.EXISTS else "found"
