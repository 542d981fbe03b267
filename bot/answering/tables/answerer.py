"""A question to the free tables of one edition, and its answer."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import lru_cache
from typing import TYPE_CHECKING

from bot.answering.rows.row_answer import RecordAnswer
from bot.answering.tables.held_table import HeldTable
from bot.answering.tables.lookup import look_up
from bot.answering.tables.quoted_rows import of_other_rows
from bot.answering.tables.table_answer import table_answer
from bot.answering.tables.units import Asked
from knowledge.index.encoding.word_vectors import word_vectors
from knowledge.text.language import HAN, fold, stem, words
from knowledge.validity import successors

if TYPE_CHECKING:
    from knowledge.editions.open_edition import OpenEdition

PAIRS = 20_000  # of words whose nearness is kept


class TableAnswerer:
    """Answers from the free tables of an edition. Threads may share it."""

    def __init__(self, edition: OpenEdition) -> None:
        documents = edition.documents
        self._documents = documents
        self._tables = [HeldTable(one, documents[one.source]) for one in edition.free_tables if one.source in documents]
        self._sources = {held.table.source for held in self._tables}
        self._current = lru_cache(maxsize=4)(self._current_on)

    def answer(self, question: str, language: str, day: date) -> RecordAnswer | None:
        """What the tables hold; None where the question is not surely for one of them."""
        tables = self._current(day)
        found = look_up(question, tables, nearness, day) if tables else None
        return table_answer(found, question, language, day) if found else None

    def quotes_others(self, question: str, source: str, text: str) -> bool:
        """Whether ``text``, quoted of the file ``source``, is rows, but not of the table and row that are named."""
        return source in self._sources and of_other_rows(Asked.of(question), source, text, self._tables)

    def _current_on(self, day: date) -> tuple[HeldTable, ...]:
        """The tables but for those of documents that others have replaced."""
        replaced: Mapping[str, str] = successors(self._documents, day)
        return tuple(held for held in self._tables if held.table.source not in replaced)


@lru_cache(maxsize=PAIRS)
def nearness(one: str, other: str) -> float:
    """How near two texts of a few words are in meaning, up to 1: by the nearest words; 0 where one is unknown."""
    vectors = word_vectors()
    first, second = _terms(one), _terms(other)
    if not first or not second:
        return 0.0
    return float((vectors.matrix(first) @ vectors.matrix(second).T).max(axis=1).mean())


def _terms(text: str) -> list[str]:
    return [word if HAN.search(word) else stem(word) for word in words(fold(text)) if len(word) > 1]
