"""What a question is about and a text speaks of or not: an intern's night shift is not a nursing mother's."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from pathlib import Path

import yaml

from bot.evidence.passage_selection import all_said
from knowledge.models import Passage
from knowledge.text.language import HAN, fold, fold_question


def speaking_of(question: str, passages: Sequence[Passage]) -> tuple[Passage, ...]:
    """Those of ``passages`` that speak of every subject in ``question``, in their order."""
    folded = fold_question(question)
    subjects = [pattern for pattern in _subjects() if pattern.search(folded)]
    if not subjects:
        return tuple(passages)
    texts = [fold(all_said(passage)) for passage in passages]
    speaking = [all(subject.search(text) for subject in subjects) for text in texts]
    return tuple(passage for passage, speaks in zip(passages, speaking, strict=True) if speaks)


@cache
def _subjects() -> tuple[re.Pattern[str], ...]:
    groups = yaml.safe_load(Path(__file__).with_suffix(".yaml").read_text(encoding="utf-8"))
    return tuple(
        re.compile("|".join(form if HAN.search(form) else rf"\b(?:{form})\b" for form in forms.split(", ")))
        for forms in groups
    )
