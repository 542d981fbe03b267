"""Retrieval metrics (hit@k, nDCG@10, MRR), refusal rates and latency percentiles."""

from __future__ import annotations

import math
import statistics
from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

Gold = Mapping[str, int]  # id of each text that answers a question -> its grade, 1 or more
NDCG_DEPTH = 10  # ranks that nDCG looks at


def area_under_curve(scores: Sequence[float], labels: Sequence[bool]) -> float:
    """The share of right and wrong pairs in which the right one has the higher score; equal scores count half."""
    ordered = sorted(zip(scores, labels, strict=True))
    right = sum(labels)
    below = met = 0.0
    for _, equal in groupby(ordered, key=lambda pair: pair[0]):
        group = [label for _, label in equal]
        wrong = len(group) - sum(group)
        met += sum(group) * (below + wrong / 2)
        below += wrong
    return met / (right * (len(labels) - right)) if 0 < right < len(labels) else math.nan


@dataclass(frozen=True)
class VerdictMetrics:
    """``auc``: see ``area_under_curve``. ``mean``: of the share of right pairs accepted and of wrong ones refused, at
    ``threshold``; ``best_mean`` at the threshold that is best on these pairs.
    """

    auc: float
    threshold: float
    mean: float
    best_threshold: float
    best_mean: float


def verdict_metrics(probabilities: Sequence[float], labels: Sequence[bool], threshold: float) -> VerdictMetrics:
    """The metrics of probabilities of pairs, with the shipped ``threshold`` and the best one."""
    right = sorted(value for value, label in zip(probabilities, labels, strict=True) if label)
    wrong = sorted(value for value, label in zip(probabilities, labels, strict=True) if not label)

    def mean_at(least: float) -> float:
        accepted = len(right) - bisect_left(right, least)
        return (accepted / len(right) + bisect_left(wrong, least) / len(wrong)) / 2

    best = max(sorted(set(probabilities)), key=mean_at)
    return VerdictMetrics(area_under_curve(probabilities, labels), threshold, mean_at(threshold), best, mean_at(best))


@dataclass(frozen=True)
class RankingMetrics:
    """How well rankings put gold first; shares from 0 to 1 over ``questions`` questions."""

    questions: int
    hit_1: float
    hit_5: float
    hit_10: float
    ndcg_10: float
    mrr: float


@dataclass(frozen=True)
class RefusalMetrics:
    """What a threshold on the probability does: the share refused without gold, the share answered with it."""

    above: float
    refused: float
    answered: float

    @property
    def mean(self) -> float:
        """The mean of both shares."""
        return (self.refused + self.answered) / 2


@dataclass(frozen=True)
class LatencyMetrics:
    """Milliseconds a question."""

    p50: float
    p95: float


def ranking_metrics(rankings: Sequence[Sequence[str]], golds: Sequence[Gold]) -> RankingMetrics:
    """Metrics of rankings (ids without repetition, best first), one for each question's gold."""
    ranks = [_first_rank(ranking, gold) for ranking, gold in zip(rankings, golds, strict=True)]

    def hit(depth: int) -> float:
        return _mean([rank <= depth for rank in ranks])

    ndcgs = [_ndcg(ranking, gold) for ranking, gold in zip(rankings, golds, strict=True)]
    return RankingMetrics(len(golds), hit(1), hit(5), hit(10), _mean(ndcgs), _mean([1 / rank for rank in ranks]))


def refusal_metrics(above: float, without_gold: Sequence[float], with_gold: Sequence[float]) -> RefusalMetrics:
    """What answering from the probability ``above`` on would do, given the probabilities of both runs."""
    return RefusalMetrics(above, _mean([p < above for p in without_gold]), _mean([p >= above for p in with_gold]))


def latency_metrics(seconds: Sequence[float]) -> LatencyMetrics:
    """Median and 95th percentile of ``seconds``, in milliseconds."""
    ordered = sorted(seconds)
    p95 = ordered[min(len(ordered) - 1, math.ceil(0.95 * len(ordered)) - 1)]
    return LatencyMetrics(statistics.median(ordered) * 1000, p95 * 1000)


def unique(ids: Sequence[str]) -> tuple[str, ...]:
    """Each id once, at its first position."""
    return tuple(dict.fromkeys(ids))


def _first_rank(ranking: Sequence[str], gold: Gold) -> float:
    """The rank of the first right id, from 1; infinite when there is none."""
    return next((rank for rank, key in enumerate(ranking, start=1) if key in gold), math.inf)


def _ndcg(ranking: Sequence[str], gold: Gold) -> float:
    ideal = _discounted_gain(sorted(gold.values(), reverse=True))
    return _discounted_gain([gold.get(key, 0) for key in ranking]) / ideal


def _discounted_gain(grades: Sequence[int]) -> float:
    return sum(grade / math.log2(rank + 1) for rank, grade in enumerate(grades[:NDCG_DEPTH], start=1))


def _mean(values: Sequence[float]) -> float:
    return sum(values) / len(values)
