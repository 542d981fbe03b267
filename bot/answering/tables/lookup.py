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
from knowledge.index.scoring.required_entities import places_in
from knowledge.text.language import HAN

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
    rated = [(match, figure_asked(match, asked)) for match in matches]
    fitting = [(match, figure) for match, figure in rated if figure or (match.rows and match.named)]
    if not fitting:
        return None
    ordered = sorted(fitting, key=lambda pair: _rank(pair[0], pair[1], asked, tables, near), reverse=True)
    best = _rank(*ordered[0], asked, tables, near)
    alike = [pair for pair in ordered if _rank(*pair, asked, tables, near) == best]
    match, figure = alike[0]
    hard = [word for word in match.unexplained if not _is_passed(word, match, figure, tables, near)]
    if hard:
        known = [word for word in hard if _tells_apart(word, tables)]
        surely = bool(known) and (match.columns or figure) and (match.context or match.named)
        return Found(Outcome.LACKING, (match,), lacking=tuple(word.text for word in hard)) if surely else None
    if len(alike) > 1 and len({_said(*pair) for pair in alike}) > 1:
        return Found(Outcome.SEVERAL, tuple(one for one, _ in alike))
    return Found(Outcome.FOUND, (match,), figure)


def _dated(question: str, day: date) -> str:
    for word, years in YEARS:
        question = question.replace(word, f"{day.year + years}{'年' if HAN.search(word) else ''}")
    return question


def _rank(
    match: TableMatch, figure: Figure | None, asked: Asked, tables: Sequence[HeldTable], near: Near
) -> tuple[int, int, int, int]:
    """How well a table fits: few words that it leaves open, much that it explains, a column that is told, whole cells."""
    open_words = sum(not _is_passed(word, match, figure, tables, near) for word in match.unexplained)
    explained = match.explained | (figure.units if figure else frozenset())
    return -open_words, len(explained), bool(match.columns or figure), match.exact


def _is_passed(word: Word, match: TableMatch, figure: Figure | None, tables: Sequence[HeldTable], near: Near) -> bool:
    """Whether a word that the table does not have may be left out: it is no name of a thing, and no table has it; or it is
    near in meaning to what the table is of.
    """
    if figure and figure.units.issuperset(range(word.start, word.end)):
        return True
    if _tells_apart(word, tables):
        return False
    if not word.names:
        return True
    levels = [
        level for number in range(len(match.held.table.columns)) for level in match.held.table.columns[number].levels
    ]
    titles = [match.held.metadata.title, *match.held.table.titles, *match.held.table.path]
    return any(near(word.text, text) >= ALIKE and not _contrasts(word.text, text) for text in [*levels, *titles])


def _tells_apart(word: Word, tables: Sequence[HeldTable]) -> bool:
    """Whether a word is a number or place, or stands in some table: then it may be what tells tables or rows apart."""
    if any(letter.isdigit() for letter in word.text) or places_in(word.text):
        return True
    text = coded(units_of(word.text))
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
