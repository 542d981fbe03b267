"""Texts as what is compared: Chinese letters, stems of English words, numbers; and what two texts have in common."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from knowledge.text.language import HAN, STOPWORDS_EN, STOPWORDS_ZH, fold, fold_question, stem, tagged

UNIT = re.compile(r"[\u3400-\u9fff\uf900-\ufaff]|[a-z\u00c0-\u024f]+(?:'[a-z]+)?|\d+(?:\.\d+)?")
BOUND = "\x1f"  # around a word or number, so that 12 does not stand in 112
NAMES = ("n", "m", "t", "a", "b", "j", "s", "f", "x", "l", "i")  # what a segmenter's tags of things begin with
MOST = 60  # units of a question that are looked at


@dataclass(frozen=True)
class Word:
    """A word of a question: from unit ``start`` to before ``end``. ``tag``: as the segmenter tells it."""

    text: str
    start: int
    end: int
    tag: str

    @property
    def says_something(self) -> bool:
        """Whether it is more than a word that asks or links, or a single letter, which is a part of a word."""
        if not HAN.search(self.text):
            return self.text not in STOPWORDS_EN
        return self.text not in STOPWORDS_ZH and len(self.text) > 1

    @property
    def names(self) -> bool:
        """Whether it is a thing, a figure, a day or a property rather than what is done."""
        return not HAN.search(self.text) or self.tag.startswith(NAMES)


@dataclass(frozen=True)
class Asked:
    """A question as it is looked up. ``coded``: its units as ``coded`` gives them."""

    text: str
    units: tuple[str, ...]
    words: tuple[Word, ...]

    @classmethod
    def of(cls, question: str) -> Asked:
        """``question`` cut into units and words."""
        folded = fold_question(question)
        units: list[str] = []
        words: list[Word] = []
        for text, tag in tagged(folded):
            own = units_of(text)
            if not own or len(units) + len(own) > MOST:
                continue
            if HAN.search(text):
                words.append(Word(text, len(units), len(units) + len(own), tag))
            else:
                raw = UNIT.findall(text)
                words += [Word(one, len(units) + n, len(units) + n + 1, tag) for n, one in enumerate(raw)]
            units += own
        return cls(folded, tuple(units), tuple(words))

    def without(self, positions: frozenset[int]) -> tuple[Word, ...]:
        """The words that say something and of which not even half stands at ``positions``."""
        return tuple(
            word
            for word in self.words
            if word.says_something
            and 2 * len(positions.intersection(range(word.start, word.end))) < word.end - word.start
        )


def units_of(folded: str) -> list[str]:
    """The units of a folded text."""
    return [unit if HAN.match(unit) or unit[0].isdigit() else stem(unit) for unit in UNIT.findall(folded)]


def coded(units: Sequence[str]) -> str:
    """Units as one text in which the units of another are found as a part."""
    return "".join(unit if HAN.match(unit) else f"{BOUND}{unit}{BOUND}" for unit in units)


@lru_cache(maxsize=50_000)
def coded_text(text: str) -> str:
    """A text, not yet folded, coded."""
    return coded(units_of(fold(text)))


def runs(asked: Asked, text: str) -> Iterator[tuple[int, int]]:
    """Where words of the question stand in the coded ``text``, the longest first: unit numbers, start and end. A word may
    end in a letter that the text does not have: 甘肃省 in a text on 甘肃.
    """
    done = 0
    for word in asked.words:
        if word.start < done:
            continue
        ends = [other.end for other in asked.words if other.end >= word.end]
        if word.end - word.start > 2:
            ends.insert(0, word.end - 1)
        for end in reversed(ends):
            if coded(asked.units[word.start : end]) in text and _tells(asked.units[word.start : end]):
                yield word.start, end
                done = end
                break


def _tells(units: Sequence[str]) -> bool:
    return len(units) > 1 or (not HAN.match(units[0]) and units[0] not in STOPWORDS_EN)


def common(asked: Asked, text: str) -> frozenset[int]:
    """The units of the question that stand in the coded ``text`` as words; or all of ``text``, where it stands in the
    question.
    """
    found = {number for start, end in runs(asked, text) for number in range(start, end)}
    return frozenset(found | whole(asked, text))


def whole(asked: Asked, text: str) -> frozenset[int]:
    """The units of the question where all of the coded ``text`` stands in it; none where it does not."""
    question = coded(asked.units)
    if not text or text not in question:
        return frozenset()
    size = len(UNIT.findall(text.replace(BOUND, " ")))
    spans = (range(n, n + size) for n in range(len(asked.units) - size + 1) if coded(asked.units[n : n + size]) == text)
    return frozenset(number for span in spans for number in span if _tells(asked.units[span.start : span.stop]))
