"""What kind of answer a question expects (a date, a sum, a list …), and whether a text holds one."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path

import yaml

from knowledge.text.language import fold, fold_question
from knowledge.text.numerals import CHARACTERS, ENGLISH_WORDS

# In the patterns of the file; the last word of an English numeral is enough to see that there is one.
PLACEHOLDERS = {"NUMERAL": f"[0-9{CHARACTERS}]", "ENGLISH": "|".join(ENGLISH_WORDS)}


class Expected(StrEnum):
    """A kind of answer."""

    DATE = "date"
    DURATION = "duration"
    SUM = "sum"
    COUNT = "count"
    PERSON = "person"
    PLACE = "place"
    LIST = "list"
    MAY = "may"
    REASON = "reason"
    WAY = "way"
    MEANING = "meaning"
    CONTACT = "contact"


@dataclass(frozen=True)
class _Kind:
    asks: re.Pattern[str]
    holds: re.Pattern[str]
    weight: float


def expected(question: str) -> frozenset[Expected]:
    """The kinds of answer that ``question`` asks for; often several, sometimes none."""
    folded = fold_question(question)
    return frozenset(name for name, kind in _kinds().items() if kind.asks.search(folded))


def strict(kinds: frozenset[Expected]) -> frozenset[Expected]:
    """Those of ``kinds`` of which a text has something or does not answer."""
    return frozenset(kind for kind in kinds if _kinds()[kind].weight > 1)


def held(text: str, kinds: frozenset[Expected]) -> float:
    """How much of what is expected ``text`` holds, 0 to 1; what is strict counts twice."""
    folded = fold(text)
    known = [_kinds()[kind] for kind in kinds]
    held_weight = sum(kind.weight for kind in known if kind.holds.search(folded))
    return held_weight / (sum(kind.weight for kind in known) or 1.0)


@cache
def _kinds() -> Mapping[Expected, _Kind]:
    values = yaml.safe_load(Path(__file__).with_suffix(".yaml").read_text(encoding="utf-8"))
    return {
        Expected(name): _Kind(
            re.compile(patterns["asks"]),
            re.compile(re.sub("|".join(PLACEHOLDERS), lambda match: PLACEHOLDERS[match[0]], patterns["holds"])),
            2.0 if patterns.get("strict") else 1.0,
        )
        for name, patterns in values.items()
    }
