# ruff: noqa: E501  # alternatives of one pattern read best on one line
"""Sums of money in a question: how much at least, at most, between, and for what period."""

from __future__ import annotations

import re
from collections.abc import Iterator

from bot.understanding.spans import Phrase
from knowledge.tables import Condition, Field, Operator
from knowledge.text.money import CURRENCY, FIGURE, UNITS, Amount, Period, period_of, yuan, yuan_between
from knowledge.text.quantities import ABOVE, AFTER_LEAST, AFTER_MOST, BELOW, LEAST, MOST, RANGE

# In a question figures also stand in names: 4s店, 3d.
NUMBER = rf"(?:(?:rmb|cny|￥|¥|\$)\s*+)?{FIGURE}(?!(?!{CURRENCY})[\d.a-jl-z])(?:\s*+(?:{CURRENCY}))?"
UNIT_PERIODS = {unit: period for period, units in UNITS.items() for unit in units.split("|")}
PERIOD = rf"(?:\s*+(?:(?:/|每|一|1|a|an|per|each)\s*+)?个?(?P<{{}}>{'|'.join(UNIT_PERIODS)}))?(?:ly)?"
TO = rf"\s*+(?:{RANGE}|and)\s*+"
PAY_WORD = r"(?:(?:1|每)个?(?:天|日|小时|钟头|月)|日结|月薪|月工资|工资|薪资|薪水|薪酬|底薪|收入|待遇|日薪|时薪|年薪|salary|salaries|pay(?:s|ing)?|wages?|paid|earn(?:s|ing)?|monthly)"
FEE_WORD = (
    r"(?:(?:1|每)个?(?:学期|学年|年)(?:的)?(?:学费|收费|费用|要|交)*|学费|收费|费用|tuition|fees?|cost(?:s|ing)?|price)"
)
LINK = r"(?:\s*+(?:为|是|在|of|is|are|要|that|a month|per month|:))*+\s*+"
PAY = {
    "least": (Field.STARTING_PAY, Operator.AT_LEAST), "above": (Field.STARTING_PAY, Operator.ABOVE),
    "most": (Field.TOP_PAY, Operator.AT_MOST), "below": (Field.TOP_PAY, Operator.BELOW),
}  # fmt: skip
FEE = {
    "least": Operator.AT_LEAST, "above": Operator.ABOVE, "most": Operator.AT_MOST, "below": Operator.BELOW,
}  # fmt: skip
LARGEST_BARE = 1_000_000  # yuan; a figure without 元 or 万 from there on is no sum
LOWER, UPPER = {"least", "above"}, {"most", "below"}
BETWEEN = re.compile(rf"(?:between |from )?{NUMBER}{TO}{NUMBER}{PERIOD.format('after')}(?:之间)?")
SINGLE = re.compile(
    rf"(?:(?P<nearly>大约|大概|约|around|about|roughly)|(?P<least>{LEAST})|(?P<above>{ABOVE})|(?P<most>{MOST})|(?P<below>{BELOW}))?+\s*+{NUMBER}{PERIOD.format('mid')}"
    rf"\s*+(?:(?P<aleast>{AFTER_LEAST})|(?P<amost>{AFTER_MOST}))?{PERIOD.format('after')}(?P<near>左右|上下|or so)?"
)
NO_MONEY = r"(?:岁|人|个(?!月)|名|位|号|节|课时|所|家|间|种|条|年级|级|天内|日内|days?\b|people|colleges|schools|jobs|openings|years?\b|年制|年的)"


def pay_conditions(phrase: Phrase) -> Iterator[Condition]:
    """What is said of pay. Yearly sums are turned into monthly ones."""
    found = _amounts(phrase, PAY_WORD, least=100)
    if not found:
        return
    low, high, kind, period = found
    period = period or Period.MONTH
    divisor = 12 if period is Period.YEAR else 1
    unit = Period.MONTH if period in (Period.YEAR, Period.TERM) else period

    def value(yuan: float) -> Amount:
        return Amount(round(yuan / divisor, 2), unit)

    if kind == "range" and high is not None:
        yield Condition(Field.STARTING_PAY, Operator.AT_LEAST, value(low))
        yield Condition(Field.STARTING_PAY, Operator.AT_MOST, value(high))
        return
    yield Condition(*PAY[kind], value(low))
    if kind in LOWER and (second := _amounts(phrase, PAY_WORD, least=100)) and second[2] in UPPER:
        yield Condition(*PAY[second[2]], value(second[0]))  # 不少于7k且不超过9k


