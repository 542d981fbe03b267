"""A page of rows as an answer, and what is said when no row meets a query: common to lists and figures."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date

from bot.answer import Block, Choice, ShownRows, Status
from bot.answering.rows import answer_blocks
from bot.answering.rows.answer_blocks import note_block, row_block, say_block
from bot.answering.rows.asked_columns import MOST_READ, asked_blocks, winner_blocks
from bot.answering.rows.filter_labels import label_of, labels_of
from bot.answering.rows.guided_lists import filter_buttons, offered
from bot.answering.rows.layout.card_fields import card_of
from bot.answering.rows.layout.list_buttons import card_buttons, page_buttons
from bot.answering.rows.layout.list_requests import ListView, request
from bot.answering.rows.row_answer import RecordAnswer
from bot.answering.rows.row_text import partner_name
from bot.answering.rows.wording.formatting import HOTLINE, joined, say
from bot.settings import Contact
from bot.understanding.parsed_query import Operation, ParsedQuery
from knowledge.entities.directory import Directory, Entity
from knowledge.entities.home import Home
from knowledge.tables import Field, Page, Query, Records, SortOrder, StoredRecord
from knowledge.tables.querying.record_queries import PAGE
from knowledge.tables.querying.sql_selection import apart
from knowledge.tables.records import RecordKind

FIRST = 3  # rows shown when the highest or the soonest is asked for, or beside what was not found


@dataclass(frozen=True)
class RowPages:
    """Rows as they hold on one day, shown in one language. ``asks``: what is asked of them; ``contacts``: whom to ask
    where a row names nobody.
    """

    records: Records
    directory: Directory
    language: str
    day: date
    contacts: tuple[Contact, ...] = ()
    asks: tuple[str, ...] = ()

    @property
    def home(self) -> Home:
        """The programme and district."""
        return self.directory.home

    def find(self, query: Query, start: int = 0, limit: int = PAGE) -> Page:
        """A page of ``query`` with the filters that are worth offering."""
        return self.records.find(query, self.day, start, limit, further=offered(query, self.home))

    def shown(
        self, heading: str, page: Page, parsed: ParsedQuery | None, *notes: Block, above: Sequence[Block] = ()
    ) -> RecordAnswer:
        """A page of rows below what stands ``above`` it, what is asked of them and ``heading``, which goes first where
        it says yes; ``notes`` below them.
        """
        asked, headed = self._asked(page), (say_block(heading),)
        yes = parsed is not None and parsed.operation is Operation.EXISTS
        head = (*above, *headed, *asked) if yes else (*above, *asked, *headed)
        view = ListView(page.query, page.start, len(page.rows) if self._is_cut(page) else PAGE, self.asks)
        notes = (*notes, *self._not_compared(page), *answer_blocks.stale_note(page.rows, self.language))
        return RecordAnswer(
            Status.ANSWERED,
            (*self.row_blocks(page.rows, head, page.start, notes), *notes),
            answer_blocks.citations(page.rows, self.language, self.home),
            answer_blocks.values(page.rows),
            (
                *card_buttons(view, page.rows, self.language),
                *page_buttons(view, len(page.rows), page.total, self.language),
                *filter_buttons(page, self.language, self.directory),
            ),
            to_go_on_from(page.query),
            parsed.complete if parsed else True,
            shown_rows(page.rows, page.start, first=page.start == 0 and in_order(page.query)),
        )

    def row_blocks(
        self, rows: Sequence[StoredRecord], head: Sequence[Block], start: int = 0, notes: Sequence[Block] = ()
    ) -> tuple[Block, ...]:
        """``head`` and ``rows`` below it, a single one as a card. ``notes`` will stand below them."""
        head = (*head, *answer_blocks.sample_note(rows, self.language))
        if len(rows) == 1 and start == 0:
            return (*head, row_block(card_of(rows[0].record, self.language, self.home, self.contacts), 1))
        room = answer_blocks.room_for_rows((*head, *notes), self.language)
        return (*head, *answer_blocks.row_blocks(rows, self.language, self.home, room, start=start))

    def nothing(self, parsed: ParsedQuery, lapsed: int) -> RecordAnswer:
        """The answer when no row meets the query: how many lapsed ones would have, and the nearest rows."""
        query = parsed.query
        if parsed.entities and not self.records.exists(_theirs(query), self.day):
            return self._none_of(parsed)
        blocks = [say_block(say("none", self.language, what=self.spoken(query)))]
        if lapsed:
            blocks.append(note_block(say("none_lapsed", self.language, total=lapsed)))
        nowhere = RecordAnswer(Status.NOT_COVERED, tuple(blocks), complete=parsed.complete, query=to_go_on_from(query))
        if query.first(Field.PLACE):
            return self._elsewhere(nowhere, query)
        nearest = self.records.nearest(query, self.day)
        if not nearest:
            return nowhere
        relaxed, dropped = nearest
        page = self.find(relaxed, limit=FIRST)
        without = joined([label_of(one, self.language, self.directory) for one in dropped], self.language)
        heading = say("nearest", self.language, dropped=without, total=page.total, unit=self.unit(query))
        answer = replace(self, asks=()).shown(heading, page, parsed, above=blocks)
        unknown = all(one.field is Field.WORDS for one in dropped)  # of no use to what is asked next
        return replace(
            answer,
            status=Status.PARTLY,
            query=to_go_on_from(relaxed if unknown else query),
        )

    def unit(self, query: Query) -> str:
        """What the rows of ``query`` are called after a number."""
        return say(f"unit_{query.kind.value}", self.language)

    def spoken(self, query: Query) -> str:
        """The conditions of ``query`` in brackets."""
        return labels_of(query, self.language, self.directory)

    def _is_cut(self, page: Page) -> bool:
        """Whether the page holds fewer rows than would follow."""
        return page.start + len(page.rows) < min(page.total, page.start + PAGE)

    def _asked(self, page: Page) -> tuple[Block, ...]:
        """What the rows of the list say of what is asked, all of them; of an order, what comes first by what."""
        if in_order(page.query):
            order = page.query.order if page.start == 0 else None
            return winner_blocks(page.rows, order, self.language, self.home) if order else ()
        rows: Collection[StoredRecord] = page.rows
        if self.asks and len(rows) < page.total <= MOST_READ:
            rows = self.records.find(page.query, self.day, limit=MOST_READ).rows
        whole = len(rows) == page.total
        return asked_blocks(tuple(rows), page.query.kind, self.asks, self.language, self.home) if whole else ()

    def _not_compared(self, page: Page) -> tuple[Block, ...]:
        """How many rows could not be compared, as they say no sum or one for another period."""
        if not (page.unstated and page.query.order and page.start == 0):
            return ()
        return (note_block(say("not_compared", self.language, total=page.unstated)),)

    def _elsewhere(self, nowhere: RecordAnswer, query: Query) -> RecordAnswer:
        """Rows of the own district do not answer a question about another city; a button offers them."""
        rest = query.without(Field.PLACE)
        if not self.records.exists(rest, self.day):
            return nowhere
        label = say("elsewhere_button", self.language)
        return replace(nowhere, choices=(Choice(label, request(ListView(rest), self.language)),))

    def _none_of(self, parsed: ParsedQuery) -> RecordAnswer:
        """Somebody of whom the tables hold no such row: search may know more."""
        key = "no_openings_of" if parsed.query.kind is RecordKind.OPENING else "no_programs_of"
        name = joined([self._name(entity) for entity in parsed.entities], self.language)
        text = say(key, self.language, name=name, hotline=HOTLINE)
        return RecordAnswer(Status.NOT_COVERED, (say_block(text),), query=to_go_on_from(parsed.query), complete=False)

    def _name(self, entity: Entity) -> str:
        return partner_name(entity.partner, self.language) if entity.partner else self.directory.shown(entity.folded)


def in_order(query: Query) -> bool:
    """Whether the first rows of ``query`` were asked for by a figure: the highest pay, the nearest last day."""
    return query.order not in (None, SortOrder.NEWEST)


def to_go_on_from(query: Query) -> Query:
    """The query that the next question narrows. What only an average left out comes back."""
    return query if query.order else apart(query)[0]


def shown_rows(rows: Sequence[StoredRecord], start: int = 0, *, first: bool = False) -> ShownRows:
    """``rows`` as the next question may point at them, ``start`` of the list being before them; it is about the
    ``first`` where that was asked for, and about the only one.
    """
    return ShownRows(tuple(row.id for row in rows), start, rows[0].id if len(rows) == 1 or first else None)


def _theirs(query: Query) -> Query:
    """All rows of those whom ``query`` names."""
    fields = (Field.NAME, Field.WORDS)
    naming = (condition for condition in query.conditions if condition.field in fields and not condition.negated)
    return Query(query.kind, tuple(naming)[:1])
