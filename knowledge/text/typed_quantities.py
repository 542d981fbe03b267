# ruff: noqa: E501  # alternatives of one pattern read best on one line
"""Quantities of a text as typed values: money, durations, shares, ages, counts, days, times, and how often."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import lru_cache

from knowledge.text.characters import INVISIBLE
from knowledge.text.language import fold
from knowledge.text.numerals import ENGLISH
from knowledge.text.quantities import MEMORY, RANGE
from knowledge.text.quantity_readers import READERS, SMALL, UNIT, QuantityKind


class Bound(StrEnum):
    """Whether a quantity is the least that holds, the most, or itself."""

    LOW = "low"
    HIGH = "high"
    NONE = "none"


@dataclass(frozen=True)
class Quantity:
    """``value``: in one form for each kind, "6 months", "80%", "10000 yuan", "2013-07-01".

    ``start`` and ``end``: where it stands in ``plain`` of the text.
    """

    kind: QuantityKind
    value: str
    bound: Bound
    start: int
    end: int


CAPITALS = str.maketrans("壹贰叁肆伍陆柒捌玖拾佰仟弍弌", "一二三四五六七八九十百千二一")
_WORDS = tuple(
    (re.compile(pattern), written)
    for pattern, written in (
        ("廿", "二十"), ("卅", "三十"), ("俩", "两个"), ("仨", "三个"), ("[1一]打个?", "12个"),
        (r"\b(?:a )?dozens?\b(?: of)?", "12"), (r"\ba couple of\b", "2"), (r"\ba fortnight\b", "14 days"), (r"\ba decade\b", "10 years"),
        (r"\b(\w+) and a half (?=[a-z])", r"\1.5 "), (r"\(含[^)]{0,12}\)", ""), ("\u20e3", ""), (r"(?<=\d),(?=\d{3}(?!\d))", ""),
        # Chinese letters are not parted by blanks, and 1 2 is 12.
        (r"(?<=[\d\u4e00-\u9fff]) (?=[\u4e00-\u9fff])|(?<=[\u4e00-\u9fff]) (?=\d)", ""), (r"(?<!\d\d)(?<=\d) (?=\d(?!\d))", ""),
        # 12-18个月: the unit counts for both ends.
        (rf"({SMALL})( ?{RANGE} ?)({SMALL})( ?{UNIT})", r"\1\4\2\3\4"), (rf"\b({ENGLISH})( to )({ENGLISH})( {UNIT})", r"\1\4\2\3\4"),
    )
)  # fmt: skip
_SPELT_HALVES = re.compile(r"\b(one|two|three|four|five|six|seven|eight|nine|ten)(?=\.5 )")
_LOW_BEFORE = (
    r"不(?:得|能|应|会)?(?:低于|少于|小于|短于|早于)|至少|最少|起码|最低|最短|最早|(?<![不得能应会])(?:超过|高于|大于|多于)"
    r"|(?<![不未])满|≥|at least|\b(?:no|not|never)(?: be)? (?:less|lower|fewer|shorter|earlier) than|minimum"
    r"|(?<!no )(?<!not )(?<!be )more than|\bover\b|(?<!not )\bexceed(?:s|ing)?\b|above|since|\bafter\b|starting"
)
_HIGH_BEFORE = (
    r"不(?:得|能|应|会)?(?:超过|高于|多于|大于|长于|晚于)|最多|至多|最高|最长|最大|最迟|最晚|上限|[不未]满|不足|不到"
    r"|(?<![不得能应会])(?:低于|少于|小于)|≤|up to|at (?:the )?most|\b(?:no|not)(?: be)? (?:more|longer|higher|later) than"
    r"|not exceed|(?<!no )(?<!not )(?<!not be )(?:less|lower|fewer|shorter) than|\bunder\b|below|within|maximum"
    r"|\bbefore\b|\bby\b|longest"
)
BEFORE = re.compile(rf"(?P<low>{_LOW_BEFORE})|(?P<high>{_HIGH_BEFORE})")
AFTER = re.compile(
    r"(?P<low>及?以上|起(?!重)|\+|以后|之后|后| or (?:more|above|longer|over)| and above)"
    r"|(?P<high>及?以下|以内|之内|内|前|之前| or (?:less|fewer|below|under)| at (?:the )?most)"
)
_BETWEEN = re.compile(rf" ?(?:{RANGE}|及?以上(?:至|到)?| and ) ?")
_SEGMENT = re.compile("[,:;]")
_Found = tuple[int, int, QuantityKind, str]


@lru_cache(maxsize=MEMORY)
def plain(text: str) -> str:
    """``text`` folded, numerals in the forms that are read; the spans of its quantities are places in this."""
    folded = fold(INVISIBLE.sub("", text)).translate(CAPITALS)
    folded = "".join(str(int(letter)) if letter.isdecimal() else letter for letter in folded)
    for pattern, written in _WORDS:
        folded = pattern.sub(written, folded)
    return _SPELT_HALVES.sub(lambda match: str(_ONES.index(match[1]) + 1), folded)


_ONES = ["one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"]


@lru_cache(maxsize=MEMORY)
def quantities_of(text: str) -> tuple[Quantity, ...]:
    """What ``text``, a sentence or a part of one, states in numbers, in order, with what bounds it."""
    normal = rest = plain(text)
    found: list[_Found] = []
    for pattern, kind, read in READERS:
        for match in list(pattern.finditer(rest)):
            found.append((match.start(), match.end(), kind, read(match)))
            rest = rest[: match.start()] + "\x00" * len(match[0]) + rest[match.end() :]
    return tuple(_same_half_of_the_day([*_bounded(normal, sorted(found))]))


def _bounded(text: str, found: list[_Found]) -> Iterator[Quantity]:
    for place, (start, end, kind, stated) in enumerate(found):
        before = found[place - 1][1] if place else 0
        following = found[place + 1] if place + 1 < len(found) else None
        if following and following[2] is kind and _BETWEEN.fullmatch(text[end : following[0]]):
            bound = Bound.LOW
        elif place and found[place - 1][2] is kind and _BETWEEN.fullmatch(text[before:start]):
            bound = Bound.HIGH
        else:
            bound = _bound(_SEGMENT.split(text[before:start])[-1], text[end : end + 12])
        yield Quantity(kind, stated, bound, start, end)


def _bound(before: str, after: str) -> Bound:
    match = AFTER.match(after) or next(iter(reversed([*BEFORE.finditer(before)])), None)
    return Bound(match.lastgroup) if match and match.lastgroup else Bound.NONE


def _same_half_of_the_day(found: list[Quantity]) -> Iterator[Quantity]:
    """下午2:00至5:00 ends at 17:00."""
    for place, quantity in enumerate(found):
        earlier = found[place - 1] if place else quantity
        both = earlier.kind is quantity.kind is QuantityKind.TIME and ":" in earlier.value and ":" in quantity.value
        if both and quantity.bound is Bound.HIGH and quantity.value < earlier.value < "24:00":
            hour, minute = quantity.value.split(":")
            quantity = replace(quantity, value=f"{int(hour) + 12:02}:{minute}")
        yield quantity
