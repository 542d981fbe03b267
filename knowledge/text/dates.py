"""Dates as people write them, in cells, documents, questions and answers, in Chinese and English."""

from __future__ import annotations

import calendar
import re
import unicodedata
from datetime import date, datetime, timedelta
from functools import lru_cache

from knowledge.text.numerals import CIRCLES, in_digits, value
from knowledge.text.quantities import BLANK, MEMORY

EXCEL_DAY_ZERO = date(1899, 12, 30)
SERIALS = range(20000, 80000)  # 1954 to 2119; smaller numbers are counts, not days
# 长期有效, 常年招生, 招满即止, 额满为止, 招完为止, 随报随学: no day on which it ends.
OPEN_ENDED = re.compile(
    "(?:长期|常年|全年|长年|随时|滚动)(?:有效|招聘|招生|招工|招收|招募|报名|受理|开班|开课)?|不限(?:期|时)?|(?:招|报|额|收|满|人|名额?)(?:满|完|员|够|齐|额)(?:即|为|就)?[止截]"
    "|随[报到来](?:随学|随读|随招)|until (?:filled|full)|open[- ]ended|ongoing|rolling|long[- ]term|all year(?: round)?"
)
MONTHS = {
    name: number
    for number, names in enumerate(
        ("jan january", "feb february", "mar march", "apr april", "may", "jun june", "jul july", "aug august",
         "sep sept september", "oct october", "nov november", "dec december"), 1,
    )
    for name in names.split()
}  # fmt: skip
_NAMES = "|".join(sorted(MONTHS, key=len, reverse=True))
_YEAR = r"(?:19|20)\d\d"
_ORDINAL = "(?:st|nd|rd|th)?"
_ENGLISH_MONTH = rf"(?i:(?<![a-z])(?:{_NAMES})\.?)"
# The day of a running text, without groups, to be put into other patterns. 〇 is also typed as a circle or a letter O.
DATE = (
    rf"(?:(?<!\d){_YEAR}\s?(?:年\s?\d{{1,2}}\s?月\s?\d{{1,2}}(?:\s?[日号]|(?=\s?[至~～—-]))|-\d{{1,2}}-\d{{1,2}}(?!\d)|/\d{{1,2}}/\d{{1,2}}(?!\d)"
    r"|\.\d{1,2}\.\d{1,2}(?!\d))"
    r"|[一二][〇○ＯO零一二三四五六七八九]{3}年[一二三四五六七八九十]{1,2}月[一二三四五六七八九十]{1,3}[日号]"
    rf"|{_ENGLISH_MONTH}\s+\d{{1,2}}(?i:{_ORDINAL}),?\s+{_YEAR}(?!\d)"
    rf"|(?<!\d)\d{{1,2}}(?i:{_ORDINAL}\s+(?:of\s+)?){_ENGLISH_MONTH},?\s+{_YEAR}(?!\d))"
)
_DATE = re.compile(DATE)
# A day or month of a question, in which numerals are digits and the year may be left out.
DAY_OR_MONTH = (
    r"(?:(?:20\d\d年)?\d{1,2}月(?:\d{1,2}[日号]|底|末|初|中旬)?"
    r"|20\d\d(?:-\d{1,2}-\d{1,2}|/\d{1,2}/\d{1,2}|\.\d{1,2}\.\d{1,2}))"
)
_MONTH = re.compile(r"(?<!\d)(\d{4})\s*[年./-]\s*(0?[1-9]|1[0-2])月?(?![\d.\-/])")
_MONTH_EN = re.compile(rf"({_ENGLISH_MONTH}),?\s+({_YEAR})(?!\d)")
# A cell holds nothing else, so that its parts may stand apart by anything.
_CELLS = (
    re.compile(r"^(?P<y>\d{4})[-./年\s](?P<m>\d{1,2})[-./月\s](?P<d>\d{1,2})[日号]?(?P<rest>.*)$"),
    re.compile(r"^(?P<y>(?:19|20)\d{2})(?P<m>\d{2})(?P<d>\d{2})$"),
    re.compile(r"^(?P<y>\d{4})年(?P<m>\d{1,2})月(?P<part>底|末|初|中旬|中)?$"),
    re.compile(r"^(?P<y>\d{4})[-./](?P<m>\d{1,2})$"),
    re.compile(r"^(?P<m>\d{1,2})月(?P<d>\d{1,2})[日号](?:前|止)?$"),
    re.compile(r"^(?P<m>\d{1,2})月(?P<part>底|末|初|中旬|中)$"),
)
_CLOCK = re.compile(r"^[T日号前止截至]*(?:\(?(?:周|星期|礼拜)[一二三四五六日天\d]\)?)?\s*(?:\d{1,2}[:点时]\d{0,2}.*)?$")


class DateError(ValueError):
    """A value that is no date; the message says what was expected."""


def day_in(text: str) -> date | None:
    """The first date in ``text``; None when there is none or the calendar has no such day."""
    match = _DATE.search(unicodedata.normalize("NFKC", text))
    return _day_of(match.group()) if match else None


