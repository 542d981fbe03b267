"""Places in a question: towns of the district, and cities and districts elsewhere."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from functools import cache

from bot.understanding.row_vocabulary import row_vocabulary
from bot.understanding.spans import Phrase
from knowledge.tables import Condition, Field, Operator
from knowledge.text.language import fold
from knowledge.towns import Town

AT = r"(?:(?:也|都)?(?:在|去|到))?"
AT_EN = r"(?:(?:in|at|near|around|from) )?"


def town(phrase: Phrase, day: date) -> Iterator[Condition]:
    """The district's towns that are named; rows may be of any of them."""
    towns = tuple(town.zh for town in phrase.home.towns if phrase.take(_town(town), "town"))
    if towns:
        yield Condition(Field.TOWN, Operator.ANY_OF, towns)


def elsewhere(phrase: Phrase, day: date) -> Iterator[Condition]:
    """A city or another district. The tables may hold rows there; the own district's are not passed off for it."""
    for pattern, names in _elsewhere():
        if not phrase.home.is_place(names[0]) and phrase.take(pattern, "place"):
            yield Condition(Field.PLACE, Operator.CONTAINS, names)
            return


@cache
def _town(town: Town) -> str:
    english = re.escape(fold(town.en))
    chinese = rf"(?:在|本区){{0,3}}{fold(town.zh)}(?:街道|街|镇|乡)?(?:那边|附近)?(?:的)?"
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
