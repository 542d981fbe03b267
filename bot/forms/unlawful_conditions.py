"""Conditions that no job advertisement of this service states: found in what an employer typed, by kind."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import yaml

FILE = Path(__file__).with_suffix(".yaml")
AROUND = 6  # characters that are quoted on both sides of what was found


@dataclass(frozen=True)
class UnlawfulCondition:
    """``kind``: as ``unlawful_conditions.yaml`` names it; ``quoted``: the words that say it, as they stand."""

    kind: str
    quoted: str


def unlawful_condition(text: str) -> UnlawfulCondition | None:
    """The first condition in ``text`` that may not be stated; None when there is none."""
    plain = unicodedata.normalize("NFKC", text).lower()
    found = [
        (match.start(), kind, match)
        for kind, patterns in _patterns().items()
        for pattern in patterns
        if (match := pattern.search(plain))
    ]
    if not found:
        return None
    start, kind, match = min(found, key=lambda one: one[:2])
    return UnlawfulCondition(kind, plain[max(0, start - AROUND) : match.end() + AROUND].strip())


@cache
def _patterns() -> dict[str, tuple[re.Pattern[str], ...]]:
    content = yaml.safe_load(FILE.read_text(encoding="utf-8"))
    return {kind: tuple(map(re.compile, patterns)) for kind, patterns in content.items()}
