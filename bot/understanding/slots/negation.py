"""Conditions that a question excludes: 不包吃, 除了狮岭, without accommodation."""

from __future__ import annotations

import re

from bot.understanding.spans import GAP, Phrase
from knowledge.tables import Field

BEFORE = re.compile(
    r"(?:(?<![是要招包可能在有好会行用])(?:也|又)?不(?:是|要|想要?|需要?|招|带|含|提供|在|做|用)?|除了?|非|(?<!有)无|"
    r"\bwithout(?: an?)?|\bnot(?: an?| in| for| at)?|\bnon-?|\bexcept(?: for| in)?|\bother than|"
    r"\bexcluding|\boutside)\s*$"
)
EXCLUDABLE = frozenset(
    {Field.TOWN, Field.PLACE, Field.WORK, Field.BENEFIT, Field.WORDS, Field.SCHEDULE, Field.MODE, Field.SEASON}
)
JOINED = re.compile(rf"\A[\s{GAP}]*+(?:和|与|及|以及|或者?|同|、|,|and|or)[\s{GAP}]*")
HARMLESS = re.compile(
    r"(.)不\1|有没有|没有?(?=[?!。]*$)|不(?=[?!。]*$)|不知道?|不好意思|not sure|don't know|no (?:problem|matter)"
)
LEFT = re.compile(r"除了?|(?<!有)没有|不(?!限)|\bwithout\b|\bnot\b|\bexcept\b|\bother than\b|\bexcluding\b|n't\b")


def excluded(phrase: Phrase, start: int) -> bool:
    """Whether what was found at ``start`` is excluded; the word that says so is taken away."""
    found = BEFORE.search(phrase.text[:start])
    if found:
        phrase.take_span(*found.span())
    return found is not None


def excluded_all(phrase: Phrase, places: list[tuple[int, int]]) -> bool | None:
    """Whether all that was found at ``places`` (start, end) is excluded, 除了 the first being said of those it is
    joined to; None when some is and some is not.
    """
    out: list[bool] = []
    before = 0
    for start, end in sorted(places):
        joined = out and out[-1] and JOINED.fullmatch(phrase.text[before:start])
        out.append(excluded(phrase, start) or bool(joined))
        before = end
    return None if any(out) != all(out) else any(out)


def left_over(phrase: Phrase) -> bool:
    """Whether something is excluded that nobody understood."""
    return LEFT.search(HARMLESS.sub("", phrase.text)) is not None
