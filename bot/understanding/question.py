"""The question as typed, cleaned, with personal numbers masked and its language detected."""

from __future__ import annotations

import re
from dataclasses import dataclass

from knowledge.text.characters import clean
from knowledge.text.language import HAN, STOPWORDS_EN, language_of
from knowledge.text.pii import masked

LONGEST = 12_000  # characters; of a longer text nobody can say what is asked
LATIN_WORD = re.compile(r"[a-z]{2,}")
CHINESE_GRAMMAR = re.compile("[的了吗嗎呢吧么麼是有在怎哪谁誰几幾多什甚请請和与與能可要係唔冇咩]")


@dataclass(frozen=True)
class Question:
    """What a user asked. ``raw`` is only for the screen; everything else works with ``text``.

    ``language`` is "zh", "zh-hant", "en" or "other"; ``reply_in`` the language of the answer. Of a text longer than
    ``LONGEST`` just enough is kept to see that it is.
    """

    raw: str
    text: str
    language: str
    reply_in: str
    masked: frozenset[str] = frozenset()


def question_of(raw: str, interface_language: str | None = None) -> Question:
    """The question in ``raw``. The question's own language wins over the interface's, unless it has no words."""
    cleaned = clean(raw[: 2 * LONGEST])[: LONGEST + 1]
    text, kinds = masked(cleaned)
    language = _language(text)
    known = language if language != "other" and re.search(r"[^\W\d_]", text) else None
    return Question(cleaned, text, language, known or interface_language or _fallback(language), kinds)


def _language(text: str) -> str:
    """As ``language_of``; English with a Chinese name in it is English."""
    language = language_of(text)
    if language in ("zh", "zh-hant") and not CHINESE_GRAMMAR.search(text):
        grammar = [word for word in LATIN_WORD.findall(text.lower()) if word in STOPWORDS_EN]
        if len(grammar) >= 2 and len(HAN.findall(text)) <= 24:
            return "en"
    return language


def _fallback(language: str) -> str:
    return "en" if language == "other" else "zh"
