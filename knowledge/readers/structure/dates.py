"""Dates as official texts write them."""

from __future__ import annotations

import calendar
import re
import unicodedata
from datetime import date, timedelta

DIGITS = {
    "〇": 0,
    "○": 0,
    "Ｏ": 0,
    "O": 0,
    "零": 0,
    "一": 1,
    "二": 2,
    "三": 3,
    "四": 4,
    "五": 5,
    "六": 6,
    "七": 7,
    "八": 8,
    "九": 9,
}
MONTH = "(?:January|February|March|April|May|June|July|August|September|October|November|December)"
DATE = (
    r"(?:(?:19|20)\d\d\s?(?:年\s?\d{1,2}\s?月\s?\d{1,2}\s?日|-\d{1,2}-\d{1,2}|/\d{1,2}/\d{1,2}|\.\d{1,2}\.\d{1,2})"
    r"|[一二][〇○ＯO零一二三四五六七八九]{3}年[一二三四五六七八九十]{1,2}月[一二三四五六七八九十]{1,3}日"
    rf"|{MONTH} \d{{1,2}},? (?:19|20)\d\d|\d{{1,2}} {MONTH} (?:19|20)\d\d)"
)
MONTHS = {name: number for number, name in enumerate(calendar.month_name) if name}


def day_in(text: str) -> date | None:
    """The first date in ``text``; None when there is none or the calendar has no such day."""
    match = re.search(DATE, unicodedata.normalize("NFKC", text))
    return _parsed(match.group()) if match else None


def days_in(text: str) -> list[date]:
    """All dates in ``text``, in order."""
    found = (_parsed(match) for match in re.findall(DATE, unicodedata.normalize("NFKC", text)))
    return [day for day in found if day]


def only_a_day(text: str) -> date | None:
    """The date that ``text`` consists of, brackets and 印发 aside."""
    bare = unicodedata.normalize("NFKC", text).strip(" ()")
    return _parsed(bare) if re.fullmatch(DATE, bare) else None


def last_day(start: date, *, years: int = 0, months: int = 0) -> date:
    """The last day of a period that begins on ``start``."""
    total = start.year * 12 + start.month - 1 + years * 12 + months
    year, month = divmod(total, 12)
    length = calendar.monthrange(year, month + 1)[1]
    if start.day > length:  # from 29 February: the period ends with a month that has no such day
        return date(year, month + 1, length)
    return date(year, month + 1, start.day) - timedelta(days=1)


def numeral(text: str) -> int | None:
    """5, 五, 十, 十二 or 二十 as a number."""
    if text.isascii() and text.isdigit():
        return int(text)
    if "十" in text:
        tens, _, ones = text.partition("十")
        return DIGITS.get(tens, 1) * 10 + DIGITS.get(ones, 0)
    return DIGITS.get(text)


def _parsed(text: str) -> date | None:
    try:
        return date(*_parts(text))
    except (ValueError, TypeError):
        return None


def _parts(text: str) -> tuple[int, int, int]:
    words = text.replace(",", "").split(" ")
    if len(words) == 3 and words[0] in MONTHS:
        return int(words[2]), MONTHS[words[0]], int(words[1])
    if len(words) == 3 and words[1] in MONTHS:
        return int(words[2]), MONTHS[words[1]], int(words[0])
    parts = [part.strip() for part in re.split(r"[年月日./-]", text) if part.strip()]
    if parts[0].isascii() and parts[0].isdigit():
        year, month, day = (int(part) for part in parts)
        return year, month, day
    year = int("".join(str(DIGITS[character]) for character in parts[0]))
    return year, numeral(parts[1]) or 0, numeral(parts[2]) or 0
