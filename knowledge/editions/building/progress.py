"""How a long command says what it is doing."""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum


class Stage(StrEnum):
    """What a refresh does, in its order."""

    READING = "reading"
    EMBEDDING = "embedding"
    BUILDING = "building"
    VERIFYING = "verifying"
    PUBLISHING = "publishing"
    CLEARING = "clearing"


# Called with the stage, how much of it is done, how much there is, and what is at hand.
Progress = Callable[[Stage, int, int, str], None]


def silent(stage: Stage, done: int, total: int, name: str) -> None:
    """Progress for callers who do not watch."""
