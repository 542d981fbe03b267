"""What the evaluation commands say: lines for people, values for programs."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

from knowledge.evaluation.law_retrieval import LawMiss, LawRetrievalResult
from knowledge.evaluation.metrics import RankingMetrics, RefusalMetrics
from knowledge.evaluation.pair_verdicts import PairVerdictsResult
from knowledge.evaluation.text_retrieval import TextRetrievalResult
from knowledge.text.numerals import figure

DECIMALS = 4  # of a share in the values for programs


def text_retrieval_lines(result: TextRetrievalResult) -> Iterator[str]:
    """Metrics of a labelled set, as lines for people."""
    yield f"{result.ranking.questions} questions over {result.texts} texts"
    if result.unreadable:
        first = result.unreadable[0]
        yield f"ATTENTION: {len(result.unreadable)} texts could not be read; first {first.source}: {first.reason}"
    yield _ranking_line("", result.ranking)
    yield f"milliseconds a question: p50 {result.latency.p50:.1f}  p95 {result.latency.p95:.1f}"
    for refusals in result.refusals:
        yield (
            f"answering from probability {figure(refusals.above)}: refused without gold {refusals.refused:.3f}  "
            f"answered with gold {refusals.answered:.3f}  mean {refusals.mean:.3f}"
        )


def text_retrieval_values(result: TextRetrievalResult) -> dict[str, Any]:
    """Metrics of a labelled set, as JSON values."""
    return {
        "texts": result.texts,
        **ranking_values(result.ranking),
        "latency_p50_ms": round(result.latency.p50, 2),
        "latency_p95_ms": round(result.latency.p95, 2),
        **(_refusal_values(result.refusals[-1]) if result.refusals else {}),  # what is given as an answer
        "thresholds": [_refusal_values(refusals) for refusals in result.refusals],
        "unreadable": [asdict(file) for file in result.unreadable],
    }


def pair_verdicts_lines(result: PairVerdictsResult) -> Iterator[str]:
    """Verdicts on pairs, as lines for people."""
    yield f"{result.pairs} pairs, {result.answerable} of them answerable"
    for name, metrics in (("judge", result.judge), ("search", result.search)):
        yield (
            f"{name}: auc {metrics.auc:.3f}  mean of refused and answered {metrics.mean:.3f} "
            f"at {figure(metrics.threshold)}, best {metrics.best_mean:.3f} at {metrics.best_threshold:.3f}"
        )


def pair_verdicts_values(result: PairVerdictsResult) -> dict[str, Any]:
    """Verdicts on pairs, as JSON values: those of the judge, and of the search alone under ``search``."""
    judge, search = (
        {name: round(value, DECIMALS) for name, value in asdict(metrics).items()}
        for metrics in (result.judge, result.search)
    )
    return {"pairs": result.pairs, "answerable": result.answerable, **judge, "search": search}


def law_retrieval_lines(result: LawRetrievalResult, *, misses: bool) -> Iterator[str]:
    """Metrics of questions about laws, as lines for people; ``misses``: also the questions that missed."""
    yield _ranking_line(f"all {result.ranking.questions}: ", result.ranking)
    for name, metrics in result.languages.items():
        yield _ranking_line(f"{name} {metrics.questions}: ", metrics)
    for miss in result.misses if misses else ():
        yield f"{miss.id} {miss.question} → {miss.rank or 'not found'}: {', '.join(miss.right)}"
        yield f"    instead: {', '.join(miss.first)}"


def law_retrieval_values(result: LawRetrievalResult) -> dict[str, Any]:
    """Metrics of questions about laws, as JSON values."""
    return {
        **ranking_values(result.ranking),
        "languages": {name: ranking_values(metrics) for name, metrics in result.languages.items()},
        "misses": [_miss_values(miss) for miss in result.misses],
    }


def ranking_values(metrics: RankingMetrics) -> dict[str, Any]:
    """Metrics of rankings, as JSON values."""
    return {
        "questions": metrics.questions,
        "hit@1": round(metrics.hit_1, DECIMALS),
        "hit@5": round(metrics.hit_5, DECIMALS),
        "hit@10": round(metrics.hit_10, DECIMALS),
        "ndcg@10": round(metrics.ndcg_10, DECIMALS),
        "mrr": round(metrics.mrr, DECIMALS),
    }


def _refusal_values(refusals: RefusalMetrics) -> dict[str, float]:
    return {
        "answering_above": refusals.above,
        "refused_without_gold": round(refusals.refused, DECIMALS),
        "answered_with_gold": round(refusals.answered, DECIMALS),
        "refusal_mean": round(refusals.mean, DECIMALS),
    }


def _miss_values(miss: LawMiss) -> dict[str, Any]:
    return {
        "id": miss.id,
        "question": miss.question,
        "right": list(miss.right),
        "first": list(miss.first),
        "place": miss.rank,
    }


def _ranking_line(heading: str, metrics: RankingMetrics) -> str:
    return (
        f"{heading}hit@1 {metrics.hit_1:.3f}  hit@5 {metrics.hit_5:.3f}  hit@10 {metrics.hit_10:.3f}  "
        f"nDCG@10 {metrics.ndcg_10:.3f}  MRR {metrics.mrr:.3f}"
    )
