"""Places in a question: towns of Huadu, and cities and districts elsewhere."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from functools import cache

from bot.understanding.row_vocabulary import row_vocabulary
from bot.understanding.spans import Phrase
from knowledge.tables import Condition, Field, Operator
from knowledge.tables.reading.value_vocabulary import TOWNS, TOWNS_EN

AT = r"(?:(?:也|都)?(?:在|去|到))?"
AT_EN = r"(?:(?:in|at|near|around|from) )?"


def town(phrase: Phrase, day: date) -> Iterator[Condition]:
    """The towns of Huadu that are named; rows may be of any of them."""
    towns = tuple(name for name in TOWNS if phrase.take(_town(name), "town"))
    if towns:
        yield Condition(Field.TOWN, Operator.ANY_OF, towns)


def elsewhere(phrase: Phrase, day: date) -> Iterator[Condition]:
    """A city or district that is not Huadu. The tables may hold rows there; Huadu's own are not passed off for it."""
    for pattern, names in _elsewhere():
        if phrase.take(pattern, "place"):
            yield Condition(Field.PLACE, Operator.CONTAINS, names)
            return


@cache
def _town(name: str) -> str:
    english = TOWNS_EN[name].casefold()
    chinese = rf"(?:在|花都区?)*{name}(?:街道|街|镇)?(?:那边|附近)?(?:的)?"
    return rf"{chinese}|{AT_EN}(?<![a-z]){english}(?![a-z])(?: town)?"


@cache
def _elsewhere() -> tuple[tuple[str, tuple[str, str]], ...]:
    return tuple(
        (
            rf"{AT}{chinese}(?!机场|工商|大道|路|技师|技工|大学)(?:市|区|省)?(?:那边|附近)?(?:的)?|{AT_EN}(?<![a-z]){english}(?![a-z])",
            (chinese, english),
        )
        for chinese, english in row_vocabulary().elsewhere
    )
