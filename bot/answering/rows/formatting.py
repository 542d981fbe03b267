# ruff: noqa: E501  # a small dictionary, several to a line
"""The desk's own words, and values as people read them."""

from __future__ import annotations

from bot.presentation.messages import message
from knowledge.tables.values import Education, Entry, Headcount, Level, Mode, Money, Period, StudyLength, Work
from knowledge.text.language import traditional

HOTLINE = "12333"
FORMULA = ("=", "+", "-", "@", "\t", "\r")  # a cell that begins so is one
ENGLISH: dict[str, str] = {
    Education.ANY: "no requirement", Education.JUNIOR_HIGH: "junior high school", Education.SENIOR_HIGH: "senior high school",
    Education.SECONDARY_VOCATIONAL: "secondary vocational school", Education.SECONDARY_TECHNICAL: "secondary technical school",
    Education.COLLEGE: "junior college", Education.BACHELOR: "bachelor's degree", Education.MASTER: "master's degree",
    Education.DOCTOR: "doctorate", Level.JUNIOR: "junior level (level 5)", Level.MIDDLE: "intermediate level (level 4)",
    Level.SENIOR: "senior level (level 3)", Level.PREPARATORY: "preparatory technician",
    Level.TECHNICIAN: "technician (level 2)", Level.SENIOR_TECHNICIAN: "senior technician (level 1)",
    Entry.JUNIOR_HIGH: "junior high school graduates", Entry.SENIOR_HIGH: "senior high school graduates",
    Entry.SECONDARY: "secondary technical graduates", Entry.WORKING: "working people", Entry.VETERAN: "veterans",
    Mode.ORDINARY: "ordinary class", Mode.ORDER: "order class", Mode.NAMED: "named class",
    Mode.MODERN_APPRENTICESHIP: "modern apprenticeship", Mode.ENTERPRISE_APPRENTICESHIP: "enterprise new apprenticeship",
    Mode.SHORT_COURSE: "short course", Mode.OTHER: "other", Work.FULL_TIME: "full time", Work.PART_TIME: "part time",
    Work.INTERNSHIP: "internship", Work.DISPATCH: "dispatch", "春季": "spring", "秋季": "autumn", "夜": "evening",
    "周末": "weekend", "晚": "evening", "招满即止": "until filled", "长期有效": "open-ended",
    "包吃": "meals", "包住": "lodging", "五险一金": "social insurance and housing fund",
}  # fmt: skip


def say(key: str, language: str, **values: object) -> str:
    """The desk's sentence ``key`` in ``language``."""
    return message(f"records.{key}", language, **{name: str(value) for name, value in values.items()})


def word(value: str, language: str) -> str:
    """One of the known values, in the reader's language."""
    return ENGLISH.get(value, value) if language == "en" else in_script(str(value), language)


def harmless(text: str) -> str:
    """``text`` so that a spreadsheet takes it for text when it is pasted there: =cmd… with an apostrophe before it."""
    return f"'{text}" if text.startswith(FORMULA) else text


def in_script(text: str, language: str) -> str:
    """One of the known values in the reader's script: letter by letter, since 高级工 is no 高階工."""
    return "".join(map(traditional, text)) if language == "zh-hant" else text


def joined(parts: list[str] | tuple[str, ...], language: str) -> str:
    """A list in a sentence."""
    return (", " if language == "en" else "、").join(parts)


def money(value: Money, language: str, yearly: str = "per_year") -> str:
    """A sum with its period: 4,500–6,000 元/月."""
    if value.low is None and value.high is None:
        return word(value.text, language) if value.text != "面议" else say("negotiable", language)
    if value.low == value.high == 0:
        return say("free", language)
    low, high = _figure(value.low), _figure(value.high)
    if value.low is None:
        text = say("money_to", language, high=high)
    elif value.high is None:
        text = say("money_from", language, low=low)
    else:
        text = say("money_exact" if low == high else "money_range", language, low=low, high=high)
    return text + say(yearly if value.period is Period.YEAR else f"per_{value.period.value}", language)


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
        return say("field_years", language, value="+".join(f"{part:g}" for part in value.parts))
    return say("field_hours", language, value=value.hours) if value.hours else value.text


def _figure(amount: float | None) -> str:
    return "" if amount is None else f"{amount:,.2f}".rstrip("0").rstrip(".")
