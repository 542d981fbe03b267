"""Signals of how well the best chunk answers: what the probability of an answer is made from."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

import numpy as np

from knowledge.index.features import FEATURES, Match
from knowledge.index.names import named
from knowledge.index.question import Asked
from knowledge.index.terms import NUMBER
from knowledge.language import fold

MET, WELL_MET = 0.5, 0.8  # likeness from which a word of the question counts as found, and as surely found
BEHIND = 10  # chunks that the best one is compared with
AHEAD = ("native", "english", "meaning", "bridge", "words", "sentence")
SHOWN = (*AHEAD, "concepts", "name")

WHEN = re.compile(r"什么时候|何时|哪年|哪一年|哪天|几时|年份|几月|日期|\bwhen\b|(?:what|which) (?:year|date|day)")
MANY = re.compile(
    r"多少|几[个次名所位种年月天人条家]|多[大长久高重快]|百分之几|how (?:many|much|long|old|often|far|large|big|tall)"
)
WHO = re.compile(r"谁|哪位|叫什么名字|什么人|\bwho(?:m|se)?\b")
A_TIME = re.compile(
    r"1\d{3}|20\d\d|[年月日天]|世纪|january|february|march|april|may|june|july|august|september|october|november|december"
    r"|century|days?\b|weeks?\b|months?\b|years?\b"
)
A_COUNT = re.compile(
    r"[一二三四五六七八九十百千万两]+[个次名所位种年月天人条家倍]|百分之"
    r"|\b(?:one|two|three|four|five|six|seven|eight|nine|ten|dozen|hundred|thousand|million|twice|percent)\b"
)

Matrix = np.ndarray[Any, np.dtype[np.float32]]
Signals = dict[str, float]


@dataclass(frozen=True)
class Ranked:
    """Chunks best first: their scores, measures (chunks, FEATURES), words' matches, and the first one's text.

    ``others``: places in this order of the chunks that are another piece of text than the first one.
    """

    scores: Matrix
    measured: Matrix
    match: Match
    text: str
    language: str
    others: list[int]


def signals(asked: Asked, ranked: Ranked, word_weights: Matrix, known: tuple[float, float]) -> Signals:
    """The signals of the first chunk.

    ``word_weights``: (words,), how much each word of the question says by itself; ``known``: the shares of the words
    that the collection has, as they are and at least by a gloss. Who asks in other words than the documents use cannot
    be expected to meet many of them.
    """
    others = ranked.others[:BEHIND]
    behind = ranked.scores[others] if others else np.zeros(1, dtype=np.float32)
    found = {
        "score": ranked.scores[0],
        "margin": ranked.scores[0] - behind[0],
        "lead": ranked.scores[0] - behind.mean(),
    }
    for name in SHOWN:
        column = ranked.measured[:, FEATURES.index(name)]
        found[name] = column[0]
        if name in AHEAD:
            found[f"{name}_ahead"] = column[0] - (column[others].max() if others else 0)
    found |= {"known": known[0], "known_by_gloss": known[1], "chinese": float(asked.language == "zh")}
    found |= _words(ranked.match, word_weights)
    found |= _kinds(asked, ranked)
    return {name: float(value) for name, value in found.items()}


def _words(match: Match, word_weights: Matrix) -> Signals:
    """How the words of the question are met in the first chunk."""
    best = match.best[0]
    if not len(best):
        return dict.fromkeys(("met", "unmet", "well_met", "worst", "second_worst", "rarest"), 0.0)
    weights = match.rarity * word_weights.clip(0.05)
    total = float(weights.sum()) or 1.0
    ordered = np.sort(best)
    return {
        "met": float(best @ weights) / total,
        "unmet": float(weights[best < MET].sum()) / total,
        "well_met": float(weights[best > WELL_MET].sum()) / total,
        "worst": float(ordered[0]),
        "second_worst": float(ordered[min(1, len(ordered) - 1)]),
        "rarest": float(best[np.argsort(-weights)[:2]].min()),
    }


def _kinds(asked: Asked, ranked: Ranked) -> Signals:
    """Whether the first chunk has what is named and what is asked for: numbers, a time, a count, a name."""
    folded = fold(ranked.text)
    numbers = set(NUMBER.findall(folded))
    missing = len(asked.numbers - numbers) / len(asked.numbers) if asked.numbers else 0.0
    names = named(ranked.text, ranked.language)
    kind = _wanted(asked.folded, folded, bool(numbers - asked.numbers), bool(names))
    return {
        "numbers_missing": missing,
        "kind_there": float(kind == 1),
        "kind_missing": float(kind == -1),
        "length": float(np.log1p(len(asked.terms.words))),
    }


def _wanted(question: str, text: str, has_number: bool, has_name: bool) -> int:
    """1 when what is asked for is of a kind that the text has, -1 when it has none, 0 when the kind is not known."""
    if WHEN.search(question):
        return 1 if A_TIME.search(text) else -1
    if MANY.search(question):
        return 1 if has_number or A_COUNT.search(text) else -1
    if WHO.search(question):
        return 1 if has_name else -1
    return 0
