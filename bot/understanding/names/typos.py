"""Slips of the pen in trades and towns: 焊公 for 焊工, shukong for 数控, eletrician for electrician."""

from __future__ import annotations

import re
from functools import cache

from rapidfuzz import fuzz, process

from bot.understanding import lexicon
from bot.understanding.row_vocabulary import row_vocabulary
from bot.understanding.spans import Phrase, plain
from knowledge.tables.reading.value_vocabulary import TOWNS, TOWNS_EN

OTHERS = {"accommodation", "lodging", "dormitory", "insurance", "internship", "internships", "salary", "tuition"}
LIKE = 86  # of 100: an English word with a slip


def mended(phrase: Phrase, known: tuple[str, ...] = ()) -> bool:
    """Whether a slip in what is left of ``phrase`` could be mended; it is. ``known``: English words of rows."""
    before = phrase.text
    phrase.text = re.sub(r"[\u3400-\u9fff]{2,}", lambda found: _heard(found[0]), phrase.text)
    phrase.text = re.sub(r"(?<![a-z])[a-z]{5,}(?![a-z])", lambda found: _spelt(found[0], known), phrase.text)
    return phrase.text != before


def _heard(run: str) -> str:
    """``run`` with the first word in it that only sounds like a trade or a town written as that."""
    sounds = _sounds(run)
    for word, sound in _vocabulary().items():
        for start in range(len(run) - len(word) + 1):
            window = run[start : start + len(word)]
            if sounds[start : start + len(word)] == sound and window != word and set(window) & set(word):
                return run[:start] + word + run[start + len(word) :]
    return run


def _spelt(written: str, known: tuple[str, ...]) -> str:
    """An English word, or a Chinese one in Latin letters, as it is meant."""
    if written in lexicon.stop_words():
        return written
    if written in _spellings():
        return _spellings()[written]
    close = process.extractOne(written, (*_english(), *known), scorer=fuzz.ratio, score_cutoff=LIKE)
    return close[0] if close else written


def _sounds(text: str) -> tuple[str, ...]:
    from pypinyin import lazy_pinyin

    return tuple(lazy_pinyin(text))


@cache
def _vocabulary() -> dict[str, tuple[str, ...]]:
    """Chinese names of trades and towns with their syllables, the longest first."""
    words = {plain(word) for group in row_vocabulary().trades for word in group if not word.isascii()} | set(TOWNS)
    return {word: _sounds(word) for word in sorted(words, key=lambda word: (-len(word), word)) if len(word) > 1}


@cache
def _spellings() -> dict[str, str]:
    return {spelling: word for word, sounds in _vocabulary().items() if len(spelling := "".join(sounds)) >= 6}


@cache
def _english() -> tuple[str, ...]:
    trades = {word for group in row_vocabulary().trades for word in group if re.fullmatch(r"[a-z]{5,}", word)}
    return tuple(sorted(trades | OTHERS | {name.casefold() for name in TOWNS_EN.values()}))
