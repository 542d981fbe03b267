"""Typos in trades and towns, corrected in what is left of a question."""

from __future__ import annotations

import re
from functools import lru_cache

from bot.understanding import lexicon
from bot.understanding.spans import Phrase, plain
from knowledge.entities.home import Home
from knowledge.entities.typos import TypoCorrector
from knowledge.text.language import fold

OTHERS = {"accommodation", "lodging", "dormitory", "insurance", "internship", "internships", "salary", "tuition"}


def correct_typos(phrase: Phrase, known: tuple[str, ...] = ()) -> bool:
    """Correct a typo in what is left of ``phrase``; whether there was one. ``known``: English words of rows.

    Trades then stand in it again: with what was misspelt beside it a CNC is a CNC programmer.
    """
    corrector = _corrector(phrase.home, phrase.titles.words)
    if corrector.corrected(phrase.text, known) == phrase.text:
        return False
    phrase.text = corrector.corrected(phrase.with_trades(), known)
    return True


@lru_cache(maxsize=8)
def _corrector(home: Home, trades: tuple[str, ...]) -> TypoCorrector:
    chinese = {plain(word) for word in trades if not word.isascii()} | {fold(town.zh) for town in home.towns}
    english = {word for word in trades if re.fullmatch(r"[a-z]{5,}", word)} | {fold(town.en) for town in home.towns}
    return TypoCorrector(chinese | english | OTHERS, lexicon.stop_words())
