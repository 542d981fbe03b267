"""Texts as what is compared: Chinese letters, stems of English words, numbers; and what two texts have in common."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache

from knowledge.text.language import HAN, STOPWORDS_EN, STOPWORDS_ZH, fold, fold_question, in_dictionary, stem, tagged
from knowledge.text.question_types import Expected, expected

UNIT = re.compile(r"[\u3400-\u9fff\uf900-\ufaff]|[a-z\u00c0-\u024f]+(?:'[a-z]+)?|\d+(?:\.\d+)?")
BOUND = "\x1f"  # around a word or number, so that 12 does not stand in 112
NAMES = ("n", "m", "t", "a", "b", "j", "s", "f", "x", "l", "i")  # what a segmenter's tags of things begin with
ASKS = re.compile(r"[几哪谁何啥咩]|什么|多少|多久|怎")  # Chinese has no other words that ask
LETTER = re.compile(r"(?<=[^\s.?!] )A\b")  # within a sentence: a name of one letter
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
        return self.text not in STOPWORDS_ZH and len(self.text) > 1 and not ASKS.search(self.text)

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
        folded, capital = fold_question(question), LETTER.search(question) is not None
        units: list[str] = []
        words: list[Word] = []
        for text, tag in tagged(folded):
            own = units_of(text)
            if not own or len(units) + len(own) > MOST:
                continue
            if HAN.search(text):
                words += _chinese_words(text, tag, len(units), len(own))
            else:
                raw = UNIT.findall(text)
                words += [
                    Word(_named(one, text, capital), len(units) + n, len(units) + n + 1, tag)
                    for n, one in enumerate(raw)
                ]
            units += own
        return cls(folded, tuple(units), tuple(words))

    @cached_property
    def coded(self) -> str:
        """The whole question, coded."""
        return coded(self.units)

    @cached_property
    def kinds(self) -> frozenset[Expected]:
        """What kinds of values it expects."""
        return expected(self.text)

    @cached_property
    def known(self) -> dict[str, frozenset[int]]:
        """What ``common`` has found: tables of one kind have the same headers."""
        return {}

    @cached_property
    def spans(self) -> dict[str, tuple[tuple[int, int], ...]]:
        """Where each part that begins or ends with a word stands, by its coded text; but for parts that say nothing."""
        bounds = {word.start for word in self.words} | {word.end for word in self.words}
        found: dict[str, tuple[tuple[int, int], ...]] = {}
        for start in range(len(self.units)):
            for end in range(start + 1, len(self.units) + 1):
                if bounds.intersection((start, end)) and _tells(self.units[start:end]):
                    text = coded(self.units[start:end])
                    found[text] = (*found.get(text, ()), (start, end))
        return found

    def without(self, positions: frozenset[int]) -> tuple[Word, ...]:
        """The words that say something and of which not even half stands at ``positions``."""
        return tuple(
            word
            for word in self.words
            if word.says_something
            and 2 * len(positions.intersection(range(word.start, word.end))) < word.end - word.start
        )


def _named(word: str, text: str, capital: bool) -> str:
    """A word of a question; the article a as a capital where it is one: Building A."""
    return word.upper() if capital and word == text == "a" else word


def _chinese_words(text: str, tag: str, start: int, size: int) -> list[Word]:
    """A word as the segmenter gave it. What it only guessed to be one, and begins or ends with a word that links, is
    that word and another: 能领, 分是.
    """
    if size != len(text) or size < 2 or in_dictionary(text):
        return [Word(text, start, start + size, tag)]
    cuts = [0, *([1] if text[0] in STOPWORDS_ZH else []), *([size - 1] if text[-1] in STOPWORDS_ZH else []), size]
    cuts = sorted(set(cuts))
    return [Word(text[cut:end], start + cut, start + end, tag) for cut, end in itertools.pairwise(cuts)]


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
    """Where words of the question stand in the coded ``text``, the longest first: unit numbers, start and end. A word
    may end in a letter that the text does not have: 甘肃省 in a text on 甘肃.
    """
    done = 0
    for word in asked.words:
        if word.start < done or coded(asked.units[word.start : word.start + 1]) not in text:
            continue
        further = [other for other in asked.words if other.end >= word.end]
        # All but the last letter of a word, if that leaves two letters.
        cut = {other.end - 1 for other in further if other.end - other.start > 1 and other.end - word.start > 2}
        for end in sorted(cut.union(other.end for other in further), reverse=True):
            units = asked.units[word.start : end]
            if _tells(units) and coded(units) in text and not _counts_else(asked, end, coded(units), text):
                yield word.start, end
                done = end
                break


def _counts_else(asked: Asked, end: int, part: str, text: str) -> bool:
    """Whether a number at the end of ``part`` counts something else in the question than wherever it stands in the
    coded ``text``: 1月 is not 第1季度.
    """
    unit = next((word.text for word in asked.words if word.start == end and word.end == end + 1), "")
    if not asked.units[end - 1][0].isdigit() or not HAN.match(unit):
        return False
    behind = [text[place + len(part) : place + len(part) + 1] for place in _places(part, text)]
    return all(HAN.match(letter) and letter != unit for letter in behind)


def _places(part: str, text: str) -> Iterator[int]:
    place = text.find(part)
    while place >= 0:
        yield place
        place = text.find(part, place + 1)


def _tells(units: Sequence[str]) -> bool:
    return len(units) > 1 or (not HAN.match(units[0]) and units[0] not in STOPWORDS_EN)


def common(asked: Asked, text: str) -> frozenset[int]:
    """The units of the question that stand in the coded ``text`` as words; or all of ``text``, where it stands in the
    question.
    """
    if text not in asked.known:
        found = {number for start, end in runs(asked, text) for number in range(start, end)}
        asked.known[text] = frozenset(found | whole(asked, text))
    return asked.known[text]


def whole(asked: Asked, text: str) -> frozenset[int]:
    """The units of the question where all of the coded ``text`` stands in it; none where it does not."""
    return frozenset(number for start, end in asked.spans.get(text, ()) for number in range(start, end))