def days_in(text: str) -> list[date]:
    """All dates in ``text``, in order."""
    days = (_day_of(match) for match in _DATE.findall(unicodedata.normalize("NFKC", text)))
    return [day for day in days if day]


def only_a_day(text: str) -> date | None:
    """The date that ``text`` consists of, brackets aside."""
    bare = unicodedata.normalize("NFKC", text).strip(" ()")
    return _day_of(bare) if _DATE.fullmatch(bare) else None


def stated_days(text: str) -> tuple[str, set[str]]:
    """``text`` without the days that it states, and those as 2022-05-01, whether or not the calendar has them."""
    days = {"{:04}-{:02}-{:02}".format(*_parts(match)) for match in _DATE.findall(text)}
    return _DATE.sub(" ", text), days


def stated_months(text: str) -> tuple[str, set[str]]:
    """``text``, of which days are taken away, without its months of a year, and those as 2022-05."""
    months = {f"{int(match[1]):04}-{int(match[2]):02}" for match in _MONTH.finditer(text)}
    months |= {f"{match[2]}-{_month(match[1]):02}" for match in _MONTH_EN.finditer(text)}
    return _MONTH_EN.sub(" ", _MONTH.sub(" ", text)), months


def last_day(start: date, *, years: int = 0, months: int = 0) -> date:
    """The last day of a period that begins on ``start``."""
    total = start.year * 12 + start.month - 1 + years * 12 + months
    year, month = divmod(total, 12)
    length = calendar.monthrange(year, month + 1)[1]
    if start.day > length:  # from 29 February: the period ends with a month that has no such day
        return date(year, month + 1, length)
    return date(year, month + 1, start.day) - timedelta(days=1)


@lru_cache(maxsize=MEMORY, typed=True)
def parse_date(value: object, *, year: int | None = None) -> date | None:
    """The day that a cell, or a part of a question, consists of; None when it is blank or open-ended (招满即止).

    Knows all forms of a running text, and 2025.6.30, 20250630, Excel serials, 2025年6月底; 6月底 needs ``year``. A
    month alone means its last day. Raises ``DateError``.
    """
    if value is None or isinstance(value, bool):
        return None
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    text = plain(value)
    if text in BLANK or is_open_ended(text):
        return None
    if re.fullmatch(r"\d{5}(\.\d+)?", text) and int(float(text)) in SERIALS:
        return EXCEL_DAY_ZERO + timedelta(days=int(float(text)))
    return _from_cell(text, year)


@lru_cache(maxsize=MEMORY)
def is_open_ended(text: str) -> bool:
    """Whether a deadline says that there is none."""
    return OPEN_ENDED.search(plain(text)) is not None


def plain(value: object) -> str:
    """Text in normal width without spaces at its ends; 45838.0 as 45838."""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return unicodedata.normalize("NFKC", str(value)).strip().casefold()


def _from_cell(text: str, year: int | None) -> date:
    text = re.sub(r"^(截至|截止到?|至|到|有效期至)", "", text).strip()
    for written in dict.fromkeys((text, in_digits(text.replace("○", "〇")))):
        for form in _CELLS:
            parts = match.groupdict() if (match := form.match(written)) else None
            if parts and (not parts.get("rest") or _CLOCK.match(parts["rest"].strip())):
                return _day_of_cell(text, parts, year)
    if _DATE.fullmatch(text):
        return _existing(text, *_parts(text))
    raise DateError("not a date; write it as 2025-06-30")


def _day_of_cell(text: str, parts: dict[str, str | None], year: int | None) -> date:
    stated = int(parts["y"] or 0) if parts.get("y") else year
    if stated is None:
        raise DateError("a date without a year; write it as 2025-06-30")
    month = int(parts["m"] or 0)
    if parts.get("d"):
        return _existing(text, stated, month, int(parts["d"] or 0))
    part = {"初": 1, "中": 15, "中旬": 15}.get(parts.get("part") or "")
    return _existing(text, stated, month, part)


def _existing(text: str, year: int, month: int, day: int | None) -> date:
    """That day, the last of the month where ``day`` is None. Raises ``DateError`` when the calendar has none."""
    try:
        return date(year, month, calendar.monthrange(year, month)[1] if day is None else day)
    except (ValueError, calendar.IllegalMonthError):
        raise DateError(f"there is no such day as {text}") from None


def _day_of(text: str) -> date | None:
    try:
        return date(*_parts(text))
    except ValueError:
        return None


def _parts(text: str) -> tuple[int, int, int]:
    """Year, month and day of a match of ``DATE``."""
    if name := re.search(_ENGLISH_MONTH, text):
        day, year = re.findall(r"\d+", text)
        return int(year), _month(name[0]), int(day)
    parts = re.split(r"[年月日号./-]", text.translate(CIRCLES))
    year, month, day = (value(part.strip()) or 0 for part in parts[:3])
    return year, month, day


def _month(name: str) -> int:
    return MONTHS[name.casefold().rstrip(".")]
