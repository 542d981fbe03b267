"""Whether two texts state another figure for the same thing: two notices of which one pays 1,500 yuan, one 2,000."""

from __future__ import annotations

import re
from collections.abc import Iterator

from bot.evidence.claim_check import Part, clauses_of
from bot.evidence.claim_words import content_words, stands_in
from knowledge.text.numerals import CHARACTERS
from knowledge.text.quantity_readers import QuantityKind
from knowledge.text.typed_quantities import Quantity, plain

MEASURED = frozenset({QuantityKind.MONEY, QuantityKind.DURATION, QuantityKind.SHARE, QuantityKind.AGE})
SAME = 0.85  # of the words of each, that stand in the other: both speak of one thing
FEWEST = 2  # words that tell what a figure is of
NUMERAL = re.compile(rf"\d+|[{CHARACTERS}]+")
DIGITS = re.compile(r"[\d.,]+")


def differ(one: str, other: str) -> bool:
    """Whether a figure of ``one`` is another in ``other``, for the same thing and with the same unit.

    Where ``other`` has the figure too, of whatever, they may well say the same and differ in what they leave out.
    """
    return any(_contradicted(part, other) for part in _measuring(one)) and not _figures(one) & _figures(other)


def measures(text: str) -> bool:
    """Whether ``text`` states a figure of which can be told what it is of."""
    return any(True for _ in _measuring(text))


def _contradicted(part: Part, other: str) -> bool:
    return any(_same_thing(part, place) and _another(part, place) for place in _measuring(other))


def _measuring(text: str) -> Iterator[Part]:
    """The parts of ``text`` that state one figure; of several nobody can tell which is of what."""
    for clause in clauses_of(text):
        for part in clause.parts:
            if len(_measures(part)) == 1 and len(_words(part)) >= FEWEST:
                yield part


def _same_thing(one: Part, other: Part) -> bool:
    return _held(one, other) >= SAME and _held(other, one) >= SAME


def _held(one: Part, other: Part) -> float:
    """Which share of the words of ``one`` stands in ``other``."""
    own, evidence = _words(one), plain(other.context)
    return sum(stands_in(word, evidence) for word in own) / len(own)


def _another(one: Part, other: Part) -> bool:
    (stated,), (held,) = _measures(one), _measures(other)
    alike = stated.kind is held.kind and stated.bound is held.bound and _numbers(one) == _numbers(other)
    return alike and _unit(stated) == _unit(held) and stated.value != held.value


def _words(part: Part) -> tuple[str, ...]:
    return tuple(dict.fromkeys(content_words(part.context)))


def _numbers(part: Part) -> frozenset[str]:
    """The numerals beside what is measured: of which grade, which year, which class."""
    text = part.text
    for one in _measures(part):
        text = text.replace(plain(part.text)[one.start : one.end], " ")
    return frozenset(NUMERAL.findall(text))


def _measures(part: Part) -> list[Quantity]:
    return [one for one in part.quantities if one.kind in MEASURED]


def _unit(one: Quantity) -> str:
    return DIGITS.sub("", one.value).strip()


def _figures(text: str) -> frozenset[str]:
    """All figures of ``text`` that measure something."""
    found = (one for clause in clauses_of(text) for one in clause.quantities)
    return frozenset(one.value for one in found if one.kind in MEASURED)
