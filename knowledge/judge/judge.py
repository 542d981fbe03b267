"""Whether a passage answers a question, and where: pairs read by the learned ``MatchingReader``."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import torch
from scipy.special import expit

from knowledge.embedding import e5
from knowledge.embedding.packaged_models import E5_SMALL
from knowledge.judge.network import MatchingReader
from knowledge.learned_arrays import FOLDER, MEND, LearnedError
from knowledge.learned_arrays import read as read_arrays

FILE = FOLDER / "judge.npz"
LAYERS = 8  # of the encoder: its states are more telling than those of the last, which are made for likeness
MOST_ASKED, MOST_SAID = 64, 320  # tokens of a question and of a passage that are read
Matrix = np.ndarray[Any, np.dtype[np.float32]]


@dataclass(frozen=True)
class Judgement:
    """``answers``: log odds that the passage answers; ``where``: for each of its tokens, how likely it is a part of
    the answer, (tokens,), by their differences.
    """

    answers: float
    where: Matrix

    @property
    def probability(self) -> float:
        """That the passage answers, 0 to 1."""
        return float(expit(self.answers))


class Judge:
    """The reader with the encoder whose states it compares. Read-only, threads may share it."""

    def __init__(self, network: MatchingReader, encoder: e5.E5) -> None:
        self._network, self._encoder = network.eval(), encoder

    def states(self, texts: Sequence[str], *, question: bool = False) -> list[Matrix]:
        """The states of questions or passages, float32 (tokens, 384) each."""
        most = MOST_ASKED if question else MOST_SAID
        return [states[:most] for states in self._encoder.states(texts, LAYERS, question=question)]

    def tokens_at(self, passage: str, start: int, end: int) -> tuple[int, int] | None:
        """The tokens of ``passage``, from and to, that hold the characters from ``start`` to ``end``."""
        places = self._encoder.places(passage)[:MOST_SAID]
        inside = [token for token, (first, last) in enumerate(places) if first < end and last > start]
        return (inside[0], inside[-1] + 1) if inside else None

    def __call__(self, question: Matrix, passages: Sequence[Matrix]) -> list[Judgement]:
        """What each of ``passages`` is to ``question``, all given by their states."""
        if not passages:
            return []
        longest = max(map(len, passages))
        said = torch.zeros(len(passages), longest, dtype=torch.bool)
        states = torch.zeros(len(passages), longest, passages[0].shape[1])
        for row, passage in enumerate(passages):
            states[row, : len(passage)] = torch.from_numpy(passage)
            said[row, 1 : len(passage)] = True  # without the marker that opens every text
        asked = torch.zeros(len(passages), len(question), dtype=torch.bool)
        asked[:, 1:-1] = True
        with torch.inference_mode():
            reading = self._network(torch.from_numpy(question).expand(len(passages), -1, -1), asked, states, said)
        rows = zip(reading.answers.tolist(), reading.where.numpy(), passages, strict=True)
        return [Judgement(answers, where[: len(passage)]) for answers, where, passage in rows]


@cache
def judge() -> Judge:
    """The shipped judge, read once in a process. Raises ``LearnedError`` or ``ModelError``."""
    return Judge(read(FILE), e5.load(E5_SMALL, LAYERS))


def read(path: Path) -> MatchingReader:
    """The learned reader in ``path``. Raises ``LearnedError``."""
    network = MatchingReader()
    arrays, _ = read_arrays(path)
    weights = {name: torch.from_numpy(values.astype(np.float32)) for name, values in arrays.items()}
    if weights.keys() != network.state_dict().keys():
        raise LearnedError(f"{path} is of another version of the program; {MEND}")
    network.load_state_dict(weights)
    return network
