"""Retrieval metrics (hit@k, nDCG@10, MRR), refusal rates and latency percentiles."""

from __future__ import annotations

import math
import statistics
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

Gold = Mapping[str, int]  # id of each text that answers a question -> its grade, 1 or more
NDCG_DEPTH = 10  # ranks that nDCG looks at


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
