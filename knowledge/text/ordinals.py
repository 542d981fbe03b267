"""Ordinals that point into a list: 第2个, 最后那家, the second one, no. 3."""

from __future__ import annotations

import re

from knowledge.text.numerals import RUN, chinese_number

LAST = -1
_MEASURE = "[个份家条所间位项款名班种行页只]"
_CHINESE = re.compile(rf"第\s*(\d{{1,3}}|{RUN})\s*{_MEASURE}|(?<![\d.月〕)\]\s-])(\d{{1,2}})\s*号(?![\d线楼前后])")
_FIRST = re.compile(rf"头一?{_MEASURE}")
_LAST = re.compile(rf"最后(?:[一那这])?{_MEASURE}|尾一?{_MEASURE}|\blast (?:one|entry)\b")
_WORDS = ["first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth"]
_NOT_OF_A_LIST = "year|month|week|day|time|half|shift|language|job"
_ENGLISH = re.compile(
    rf"\b({'|'.join(_WORDS)}|\d{{1,2}}(?:st|nd|rd|th))\b(?! (?:{_NOT_OF_A_LIST})\b)"
    r"|(?:\bnumber|\bno\.?|#)\s?(\d{1,2})\b"
)


def ordinal_in(text: str) -> int | None:
    """Which entry of a list ``text`` (folded) points at, from 1, or ``LAST``; None when at none."""
    if match := _CHINESE.search(text):
        digits = match[1] or match[2]
        return int(digits) if digits.isdigit() else chinese_number(digits)
    if _LAST.search(text):
        return LAST
    if _FIRST.search(text):
        return 1
    if match := _ENGLISH.search(text):
        word = match[1] or match[2]
        return _WORDS.index(word) + 1 if word in _WORDS else int(re.sub(r"\D", "", word))
    return None


def without_ordinal(text: str) -> str:
    """``text`` without the words that point into a list."""
    for pattern in (_CHINESE, _LAST, _FIRST, _ENGLISH):
        text = pattern.sub(" ", text)
    return " ".join(text.split())
