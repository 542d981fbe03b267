"""Questions that go on from rows that were shown: more of them, one of them, what it says."""

from __future__ import annotations

from dataclasses import dataclass, replace

from bot.answer import Choice, ShownRows, Status
from bot.answering.rows import answer_blocks
from bot.answering.rows.answer_blocks import say_block
from bot.answering.rows.asked_columns import COLUMNS, asked_blocks, held_columns
from bot.answering.rows.layout.list_buttons import back_button, card_buttons
from bot.answering.rows.layout.list_requests import ListView, request
from bot.answering.rows.listing import gone_answer
from bot.answering.rows.row_answer import RecordAnswer
from bot.answering.rows.row_pages import RowPages, shown_rows, to_go_on_from
from bot.answering.rows.wording.formatting import joined, say
from knowledge.intents.message_reader import NO_COLUMN
from knowledge.tables import Query, StoredRecord
from knowledge.tables.querying.record_queries import PAGE
from knowledge.text.ordinals import LAST


@dataclass(frozen=True)
class RowsBefore:
    """The list that the last turn showed: its ``query``, and which of its rows."""

    query: Query
    shown: ShownRows


def more_rows(before: RowsBefore, pages: RowPages) -> RecordAnswer | None:
    """The rows of the list after those shown, or that there are none; None where only the nearest rows were shown."""
    pages = replace(pages, asks=())
    page = pages.find(before.query, before.shown.start + len(before.shown.ids))
    if not page.total:
        return None
    key = "further" if page.rows else "no_more"
    unit, what = pages.unit(before.query), pages.spoken(before.query)
    said = say(key, pages.language, total=page.total, unit=unit, what=what)
    if not page.rows:
        return RecordAnswer(Status.ANSWERED, (say_block(said),), query=before.query, shown=before.shown)
    return pages.shown(said, page, None)


def numbered_row(place: int, before: RowsBefore, pages: RowPages) -> StoredRecord | None:
    """The row that was shown, or follows, under the number ``place``; None when there is none."""
    ids, start = before.shown.ids, before.shown.start
    if place == LAST and ids:
        return _one(ids[-1], before, pages)
    if start < place <= start + len(ids):
        return _one(ids[place - start - 1], before, pages)
    if place < 1:
        return None
    rows = pages.records.find(before.query, pages.day, place - 1, 1).rows
    return rows[0] if rows else None


def only_row(query: Query, pages: RowPages) -> StoredRecord | None:
    """The row of ``query``, if it has but one."""
    page = pages.records.find(query, pages.day, limit=1)
    return page.rows[0] if page.total == 1 else None


def picked_from(before: RowsBefore, answer: RecordAnswer) -> RecordAnswer:
    """``answer``, after which the list ``before`` is there still if it picked but one of its rows."""
    picked = answer.shown.pointed_at if answer.shown and len(answer.shown.ids) == 1 else None
    if answer.status is not Status.ANSWERED or picked not in before.shown.ids:
        return answer
    return replace(answer, query=before.query, shown=replace(before.shown, pointed_at=picked))


def no_such_number(before: RowsBefore, pages: RowPages) -> RecordAnswer:
    """What is said to a number that no row has."""
    total = before.shown.start + len(before.shown.ids)
    text = say("no_such_number", pages.language, total=total, unit=pages.unit(before.query))
    return RecordAnswer(Status.CLARIFY, (say_block(text),), query=before.query, shown=before.shown)


def rows_meant(before: RowsBefore, pages: RowPages) -> tuple[StoredRecord, ...]:
    """The row that the talk is about, else all that were shown, as far as they hold."""
    shown = before.shown
    ids = shown.ids if shown.pointed_at is None else (shown.pointed_at,)
    return pages.records.rows(before.query.kind, ids, pages.day)


def card(row: StoredRecord, before: RowsBefore, pages: RowPages) -> RecordAnswer:
    """All that one row says, what is asked of it first, and the way back to its list."""
    return _rows(replace(before, shown=replace(before.shown, pointed_at=row.id)), (row,), pages)


def opened_card(row_id: int, view: ListView, pages: RowPages) -> RecordAnswer:
    """The card of a row of ``view``; the list where the row is no more."""
    page = pages.find(view.query, view.start, view.limit)
    before = RowsBefore(to_go_on_from(view.query), shown_rows(page.rows, view.start))
    row = _one(row_id, before, pages)
    if row is None:
        return gone_answer(pages, view)
    return replace(card(row, before, pages), choices=(back_button(view, pages.language),))


def told_of_rows(before: RowsBefore, pages: RowPages) -> RecordAnswer | None:
    """What the rows that are meant say of what is asked; None when nothing is asked, or no row is left."""
    rows, asks = rows_meant(before, pages), pages.asks
    if not rows or not (held_columns(before.query.kind, asks) or NO_COLUMN in asks):
        return None
    if not held_columns(before.query.kind, asks):
        return not_a_column(before.query, pages, before.shown)
    return _rows(before, rows, pages)


def not_a_column(query: Query, pages: RowPages, shown: ShownRows | None = None) -> RecordAnswer:
    """That the table has no such column; a button shows the rows."""
    held = joined([say(f"asked_{name}", pages.language) for name in COLUMNS[query.kind]], pages.language)
    text = say("not_a_column", pages.language, held=held)
    choices = (Choice(say("show_rows", pages.language), request(ListView(query), pages.language)),)
    return RecordAnswer(Status.NOT_COVERED, (say_block(text),), choices=choices, query=query, shown=shown)


def _rows(before: RowsBefore, rows: tuple[StoredRecord, ...], pages: RowPages) -> RecordAnswer:
    language, home, shown = pages.language, pages.home, before.shown
    view = ListView(before.query, shown.start, min(PAGE, max(1, len(shown.ids))), pages.asks)
    numbered = [row.id for row in rows] == list(shown.ids)  # a list that has changed meanwhile is numbered anew
    asked = asked_blocks(rows, before.query.kind, pages.asks, language, home)
    alone = len(rows) == 1
    return RecordAnswer(
        Status.ANSWERED,
        pages.row_blocks(rows, asked, 0 if alone or not numbered else shown.start),
        answer_blocks.citations(rows, language, home),
        answer_blocks.values(rows),
        (back_button(view, language),) if alone else card_buttons(view, rows, language),
        query=before.query,
        shown=shown if numbered or alone else replace(shown, ids=tuple(row.id for row in rows)),
    )


def _one(row_id: int, before: RowsBefore, pages: RowPages) -> StoredRecord | None:
    rows = pages.records.rows(before.query.kind, (row_id,), pages.day)
    return rows[0] if rows else None
