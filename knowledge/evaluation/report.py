"""What the evaluation commands say: lines for people, values for programs."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

from knowledge.evaluation.law_retrieval import MeasuredLaws
from knowledge.evaluation.metrics import Ranked, Refusals
from knowledge.evaluation.text_retrieval import Measured

SHARE = 4  # decimals


def measured_lines(measured: Measured) -> Iterator[str]:
    """Figures of a labelled set."""
    yield f"{measured.ranked.questions} questions over {measured.texts} texts"
    if measured.unreadable:
        first = measured.unreadable[0]
        yield f"ATTENTION: {len(measured.unreadable)} texts could not be read; first {first.source}: {first.reason}"
    yield _ranked_line("", measured.ranked)
    yield f"milliseconds a question: p50 {measured.times.p50:.1f}  p95 {measured.times.p95:.1f}"
    for one in measured.refusals:
        yield (
            f"answering from probability {one.above:g}: refused without gold {one.refused:.3f}  "
            f"answered with gold {one.answered:.3f}  mean {one.mean:.3f}"
        )


def measured_values(measured: Measured) -> dict[str, Any]:
    """Figures of a labelled set, for programs."""
    return {
        "texts": measured.texts,
        **ranked_values(measured.ranked),
        "latency_p50_ms": round(measured.times.p50, 2),
        "latency_p95_ms": round(measured.times.p95, 2),
        **(_refusal_values(measured.refusals[-1]) if measured.refusals else {}),  # what is given as an answer
        "thresholds": [_refusal_values(one) for one in measured.refusals],
        "unreadable": [asdict(file) for file in measured.unreadable],
    }


def laws_lines(measured: MeasuredLaws, *, misses: bool) -> Iterator[str]:
    """Figures of questions about laws; ``misses``: also what did not come first."""
    yield _ranked_line(f"all {measured.ranked.questions}: ", measured.ranked)
    for name, figures in measured.languages.items():
        yield _ranked_line(f"{name} {figures.questions}: ", figures)
    for miss in measured.misses if misses else ():
        yield f"{miss.id} {miss.question} → {miss.place or 'not found'}: {', '.join(miss.right)}"
        yield f"    instead: {', '.join(miss.first)}"


def laws_values(measured: MeasuredLaws) -> dict[str, Any]:
    """Figures of questions about laws, for programs."""
    return {
        **ranked_values(measured.ranked),
        "languages": {name: ranked_values(figures) for name, figures in measured.languages.items()},
        "misses": [asdict(miss) for miss in measured.misses],
    }


def ranked_values(figures: Ranked) -> dict[str, Any]:
    """Figures of rankings, for programs."""
    return {
        "questions": figures.questions,
        "hit@1": round(figures.hit_1, SHARE),
        "hit@5": round(figures.hit_5, SHARE),
        "hit@10": round(figures.hit_10, SHARE),
        "ndcg@10": round(figures.ndcg_10, SHARE),
        "mrr": round(figures.mrr, SHARE),
    }


def _refusal_values(refusals: Refusals) -> dict[str, float]:
    return {
        "answering_above": refusals.above,
        "refused_without_gold": round(refusals.refused, SHARE),
        "answered_with_gold": round(refusals.answered, SHARE),
        "refusal_mean": round(refusals.mean, SHARE),
    }


def _ranked_line(heading: str, figures: Ranked) -> str:
    return (
        f"{heading}hit@1 {figures.hit_1:.3f}  hit@5 {figures.hit_5:.3f}  hit@10 {figures.hit_10:.3f}  "
        f"nDCG@10 {figures.ndcg_10:.3f}  MRR {figures.mrr:.3f}"
    )
