"""Learned weights of the search's scorers (knowledge/data/fusion.json)."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from knowledge.index.scoring.scorers import CHEAP, FEATURES
from knowledge.learned_arrays import FOLDER, MEND, LearnedError

FILE = FOLDER / "fusion.json"
Matrix = np.ndarray[Any, np.dtype[np.float32]]


@dataclass(frozen=True)
class Fusion:
    """``weights`` in the order of ``FEATURES``."""

    weights: Matrix

    def roughly(self, cheap: Matrix) -> Matrix:
        """Scores (chunks,) from the cheap features alone (chunks, CHEAP)."""
        scores: Matrix = cheap @ self.weights[: len(CHEAP)]
        return scores

    def score(self, measured: Matrix) -> Matrix:
        """Scores of chunks (chunks,) from their features (chunks, FEATURES)."""
        scores: Matrix = measured @ self.weights
        return scores


def read(path: Path) -> Fusion:
    """The weights in ``path``. Raises ``LearnedError``."""
    try:
        values = json.loads(path.read_text(encoding="utf-8"))
        return Fusion(np.array([values["weights"][name] for name in FEATURES], dtype=np.float32))
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise LearnedError(f"{path} cannot be used ({error!r}); {MEND}") from error


@cache
def fusion() -> Fusion:
    """The shipped weights, read once in a process. Raises ``LearnedError``."""
    return read(FILE)
