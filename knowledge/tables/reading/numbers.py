"""Money, headcounts and lengths of study as staff and users write them."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from knowledge.tables.values import Headcount, Money, Period, StudyLength

DIGITS = {"零": 0, "〇": 0, "一": 1, "二": 2, "两": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7, "八": 8, "九": 9}
UNITS = {"十": 10, "百": 100, "千": 1000, "万": 10000}
BLANK = {"", "-", "/", "无", "暂无", "待定", "--", "—", "n/a", "none", "tbd"}
RANGE = r"(?:-|—|–|~|～|〜|至|到|−|to)"
AMOUNT = r"(\d+(?:\.\d+)?)\s*(万|千|k|w|百)?(?:元|块|rmb|yuan|人民币)?"
PERIODS = (
    (re.compile(r"元?[/每]?(?:个)?月|月薪|/m|month|monthly|pcm|综合工资"), Period.MONTH),
    (re.compile(r"学年|[/每]年|年薪|年度|/y|year|annual|p\.?a\.?$|元年"), Period.YEAR),
    (re.compile(r"学期|/term|semester|per term"), Period.TERM),
    (re.compile(r"[/每]?(?:天|日)|日薪|/d|per day|daily"), Period.DAY),
    (re.compile(r"[/每]?(?:个)?小?时|时薪|/h|hour"), Period.HOUR),
    (re.compile(r"计件|[/每]件|piece"), Period.PIECE),
    (re.compile(r"[/每]?(?:人|期|次)|全程|一次性|once|per course"), Period.ONCE),
)
OPEN_LOW = re.compile(r"以上|起|及以上|不低于|不少于|至少|at least|from|\+|≥|>=")
OPEN_HIGH = re.compile(r"以下|以内|不超过|不高于|最高|至多|up to|at most|≤|<=|max")


MEMORY = 20_000  # cells say the same again and again


class NumberFormatError(ValueError):
    """A value that is no number of its kind; the message says what was expected."""


def normal(value: object) -> str:
    """Normal width, lower case, no thousands separators, Chinese numerals as digits."""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    text = unicodedata.normalize("NFKC", str(value)).strip().casefold()
    text = re.sub(r"(?<=\d)[,，](?=\d{3}(?!\d))", "", text)
    return re.sub(
        r"[零〇一二两三四五六七八九十百千万]*[零〇一二两三四五六七八九十][零〇一二两三四五六七八九十百千万]*",
        _numeral,
        text,
    )


def _numeral(found: re.Match[str]) -> str:
    """六千 as 6000, 一万二 as 12000, 二十 as 20."""
    total, section, digit, last = 0, 0, 0, 1
    for character in found.group():
        if character in DIGITS:
            digit = DIGITS[character]
        elif character == "万":
            total, section, digit, last = (total + section + digit) * 10000 or 10000, 0, 0, 10000
        else:
            section += (digit or 1) * UNITS[character]
            digit, last = 0, UNITS[character]
    short = digit * last // 10 if digit and last >= 100 and found.group()[-2:-1] not in "零〇" else digit
    return str(total + section + short)


@lru_cache(maxsize=MEMORY, typed=True)
def parse_money(value: object, *, scale: float = 1, period: Period = Period.UNKNOWN) -> Money | None:
    """Yuan. ``scale`` and ``period`` are what the header says (万元/年: 10000, YEAR). None when blank.

    Raises ``NumberFormatError`` for figures that make no sum.
    """
    text = normal(value)
    written = unicodedata.normalize("NFKC", str(value)).strip() if isinstance(value, str) else text
    if text in BLANK:
        return None
    own = next((found for pattern, found in PERIODS if pattern.search(text)), period)
    if re.match(r"免|免费|free|全免", text) and not re.search(r"\d", text):
        return Money(0.0, 0.0, own, written)
    if not re.search(r"\d", text):
        return Money(None, None, Period.PIECE if "计件" in text else own, written)
    low, high = _amounts(text, scale)
    if low is not None and high is not None and low > high:
        raise NumberFormatError("the lower end is above the upper end")
    return Money(low, high, own, written)


def _amounts(text: str, scale: float) -> tuple[float | None, float | None]:
    pair = re.search(AMOUNT + r"[^\d]{0,4}?" + RANGE + r"\s*" + AMOUNT, text)
    if pair:
        low_unit, high_unit = pair.group(2), pair.group(4)
        if high_unit in {"万", "w", "千", "k"} and not low_unit and float(pair.group(1)) < 1000:
            low_unit = high_unit
        return _yuan(pair.group(1), low_unit, scale), _yuan(pair.group(3), high_unit or _small(pair, low_unit), scale)
    one = re.search(AMOUNT, text)
    if one is None:
        raise NumberFormatError("not a sum of money; write it as 4500-6000")
    amount = _yuan(one.group(1), one.group(2), scale)
    if OPEN_HIGH.search(text):
        return None, amount
    return amount, None if OPEN_LOW.search(text) else amount


def _small(pair: re.Match[str], low_unit: str | None) -> str | None:
    """5K-8 means 8K."""
    return low_unit if low_unit and float(pair.group(3)) < 1000 else None


def _yuan(figure: str, unit: str | None, scale: float) -> float:
    by_unit = {"万": 10000, "w": 10000, "千": 1000, "k": 1000, "百": 100}
    factor = by_unit[unit] if unit else scale
    return round(float(figure) * factor, 2)


@lru_cache(maxsize=MEMORY, typed=True)
def parse_headcount(value: object) -> Headcount | None:
    """People: 5, 5-8, 10人, 若干. None when blank. Raises ``NumberFormatError``."""
    text = normal(value)
    if text in BLANK:
        return None
    if re.search(r"若干|不限|several|some", text):
        return Headcount(None, None, text)
    found = re.fullmatch(
        rf"(?:约|共|about)?\s*(\d+)(?:\s*{RANGE}\s*(\d+))?\s*(?:人|名|个|位|people|persons?)?(以上|\+|左右)?", text
    )
    if not found:
        raise NumberFormatError("not a number of people; write it as 5, 5-8 or 若干")
    low = int(found.group(1))
    high = int(found.group(2)) if found.group(2) else None if found.group(3) in {"以上", "+"} else low
    if high is not None and high < low:
        raise NumberFormatError("the lower end is above the upper end")
    return Headcount(low, high, text)


@lru_cache(maxsize=MEMORY, typed=True)
def parse_length(value: object) -> StudyLength | None:
    """Years (三年, 2.5, 3+2), months (18个月) or hours (40课时). None when blank. Raises ``NumberFormatError``."""
    text = normal(value)
    if text in BLANK:
        return None
    hours = re.search(r"(\d+)\s*(?:个)?(?:课时|学时|小时|hours?|h)", text)
    if hours:
        return StudyLength((), int(hours.group(1)), text)
    months = re.search(r"(\d+)\s*(?:个月|月|months?)", text)
    if months:
        return StudyLength((round(int(months.group(1)) / 12, 2),), None, text)
    days = re.search(r"(\d+)\s*(?:天|日|周|days?|weeks?)", text)
    if days:
        return StudyLength((), None, text)
    parts = re.search(r"\d+(?:\.\d+)?(?:\s*\+\s*\d+(?:\.\d+)?)*", text)
    years = tuple(float(part) for part in parts.group().split("+")) if parts else ()
    if not years or max(years) > 10 or min(years) <= 0:
        raise NumberFormatError("not a length of study; write it as 3, 2.5, 3+2 or 40课时")
    return StudyLength(years, None, text)
