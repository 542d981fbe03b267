"""Learned weights of the search's scorers and calibration of its probability (knowledge/data/fusion.json)."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
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
class Logistic:
    """Logistic regression on standardised signals: ``mean``, ``spread`` (deviation) and ``weights`` are by signal."""

    signals: tuple[str, ...]
    mean: tuple[float, ...]
    spread: tuple[float, ...]
    weights: tuple[float, ...]
    bias: float

    def __call__(self, signals: Mapping[str, float]) -> float:
        """The probability for named signals; ``a*b`` is the product of two. Raises ``KeyError`` if one is missing."""
        values = [signals[name] if name in signals else _product(name, signals) for name in self.signals]
        parts = zip(values, self.mean, self.spread, self.weights, strict=True)
        # A signal that never varied in training has spread 0; dividing by 1 keeps it finite.
        total = self.bias + sum(weight * (value - mean) / (spread or 1.0) for value, mean, spread, weight in parts)
        return float(1 / (1 + np.exp(-np.clip(total, -30, 30))))


def _product(name: str, signals: Mapping[str, float]) -> float:
    one, other = name.split("*")
    return signals[one] * signals[other]


@dataclass(frozen=True)
class Fusion:
    """``weights`` in the order of ``FEATURES``; ``same`` and ``across``: calibration within and across languages."""

    weights: Matrix
    same: Logistic
    across: Logistic

    def roughly(self, cheap: Matrix) -> Matrix:
        """Scores (chunks,) from the cheap features alone (chunks, CHEAP)."""
        scores: Matrix = cheap @ self.weights[: len(CHEAP)]
        return scores

    def score(self, measured: Matrix) -> Matrix:
        """Scores of chunks (chunks,) from their features (chunks, FEATURES)."""
        scores: Matrix = measured @ self.weights
        return scores

    def probability(self, signals: Mapping[str, float], *, across: bool) -> float:
        """The probability, 0 to 1, that the evidence with these signals answers; ``across``: in the other language."""
        return (self.across if across else self.same)(signals)


def read(path: Path) -> Fusion:
    """The weights and calibrations in ``path``. Raises ``LearnedError``."""
    try:
        values = json.loads(path.read_text(encoding="utf-8"))
        weights = np.array([values["weights"][name] for name in FEATURES], dtype=np.float32)
        return Fusion(weights, logistic(values["same"]), logistic(values["across"]))
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise LearnedError(f"{path} cannot be used ({error!r}); {MEND}") from error


def logistic(values: Mapping[str, Any]) -> Logistic:
    """A calibration from its numbers: bias, and for each signal mean, spread and weight. Raises ``KeyError``."""
    rows: Sequence[Sequence[float]] = list(values["signals"].values())
    means, spreads, weights = zip(*rows, strict=True)
    return Logistic(tuple(values["signals"]), means, spreads, weights, float(values["bias"]))


@cache
def fusion() -> Fusion:
    """The shipped weights and calibrations, read once in a process. Raises ``LearnedError``."""
    return read(FILE)
