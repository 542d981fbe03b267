"""Days as people write them in each language: 2026年6月30日, 30 June 2026, and shorter in a row of a list."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from babel.dates import format_date, format_interval

LOCALES = {"zh": "zh_Hans", "zh-hant": "zh_Hant_HK", "en": "en_GB"}


def day_in_words(day: date, language: str, *, short: bool = False) -> str:
    """``day`` in "zh", "zh-hant" or "en". ``short``: where English months have three letters."""
    if short and language == "en":
        return format_date(day, "d MMM yyyy", locale="en")
    return format_date(day, "long", locale=LOCALES[language])


def days_in_words(days: Collection[date], language: str) -> str:
    """One day, or from the first of several to the last, short; empty for none."""
    if len(set(days)) < 2:
        return "".join(day_in_words(day, language, short=True) for day in set(days))
    months = "yMMMd" if language == "en" else "yMMMMd"
    return format_interval(min(days), max(days), months, locale=LOCALES[language])
