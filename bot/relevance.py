"""How well texts fit a question by the words that they share, for texts of one passage or a few."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Callable, Sequence

from knowledge.language import HAN, STOPWORDS_EN, STOPWORDS_ZH, fold, fold_question, stem, words

Relevance = Callable[[str, Sequence[str]], list[float]]  # a score of 0 or more for each text, higher is better


def overlap(question: str, texts: Sequence[str]) -> list[float]:
    """The share of the question's words, rare ones weighing more, that each text has. 0 to 1."""
    asked = terms(fold_question(question))
    found = [terms(fold(text)) for text in texts]
    frequency = Counter(term for each in found for term in each)
    weights = {term: math.log(1 + len(texts) / (1 + frequency[term])) + 0.1 for term in asked}
    total = sum(weights.values()) or 1.0
    return [sum(weights[term] for term in asked & each) / total for each in found]


def terms(folded: str) -> frozenset[str]:
    """Words that mean something, and the pairs of characters in Chinese ones: 学徒制 and 学徒 meet in 学徒."""
    found: set[str] = set()
    for word in words(folded):
        if HAN.search(word):
            if word not in STOPWORDS_ZH:
                found.add(word)
                found.update(word[place : place + 2] for place in range(len(word) - 1))
        elif word not in STOPWORDS_EN and re.search(r"\w", word):
            found.add(stem(word))
    return frozenset(found)
