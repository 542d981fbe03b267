"""The short notice that everybody receives once: that an AI answers, and how their data is handled."""

from __future__ import annotations

from datetime import date

from bot.presentation.days import day_in_words
from bot.presentation.messages import message

VERSION = 4  # to be raised with the text of "privacy_notice" or "notice": then everybody receives the notice once more
DATED = date(2026, 12, 1)


def notice_text(language: str) -> str:
    """The notice, as plain text, with the version and date of the long one that /privacy shows."""
    return message("notice", language, **edition(language))


def edition(language: str) -> dict[str, str]:
    """Version and date, for their placeholders."""
    return {"version": str(VERSION), "date": day_in_words(DATED, language)}
