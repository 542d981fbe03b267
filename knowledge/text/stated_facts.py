"""Numbers, dates, sums and links of a text in one form, whatever script or language writes them."""

from __future__ import annotations

import re

from knowledge.text.dates import stated_days, stated_months
from knowledge.text.language import fold
from knowledge.text.numerals import (
    DECIMAL,
    DIGITS,
    ENGLISH,
    RUN,
    SCALES,
    UNITS,
    chinese_number,
    decimal,
    figure,
    value,
)

MEASURE = (
    "个|年|月|日|号|天|周|元|块|角|倍|条|款|项|章|节|所|家|间|名|人|位|种|类|次|分|级|岁|小时|工作日|学年|学期|学时|课时|季度"
    "|万|亿|成|折|％|%|份|张|批|届|场|期|门|件|步|点|平方|公里|米|吨|周岁|方面|者|大|以上|以下|以内|至|到|、"
)
URL = re.compile(r"https?://[^\s<>\"'，。；、）)】」]+")
PERCENT = re.compile(
    rf"百分之({RUN}(?:点{RUN})?|{DECIMAL})|({DECIMAL})\s*+(?:%|％|per ?cent)"
    rf"|(?<![a-z-])({ENGLISH})\s+per ?cent"
)
NUMBER = re.compile(rf"(?<![\d.])\d{{1,3}}(?:,\d{{3}})+(?:\.\d+)?|(?<![\d.]){DECIMAL}")
SCALED = re.compile(rf"(?<![\d.])({DECIMAL})\s*+(万|亿|千|k(?![a-z])|{'|'.join(SCALES)})")
SPELT = re.compile(rf"(?<![\d.])(?<!分之)(?<!点){RUN}(?=\s*(?:{MEASURE}))|(?<=第){RUN}")
SPELT_ENGLISH = re.compile(rf"(?<![a-z])({ENGLISH})(?![a-z])")
MARK = re.compile(r"(?m)^\s*(?:\d{1,2}[.、)）](?!\d)|[（(]\d{1,2}[）)]|\[\d{1,2}\])|\[\d{1,2}\]")


def facts(text: str, *, marks: bool = False) -> frozenset[str]:
    """What ``text`` states in numbers: dates as 2022-05-01, shares as 150%, other numbers plainly, links as written.

    Marks of lists and of citations are left out unless ``marks``.
    """
    links = set(URL.findall(text))
    folded, shares = _percents(fold(URL.sub(" ", text if marks else MARK.sub(" ", text))))
    stated, folded = {*links, *shares}, _in_digits(folded)
    for reader in (stated_days, stated_months, _scaled, _spelt, _numbers):
        folded, read = reader(folded)
        stated |= read
    return frozenset(stated)


def implied(stated: frozenset[str]) -> frozenset[str]:
    """``stated`` and the parts of its dates: who says 2022-05-01 has also said 2022, 2022-05, 5 and 1."""
    parts: set[str] = set(stated)
    for fact in stated:
        if re.fullmatch(r"\d{4}-\d\d(-\d\d)?", fact):
            parts |= {fact[:7], *(str(int(part)) for part in fact.split("-"))}
    return frozenset(parts)


def _in_digits(text: str) -> str:
    """Chinese numerals as digits where something is counted; 一般 and 统一 count nothing."""
    return SPELT.sub(lambda match: str(chinese_number(match[0])), text)


def _percents(text: str) -> tuple[str, set[str]]:
    shares = {f"{figure(_value(next(filter(None, match.groups()))))}%" for match in PERCENT.finditer(text)}
    return PERCENT.sub(" ", text), shares


def _value(text: str) -> float:
    if text[0].isdecimal() or text[0] in DIGITS or text[0] in UNITS:
        return decimal(text)
    return value(text) or 0


def _scaled(text: str) -> tuple[str, set[str]]:
    scales = {"k": 1000, **UNITS, **SCALES}
    return SCALED.sub(" ", text), {figure(float(match[1]) * scales[match[2]]) for match in SCALED.finditer(text)}


def _spelt(text: str) -> tuple[str, set[str]]:
    """English numerals; "one" by itself mostly counts nothing."""
    numbers = {str(value(match[1])) for match in SPELT_ENGLISH.finditer(text) if match[1] != "one"}
    return SPELT_ENGLISH.sub(" ", text), numbers


def _numbers(text: str) -> tuple[str, set[str]]:
    return text, {_plain(match[0].replace(",", "")) for match in NUMBER.finditer(text)}


def _plain(number: str) -> str:
    """Digits without what does not change them; as text, for identity numbers have more than a float keeps."""
    whole, point, fraction = number.partition(".")
    fraction = fraction.rstrip("0")
    return (whole.lstrip("0") or "0") + (point + fraction if fraction else "")
