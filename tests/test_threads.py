"""Answers are computed in several threads at once: what they share must not mix up their questions."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from knowledge.text.language import stem

ROOTS = ("relation", "nation", "organiz", "hope", "skill", "train", "work", "happi", "condition", "apprentice")
ENDINGS = ("ally", "al", "ing", "ed", "ness", "fulness", "ation", "izer", "ly", "ships", "s", "")


@pytest.fixture
def restless() -> Iterator[None]:
    """Threads that take turns as often as they can."""
    usual = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(usual)


def test_words_stemmed_in_threads_at_once_are_stemmed_like_each_by_itself(restless: None) -> None:
    words = [root + ending for root in ROOTS for ending in ENDINGS]
    plainly = stem.__wrapped__  # what is remembered would hide it
    alone = [plainly(word) for word in words]
    with ThreadPoolExecutor(8) as threads:
        assert all(list(threads.map(plainly, words)) == alone for _ in range(10))
