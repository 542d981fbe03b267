"""Signals of how well the best chunk answers: what the probability of an answer is made from."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

import numpy as np

from knowledge.index.scoring.scorers import FEATURES, Integers, Match
from knowledge.index.scoring.sentence_features import MET, WELL_MET, best_sentence, in_sentences
from knowledge.index.search_query import SearchQuery
from knowledge.index.text.tokens import NUMBER
from knowledge.index.text.transliteration import named
from knowledge.index.writer import sentences_of
from knowledge.text.language import fold

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
class RankedChunks:
    """Chunks best first: their scores (chunks,), measures (chunks, FEATURES), and the first one's text and language.

    ``match``: of their words, in another order: that of chunk n is at ``rows[n]``; ``others``: indices, in this order,
    of the chunks that are another text than the first one, neither of its section nor its translation.
    """

    scores: Matrix
    measured: Matrix
    match: Match
    rows: Integers
    text: str
    language: str
    others: list[int]


def signals(query: SearchQuery, ranked: RankedChunks, known: tuple[float, float]) -> Signals:
    """The signals of the first chunk by name: what ``Logistic`` makes the probability of an answer from.

    ``known``: the shares of the question's words that the collection has, as they are and at least by a gloss. Who asks
    in other words than the documents use cannot be expected to meet many of them.
    """
    others = ranked.others[:BEHIND]
    behind = ranked.scores[others] if others else np.zeros(1, dtype=np.float32)
    values = {
        "score": ranked.scores[0],
        "margin": ranked.scores[0] - behind[0],
        "lead": ranked.scores[0] - behind.mean(),
    }
    for name in SHOWN:
        column = ranked.measured[:, FEATURES.index(name)]
        values[name] = column[0]
        if name in AHEAD:
            values[f"{name}_ahead"] = column[0] - (column[others].max() if others else 0)
    values |= {"known": known[0], "known_by_gloss": known[1], "chinese": float(query.language == "zh")}
    values |= _words(ranked)
    values |= in_sentences(ranked.match, ranked.rows[0], ranked.rows[others])
    values |= _kinds(query, ranked)
    return {name: float(value) for name, value in values.items()}


def _words(ranked: RankedChunks) -> Signals:
    """How the words of the question are met in the first chunk."""
    match = ranked.match
    best = match.best[ranked.rows[0]]
    if not len(best):
        return dict.fromkeys(("met", "unmet", "well_met", "worst", "second_worst", "rarest"), 0.0)
    ordered = np.sort(best)
    return {
        "met": float(match.share(best)),
        "unmet": float(match.share((best < MET).astype(np.float32))),
        "well_met": float(match.share((best > WELL_MET).astype(np.float32))),
        "worst": float(ordered[0]),
        "second_worst": float(ordered[min(1, len(ordered) - 1)]),
        "rarest": float(best[np.argsort(-match.weights)[:2]].min()),
    }


def _kinds(query: SearchQuery, ranked: RankedChunks) -> Signals:
    """Whether the first chunk, and its best sentence, has what is named and what is asked for."""
    folded = fold(ranked.text)
    numbers = set(NUMBER.findall(folded))
    missing = len(query.numbers - numbers) / len(query.numbers) if query.numbers else 0.0
    sentences = sentences_of(ranked.text)
    best = best_sentence(ranked.match, ranked.rows[0])
    there = _wanted(query, ranked.text, ranked.language)
    close = _wanted(query, sentences[best], ranked.language)
    near = _wanted(query, " ".join(sentences[max(0, best - 1) : best + 2]), ranked.language)
    return {
        "numbers_missing": missing,
        "kind_there": float(there == 1),
        "kind_missing": float(there == -1),
        "kind_close": float(close == 1),
        "kind_far": float(close == -1),
        "kind_near": float(near == 1),
        "kind_not_near": float(near == -1),
        "length": float(np.log1p(len(query.tokens.words))),
        "words_asked": float(len(query.tokens.words)),
        "names_asked": float(len(query.names)),
        "sentence_length": float(np.log1p(len(sentences[best]))),
    }


def _wanted(query: SearchQuery, text: str, language: str) -> int:
    """1 when what is asked for is of a kind that the text has, -1 when it has none, 0 when the kind is not known."""
    folded = fold(text)
    if WHEN.search(query.folded):
        return 1 if A_TIME.search(folded) else -1
    if MANY.search(query.folded):
        return 1 if set(NUMBER.findall(folded)) - query.numbers or A_COUNT.search(folded) else -1
    if WHO.search(query.folded):
        return 1 if named(text, language) else -1
    return 0
