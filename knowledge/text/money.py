"""Sums of money as people write them, in cells and questions, and what they are paid for."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from knowledge.text.numerals import DECIMAL
from knowledge.text.quantities import (
    ABOVE,
    AFTER_LEAST,
    AFTER_MOST,
    BELOW,
    BLANK,
    LEAST,
    MEMORY,
    MOST,
    RANGE,
    NumberFormatError,
    normal,
)


class Period(StrEnum):
    """What a sum of money is paid for."""

    MONTH = "month"
    YEAR = "year"
    TERM = "term"
    DAY = "day"
    HOUR = "hour"
    PIECE = "piece"
    ONCE = "once"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Money:
    """Yuan for each ``period``. ``low`` and ``high`` are None when that end is not stated (面议: both)."""

    low: float | None
    high: float | None
    period: Period
    text: str  # as staff wrote it


@dataclass(frozen=True)
class Amount:
    """A sum that is asked for: ``yuan`` for each ``period``."""

    yuan: float
    period: Period


SCALES = {"百": 100, "千": 1000, "k": 1000, "万": 10_000, "w": 10_000, "亿": 100_000_000}
CURRENCY = "元|块钱|块|rmb|yuan|cny|人民币"
FIGURE = rf"({DECIMAL})(?:\s*+({'|'.join(SCALES)}))?"  # two groups: the digits and their scale
AMOUNT = rf"{FIGURE}(?:\s*+(?:{CURRENCY}))?"
# Of each period the units that a sum is for, and the words that name it without one; longer units first.
UNITS: dict[Period, str] = {
    Period.TERM: "学期|term|semester",
    Period.YEAR: "学年|年|year",
    Period.MONTH: "月|month",
    Period.DAY: "天|日|day",
    Period.HOUR: "小时|钟头|hour",
}
NAMED: dict[Period, str] = {
    Period.TERM: "学期|semester",
    Period.YEAR: "学年|年薪|年度|annual|yearly|academic year|p\\.?a\\.?$",
    Period.MONTH: "月薪|月工资|综合工资|monthly|pcm",
    Period.DAY: "日薪|日结|daily",
    Period.HOUR: r"时薪|(?<!\d)(?:小时|钟头)|hourly",
    Period.PIECE: "计件|/件|每件|piece",
    Period.ONCE: "/[人期次]|每[人期次]|[元1][人期次]|全程|1次性|一次性|once|per course",
}
_LETTER = {Period.MONTH: "m", Period.YEAR: "y", Period.DAY: "d", Period.HOUR: "h|时"}
_LEAD = r"(?:[/每按元块]|(?<!\d)1|一|\bper |\ban? |\beach )\s*个?"


def _naming(period: Period) -> re.Pattern[str]:
    """What says that a sum is for ``period``: its own words, or a unit behind a stroke, 每, 元, per and the like."""
    named = NAMED[period]
    unit = rf"|{_LEAD}(?:{UNITS[period]})" if period in UNITS else ""
    letter = rf"|[/每](?:{_LETTER[period]})(?![a-z])" if period in _LETTER else ""
    return re.compile(named + unit + letter)


_PERIODS = tuple((_naming(period), period) for period in NAMED)
_OPEN_HIGH = re.compile(rf"{MOST}|{BELOW}|{AFTER_MOST}")
_OPEN_LOW = re.compile(rf"{LEAST}|{ABOVE}|{AFTER_LEAST}")
_PAIR = re.compile(rf"{AMOUNT}\s*+[^\d]{{0,4}}?{RANGE}\s*+{AMOUNT}")
_ONE = re.compile(AMOUNT)


def period_of(text: str) -> Period | None:
    """The period that ``text``, in normal width and lower case, names: 元/月, 年薪, per hour. None when it names none.

    Of several the first that is named counts: 月薪6000, 年底双薪 is for a month.
    """
    matches = [
        (match.start(), -len(match[0]), period) for pattern, period in _PERIODS if (match := pattern.search(text))
    ]
    return min(matches)[2] if matches else None


def yuan(digits: str, scale: str | None, default: float = 1) -> float:
    """Digits and scale of ``FIGURE`` in yuan; ``default`` is the scale where none is written."""
    return round(float(digits) * (SCALES[scale] if scale else default), 2)


def yuan_between(low: tuple[str, str | None], high: tuple[str, str | None], default: float = 1) -> tuple[float, float]:
    """Both ends of a range in yuan. A scale that one end has counts for a small other one: 5-8K, 1万-1.2."""
    (low_digits, low_scale), (high_digits, high_scale) = low, high
    if high_scale and not low_scale and float(low_digits) < 1000:
        low_scale = high_scale
    elif low_scale and not high_scale and float(high_digits) < 1000:
        high_scale = low_scale
    return yuan(low_digits, low_scale, default), yuan(high_digits, high_scale, default)


@lru_cache(maxsize=MEMORY, typed=True)
def parse_money(value: object, *, scale: float = 1, period: Period = Period.UNKNOWN) -> Money | None:
    """Yuan of a cell. ``scale`` and ``period`` are what the header says (万元/年: 10000, YEAR). None when blank.

    Raises ``NumberFormatError`` for figures that make no sum.
    """
    text = normal(value)
    written = unicodedata.normalize("NFKC", str(value)).strip() if isinstance(value, str) else text
    if text in BLANK:
        return None
    own = period_of(text) or (Period.MONTH if re.search("月|month", text) else period)
    if re.match(r"免|free|全免", text) and not re.search(r"\d", text):
        return Money(0.0, 0.0, own, written)
    if not re.search(r"\d", text):
        return Money(None, None, Period.PIECE if "计件" in text else own, written)
    low, high = _amounts(text, scale)
    if low is not None and high is not None and low > high:
        raise NumberFormatError("the lower end is above the upper end")
    return Money(low, high, own, written)


def _amounts(text: str, scale: float) -> tuple[float | None, float | None]:
    if pair := _PAIR.search(text):
        return yuan_between((pair[1], pair[2]), (pair[3], pair[4]), scale)
    one = _ONE.search(text)
    if one is None:
        raise NumberFormatError("not a sum of money; write it as 4500-6000")
    amount = yuan(one[1], one[2], scale)
    if _OPEN_HIGH.search(text):
        return None, amount
    return amount, None if _OPEN_LOW.search(text) else amount
