"""Logistic regression, as learned: a probability from named signals."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from knowledge.learned_arrays import MEND, LearnedError


@dataclass(frozen=True)
class Logistic:
    """Logistic regression on standardised signals: ``mean``, ``spread`` (deviation) and ``weights`` are by signal."""

    signals: tuple[str, ...]
    mean: tuple[float, ...]
    spread: tuple[float, ...]
    weights: tuple[float, ...]
    bias: float

    def __call__(self, signals: Mapping[str, float]) -> float:
        """The probability for named signals. Raises ``KeyError`` if one is missing."""
        parts = zip(self.signals, self.mean, self.spread, self.weights, strict=True)
        # A signal that never varied in training has spread 0; dividing by 1 keeps it finite.
        total = self.bias + sum(
            weight * (signals[name] - mean) / (spread or 1.0) for name, mean, spread, weight in parts
        )
        return float(1 / (1 + np.exp(-np.clip(total, -30, 30))))


def logistic(values: Mapping[str, Any]) -> Logistic:
    """A regression from its numbers: bias, and for each signal mean, spread and weight. Raises ``KeyError``."""
    rows: Sequence[Sequence[float]] = list(values["signals"].values())
    means, spreads, weights = zip(*rows, strict=True)
    return Logistic(tuple(values["signals"]), means, spreads, weights, float(values["bias"]))


def read_logistic(path: Path) -> Logistic:
    """A regression in a file of its own. Raises ``LearnedError``."""
    try:
        return logistic(json.loads(path.read_text(encoding="utf-8")))
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise LearnedError(f"{path} cannot be used ({error!r}); {MEND}") from error