def fee_conditions(phrase: Phrase) -> Iterator[Condition]:
    """What is said of tuition, in yuan a year."""
    if phrase.take(
        r"免学费|免费(?:的)?|不收学费|不用交?学费|学费全免|tuition[- ]free|free (?:of charge|tuition)|\bfree\b", "free"
    ):
        yield Condition(Field.TUITION, Operator.FREE)
        return
    found = _amounts(phrase, FEE_WORD, least=100)
    if not found:
        return
    low, high, kind, period = found
    factor = 2 if period is Period.TERM else 1
    if kind == "range" and high is not None:
        yield Condition(Field.TUITION, Operator.AT_LEAST, low * factor)
        yield Condition(Field.TUITION, Operator.AT_MOST, high * factor)
    else:
        yield Condition(Field.TUITION, FEE[kind], low * factor)


def _amounts(phrase: Phrase, word: str, least: float) -> tuple[float, float | None, str, Period | None] | None:
    """Low, high, kind of comparison and period of the first sum of money; it is taken away."""
    for pattern in (BETWEEN, SINGLE):
        for found in pattern.finditer(phrase.text):
            read = _range(found) if pattern is BETWEEN else _single(found)
            near = re.search(rf"{word}[^\d]{{0,14}}$", phrase.text[: found.start()])
            written = bool(re.search(r"元|块|k|千|万|yuan|rmb|cny|￥|¥", found.group()))
            after = phrase.text[found.end() :].lstrip()
            counted = re.match(NO_MONEY, after) and not (written and re.match(r"jobs|openings", after))
            if counted and not (near or read[3]):
                continue
            if (read[0] < least and not (near and read[0] >= 10)) or not (written or near or read[0] >= 1000):
                continue
            if read[0] >= LARGEST_BARE and not written:
                continue  # as long as a phone number: nobody's pay
            if 1990 <= read[0] <= 2100 and not written and not near and read[1] is None:
                continue  # a year
            _take(phrase, found, word)
            return (*read[:3], read[3] or (_worded(near[0]) if near else None))
    return None


def _take(phrase: Phrase, found: re.Match[str], word: str) -> None:
    before = re.search(rf"{word}{LINK}(?:在)?$", phrase.text[: found.start()])
    start = before.start() if before else found.start()
    after = re.match(rf"\s*(?:的)?(?:{word})?", phrase.text[found.end() :])
    phrase.take_span(start, found.end() + (after.end() if after else 0), "amount")


def _range(found: re.Match[str]) -> tuple[float, float | None, str, Period | None]:
    low, high = yuan_between((found[1], found[2]), (found[3], found[4]))
    return low, high, "range", UNIT_PERIODS.get(found["after"] or "")


def _single(found: re.Match[str]) -> tuple[float, float | None, str, Period | None]:
    groups = found.groupdict()
    kind = next(
        (name.removeprefix("a") if name.startswith("al") or name.startswith("am") else name
         for name in ("below", "most", "amost", "above", "least", "aleast", "near", "nearly") if groups[name]),
        "least",
    )  # fmt: skip
    figure, unit = re.search(NUMBER, found.group()).group(1, 2)  # type: ignore[union-attr]  # it matched just now
    amount, period = yuan(figure, unit), UNIT_PERIODS.get(groups["mid"] or groups["after"] or "")
    if kind in {"near", "nearly"}:  # 6000左右
        return round(amount * 0.9, 2), round(amount * 1.1, 2), "range", period
    return amount, None, kind, period


def _worded(before: str) -> Period | None:
    """The period that the word before a sum names: 年薪, 每天."""
    period = period_of(before)
    return period if period in UNITS else None
