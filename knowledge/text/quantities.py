# ruff: noqa: E501  # alternatives of one pattern read best on one line
"""Counts, ranges and lengths of study as people write them, in cells and questions."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

from knowledge.text.numerals import DECIMAL, ENGLISH, english_number, in_digits

BLANK = frozenset({"", "-", "/", "无", "暂无", "待定", "--", "—", "n/a", "none", "tbd", "null"})
MEMORY = 20_000  # cells say the same again and again: as many different ones are remembered by each reader of them
RANGE = r"(?:-|—|–|~|～|〜|至|到|−|to)"
# What bounds a number, before and after it. 不低于 is no 低于, and "no less than" no "less than".
LEAST = r"(?:不低于|不少于|至少有?|起码有?|最少有?|≥|>=|at least|no less than|not less than|minimum(?: of)?|from|starting (?:at|from))"
ABOVE = r"(?:(?<!不)(?:超过|高于|大于|多于)|>(?!=)|\bover\b|above|(?<!no )(?<!not )more than|higher than|exceeding|greater than)"
MOST = r"(?:不超过|不高于|不多于|不大于|最多|至多|最高|≤|<=|up to|at most|no more than|not more than|within|maximum(?: of)?)"
BELOW = r"(?:(?<!不)(?:低于|少于|小于)|不到|<(?!=)|below|\bunder\b|(?<!no )(?<!not )less than|cheaper than|lower than)"
AFTER_LEAST = r"(?:及?以上|起(?!重)|\+|or more|or above|and above|or higher|and up|plus)"
AFTER_MOST = r"(?:及?以下|以内|之内|or less|or below|or under|max)"
_HEADCOUNT = re.compile(
    rf"\A(?:约|共|大概|about)?\s*+(?P<before>{LEAST}|{ABOVE})?\s*+(?P<low>\d++)(?:\s*+{RANGE}\s*+(?P<high>\d++))?"
    rf"\s*+(?:人|名|个|位|people|persons?)?\s*+(?P<after>{AFTER_LEAST}|左右|上下)?"
)
_HOURS = re.compile(r"(?<!\d)(\d++)(?:\.\d++)?\s*+(?:个)?(?:课时|学时|小时|hours?|h\b)")
_MONTHS = re.compile(r"(?<!\d)(\d++)\s*+(?:个月|月|months?)")
_DAYS = re.compile(r"(?<!\d)(\d++)\s*+(?:天|日|周|个星期|days?|weeks?)")
# 3, 2.5, 3+2, 1年半 and two years; 半工半读 is no half year.
_YEARS = re.compile(
    rf"(?P<figures>{DECIMAL}(?:\s*+\+\s*+{DECIMAL})*+)(?:\s*+个?学?年制?(?P<half>半(?![工读天日脱]))?)?"
    rf"|(?<![a-z])(?P<english>{ENGLISH})[- ]years?(?P<and_half> and a half)?"
)
_HALF = re.compile(r"半年|half (?:a )?year")
_BARE = re.compile(r"\d{1,5}(?:\.\d{1,2})?")
_COUNTED = re.compile(r"课时|学时|小时|个月|月|周|天|hours?|months?|weeks?|days?")
LONGEST = 10  # years; a larger figure is no length of study


class NumberFormatError(ValueError):
    """A value that is no number of its kind; the message says what was expected."""


@dataclass(frozen=True)
class StudyLength:
    """Years of study in parts: 3+2 is (3.0, 2.0). Short courses count ``hours`` instead."""

    parts: tuple[float, ...]
    hours: int | None
    text: str

    @property
    def years(self) -> float | None:
        """All parts together."""
        return sum(self.parts) if self.parts else None


@dataclass(frozen=True)
class Headcount:
    """People or places. Both ends None: 若干, not counted."""

    low: int | None
    high: int | None
    text: str


def normal(value: object) -> str:
    """Normal width, lower case, no thousands separators, Chinese numerals as digits."""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    text = unicodedata.normalize("NFKC", str(value)).strip().casefold()
    return in_digits(re.sub(r"(?<=\d)[,，](?=\d{3}(?!\d))", "", text))


@lru_cache(maxsize=MEMORY, typed=True)
def parse_headcount(value: object) -> Headcount | None:
    """People: 5, 5-8, 10人, 10人以上, 若干. None when blank. Raises ``NumberFormatError``."""
    text = normal(value)
    if text in BLANK:
        return None
    if re.search(r"若干|不限|several|some", text):
        return Headcount(None, None, text)
    match = _HEADCOUNT.fullmatch(text)
    if not match:
        raise NumberFormatError("not a number of people; write it as 5, 5-8 or 若干")
    low = int(match["low"])
    open_ended = match["before"] or re.fullmatch(AFTER_LEAST, match["after"] or "")
    high = int(match["high"]) if match["high"] else None if open_ended else low
    if high is not None and high < low:
        raise NumberFormatError("the lower end is above the upper end")
    return Headcount(low, high, text)


@lru_cache(maxsize=MEMORY, typed=True)
def parse_length(value: object, *, unit: str = "") -> StudyLength | None:
    """Years (三年, 2.5, 3+2, 一年半, two years), months (18个月) or hours (40课时). None when blank.

    ``unit``: the header of the cell, which may say what a bare figure counts. Raises ``NumberFormatError``.
    """
    text = normal(value)
    if text in BLANK:
        return None
    if _BARE.fullmatch(text) and len(counted := set(_COUNTED.findall(normal(unit)))) == 1:
        text += counted.pop()
    if hours := _HOURS.search(text):
        return StudyLength((), int(hours[1]), text)
    if months := _MONTHS.search(text):
        return StudyLength((round(int(months[1]) / 12, 2),), None, text)
    if _DAYS.search(text):
        return StudyLength((), None, text)
    years = _years(text)
    if not years or max(years) > LONGEST or min(years) <= 0:
        raise NumberFormatError("not a length of study; write it as 3, 2.5, 3+2 or 40课时")
    return StudyLength(years, None, text)


def _years(text: str) -> tuple[float, ...]:
    match = _YEARS.search(text)
    if match is None:
        return (0.5,) if _HALF.search(text) else ()
    if match["english"]:
        return (english_number(match["english"]) + (0.5 if match["and_half"] else 0.0),)
    *parts, last = (float(part) for part in match["figures"].split("+"))
    return (*parts, last + 0.5 if match["half"] else last)
