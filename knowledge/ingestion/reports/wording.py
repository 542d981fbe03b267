"""What all reports have in common: moments, lists that end, languages."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from knowledge.ingestion.messages import say
from knowledge.validity import BEIJING

SHOWN = 20  # names in a list; --json has them all


def moment(seconds: float) -> str:
    """A moment (seconds since 1970) on Beijing's clock, to the second."""
    return f"{datetime.fromtimestamp(seconds, tz=BEIJING):%Y-%m-%d %H:%M:%S}"


def listed(mark: str, lines: Sequence[str], shown: int = SHOWN) -> Iterator[str]:
    """The first of ``lines``, and how many more there are."""
    yield from (f"{mark}{line}" for line in lines[:shown])
    if len(lines) > shown:
        yield f"{mark}{say('… and {count} more (--json lists all)', count=len(lines) - shown)}"
