"""Dates as staff write them."""

from __future__ import annotations

import calendar
import re
import unicodedata
from datetime import date, datetime, timedelta
from functools import lru_cache

EXCEL_DAY_ZERO = date(1899, 12, 30)
SERIALS = range(20000, 80000)  # 1954 to 2119; smaller numbers are counts, not days
OPEN_ENDED = (
    "长期有效",
    "长期",
    "招满即止",
    "招满为止",
    "满员即止",
    "不限",
    "until filled",
    "open-ended",
    "ongoing",
    "long term",
    "长期招聘",
)
_OPEN_ENDED = re.compile("|".join(OPEN_ENDED))
FORMS = (
    re.compile(r"^(?P<y>\d{4})[-./年\s](?P<m>\d{1,2})[-./月\s](?P<d>\d{1,2})日?(?P<rest>.*)$"),
    re.compile(r"^(?P<y>(?:19|20)\d{2})(?P<m>\d{2})(?P<d>\d{2})$"),
    re.compile(r"^(?P<y>\d{4})年(?P<m>\d{1,2})月(?P<part>底|末|初|中旬|中)?$"),
    re.compile(r"^(?P<y>\d{4})[-./](?P<m>\d{1,2})$"),
    re.compile(r"^(?P<m>\d{1,2})月(?P<d>\d{1,2})[日号](?:前|止)?$"),
    re.compile(r"^(?P<m>\d{1,2})月(?P<part>底|末|初|中旬|中)$"),
)
CLOCK = re.compile(r"^[T日号前止截至]*(?:\(?[周星期礼拜][一二三四五六日天]+\)?)?\s*(?:\d{1,2}[:点时]\d{0,2}.*)?$")


MEMORY = 20_000  # cells say the same again and again


class DateError(ValueError):
    """A value that is no date; the message says what was expected."""


@lru_cache(maxsize=MEMORY, typed=True)
def parse_date(value: object, *, year: int | None = None) -> date | None:
    """The day that ``value`` names; None when it is blank or open-ended (招满即止).

    Knows 2025.6.30, 2025年6月30日, 20250630, Excel serials, 2025年6月底; 6月底 needs ``year``. A month alone means its
    last day. Raises ``DateError``.
    """
    if value is None or isinstance(value, bool):
        return None
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    text = plain(value)
    if text in {"", "-", "/", "无", "暂无", "待定", "--", "—"} or is_open_ended(text):
        return None
    if re.fullmatch(r"\d{5}(\.\d+)?", text) and int(float(text)) in SERIALS:
        return EXCEL_DAY_ZERO + timedelta(days=int(float(text)))
    return _from_text(text, year)


@lru_cache(maxsize=MEMORY)
def is_open_ended(text: str) -> bool:
    """Whether a deadline says that there is none."""
    return _OPEN_ENDED.search(plain(text)) is not None


def plain(value: object) -> str:
    """Text in normal width without spaces at its ends; 45838.0 as 45838."""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return unicodedata.normalize("NFKC", str(value)).strip().casefold()


def _from_text(text: str, year: int | None) -> date:
    text = re.sub(r"^(截至|截止到?|至|到|有效期至)", "", text).strip()
    for form in FORMS:
        found = form.match(text)
        if not found:
            continue
        parts = found.groupdict()
        if parts.get("rest") and not CLOCK.match(parts["rest"].strip()):
            continue
        return _day(text, parts, year)
    raise DateError("not a date; write it as 2025-06-30")


def _day(text: str, parts: dict[str, str | None], year: int | None) -> date:
    stated = int(parts["y"] or 0) if parts.get("y") else year
    if stated is None:
        raise DateError("a date without a year; write it as 2025-06-30")
    month = int(parts["m"] or 0)
    try:
        last = calendar.monthrange(stated, month)[1]
        by_part = {"初": 1, "中": 15, "中旬": 15}.get(parts.get("part") or "", last)
        return date(stated, month, int(parts["d"] or 0) if parts.get("d") else by_part)
    except (ValueError, calendar.IllegalMonthError):
        raise DateError(f"there is no such day as {text}") from None
