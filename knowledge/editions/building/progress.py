"""Progress reports of a refresh: its stages, and the callback that is told of them."""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum


class Stage(StrEnum):
    """Stages of a refresh, in the order in which they run."""

    READING = "reading"
    EMBEDDING = "embedding"
    BUILDING = "building"
    VERIFYING = "verifying"
    ASKING = "asking"
    PUBLISHING = "publishing"
    CLEARING = "clearing"


# Called with the stage, the steps done, the steps in all, and the name of the file at hand ("" where there is none).
Progress = Callable[[Stage, int, int, str], None]


def silent(stage: Stage, done: int, total: int, name: str) -> None:
    """A progress callback that shows nothing."""
