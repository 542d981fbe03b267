"""Signals of one sentence: whether the words of the question stand together, or only somewhere in the chunk."""

from __future__ import annotations

from typing import Any

import numpy as np

from knowledge.index.features import Match, Whole

MET, WELL_MET = 0.5, 0.8  # likeness from which a word of the question counts as found, and as surely found
RAREST = 3  # words of the question that tell the most
OF_WORDS = (
    "close_met", "close_well_met", "close_worst", "close_second_worst", "close_rarest", "close_rarest_one",
    "rarest_of_three", "rarest_one", "close_short", "short", "short_of_all", "close_lost", "lost", "lost_two",
)  # fmt: skip

Matrix = np.ndarray[Any, np.dtype[np.float32]]


def best_sentence(match: Match, row: int) -> int:
    """The place, among its chunk's sentences, of the one that meets most of the question."""
    return int(np.argmax(match.share(match.of(row))))


def in_sentences(match: Match, row: int, others: Whole) -> dict[str, float]:
    """The signals of the chunk at ``row`` beside those at ``others``."""
    met = match.of(row)
    beside = [_levels(match, match.of(other)) for other in others]
    levels = _levels(match, met)
    found = dict(zip(("together", "in_two", "anywhere"), levels, strict=True))
    for place, name in enumerate(("together", "in_two", "anywhere")):
        best = max((each[place] for each in beside), default=0.0)
        found |= {f"{name}_elsewhere": best, f"{name}_ahead": levels[place] - best}
    shares = np.sort(match.share(met))
    found["next_sentence"] = float(shares[-2]) if len(shares) > 1 else 0.0
    if not met.shape[1]:
        return found | dict.fromkeys(OF_WORDS, 0.0)
    return found | _words(match, met[best_sentence(match, row)], met.max(axis=0), others)


def _levels(match: Match, met: Matrix) -> tuple[float, float, float]:
    """How much of the question is met by the best sentence, by the best two in a row, and by all together."""
    pairs = np.maximum(met[:-1], met[1:]) if len(met) > 1 else met
    return float(match.share(met).max()), float(match.share(pairs).max()), float(match.share(met.max(axis=0)))


def _words(match: Match, close: Matrix, whole: Matrix, others: Whole) -> dict[str, float]:
    """How each word is met: ``close`` by the best sentence and ``whole`` by the whole chunk, shape (words,)."""
    order = np.argsort(-match.weights)[:RAREST]
    ordered = np.sort(close)
    anywhere = np.maximum(whole, match.best[others].max(axis=0)) if len(others) else whole
    lost_close, lost = np.sort((1 - close) * match.weights), np.sort((1 - whole) * match.weights)
    values = (
        match.share((close >= MET).astype(np.float32)),
        match.share((close > WELL_MET).astype(np.float32)),
        ordered[0],
        ordered[min(1, len(ordered) - 1)],
        close[order].min(),
        close[order[0]],
        whole[order].min(),
        whole[order[0]],
        match.share((1 - close) ** 2),
        match.share((1 - whole) ** 2),
        match.share((1 - anywhere) ** 2),
        lost_close[-1],
        lost[-1],
        lost[-2:].sum(),
    )
    return dict(zip(OF_WORDS, map(float, values), strict=True))
