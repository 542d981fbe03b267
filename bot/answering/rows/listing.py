"""Openings and programs as an answer: lists, counts, the first of an order, and who has them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from bot.answer import Block
from bot.answering.rows.answer_blocks import say_block
from bot.answering.rows.layout.list_requests import ListView
from bot.answering.rows.row_answer import RecordAnswer
from bot.answering.rows.row_pages import FIRST, RowPages, in_order
from bot.answering.rows.row_text import unmarked
from bot.answering.rows.wording.formatting import clipped, say
from bot.presentation.messages import message
from bot.understanding.parsed_query import Operation, ParsedQuery
from knowledge.tables import Page, Query, StoredRecord
from knowledge.tables.querying.record_queries import PAGE
from knowledge.tables.querying.sorting import SORT_COLUMNS
from knowledge.tables.records import RecordKind
from knowledge.tables.storage.search_columns import row_of
from knowledge.text.pii import shown_of_row

LONGEST_NAMES = 160  # characters of the names above a list


def list_answer(pages: RowPages, parsed: ParsedQuery) -> RecordAnswer:
    """The rows that a question asks for, how many they are, or the first of an order."""
    query = parsed.query
    people = _people(pages, query) if parsed.operation is Operation.PEOPLE else ""
    page = pages.find(query)
    if not page.total:
        return pages.nothing(parsed, page.lapsed)
    if parsed.first or in_order(query):
        page = _first(page, min(PAGE, parsed.first or FIRST))
    return pages.shown(_say(pages, _heading(parsed, page), page) + people, page, parsed)


def page_answer(pages: RowPages, view: ListView, above: Sequence[Block] = ()) -> RecordAnswer:
    """What ``view`` opens, below what stands ``above`` it; the last page when the list has grown shorter since."""
    page = pages.find(view.query, view.start, view.limit)
    if page.total and view.start >= page.total:
        page = pages.find(view.query, (page.total - 1) // PAGE * PAGE)
    if not page.total:
        return pages.nothing(ParsedQuery(view.query), page.lapsed)
    first = in_order(view.query) and page.start == 0 and page.total > 1
    part = "found" if len(page.rows) == page.total else "found_part"
    return pages.shown(_say(pages, "first" if first else part, page), page, None, above=above)


def names_answer(pages: RowPages, parsed: ParsedQuery) -> RecordAnswer:
    """How many schools or employers, and which, with their rows."""
    total, names = pages.records.names_of(parsed.query, pages.day)
    page = pages.find(parsed.query)
    if not names:
        return pages.nothing(parsed, page.lapsed)
    key = "names_school" if parsed.query.kind is RecordKind.PROGRAM else "names"
    heading = say(key, pages.language, total=total, what=pages.spoken(parsed.query))
    between = "; " if pages.language == "en" else "、"
    called = [pages.home.called(name, pages.language) for name in names]
    if all(row.record.sample for row in page.rows):
        called = [*map(unmarked, called)]
    shown = between.join([*map(shown_of_row, called), *(["…"] if total > len(names) else [])])
    return pages.shown(f"{heading} {clipped(shown, LONGEST_NAMES)}", page, parsed)


def gone_answer(pages: RowPages, view: ListView) -> RecordAnswer:
    """What is said where a card shall be opened of a row that is no more: the list as it is now."""
    return page_answer(pages, view, (say_block(message("lists.gone", pages.language)),))


def _people(pages: RowPages, query: Query) -> str:
    total, silent = pages.records.people(query, pages.day)
    unsaid = say("people_unsaid", pages.language, total=silent) if silent else ""
    return say("people", pages.language, total=total, unsaid=unsaid)


def _say(pages: RowPages, key: str, page: Page) -> str:
    values = {"total": page.total, "unit": pages.unit(page.query), "what": pages.spoken(page.query)}
    if key != "found_part":
        return say(key, pages.language, **values)
    rows = {"first": page.start + 1, "last": page.start + len(page.rows)}
    return message("lists.found_part", pages.language, **{name: str(each) for name, each in (values | rows).items()})


def _first(page: Page, number: int) -> Page:
    """The first ``number`` rows of an order, and those of the page that are level with the very first."""
    level = [row for row in page.rows if page.query.order and _measure(row, page) == _measure(page.rows[0], page)]
    return replace(page, rows=page.rows[: max(number, len(level))])


def _measure(stored: StoredRecord, page: Page) -> object:
    row = row_of(stored.record, page.query.kind)
    columns = [column for column, _ in SORT_COLUMNS[page.query.order] if column in row] if page.query.order else []
    return row[columns[0]] if columns else None


def _heading(parsed: ParsedQuery, page: Page) -> str:
    if parsed.first or (in_order(parsed.query) and page.total > 1):
        return "first"
    if parsed.operation in (Operation.COUNT, Operation.PEOPLE):
        return "count"
    if parsed.operation is Operation.EXISTS:
        return "yes"
    return "found_part" if len(page.rows) < page.total else "found"
