"""Numerals as people write them, in digits, Chinese or English: the one place that reads and writes them."""

from __future__ import annotations

import re
from collections.abc import Mapping

DIGITS: Mapping[str, int] = {character: value for value, character in enumerate("零一二三四五六七八九")} | {
    "〇": 0,
    "两": 2,
}
UNITS: Mapping[str, int] = {"十": 10, "百": 100, "千": 1000, "万": 10_000, "亿": 100_000_000}
CHARACTERS = "".join((*DIGITS, *UNITS))  # to put in a character class of a pattern
CHINESE = f"[{CHARACTERS}]"
CIRCLES = str.maketrans("○ＯOo", "〇〇〇〇")  # a zero, as it is typed in years; for texts that are numerals
LONGEST = 24  # characters; a text may hold nothing but numerals, and Python refuses numbers of thousands of digits
RUN = f"{CHINESE}{{1,{LONGEST}}}"
ORDINAL = "[一二三四五六七八九十百]"  # of what numbers the points of a list and the articles of a law
_SMALL = (
    "one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen "
    "eighteen nineteen"
)
_UP_TO_19 = {word: value for value, word in enumerate(_SMALL.split(), 1)}
ONES: Mapping[str, int] = {word: value for word, value in _UP_TO_19.items() if value < 10}
TENS: Mapping[str, int] = {
    "twenty": 20, "thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "seventy": 70, "eighty": 80, "ninety": 90,
}  # fmt: skip
SCALES: Mapping[str, int] = {"hundred": 100, "thousand": 1000, "million": 1_000_000}
ENGLISH_WORDS: Mapping[str, int] = {**_UP_TO_19, **TENS, **SCALES}
_BELOW_20 = "|".join(sorted(_UP_TO_19, key=len, reverse=True))
SMALL_ENGLISH = rf"(?:(?:{'|'.join(TENS)})(?:[- ](?:{'|'.join(ONES)}))?|{_BELOW_20})"  # one to ninety-nine
_HUNDREDS = rf"(?:(?:(?:{SMALL_ENGLISH}|an?) )?hundred(?: (?:and )?{SMALL_ENGLISH})?|{SMALL_ENGLISH})"
ENGLISH = (
    rf"(?:(?:(?:{_HUNDREDS}|an?) )?million(?: (?:and )?{_HUNDREDS} thousand)?(?: (?:and )?{_HUNDREDS})?"
    rf"|(?:(?:{_HUNDREDS}|an?) )?thousand(?: (?:and )?{_HUNDREDS})?|{_HUNDREDS})"
)
DECIMAL = r"(?<!\d)\d++(?:\.\d++)?"
# What a text has to hold beside units to be a number: 百 of 百货 and 千 of 千万别 count nothing, 十 does.
_COUNTING = f"[{''.join(DIGITS)}十]"
_RUN = re.compile(rf"{CHINESE}{{0,{LONGEST}}}{_COUNTING}{CHINESE}{{0,{LONGEST}}}")
# 2千5, 1万2, 3万5千: digits before and after a unit, where nothing but a sum or an end can follow.
_MIXED = re.compile(r"(?<![\d.])(\d+(?:\.\d+)?)([千万])(\d)(千|百)?(?=元|块|[/每以左上起到至~～—-]|\s*$)")


def chinese_number(text: str) -> int:
    """The value of a Chinese numeral: 一百五十, 两千, 二〇二二, 十万. Raises ``KeyError`` for other characters.

    A digit behind a large unit counts the next smaller one: 一万二 is 12,000, 一万零二 10,002. Where two digits are an
    estimate (三四个, three or four; 三五个) the larger one counts; other digits without units are read in a row.
    """
    if not any(character in UNITS for character in text):
        digits = [DIGITS[character] for character in text]
        estimate = len(digits) == 2 and digits[0] and (digits[1] == digits[0] + 1 or digits == [3, 5])
        return digits[1] if estimate else int("".join(map(str, digits)))
    total = section = digit = 0
    unit = 1
    for character in text:
        if character in DIGITS:
            digit = DIGITS[character]
            continue
        unit = UNITS[character]
        if unit < UNITS["万"]:
            section += (digit or 1) * unit
        elif unit == UNITS["亿"]:
            total, section = (total + section + digit or 1) * unit, 0
        else:
            total, section = total + (section + digit or 1) * unit, 0
        digit = 0
    shortened = digit and unit >= UNITS["百"] and text[-2] not in "零〇"
    return total + section + (digit * unit // 10 if shortened else digit)


def english_number(text: str) -> int:
    """The value of an English numeral of ``ENGLISH``: five, twenty-five, one hundred and fifty, two thousand."""
    total = section = 0
    for word in re.findall("[a-z]+", text.casefold()):
        if word == "hundred":
            section = (section or 1) * 100
        elif word in SCALES:
            total, section = total + (section or 1) * SCALES[word], 0
        else:
            section += ENGLISH_WORDS.get(word, 0)  # a, and
    return total + section


def value(text: str) -> int | None:
    """A whole number in digits, Chinese or English; None when ``text`` is no numeral."""
    if len(text) > 4 * LONGEST:
        return None
    if text.isdecimal():
        return int(text)
    if text and all(character in DIGITS or character in UNITS for character in text):
        return chinese_number(text)
    return english_number(text) if re.fullmatch(ENGLISH, text, re.IGNORECASE) else None


def decimal(text: str) -> float:
    """The value of 1,500, 2.5, 二点五 or 一百. Raises ``KeyError`` or ``ValueError`` for what is no number."""
    if text[0] in DIGITS or text[0] in UNITS:
        number, _, fraction = text.partition("点")
        return float(f"{chinese_number(number)}.{''.join(str(DIGITS[character]) for character in fraction)}")
    return float(text.replace(",", ""))


def written(number: int) -> str:
    """``number``, from 0 to below 10^12, in Chinese: 〇, 十二, 一百零五. ``chinese_number`` reads it."""
    if number < 20:
        return ("十" if number >= 10 else "") + (
            "〇一二三四五六七八九"[number % 10] if number % 10 or not number else ""
        )
    character, unit = next((character, unit) for character, unit in reversed([*UNITS.items()]) if number >= unit)
    count, rest = divmod(number, unit)
    if not rest:
        return written(count) + character
    # 十 stands alone only at the beginning of a number: 十二, but 一百一十二.
    zero, one = "零" if rest * 10 < unit else "", "一" if unit > 10 <= rest < 20 else ""
    return f"{written(count)}{character}{zero}{one}{written(rest)}"


def in_digits(text: str) -> str:
    """``text`` with all its Chinese numerals in digits, 2千5 as 2500 too. Words lose theirs as well: 一般 is 1般.

    For texts in which words are looked for in that form; what a text counts is told by ``typed_quantities``.
    """
    return _MIXED.sub(_mixed, _RUN.sub(lambda run: str(chinese_number(run[0])), text))


def _mixed(match: re.Match[str]) -> str:
    unit = UNITS[match[2]]
    smaller = UNITS[match[4]] if match[4] else unit // 10
    return figure(float(match[1]) * unit + int(match[3]) * smaller)


def figure(number: float) -> str:
    """A number in digits without what does not change it: 4500.0 as 4500, 2.50 as 2.5; never as a power of ten."""
    return str(int(number)) if float(number).is_integer() else f"{number:.6f}".rstrip("0").rstrip(".")
