"""Figures of rankings, refusals and times."""

from __future__ import annotations

import math
import statistics
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

Gold = Mapping[str, int]
DEPTH = 10  # places that nDCG looks at


@dataclass(frozen=True)
class Ranked:
    """How well rankings put gold first; shares from 0 to 1 over ``questions`` questions."""

    questions: int
    hit_1: float
    hit_5: float
    hit_10: float
    ndcg_10: float
    mrr: float


@dataclass(frozen=True)
class Refusals:
    """What a threshold on the probability does: the share refused without gold, the share answered with it."""

    above: float
    refused: float
    answered: float

    @property
    def mean(self) -> float:
        """The mean of both shares."""
        return (self.refused + self.answered) / 2


@dataclass(frozen=True)
class Times:
    """Milliseconds a question."""

    p50: float
    p95: float


def ranked(rankings: Sequence[Sequence[str]], golds: Sequence[Gold]) -> Ranked:
    """Figures of rankings (ids without repetition, best first), one for each question's gold."""
    places = [_first(ranking, gold) for ranking, gold in zip(rankings, golds, strict=True)]

    def within(depth: int) -> float:
        return _mean([place <= depth for place in places])

    gains = [_ndcg(ranking, gold) for ranking, gold in zip(rankings, golds, strict=True)]
    return Ranked(len(golds), within(1), within(5), within(10), _mean(gains), _mean([1 / place for place in places]))


def refusals(above: float, without_gold: Sequence[float], with_gold: Sequence[float]) -> Refusals:
    """What answering from the probability ``above`` on would do, given the probabilities of both runs."""
    return Refusals(above, _mean([p < above for p in without_gold]), _mean([p >= above for p in with_gold]))


def times(seconds: Sequence[float]) -> Times:
    """Median and 95th percentile."""
    ordered = sorted(seconds)
    late = ordered[min(len(ordered) - 1, math.ceil(0.95 * len(ordered)) - 1)]
    return Times(statistics.median(ordered) * 1000, late * 1000)


def without_repetition(ids: Sequence[str]) -> tuple[str, ...]:
    """Each id where it came first."""
    return tuple(dict.fromkeys(ids))


def _first(ranking: Sequence[str], gold: Gold) -> float:
    """The place of the first right one, from 1; infinite when there is none."""
    return next((place for place, found in enumerate(ranking, start=1) if found in gold), math.inf)


def _ndcg(ranking: Sequence[str], gold: Gold) -> float:
    best = _gain(sorted(gold.values(), reverse=True))
    return _gain([gold.get(found, 0) for found in ranking]) / best


def _gain(grades: Sequence[int]) -> float:
    return sum(grade / math.log2(place + 1) for place, grade in enumerate(grades[:DEPTH], start=1))


def _mean(values: Sequence[float]) -> float:
    return sum(values) / len(values)
