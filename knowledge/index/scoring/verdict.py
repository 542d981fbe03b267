"""The learned verdict: whether the best passage answers, from the judge and the search together (verdict.json)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from knowledge.learned_arrays import FOLDER, MEND, LearnedError
from knowledge.learned_logistic import Logistic, logistic

FILE = FOLDER / "verdict.json"


@dataclass(frozen=True)
class LearnedVerdict:
    """``judged``: what a log odd of the judge weighs in the order of passages, in the scale of the search's scores."""

    judged: float
    answers: Logistic

    def __call__(self, signals: Mapping[str, float]) -> float:
        """The probability, 0 to 1, that the passage with these signals answers."""
        return self.answers(signals)


def read(path: Path) -> LearnedVerdict:
    """The verdict in ``path``. Raises ``LearnedError``."""
    try:
        values = json.loads(path.read_text(encoding="utf-8"))
        return LearnedVerdict(float(values["judged"]), logistic(values["answers"]))
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise LearnedError(f"{path} cannot be used ({error!r}); {MEND}") from error


@cache
def verdict() -> LearnedVerdict:
    """The shipped verdict, read once in a process. Raises ``LearnedError``."""
    return read(FILE)
