# ruff: noqa: E501  # alternatives of one pattern read best on one line
"""Conditions on programs of study."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

from bot.understanding.spans import Phrase
from knowledge.tables import Condition, Field, Operator
from knowledge.tables.values import Entry

ENTRY_WORDS = r"(?:毕业生?|起点|生源|学历|文化|graduates?|leavers?|diploma|education)?(?:生)?(?:可以|能|可)?(?:报读?|读|入读|就读|上)?(?:的)?"

NOT_SENIOR = (
    r"(?:但|又|而)?(?:不想|不要|不打算|不|没有?考上|未考上|考不上|没读)(?:再)?(?:读|上|考|念)?(?:普通)?高中(?:的)?"
)


def entry(phrase: Phrase, day: date) -> Iterator[Condition]:
    """Whom a program should take."""
    phrase.take(NOT_SENIOR)
    for pattern, wanted in (
        (r"初中|junior (?:high|secondary)(?: school)?|middle school", Entry.JUNIOR_HIGH),
        (r"高中|senior (?:high|secondary)(?: school)?|high school", Entry.SENIOR_HIGH),
        (r"中技|中专|中职|secondary (?:vocational|technical)(?: school)?", Entry.SECONDARY),
        (r"在职(?:职工|人员)?|working (?:people|adults)|employees", Entry.WORKING),
        (r"退役军人|退伍军?人?|veterans?", Entry.VETERAN),
    ):
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
    number = r"(?<![\d.])(\d(?:\.\d)?|one|two|three|four|five|six)"
    found = phrase.take(
        rf"(?:学制)?(?:不超过|最多|within |at most |no more than |up to )?{number}[- ]?(?:年|years?)(?![ 的]*(?:经验|工作|工龄|experience))(?:制)?(?:的)?(以内|以下|or less)?",
        "years",
    )
    if found:
        word = {"one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6}.get(found[1], found[1])
        most = found[2] or re.match(r"(?:学制)?(?:不超过|最多|within|at most|no more|up to)", found[0])
        yield Condition(Field.YEARS, Operator.AT_MOST if most else Operator.IS, float(word))


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
        if phrase.take(rf"(?:或者?|和|or |and |on |in the |at )*{pattern}(?:上课|开课|班)?(?:的)?", "schedule"):
            wanted += written
    if wanted:
        yield Condition(Field.SCHEDULE, Operator.CONTAINS, tuple(wanted))
