"""The text of a question, folded, of which each part that was understood is taken away in turn."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cache
from typing import Protocol

from knowledge.entities.directory import Directory, Entity
from knowledge.entities.home import Home
from knowledge.entities.spelling import plain_name
from knowledge.entities.title_linker import TitleLinker
from knowledge.text.language import fold

IS = re.compile(r"(?<=\bwhat)'?s\b|(?<=\bwho)'s\b|(?<=\bwhere)'s\b|(?<=\bthere)'s\b")
TEN_THOUSAND = re.compile(r"(?<=[薪资水入遇])(?:超?过|上|破)万(?!人)")  # 月薪过万
PLUS = re.compile(r"(?<=\d) ?(?:加|plus) ?(?=\d)")  # 三加二 is 3+2
TRADE_NAME = "about"  # by which a trade that was found is taken away
GAP = "\u2007"  # stands where something was understood, so that its neighbours do not join


NO_TITLES = TitleLinker(dict)


@cache
def compiled(pattern: str) -> re.Pattern[str]:
    """A pattern, compiled once: ``re`` forgets when there are more than 512, and there are."""
    return re.compile(pattern)


def plain(text: str) -> str:
    """Folded, Cantonese as written Chinese, numerals as digits: what all phrases are looked for in."""
    return PLUS.sub("+", TEN_THOUSAND.sub("10000以上", IS.sub(" is", plain_name(fold(text)))))


class Finding(Protocol):
    """What a regular expression found."""

    def group(self, which: int = 0, /) -> str | None:
        """The text found."""

    def start(self) -> int:
        """Where it begins."""


@dataclass
class Phrase:
    """A question while it is being understood. ``home``: the district whose towns, ``titles``: the linker of the rows
    whose titles it may name.
    """

    text: str
    home: Home = field(default_factory=Home)
    titles: TitleLinker = NO_TITLES
    places: list[tuple[int, str]] = field(default_factory=list)  # where each filter was found, by name
    taken: list[tuple[str, int, int]] = field(default_factory=list)  # the same with its end
    trades: list[tuple[int, str]] = field(default_factory=list)  # where each trade stood, and how it was written

    @classmethod
    def of(cls, text: str, directory: Directory) -> Phrase:
        """A plain ``text`` that is asked of the rows and people that ``directory`` knows."""
        return cls(text, directory.home, directory.titles)

    def take(self, pattern: str, name: str = "") -> re.Match[str] | None:
        """The first place where ``pattern`` is found, taken away; None when it is not there."""
        found = compiled(pattern).search(self.text)
        if found and found.end() > found.start():
            self.take_span(found.start(), found.end(), name)
            return found
        return None

    def take_span(self, start: int, end: int, name: str = "") -> None:
        """Take away a stretch of text."""
        if name == TRADE_NAME:
            self.trades.append((start, self.text[start:end]))
        self.text = self.text[:start] + GAP * (end - start) + self.text[end:]
        if name:
            self.places.append((start, name))
            self.taken.append((name, start, end))

    def with_trades(self) -> str:
        """The text that is left, and the trades that were taken from it."""
        text = self.text
        for start, written in self.trades:
            text = text[:start] + written + text[start + len(written) :]
        return text

    def take_names(self, directory: Directory, *, alone: bool) -> tuple[Entity, ...]:
        """Everybody whom it names, in the order in which they stand, taken away. ``alone``: also by short names."""
        links = directory.links(self.text, alone=alone, taken=GAP)
        for link in links:
            self.take_span(link.start, link.end, "name")
        return tuple(dict.fromkeys(link.entity for link in links))

    def has(self, pattern: str) -> bool:
        """Whether ``pattern`` is still to be found."""
        return compiled(pattern).search(self.text) is not None
