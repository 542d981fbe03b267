"""The assistant's own words about rows, and values as people read them."""

from __future__ import annotations

from bot.answering.rows.wording.english_values import english_values
from bot.presentation.messages import message
from knowledge.text.money import Money, Period
from knowledge.text.quantities import Headcount, StudyLength

HOTLINE = "12333"
FORMULA = ("=", "+", "-", "@", "\t", "\r")  # a cell that begins so is one


def say(key: str, language: str, **values: object) -> str:
    """The sentence ``key`` in ``language``."""
    return message(f"records.{key}", language, **{name: str(value) for name, value in values.items()})


def word(value: str, language: str) -> str:
    """One of the known values, in the reader's language; the script is that of the answer as a whole."""
    return english_values().get(value, value) if language == "en" else str(value)


def no_formula(text: str) -> str:
    """``text`` so that a spreadsheet takes it for text when it is pasted there: =cmd… with an apostrophe before it."""
    return f"'{text}" if text.startswith(FORMULA) else text


def clipped(text: str, width: int) -> str:
    """``text``, or its beginning with an ellipsis, in at most ``width`` characters."""
    return text if len(text) <= width else f"{text[: width - 1].rstrip()}…"


def joined(parts: list[str] | tuple[str, ...], language: str) -> str:
    """A list in a sentence."""
    return (", " if language == "en" else "、").join(parts)


def money(value: Money, language: str, yearly: str = "per_year", *, short: bool = False) -> str:
    """A sum with its period: 4,500–6,000 元/月, in English 4,500–6,000 yuan a month or ``short`` ¥4,500–6,000/month."""
    room = "lists" if short else "records"
    if value.low is None and value.high is None:
        return word(value.text, language) if value.text != "面议" else say("negotiable", language)
    if value.low == value.high == 0:
        return say("free", language)
    low, high = figures(value.low), figures(value.high)
    if value.low is None:
        text = message(f"{room}.money_to", language, high=high)
    elif value.high is None:
        text = message(f"{room}.money_from", language, low=low)
    else:
        text = message(f"{room}.money_{'exact' if low == high else 'range'}", language, low=low, high=high)
    return text + message(f"{room}.{yearly if value.period is Period.YEAR else f'per_{value.period.value}'}", language)


def headcount(value: Headcount, language: str) -> str:
    """5, 5–8, 5+ or several."""
    if value.low is None:
        return say("several", language)
    if value.high is None:
        return f"{value.low}+"
    return str(value.low) if value.low == value.high else f"{value.low}–{value.high}"


def length(value: StudyLength, language: str) -> str:
    """3+2 years, 2.5 years, 40 class hours."""
    if value.parts:
        return say("field_years", language, value="+".join(f"{figures(part)}" for part in value.parts))
    return say("field_hours", language, value=value.hours) if value.hours else value.text


def figures(amount: float | None) -> str:
    """An amount with commas, never as a power of ten: 4,500, 2.5, 91,234,567. Empty for None."""
    return "" if amount is None else f"{amount:,.2f}".rstrip("0").rstrip(".")
