# ruff: noqa: E501  # alternatives of one pattern read best on one line
"""Days, months and years in a question: until when, since when, in which year."""

from __future__ import annotations

import calendar
import re
from collections.abc import Iterator
from datetime import date, timedelta

from bot.understanding.spans import Phrase
from knowledge.tables import Condition, Field, Operator
from knowledge.text.dates import DAY_OR_MONTH, DateError, parse_date

ENDS = r"(?:就要|将要?|会)?(?:报名|招聘)?截止(?:报名|招聘)?(?:的)?"
CLOSING = r"(?:clos(?:ing|es?)|end(?:ing|s)?|deadline|expir(?:ing|es?))(?: (?:in|by|is|before|within))*"
YEARS_AGO = {"前年": -2, "去年": -1, "明年": 1, "后年": 2, "last year": -1, "next year": 1}


def deadline(phrase: Phrase, day: date) -> Iterator[Condition]:
    """By which day it closes, and from which day on where a later month or week is meant."""
    for first, last, words, english in _stretches(day):
        found = phrase.take(rf"(?:{words})(之?前|以前|内|里)?{ENDS}|{CLOSING} (?:{english})", "closes_by")
        if found:
            yield from _between(day if "前" in (found[1] or "") else first, last)
            return
    found = phrase.take(
        rf"(\d{{1,3}})(?:天|日)(?:之?内|后)?{ENDS}|(?:{CLOSING} )?(?:with)?in (?:the next )?(\d{{1,3}}) days",
        "closes_by",
    )
    if found:
        yield from _between(day, day + timedelta(days=int(found[1] or found[2])))
        return
    found = phrase.take(rf"(20\d\d)年(?:年?底(?:之?前|以前)?|内)?{ENDS}|{CLOSING} (20\d\d)\b(?!-)", "closes_by")
    if found:
        year = int(found[1] or found[2])
        first = day if "前" in found[0] else date(year, 1, 1)
        yield from _between(max(day, first), date(year, 12, 31))
        return
    yield from _stated(phrase, day)


def _stretches(day: date) -> Iterator[tuple[date, date, str, str]]:
    """Weeks, months and years by name: first day, last day, Chinese and English words."""
    monday = day - timedelta(days=day.weekday())
    month = day.replace(day=calendar.monthrange(day.year, day.month)[1])
    following = month + timedelta(days=1)
    following_end = following.replace(day=calendar.monthrange(following.year, following.month)[1])
    yield day, day, r"今天|今日", "today"
    yield day, monday + timedelta(days=6), r"(?:本|这1?个?)(?:周|星期|礼拜)", "this week"
    yield monday + timedelta(days=7), monday + timedelta(days=13), r"下1?个?(?:周|星期|礼拜)", "next week"
    yield day, month, r"(?:本|这1?个?)月(?:底|份)?|(?<![\d个])月底", r"this month|the end of (?:this|the) month"
    yield following, following_end, r"下1?个?月(?:底|份)?", "next month"
    new_year = date(day.year + 1, 1, 1)
    yield new_year, date(day.year + 1, 12, 31), r"明年(?:年?底|内)?", r"(?:the end of )?next year"
    words = r"今年(?:年?底)?|(?<![\d明年])年底|(?<![\d明今])年内"
    yield day, date(day.year, 12, 31), words, r"this year|the end of (?:this|the) year"


def _between(first: date, last: date) -> Iterator[Condition]:
    yield Condition(Field.DEADLINE, Operator.ON_OR_AFTER, first)
    yield Condition(Field.DEADLINE, Operator.ON_OR_BEFORE, last)


def _stated(phrase: Phrase, day: date) -> Iterator[Condition]:
    """A day that is written out: 12月31日前截止."""
    found = re.search(
        rf"(?:截止(?:日期|时间)?(?:是|在|到|为){{0,3}})?({DAY_OR_MONTH})(?:之?前|以前)?(?:{ENDS})?", phrase.text
    )
    if found and "截止" in found[0]:
        try:
            last = parse_date(found[1], year=day.year)
        except DateError:
            return
        if last:
            phrase.take_span(*found.span(), "closes_by")
            yield from _between(day, last)


def posted(phrase: Phrase, day: date) -> Iterator[Condition]:
    """Since when it has been posted."""
    for days, words, english in (
        (0, r"今天|今日", "today"),
        (1, r"昨天|昨日", "yesterday"),
        (
            6,
            r"(?:最近|近)(?:1|这)?个?(?:周|星期)|近?7天(?:内)?|(?:本|这)周",
            r"this week|in the (?:last|past) (?:week|7 days)",
        ),
        (
            29,
            r"(?:最近|近)(?:1|这)?个?月|近?30天(?:内)?|(?:本|这个?)月",
            r"this month|in the (?:last|past) (?:month|30 days)",
        ),
    ):
        if phrase.take(
            rf"(?:{words})(?:刚刚?|新)?(?:发布|更新|新增|新出)(?:的)?|(?:posted|published|new) (?:{english})", "posted"
        ):
            yield Condition(Field.POSTED, Operator.ON_OR_AFTER, day - timedelta(days=days))
            return


def year(phrase: Phrase, day: date) -> Iterator[Condition]:
    """The year of a program or in which an opening was posted. 今年 says no more than 现在."""
    tail = r"(?:度|级|届)?(?:招生|招收|招聘|发布|入学)?(?:的)?"
    found = phrase.take(
        rf"(?<![\d.])(20\d\d)年(?!\d|底|前){tail}|(?:in|for|of|from) (20\d\d)(?![\d-])|(?<![\d.-])(20\d\d)(?= (?:programs?|courses?|openings?|jobs?))",
        "year",
    )
    if found:
        yield Condition(Field.YEAR, Operator.IS, int(next(group for group in found.groups() if group)))
        return
    for words, difference in (("明年", 1), ("后年", 2), ("next year", 1)):
        if phrase.take(
            rf"(?:到|在)?{words}(?:还|仍|依然|仍然){{1,3}}(?:在)?(?:有效|招聘?|能报名?|可以报名?)(?:的)?|still (?:open|valid) {words}",
            "year",
        ):
            last = date(day.year + difference - 1, 12, 31)
            yield Condition(Field.DEADLINE, Operator.ON_OR_BEFORE, last, negated=True)
            return
    for words, difference in YEARS_AGO.items():
        if phrase.take(rf"{words}(?!底|前|.{{0,6}}毕业){tail}", "year"):
            yield Condition(Field.YEAR, Operator.IS, day.year + difference)
            return
