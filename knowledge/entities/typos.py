"""Typos in trades and towns: 焊公 for 焊工, shukong for 数控, eletrician for electrician."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from functools import cached_property

from rapidfuzz import fuzz, process

LIKE = 86  # of 100: an English word with a typo
LEAST = 6  # letters of a Chinese word spelt in Latin ones


class TypoCorrector:
    """Corrects what is written nearly like one of ``words`` (Chinese and English ones, plain) to that word.

    ``ordinary``: English words that are never corrected.
    """

    def __init__(self, words: Iterable[str], ordinary: Collection[str]) -> None:
        self._words, self._ordinary = frozenset(words), ordinary

    def corrected(self, text: str, further: tuple[str, ...] = ()) -> str:
        """A plain text with its typos corrected. ``further``: more English words that may be meant."""
        text = re.sub(r"[\u3400-\u9fff]{2,}", lambda run: self._sounding(run[0]), text)
        return re.sub(r"(?<![a-z])[a-z]{5,}(?![a-z])", lambda word: self._spelt(word[0], further), text)

    def _sounding(self, run: str) -> str:
        """``run`` with the first part of it that only sounds like one of the words written as that."""
        sounds = _sounds(run)
        for length, words in self._by_length.items():
            heard = ((words.get(sounds[start : start + length], ()), start) for start in range(len(run) - length + 1))
            meant = [
                (word, start)
                for candidates, start in heard
                for word in candidates
                if run[start : start + length] != word and set(run[start : start + length]) & set(word)
            ]
            if meant:
                word, start = min(meant)
                return run[:start] + word + run[start + length :]
        return run

    def _spelt(self, written: str, further: tuple[str, ...]) -> str:
        """An English word, or a Chinese one in Latin letters, as it is meant."""
        if written in self._ordinary:
            return written
        if written in self._spellings:
            return self._spellings[written]
        close = process.extractOne(written, (*self._english, *further), scorer=fuzz.ratio, score_cutoff=LIKE)
        return close[0] if close else written

    @cached_property
    def _chinese(self) -> dict[str, tuple[str, ...]]:
        """Chinese words with their syllables, the longest first."""
        words = [word for word in self._words if not word.isascii() and len(word) > 1]
        return {word: _sounds(word) for word in sorted(words, key=lambda word: (-len(word), word))}

    @cached_property
    def _by_length(self) -> dict[int, dict[tuple[str, ...], list[str]]]:
        """Chinese words by how many characters and by how they sound, the longest first."""
        found: dict[int, dict[tuple[str, ...], list[str]]] = {}
        for word, sound in self._chinese.items():
            found.setdefault(len(word), {}).setdefault(sound, []).append(word)
        return found

    @cached_property
    def _spellings(self) -> dict[str, str]:
        spelt = (("".join(sounds), word) for word, sounds in self._chinese.items())
        return {spelling: word for spelling, word in spelt if len(spelling) >= LEAST}

    @cached_property
    def _english(self) -> tuple[str, ...]:
        return tuple(sorted(word for word in self._words if word.isascii()))


def _sounds(text: str) -> tuple[str, ...]:
    from pypinyin import lazy_pinyin

    return tuple(lazy_pinyin(text))
