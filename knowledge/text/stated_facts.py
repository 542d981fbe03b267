"""Numbers, dates, sums and links of a text in one form, whatever script or language writes them."""

from __future__ import annotations

import re
from collections.abc import Iterator

from knowledge.text.language import fold

MONTHS = {
    name: place
    for place, names in enumerate(
        ("jan january", "feb february", "mar march", "apr april", "may", "jun june", "jul july", "aug august",
         "sep sept september", "oct october", "nov november", "dec december"), 1,
    )
    for name in names.split()
}  # fmt: skip
ENGLISH = {
    "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10, "eleven": 11,
    "twelve": 12, "thirteen": 13, "fourteen": 14, "fifteen": 15, "sixteen": 16, "seventeen": 17, "eighteen": 18,
    "nineteen": 19, "twenty": 20, "thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "seventy": 70, "eighty": 80,
    "ninety": 90, "hundred": 100,
}  # fmt: skip
DIGITS = {character: value for value, character in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}
UNITS = {"十": 10, "百": 100, "千": 1000, "万": 10_000, "亿": 100_000_000}
CHINESE = "[零〇一二两三四五六七八九十百千万亿]"
MEASURE = (
    "个|年|月|日|号|天|周|元|块|角|倍|条|款|项|章|节|所|家|间|名|人|位|种|类|次|分|级|岁|小时|工作日|学年|学期|学时|课时|季度"
    "|万|亿|成|折|％|%|份|张|批|届|场|期|门|件|步|点|平方|公里|米|吨|周岁|方面|者|大|以上|以下|以内|至|到|、"
)
URL = re.compile(r"https?://[^\s<>\"'，。；、）)】」]+")
DAY = re.compile(r"(?<!\d)(\d{4})\s*[年./-]\s*(\d{1,2})\s*[月./-]\s*(\d{1,2})(?:日|号)?(?!\d)")
MONTH = re.compile(r"(?<!\d)(\d{4})\s*[年./-]\s*(\d{1,2})月?(?![\d.\-/])")
_NAMES = "|".join(sorted(MONTHS, key=len, reverse=True))
DAY_EN = re.compile(rf"\b(\d{{1,2}})(?:st|nd|rd|th)?\s+(?:of\s+)?({_NAMES})\.?,?\s+(\d{{4}})\b")
DAY_US = re.compile(rf"\b({_NAMES})\.?\s+(\d{{1,2}})(?:st|nd|rd|th)?,?\s+(\d{{4}})\b")
MONTH_EN = re.compile(rf"\b({_NAMES})\.?,?\s+(\d{{4}})\b")
PERCENT = re.compile(rf"百分之({CHINESE}+(?:点{CHINESE}+)?|\d+(?:\.\d+)?)|(\d+(?:\.\d+)?)\s*(?:%|％|per ?cent)")
NUMBER = re.compile(r"(?<![\d.])\d{1,3}(?:,\d{3})+(?:\.\d+)?|(?<![\d.])\d+(?:\.\d+)?")
SCALED = re.compile(r"(?<![\d.])(\d+(?:\.\d+)?)\s*(万|亿|千|k(?![a-z]))")
SPELT = re.compile(rf"(?<![\d.])(?<!分之)(?<!点){CHINESE}+(?=\s*(?:{MEASURE}))|(?<=第){CHINESE}+")
MARK = re.compile(r"(?m)^\s*(?:\d{1,2}[.、)）](?!\d)|[（(]\d{1,2}[）)]|\[\d{1,2}\])|\[\d{1,2}\]")


def facts(text: str, *, marks: bool = False) -> frozenset[str]:
    """What ``text`` states in numbers: dates as 2022-05-01, shares as 150%, other numbers plainly, links as written.

    Marks of lists and of citations are left out unless ``marks``.
    """
    links = set(URL.findall(text))
    folded, shares = _percents(fold(URL.sub(" ", text if marks else MARK.sub(" ", text))))
    found, folded = {*links, *shares}, _in_digits(folded)
    for reader in (_days, _months, _numbers):
        folded, read = reader(folded)
        found |= read
    return frozenset(found)


def implied(stated: frozenset[str]) -> frozenset[str]:
    """``stated`` and the parts of its dates: who says 2022-05-01 has also said 2022, 2022-05, 5 and 1."""
    parts: set[str] = set(stated)
    for each in stated:
        if re.fullmatch(r"\d{4}-\d\d(-\d\d)?", each):
            parts |= {each[:7], *(str(int(part)) for part in each.split("-"))}
    return frozenset(parts)


def chinese_number(text: str) -> int:
    """The value of a Chinese numeral: 一百五十, 两千, 二〇二二, 十万."""
    if len(text) > 1 and not any(character in UNITS for character in text):
        return int("".join(str(DIGITS[character]) for character in text))
    total = section = digit = 0
    for character in text:
        if character in DIGITS:
            digit = DIGITS[character]
        elif UNITS[character] >= 10_000:
            total = (total + section + digit) * UNITS[character] or UNITS[character]
            section = digit = 0
        else:
            section += (digit or 1) * UNITS[character]
            digit = 0
    return total + section + digit


def _in_digits(text: str) -> str:
    """Chinese numerals as digits where something is counted; 一般 and 统一 count nothing."""
    return SPELT.sub(lambda match: str(chinese_number(match[0])), text)


def _days(text: str) -> tuple[str, set[str]]:
    found: set[str] = set()
    for pattern, order in ((DAY, (0, 1, 2)), (DAY_EN, (2, 1, 0)), (DAY_US, (2, 0, 1))):
        for match in pattern.finditer(text):
            year, month, day = (match.groups()[place] for place in order)
            found.add(f"{int(year):04}-{_month(month):02}-{int(day):02}")
        text = pattern.sub(" ", text)
    return text, found


def _months(text: str) -> tuple[str, set[str]]:
    found = {f"{int(match[1]):04}-{int(match[2]):02}" for match in MONTH.finditer(text) if int(match[2]) <= 12}
    found |= {f"{int(match[2]):04}-{_month(match[1]):02}" for match in MONTH_EN.finditer(text)}
    return MONTH_EN.sub(" ", MONTH.sub(lambda match: " " if int(match[2]) <= 12 else match[0], text)), found


def _month(name: str) -> int:
    return MONTHS.get(name) or int(name)


def _percents(text: str) -> tuple[str, set[str]]:
    found = {f"{_plain(match[1] or match[2])}%" for match in PERCENT.finditer(text)}
    return PERCENT.sub(" ", text), found


def _numbers(text: str) -> tuple[str, set[str]]:
    found = set(_scaled(text))
    text = SCALED.sub(" ", text)
    found |= {_plain(match[0].replace(",", "")) for match in NUMBER.finditer(text)}
    found |= {str(ENGLISH[word]) for word in re.findall(r"[a-z]+", text) if word in ENGLISH}
    return text, found


def _scaled(text: str) -> Iterator[str]:
    for match in SCALED.finditer(text):
        yield _plain(str(float(match[1]) * {"k": 1000}.get(match[2], UNITS.get(match[2], 1))))


def _plain(number: str) -> str:
    """A number without what does not change it: 4,500.0 and 4500 are one."""
    if number[0] in DIGITS or number[0] in UNITS:
        whole, _, part = number.partition("点")
        fraction = "".join(str(DIGITS[character]) for character in part)
        return f"{chinese_number(whole)}.{fraction}" if fraction else str(chinese_number(whole))
    value = float(number)
    return str(int(value)) if value == int(value) else str(value)
