"""Finds names in texts, of many thousands at once: the longest from the left, Chinese by letters, English by words."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Generic, Protocol, TypeVar

from knowledge.text.language import HAN, words

WORDS = re.compile(r"[a-z0-9]+")
Alias = str | tuple[str, ...]  # Chinese letters as they stand; of English its words, see ``singular``
T = TypeVar("T")


@dataclass(frozen=True)
class FoundName(Generic[T]):
    """A stretch of a text that names something, from ``start`` to ``end``, and everything that is ``meant`` by it."""

    start: int
    end: int
    written: str
    meant: frozenset[T]


class Stretch(Protocol):
    """Part of a text."""

    @property
    def start(self) -> int:
        """Where it begins."""

    @property
    def end(self) -> int:
        """Where it ends."""


S = TypeVar("S", bound=Stretch)


class NameFinder(Generic[T]):
    """``aliases``: what may be written, and what each means."""

    def __init__(self, aliases: Mapping[Alias, frozenset[T]]) -> None:
        self.aliases = aliases
        self._letters = max((len(alias) for alias in aliases if isinstance(alias, str)), default=0)
        self._words = max((len(alias) for alias in aliases if isinstance(alias, tuple)), default=0)

    def found_in(self, folded: str) -> tuple[FoundName[T], ...]:
        """What a ``folded`` text names, of overlapping names the longest from the left: Chinese, then English."""
        found = list(self._longest(folded, self._letters)) if HAN.search(folded) else []
        latin = list(WORDS.finditer(folded))
        for start, end, meant in self._longest(tuple(singular(word[0]) for word in latin), self._words):
            found.append((latin[start].start(), latin[end - 1].end(), meant))
        return tuple(FoundName(start, end, folded[start:end], meant) for start, end, meant in found)

    def _longest(self, text: Alias, most: int) -> Iterator[tuple[int, int, frozenset[T]]]:
        start = 0
        while start < len(text):
            ends = range(min(len(text), start + most), start, -1)
            end = next(
                (end for end in ends if text[start:end] in self.aliases and not _by_chance(text, start, end)), None
            )
            if end is None:
                start += 1
                continue
            yield start, end, self.aliases[text[start:end]]
            start = end


def _by_chance(text: Alias, start: int, end: int) -> bool:
    """Whether two letters stand side by side by chance: where a word of the text reaches over a border of theirs."""
    if not isinstance(text, str) or end - start != 2:
        return False
    overlapping = ((first, last) for first, last in _word_spans(text) if first < end and start < last)
    return any(
        (first < start < last or first < end < last) and not (first <= start and end <= last)
        for first, last in overlapping
    )


@lru_cache(maxsize=16)
def _word_spans(text: str) -> tuple[tuple[int, int], ...]:
    """Where the words of a text begin and end; several names in it are looked at one after the other."""
    spans, place = [], 0
    for word in words(text):
        if (begun := text.find(word, place)) >= 0:  # else it was folded once more
            place = begun + len(word)
            spans.append((begun, place))
    return tuple(spans)


def alias_of(folded: str) -> Alias:
    """A ``folded`` name as it is looked for."""
    return folded if HAN.search(folded) else tuple(map(singular, WORDS.findall(folded)))


def longest(found: Iterable[S]) -> tuple[S, ...]:
    """Of stretches that overlap the longest, of two as long the first given; in the order of the text."""
    taken: list[S] = []
    for each in sorted(found, key=lambda one: one.start - one.end):
        if all(each.end <= other.start or each.start >= other.end for other in taken):
            taken.append(each)
    return tuple(sorted(taken, key=lambda one: one.start))


def singular(word: str) -> str:
    """An English word without the s of several; its stem would be that of others: accounting of an account."""
    return word[:-1] if len(word) > 3 and word.endswith("s") and not word.endswith("ss") else word
