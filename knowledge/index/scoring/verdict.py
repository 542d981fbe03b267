"""The learned verdict: whether the best passage answers, from the judge and the search together (verdict.json)."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from knowledge.index.scoring.fusion import Logistic, logistic
from knowledge.learned_arrays import FOLDER, MEND, LearnedError

FILE = FOLDER / "verdict.json"
SUREST = 1e-4  # a probability is taken for no nearer to 0 or 1


@dataclass(frozen=True)
class LearnedVerdict:
    """``judged``: what a log odd of the judge weighs in the order of passages, in the scale of the search's scores."""

    judged: float
    answers: Logistic

    def __call__(self, signals: Mapping[str, float]) -> float:
        """The probability, 0 to 1, that the passage with these signals answers."""
        return self.answers(signals)


def log_odds(probability: float) -> float:
    """The logarithm of the odds of ``probability``, finite."""
    bounded = min(1 - SUREST, max(SUREST, probability))
    return math.log(bounded / (1 - bounded))


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
