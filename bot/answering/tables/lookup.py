"""Which table a question is for, and whether that is sure: what it names and no single table has is never left out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import Enum

from bot.answering.tables.figures import Figure, figure_asked
from bot.answering.tables.held_table import HeldTable
from bot.answering.tables.reading import ALIKE, Near, TableMatch, read
from bot.answering.tables.units import Asked, Word, coded, units_of
from knowledge.index.encoding.word_vectors import word_vectors
from knowledge.index.scoring.required_entities import places_in
from knowledge.text.language import HAN
from knowledge.text.question_types import Expected, expected

BY_KIND = frozenset({Expected.CONTACT, Expected.PLACE})  # what is asked for by words of many names
PLACE = "ns"  # the segmenter's tag: it knows more places than are listed
LITTLE = 1.0  # what a word says by itself: 时间 less, 票价 more
YEARS = (("今年", 0), ("本年度", 0), ("去年", -1), ("明年", 1), ("this year", 0), ("last year", -1), ("next year", 1))


class Outcome(Enum):
    """How a look-up ended."""

    FOUND = "found"
    SEVERAL = "several"  # tables that fit alike and differ
    LACKING = "lacking"  # a table would fit, but for something that the question names


@dataclass(frozen=True)
class Found:
    """``matches``: one for ``FOUND``, all that fit alike for ``SEVERAL``, the nearest for ``LACKING``.

    ``figure``: what is reckoned from the rows of the match; ``lacking``: words of the question that the table lacks.
    """

    outcome: Outcome
    matches: tuple[TableMatch, ...]
    figure: Figure | None = None
    lacking: tuple[str, ...] = ()


def look_up(question: str, tables: Sequence[HeldTable], near: Near, day: date) -> Found | None:
    """What the tables hold on ``question``; None where it is not surely for one of them."""
    asked = Asked.of(_dated(question, day))
    if not asked.words:
        return None
    matches = [match for held in tables if (match := read(held, asked, near)).explained]
    rated = [_rated(match, figure_asked(match, asked), asked, tables, near) for match in matches]
    fitting = [one for one in rated if one.figure or (one.match.rows and one.match.named)]
    if not fitting:
        return None
    best = max(fitting, key=lambda one: one.rank)
    match = best.match
    if best.lacking:
        surely = any(_tells_apart(word, tables) for word in best.lacking) and bool(match.columns_at or best.figure)
        lacking = tuple(word.text for word in best.lacking)
        return Found(Outcome.LACKING, (match,), lacking=lacking) if surely else None
    if not (best.figure or match.columns):
        return None  # a row alone answers nothing: what is asked of it may not be in the table
    # A word that is left open and may be is near in meaning to the column.
    if not (best.figure or match.columns_at or match.context or asked.kinds or match.unexplained):
        return None  # a name alone asks for nothing: 电工 is a trade in many places
    alike = [one for one in fitting if one.rank == best.rank]
    if len({_said(one.match, one.figure) for one in alike}) > 1:
        return Found(Outcome.SEVERAL, tuple(one.match for one in alike))
    return Found(Outcome.FOUND, (match,), best.figure)


@dataclass(frozen=True)
class _Rated:
    """A table's match; ``lacking``: words that it leaves open and that may not be left out."""

    match: TableMatch
    figure: Figure | None
    lacking: tuple[Word, ...]
    rank: tuple[int, int, int, int]


def _rated(match: TableMatch, figure: Figure | None, asked: Asked, tables: Sequence[HeldTable], near: Near) -> _Rated:
    """How well a table fits: few words left open, much explained, a column that is told, whole cells."""
    lacking = tuple(word for word in match.unexplained if not _is_passed(word, asked, match, figure, tables, near))
    explained = match.explained | (figure.units if figure else frozenset())
    told = bool(match.columns or figure)
    return _Rated(match, figure, lacking, (-len(lacking), len(explained), told, match.exact))


def _dated(question: str, day: date) -> str:
    for word, years in YEARS:
        question = question.replace(word, f"{day.year + years}{'年' if HAN.search(word) else ''}")
    return question


def _is_passed(
    word: Word, asked: Asked, match: TableMatch, figure: Figure | None, tables: Sequence[HeldTable], near: Near
) -> bool:
    """Whether a word that the table does not have may be left out: no table has it, and it is no name of a thing, or
    the column that answers is meant by it, or it says little behind that column's name, as in 首班车时间.
    """
    if figure and figure.units.issuperset(range(word.start, word.end)):
        return True
    if match.columns and asked.kinds & BY_KIND & expected(word.text):
        return True
    if word.start - 1 in match.columns_at and word.tag == "n" and word_vectors().weight(word.text) < LITTLE:
        return True
    if _tells_apart(word, tables):
        return False
    if not match.columns:
        return bool(figure) and not word.names
    if not word.names and match.columns_at:
        return True  # what is done; where the question names no column, it may be what is asked for
    columns = match.held.table.columns
    meant = [level for number in match.columns for level in columns[number].levels]
    return any(near(word.text, text) >= ALIKE and not _contrasts(word.text, text) for text in meant)


def _tells_apart(word: Word, tables: Sequence[HeldTable]) -> bool:
    """Whether a word is a number or place, or stands in some table: then it may be what tells tables or rows apart."""
    if any(letter.isdigit() for letter in word.text) or word.tag == PLACE or places_in(word.text):
        return True
    text = coded(units_of(word.text.lower()))
    return any(text in held.everything for held in tables)


def _contrasts(word: str, text: str) -> bool:
    """Whether two Chinese words end alike and begin otherwise, as the last bus and the first do."""
    return bool(HAN.search(word)) and len(text) > 1 and word[-1] == text[-1] and word[0] != text[0]


def _said(match: TableMatch, figure: Figure | None) -> tuple[object, ...]:
    """What a match would be answered with: two tables that say the same need no choice."""
    if figure:
        return figure.said
    table = match.held.table
    return tuple(
        tuple(row.cells[number] for number in (match.columns or range(len(table.columns))))
        for row in match.held.rows(match.rows)
    )
