"""Periods as cells give them: 即日起至2027年6月30日, 2027年3月1日-6月30日, 6月30日前招满即止, until 30 June 2027."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from knowledge.text.dates import DATE, OPEN_ENDED, DateError, day_in, parse_date, plain
from knowledge.text.quantities import MEMORY

# The days of a period; in the second one the year is often left out, and in a list of one year in all.
_DAY = re.compile(
    rf"{DATE}|(?<!\d)(?:(?P<y>(?:19|20)\d\d)\.)?(?P<m>1[0-2]|0?[1-9])(?:月|\.)(?P<d>\d{{1,2}})(?:[日号]|(?![\d.]))"
)
_UNTIL = re.compile(
    r"(?:至|到|截[止至](?:日期|时间)?\s*+:?|until|till?|through|by|before|-|—|–|~|～)\s*+$|^\s*+(?:日|号)?\s*+(?:前|止|截止|以前|之前|为止)"
)
_FROM = re.compile(r"^\s*+(?:日|号)?\s*+(?:起|开始|以后|之后)|(?:from|since|after)\s*+$")
# What may stand beside the days and says nothing that they do not.
_BESIDE = re.compile(
    r"(?:即日起?|自|从|起|开始|至|到|截止|截至|止|以前|之前|前|为止|报名|招聘|申报|受理|有效|期限|期|时间|日期|最迟|最晚|from|now|on|until|till?|to|through|by|before|valid"
    r"|[日号,，.。;；:：()（）~～—–-]|\s)*+"
)  # fmt: skip


@dataclass(frozen=True)
class DatePeriod:
    """The first and the last day, both included; None where the text gives none."""

    first: date | None
    last: date | None


@lru_cache(maxsize=MEMORY, typed=True)
def parse_period(value: object, *, year: int | None = None) -> DatePeriod:
    """The period that a cell states; a day alone is both its ends. Both are None when it is blank or open-ended.

    ``year``: of days that name none. Raises ``DateError``.
    """
    text = plain(value)
    found = list(_DAY.finditer(text)) if isinstance(value, str) else []
    try:
        day = parse_date(value, year=year)
        if day is not None or not found:
            return DatePeriod(day, day)
    except DateError:
        if not found:
            raise
    days = _days(text, found, year)
    if len(days) > 2 or not _BESIDE.fullmatch(OPEN_ENDED.sub("", _DAY.sub("", text))):
        raise DateError("not a date or period; write it as 2025-06-30")
    if len(days) == 2:
        return DatePeriod(min(days), max(days))
    before, after = text[: found[0].start()], text[found[0].end() :]
    if _FROM.search(after) or _FROM.search(before):
        return DatePeriod(days[0], None)
    open_start = _UNTIL.search(before) or _UNTIL.search(after)
    return DatePeriod(None if open_start else days[0], days[0])


def _days(text: str, found: list[re.Match[str]], year: int | None) -> list[date]:
    days: list[date] = []
    for match in found:
        stated = int(match["y"]) if match["y"] else days[-1].year if days else year
        day = parse_date(f"{match['m']}月{match['d']}日", year=stated) if match["m"] else day_in(match[0])
        if day is None:
            raise DateError(f"there is no such day as {match[0]}")
        if days and match["m"] and not match["y"] and day < days[-1]:
            day = day.replace(year=day.year + 1)  # 2026年11月1日至3月1日
        days.append(day)
    return days
