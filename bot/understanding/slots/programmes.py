# ruff: noqa: E501  # alternatives of one pattern read best on one line
"""Conditions on programs of study."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

from bot.understanding.spans import Phrase
from knowledge.tables import Condition, Field, Operator
from knowledge.tables.vocabularies import ENTRY
from knowledge.text.numerals import ONES
from knowledge.text.quantities import parse_length

BESIDE = 3  # characters
MONEY = "钱|费|价|薪|资|元|块"
ENTRY_WORDS = r"(?:毕业生?|起点|生源|学历|文化|graduates?|leavers?|diploma|education)?(?:生)?(?:可以|能|可)?(?:报读?|读|入读|就读|上)?(?:的)?"

NOT_SENIOR = (
    r"(?:但|又|而)?(?:不想|不要|不打算|不|没有?考上|未考上|考不上|没读)(?:再)?(?:读|上|考|念)?(?:普通)?高中(?:的)?"
)


def entry(phrase: Phrase, day: date) -> Iterator[Condition]:
    """Whom a program should take."""
    phrase.take(NOT_SENIOR)
    for pattern, wanted in ENTRY.questions:
        lead = r"(?:我(?:是)?|for |open to |taking |as an? )?"
        if phrase.take(rf"{lead}(?:招)?(?:{pattern})\s*{ENTRY_WORDS}", "entry"):
            yield Condition(Field.ENTRY, Operator.INCLUDES, wanted)
            return


def years(phrase: Phrase, day: date) -> Iterator[Condition]:
    """How long it should last."""
    found = phrase.take(r"(\d)\s*\+\s*(\d)(?:学制|的)?", "years")
    if found:
        yield Condition(Field.YEARS, Operator.IS, float(found[1]) + float(found[2]))
        return
    number = rf"(?<![\d.])(?:[1-9](?:\.\d)?|0\.[1-9]|{'|'.join(ONES)})"
    found = phrase.take(
        rf"(?:学制)?(?:不超过|最多|within |at most |no more than |up to )?({number}[- ]?(?:年|years?)半?)(?![ 的]*(?:经验|工作|工龄|experience))(?:制)?(?:的)?(以内|以下|or less)?",
        "years",
    )
    if found and (length := parse_length(found[1])) and length.years and not _is_rate(found):
        most = found[2] or re.match(r"(?:学制)?(?:不超过|最多|within|at most|no more|up to)", found[0])
        yield Condition(Field.YEARS, Operator.AT_MOST if most else Operator.IS, length.years)


def _is_rate(found: re.Match[str]) -> bool:
    """Whether "one year" is what a sum is for, and no length of study: 多少钱一年, 学费一年, 一年要交."""
    beside = found.string[: found.start()].rstrip()[-BESIDE:], found.string[found.end() :].lstrip()[:BESIDE]
    return found[0].strip() in ("1年", "1 年") and any(re.search(MONEY, text) for text in beside)


def season(phrase: Phrase, day: date) -> Iterator[Condition]:
    """When it should begin, and at what hours it should be taught."""
    intakes = [
        intake
        for pattern, intake in (
            (r"春季(?:招生|入学|班)?(?:的)?|spring(?: intake)?", "春季"),
            (r"秋季(?:招生|入学|班)?(?:的)?|autumn(?: intake)?|fall intake", "秋季"),
        )
        if phrase.take(rf"(?:for |in |with )?(?:{pattern})", "season")
    ]
    if intakes:
        yield Condition(Field.SEASON, Operator.CONTAINS, tuple(intakes))
    wanted: list[str] = []
    for pattern, written in (
        (r"(?:晚上|夜晚|晚间|夜校|夜班|evenings?|nights?)", ("夜", "晚")),
        (r"(?:周末|周6|星期6|礼拜6|weekends?)", ("周末",)),
    ):
        if phrase.take(rf"(?:或者?|和|or |and |on |in the |at ){{0,3}}{pattern}(?:上课|开课|班)?(?:的)?", "schedule"):
            wanted += written
    if wanted:
        yield Condition(Field.SCHEDULE, Operator.CONTAINS, tuple(wanted))
