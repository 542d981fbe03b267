"""What a message wants: rows, documents, or something of the service itself; a learned softmax over one reading of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np

from knowledge import learned_arrays

FILE = learned_arrays.FOLDER / "intents.npz"
DOCUMENT, ROWS = "document", ("opening", "program", "partner")  # what the base may hold; all others are of the service
Matrix = np.ndarray[Any, np.dtype[np.float32]]


@dataclass(frozen=True)
class Intents:
    """How probably each intent is a message's, by its name; together 1.

    ``alarm``: from this sum of the service's intents on a message is taken as one of them.
    """

    probabilities: Mapping[str, float]
    alarm: float

    @property
    def of_service(self) -> float:
        """How probably the message is of the service itself."""
        return sum(self._own.values())

    @property
    def service(self) -> str | None:
        """The likeliest intent of the service where the message surely is of it, else None."""
        return max(self._own, key=lambda name: self._own[name]) if self.of_service >= self.alarm else None

    @property
    def _own(self) -> dict[str, float]:
        return {name: share for name, share in self.probabilities.items() if name != DOCUMENT and name not in ROWS}


class IntentClassifier:
    """Read-only, threads may share it. ``arrays``: the learned numbers by name.

    ``alarm`` among them: above it lay, on messages left out of learning, as many look-alikes as the training allows.
    """

    def __init__(self, arrays: learned_arrays.Arrays) -> None:
        self.names = tuple(bytes(arrays["names"]).decode().split("\n"))
        self.alarm = float(arrays["alarm"][0])
        self._middle: Matrix = arrays["middle"].astype(np.float32)  # (2, 384)
        self._weights: Matrix = arrays["weights"].astype(np.float32)  # (768, intents)
        self._bias: Matrix = arrays["bias"].astype(np.float32)  # (intents,)

    def __call__(self, embedding: Matrix, states: Matrix) -> Intents:
        """From a question's ``embedding`` (384,) and the ``states`` of its tokens (tokens, 384), both by the bundled
        model.
        """
        odds = features(embedding, states, self._middle) @ self._weights + self._bias
        shares = np.exp(odds - odds.max())
        return Intents(dict(zip(self.names, map(float, shares / shares.sum()), strict=True)), self.alarm)


def features(embedding: Matrix, states: Matrix, middle: Matrix) -> Matrix:
    """What is weighed, (768,): the embedding and the mean of the states, each less its ``middle`` and of unit length."""
    apart = np.stack([embedding, states.mean(axis=0)]) - middle
    unit: Matrix = apart / np.linalg.norm(apart, axis=1, keepdims=True).clip(1e-6)
    return unit.ravel()


@cache
def intent_classifier() -> IntentClassifier:
    """The shipped classifier, read once in a process. Raises ``LearnedError``."""
    return IntentClassifier(learned_arrays.read(FILE)[0])
