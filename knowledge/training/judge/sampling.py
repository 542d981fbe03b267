"""What one step learns from: bundles with tempting wrong passages, cut to windows, padded into tensors."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from torch import Tensor

from knowledge.judge.common_runs import Places
from knowledge.judge.judge import EncodedText, Judge, read_pairs
from knowledge.judge.network import ReadTexts
from knowledge.training.judge.pair_sources import Bundle, Pair
from knowledge.training.judge.state_cache import StateCache

TEMPTING, ADDED = 10, 3  # likeliest wrong passages of a question, and how many of them a step takes
MOST_PAIRS = 14  # of a bundle in one step
STEP_PAIRS = 40
WINDOW = 144  # tokens of a longer passage that a step reads
SHORT = 110  # tokens; bundles of shorter passages make steps of their own, so that little is padding
Matrix = np.ndarray[Any, np.dtype[np.float32]]


@dataclass(frozen=True)
class Sample:
    """A pair to learn from; ``answer``: its tokens of the passage, from and to, where known."""

    question: str
    passage: str
    answers: bool
    answer: tuple[int, int] | None = None


@dataclass(frozen=True)
class Step:
    """Tensors of some pairs: what is read, whether each is answered (pairs,), and the answer's tokens."""

    questions: ReadTexts
    passages: ReadTexts
    answers: Tensor
    where: Tensor
    together: Tensor  # (pairs, pairs): whether two share their question or their passage


class Sampler:
    """Draws steps from bundles."""

    def __init__(self, bundles: Sequence[Bundle], states: StateCache, judge: Judge, seed: int = 0) -> None:
        self._states, self._judge, self._chance = states, judge, random.Random(seed)
        self._places: dict[tuple[str, bool], Places] = {}
        middle = states.middle()
        tempting = list(dict.fromkeys(text for bundle in bundles for text in bundle.tempting))
        self._row_of = {text: row for row, text in enumerate(tempting)}
        self._means = states.means(tempting, middle, question=False) if tempting else np.zeros((0, 0), np.float32)
        self._fixed = [[self._sample(pair) for pair in bundle.pairs] for bundle in bundles]
        self._tempting = [self._likeliest(bundle, middle) for bundle in bundles]

    def epoch(self) -> Iterator[Step]:
        """Every bundle once, in another order and with other wrong passages each time."""
        for samples in self._parts():
            yield self.step(samples, window=True)

    def labelled(self, bundles: Sequence[Bundle]) -> Iterator[tuple[str, list[Sample]]]:
        """The samples of each of the ``bundles`` it was made with, by source, the likeliest wrong added."""
        for bundle, fixed, wrong in zip(bundles, self._fixed, self._tempting, strict=True):
            added = [Sample(fixed[0].question, passage, False) for passage in wrong[:ADDED]]
            yield bundle.source, [*(fixed[:1] if wrong else fixed), *added]

    def step(self, samples: Sequence[Sample], *, window: bool) -> Step:
        """Tensors of ``samples``; ``window``: of long passages a part, around the answer if there is one."""
        cuts = [self._cut(each, window=window) for each in samples]
        questions, passages = read_pairs(
            [
                (self._encoded(each.question, question=True), _part(self._encoded(each.passage, question=False), *cut))
                for each, cut in zip(samples, cuts, strict=True)
            ]
        )
        where = torch.zeros_like(passages.there)
        for row, (each, (start, end)) in enumerate(zip(samples, cuts, strict=True)):
            if each.answer:
                where[row, max(0, each.answer[0] - start) : max(0, min(end, each.answer[1]) - start)] = True
        return Step(
            questions,
            passages,
            torch.tensor([float(each.answers) for each in samples]),
            where & passages.there,
            _together([each.question for each in samples]) | _together([each.passage for each in samples]),
        )

    def _parts(self) -> Iterator[list[Sample]]:
        drawn = [self._drawn(number) for number in range(len(self._fixed))]
        self._chance.shuffle(drawn)
        lengths = [np.mean([len(self._states.of(each.passage, question=False)) for each in part]) for part in drawn]
        steps: list[list[Sample]] = []
        for short in (True, False):
            together: list[Sample] = []
            for part, length in zip(drawn, lengths, strict=True):
                if (length < SHORT) == short:
                    if together and len(together) + len(part) > STEP_PAIRS:
                        steps.append(together)
                        together = []
                    together = together + part
            steps.append(together)
        self._chance.shuffle(steps)
        yield from filter(None, steps)

    def _drawn(self, number: int) -> list[Sample]:
        fixed, wrong = self._fixed[number], self._tempting[number]
        if wrong:
            chosen = self._chance.choice(fixed)
            others = self._chance.sample(wrong, min(ADDED, len(wrong)))
            return [chosen, *(Sample(chosen.question, passage, False) for passage in others)]
        return self._chance.sample(fixed, MOST_PAIRS) if len(fixed) > MOST_PAIRS else list(fixed)

    def _likeliest(self, bundle: Bundle, middle: Matrix) -> list[str]:
        if not bundle.tempting:
            return []
        question = self._states.means([bundle.pairs[0].question], middle, question=True)[0]
        rows = [self._row_of[text] for text in bundle.tempting]
        return [bundle.tempting[place] for place in np.argsort(-(self._means[rows] @ question))[:TEMPTING]]

    def _encoded(self, text: str, *, question: bool) -> EncodedText:
        key = (text, question)
        if key not in self._places:
            self._places[key] = self._judge.places(text, question=question)
        states = self._states.of(text, question=question)
        return EncodedText(text, states[: len(self._places[key])], self._places[key])

    def _sample(self, pair: Pair) -> Sample:
        tokens = self._judge.tokens_at(pair.passage, *pair.answer) if pair.answer else None
        return Sample(pair.question, pair.passage, pair.answers, tokens)

    def _cut(self, sample: Sample, *, window: bool) -> tuple[int, int]:
        length = len(self._states.of(sample.passage, question=False))
        if not window or length <= WINDOW:
            return 0, length
        first, last = 0, length - WINDOW
        if sample.answer:
            first, last = max(0, sample.answer[1] - WINDOW), min(last, sample.answer[0])
        elif sample.answers:
            last = 0
        start = self._chance.randint(min(first, last), max(first, last))
        return start, start + WINDOW


def _part(passage: EncodedText, start: int, end: int) -> EncodedText:
    """The tokens from ``start`` to ``end`` with the text that they stand for."""
    states, places = passage.states[start:end], passage.places[start:end]
    first = int(places[places[:, 1] > 0, 0].min(initial=len(passage.text)))
    text = passage.text[first : int(places.max(initial=0))]
    return EncodedText(text, states, (places - first).clip(0))


def _together(keys: Sequence[str]) -> Tensor:
    numbers = torch.tensor([hash(key) for key in keys])
    return numbers[:, None] == numbers[None]
