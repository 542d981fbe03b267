"""Slips of the pen in trades and towns, mended in what is left of a question."""

from __future__ import annotations

import re
from functools import lru_cache

from bot.understanding import lexicon
from bot.understanding.row_vocabulary import row_vocabulary
from bot.understanding.spans import Phrase, plain
from knowledge.entities.home import Home
from knowledge.entities.typos import Slips
from knowledge.text.language import fold

OTHERS = {"accommodation", "lodging", "dormitory", "insurance", "internship", "internships", "salary", "tuition"}


def mended(phrase: Phrase, known: tuple[str, ...] = ()) -> bool:
    """Whether a slip in what is left of ``phrase`` could be mended; it is. ``known``: English words of rows."""
    before = phrase.text
    phrase.text = _slips(phrase.home).mended(before, known)
    return phrase.text != before


@lru_cache(maxsize=8)
def _slips(home: Home) -> Slips:
    trades = {word for group in row_vocabulary().trades for word in group}
    chinese = {plain(word) for word in trades if not word.isascii()} | {fold(town.zh) for town in home.towns}
    english = {word for word in trades if re.fullmatch(r"[a-z]{5,}", word)} | {fold(town.en) for town in home.towns}
    return Slips(chinese | english | OTHERS, lexicon.stop_words())
