"""What the tables answer in a conversation: of rows that were shown before, else to the question standing alone."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING

from bot.answer import ConversationContext, Status
from bot.answering.assembly import ResolvedQuestion
from bot.answering.rows import RecordAnswer, RowAnswerer
from bot.answering.rows.continuation import RowsBefore
from bot.answering.tables.answerer import TableAnswerer
from bot.understanding.rows.linked_rows import learned_reading
from knowledge.tables import Query
from knowledge.text.language import fold_question
from knowledge.text.ordinals import ordinal_in

if TYPE_CHECKING:
    from knowledge.editions.open_edition import OpenEdition


@dataclass(frozen=True)
class TalkOfRows:
    """``answerer``, ``tables``: of the records and the free tables of ``edition``; ``held_from``: the probability from
    which on documents answer.
    """

    edition: OpenEdition
    answerer: RowAnswerer
    tables: TableAnswerer
    held_from: float

    def answer(self, resolved: ResolvedQuestion, before: ConversationContext) -> RecordAnswer | None:
        """The answer of the rows, after what was answered ``before``; None where the question is not for them."""
        if before.query and (further := self._further(resolved, before, before.query)):
            return further
        alone, day = resolved.standalone, resolved.day
        reading = partial(learned_reading, self.edition, alone, day)
        tables = self.tables.answer(alone, resolved.language, day)
        tables = tables and replace(tables, of_table=True)
        if tables and tables.status is Status.ANSWERED:
            return tables
        rows = self.answerer.answer(alone, resolved.language, day, reading=reading)
        # That no table holds it says nothing of documents; which of several tables is meant, records may tell.
        unsure = tables if tables and tables.status is Status.CLARIFY else None
        return rows if rows and rows.status is not Status.NOT_COVERED else unsure or rows

    def _further(self, resolved: ResolvedQuestion, before: ConversationContext, query: Query) -> RecordAnswer | None:
        """The answer to a question that goes on from the list of ``query``; None where it does not."""
        text, language, day = resolved.asked.text, resolved.language, resolved.day
        reading = learned_reading(self.edition, text, day)
        if reading.leaves(query.kind):
            return None
        if before.shown and self._is_of_rows_shown(resolved):
            shown = RowsBefore(query, before.shown)
            if further := self.answerer.go_on(text, shown, reading, language, day):
                return further
        goes_on = self.edition.intents(text).leans or resolved.standalone == text
        return self.answerer.answer(text, language, day, query) if goes_on else None

    def _is_of_rows_shown(self, resolved: ResolvedQuestion) -> bool:
        """Whether it leans on rows that were shown, numbers one, or asks what neither they nor documents hold."""
        text = resolved.asked.text
        intents = self.edition.intents(text)
        if intents.leans or ordinal_in(fold_question(text)) is not None:
            return True
        return intents.asks_no_column and self.edition.search(text, day=resolved.day).probability < self.held_from
