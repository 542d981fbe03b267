"""Whether a passage answers a question, and where: pairs read by the learned ``MatchingReader``."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, TypeVar, cast

import numpy as np
import torch

from knowledge.embedding.e5 import E5, e5_small
from knowledge.judge.common_runs import Places, common_runs
from knowledge.judge.network import MatchingReader, ReadTexts
from knowledge.learned_arrays import FOLDER, MEND, LearnedError
from knowledge.learned_arrays import read as read_arrays

FILE = FOLDER / "judge.npz"
MOST_ASKED, MOST_SAID = 64, 320  # tokens of a question and of a passage that are read
Matrix = np.ndarray[Any, np.dtype[np.float32]]
Array = TypeVar("Array", bound=np.ndarray[Any, Any])
Floats = np.ndarray[Any, np.dtype[np.floating[Any]]]


@dataclass(frozen=True)
class EncodedText:
    """A question or a passage as the judge reads it: ``states`` of its tokens (tokens, 384), and the characters of
    ``text`` from and to at which each stands, (tokens, 2), zeros for what is added.
    """

    text: str
    states: Floats
    places: Places


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
        return float(1 / (1 + np.exp(-np.clip(self.answers, -30, 30))))  # scipy's would take 0.4 s to import


class Judge:
    """The reader with the encoder whose states it compares. Read-only, threads may share it."""

    def __init__(self, network: MatchingReader, encoder: E5) -> None:
        self._network, self._encoder = network.eval(), encoder

    def states(self, texts: Sequence[str], *, question: bool = False) -> list[Matrix]:
        """The states of questions or passages, float32 (tokens, 384) each."""
        return [_cut(states, question) for states in self._encoder.states(texts, question=question)]

    def places(self, text: str, *, question: bool = False) -> Places:
        """Where each of the tokens stands of which ``states`` tells."""
        return _cut(np.array(self._encoder.places(text, question=question), dtype=np.int32), question)

    def with_states(self, text: str, states: Floats, *, question: bool = False) -> EncodedText:
        """A question or a passage whose states in the encoder are known already."""
        places = self.places(text, question=question)
        return EncodedText(text, _cut(states, question), places)

    def encoded(self, texts: Sequence[str], *, question: bool = False) -> list[EncodedText]:
        """Questions or passages as they are read."""
        every = zip(texts, self.states(texts, question=question), strict=True)
        return [self.with_states(text, states, question=question) for text, states in every]

    def tokens_at(self, passage: str, start: int, end: int) -> tuple[int, int] | None:
        """The tokens of ``passage``, from and to, that hold the characters from ``start`` to ``end``."""
        places = self.places(passage)
        inside = np.flatnonzero((places[:, 0] < end) & (places[:, 1] > start))
        return (int(inside[0]), int(inside[-1]) + 1) if len(inside) else None

    def __call__(self, question: EncodedText, passages: Sequence[EncodedText]) -> list[Judgement]:
        """What each of ``passages`` is to ``question``."""
        if not passages:
            return []
        with torch.inference_mode():
            reading = self._network(*read_pairs([(question, passage) for passage in passages]))
        rows = zip(reading.answers.tolist(), reading.where.numpy(), passages, strict=True)
        return [Judgement(answers, where[: len(passage.states)]) for answers, where, passage in rows]


def _cut(rows: Array, question: bool) -> Array:
    cut: Any = rows[: MOST_ASKED if question else MOST_SAID]
    return cast(Array, cut)


def read_pairs(pairs: Sequence[tuple[EncodedText, EncodedText]]) -> tuple[ReadTexts, ReadTexts]:
    """Pairs of question and passage as the network takes them."""
    common = [common_runs(asked.text, asked.places, said.text, said.places) for asked, said in pairs]
    questions = _padded([asked.states for asked, _ in pairs], [measures for measures, _ in common])
    passages = _padded([said.states for _, said in pairs], [measures for _, measures in common])
    for row, (asked, _) in enumerate(pairs):  # without the markers that open and close a question and open a passage
        questions.there[row, 0] = questions.there[row, len(asked.states) - 1] = passages.there[row, 0] = False
    return questions, passages


def _padded(states: Sequence[Floats], common: Sequence[Matrix]) -> ReadTexts:
    longest = max(map(len, states))
    values = torch.zeros(len(states), longest, states[0].shape[1])
    measures = torch.zeros(len(states), longest, common[0].shape[1])
    there = torch.zeros(len(states), longest, dtype=torch.bool)
    for row, (own, own_measures) in enumerate(zip(states, common, strict=True)):
        values[row, : len(own)] = torch.from_numpy(own.astype(np.float32, copy=False))
        measures[row, : len(own)] = torch.from_numpy(own_measures)
        there[row, : len(own)] = True
    return ReadTexts(values, there, measures)


@cache
def judge() -> Judge:
    """The shipped judge, read once in a process. Raises ``LearnedError`` or ``ModelError``."""
    return Judge(read(FILE), e5_small())


def read(path: Path) -> MatchingReader:
    """The learned reader in ``path``. Raises ``LearnedError``."""
    network = MatchingReader()
    arrays, _ = read_arrays(path)
    weights = {name: torch.from_numpy(values.astype(np.float32)) for name, values in arrays.items()}
    try:
        network.load_state_dict(weights)
    except RuntimeError:
        raise LearnedError(f"{path} is of another version of the program; {MEND}") from None
    return network
