"""Trades and majors in a question, by any of their names."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from functools import cache

from bot.understanding.row_vocabulary import row_vocabulary
from bot.understanding.spans import GAP, Phrase, plain
from knowledge.tables import Condition, about

NOUN = rf"(?:[\s{GAP}]|专业|课程|岗位|职位|学费|收费|工资|月薪|的|班|更?(?:高|低|多|少|贵|便宜|好))*+"
EITHER = re.compile(
    rf"\A{NOUN}(?:或者?|和|与|及|以及|同|还是|跟|对?比|、|/|,|&|or|and|vs\.?|(?:or|and) (?:an? )?)[\s{GAP}]*$"
)
WORKER = r"(?:操作)?(?:员|工|师傅)?(?:技术|专业)?"  # 数控操作员 is one who does 数控


def trade(phrase: Phrase, day: date) -> Iterator[Condition]:
    """Trades that rows must be about: both of two, but either of 数控或者焊工 and 电工和焊工."""
    for words in _joined(phrase.text, sorted(_taken(phrase))):
        yield about(words)


def names_trade(text: str) -> bool:
    """Whether ``text`` names a trade."""
    return any(re.search(_pattern(word), text) for group in row_vocabulary().trades for word in _longest_first(group))


def _taken(phrase: Phrase) -> Iterator[tuple[int, int, tuple[str, ...]]]:
    """Start, end and names of each trade, the longest first, taken away."""
    found = []
    for group in row_vocabulary().trades:
        word = next((word for word in _longest_first(group) if re.search(_pattern(word), phrase.text)), None)
        if word:
            found.append((-len(word), word, group))
    for _, word, group in sorted(found):
        if taken := phrase.take(_pattern(word), "about"):
            yield taken.start(), taken.end(), needed(group)


def _joined(text: str, found: list[tuple[int, int, tuple[str, ...]]]) -> Iterator[tuple[str, ...]]:
    """Names of trades, those in one that a question joins by or, and and the like."""
    words: tuple[str, ...] = ()
    for place, (start, _, names) in enumerate(found):
        if place and EITHER.match(text[found[place - 1][1] : start]):
            words = (*words, *names)
            continue
        if words:
            yield words
        words = names
    if words:
        yield words


@cache
def _longest_first(group: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(sorted(map(plain, group), key=lambda word: -len(word)))


@cache
def _pattern(word: str) -> str:
    if word.isascii():
        return rf"(?<![a-z]){re.escape(word)}(?:s|es)?(?![a-z])"
    return re.escape(word) + (WORKER if not word.endswith("工") else r"(?:技术|专业)?")


def groups_in(words: tuple[str, ...]) -> list[tuple[str, ...]]:
    """The trades, as ``needed`` gives them, that ``words`` of a condition are made of."""
    return [group for group in map(needed, row_vocabulary().trades) if set(group) <= set(words)]


def needed(group: tuple[str, ...]) -> tuple[str, ...]:
    """Words of a group without those that hold another of them: what holds 质检员 holds 质检."""
    return tuple(word for word in group if not any(_inside(other, word) for other in group if other != word))


def _inside(word: str, other: str) -> bool:
    return f" {word} " in f" {other} " if word.isascii() else word in other
