"""The words for values of education, level, entry, mode, work and benefits, from ``vocabularies.yaml``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Any, Generic, TypeVar

import yaml

from knowledge.tables.values import Benefit, Education, Entry, Level, Mode, Work

E = TypeVar("E", bound=StrEnum)


@dataclass(frozen=True)
class Vocabulary(Generic[E]):
    """Patterns with the value that each stands for, in the order in which they are tried; and its English name."""

    cells: tuple[tuple[str, E], ...]
    questions: tuple[tuple[str, E], ...]
    english: Mapping[str, str]

    def cell(self, *values: E) -> str:
        """The pattern of what a cell calls any of ``values``."""
        return "|".join(pattern for pattern, value in self.cells if value in values)

    def question(self, *values: E) -> str:
        """The pattern of what a question calls any of ``values``."""
        return "|".join(pattern for pattern, value in self.questions if value in values)


@cache
def _file() -> Mapping[str, Any]:
    content: Mapping[str, Any] = yaml.safe_load(Path(__file__).with_suffix(".yaml").read_text(encoding="utf-8"))
    return content


def _vocabulary(name: str, kind: type[E]) -> Vocabulary[E]:
    values: Mapping[str, Mapping[str, str]] = _file()[name]["values"]
    asked: list[str] = _file()[name].get("asked", list(values))
    return Vocabulary(
        # What a question is told by alone is longer, and is taken away whole when it comes first.
        cells=_patterns(kind, values, list(values), ("words", "cell")),
        questions=_patterns(kind, values, asked, ("question", "words")),
        english={value: words["english"] for value, words in values.items() if "english" in words},
    )


def _patterns(
    kind: type[E], values: Mapping[str, Mapping[str, str]], order: list[str], fields: tuple[str, ...]
) -> tuple[tuple[str, E], ...]:
    """Patterns of ``fields`` by value, for those that have any."""
    patterns = {value: "|".join(values[value][field] for field in fields if field in values[value]) for value in order}
    return tuple((pattern, kind(value)) for value, pattern in patterns.items() if pattern)


EDUCATION = _vocabulary("education", Education)
LEVEL = _vocabulary("level", Level)
ENTRY = _vocabulary("entry", Entry)
MODE = _vocabulary("mode", Mode)
WORK = _vocabulary("work", Work)
BENEFIT = _vocabulary("benefits", Benefit)
