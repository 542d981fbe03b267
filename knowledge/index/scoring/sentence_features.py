"""Signals of one sentence: whether the words of the question stand together, or only somewhere in the chunk."""

from __future__ import annotations

from typing import Any

import numpy as np

from knowledge.index.scoring.scorers import Integers, Match

MET, WELL_MET = 0.5, 0.8  # likeness from which a word of the question counts as found, and as surely found
RAREST = 3  # words of the question that tell the most
OF_WORDS = (
    "close_met", "close_well_met", "close_worst", "close_second_worst", "close_rarest", "close_rarest_one",
    "rarest_of_three", "rarest_one", "close_short", "short", "short_of_all", "close_lost", "lost", "lost_two",
)  # fmt: skip

Matrix = np.ndarray[Any, np.dtype[np.float32]]


def best_sentence(match: Match, row: int) -> int:
    """The index, among the sentences of the chunk at ``row``, of the one that meets most of the question."""
    return int(np.argmax(match.share(match.of(row, match.in_sentences))))


def in_sentences(match: Match, row: int, others: Integers) -> dict[str, float]:
    """The signals of the chunk at ``row`` beside those at ``others``."""
    shares = match.share(match.in_sentences)
    levels = dict(zip(("together", "in_two", "anywhere"), _levels(match, shares), strict=True))
    values: dict[str, float] = {}
    for name, level in levels.items():
        best = float(level[others].max()) if len(others) else 0.0
        values |= {name: float(level[row]), f"{name}_elsewhere": best, f"{name}_ahead": float(level[row]) - best}
    own = np.sort(match.of(row, shares))
    values["next_sentence"] = float(own[-2]) if len(own) > 1 else 0.0
    if not match.best.shape[1]:
        return values | dict.fromkeys(OF_WORDS, 0.0)
    return values | _words(match, match.of(row, match.in_sentences)[best_sentence(match, row)], match.best[row], others)


def _levels(match: Match, shares: Matrix) -> tuple[Matrix, Matrix, Matrix]:
    """How much of the question each chunk meets in its best sentence, in the best two in a row, in all together."""
    pairs = shares.copy()
    pairs[:-1] = match.share(np.maximum(match.in_sentences[:-1], match.in_sentences[1:]))
    lasts = np.append(match.begins[1:], len(shares)) - 1
    pairs[lasts] = shares[lasts]  # the last sentence of a chunk makes no pair with the first of another
    together, in_two = (np.maximum.reduceat(level, match.begins) for level in (shares, pairs))
    return together, in_two, match.share(match.best)


def _words(match: Match, close: Matrix, whole: Matrix, others: Integers) -> dict[str, float]:
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
