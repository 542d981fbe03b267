"""A question as it is worked with: cleaned, personal numbers masked, its language told, of a long one both ends."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import accumulate

from bot.answer import Turn
from knowledge.text.characters import clean
from knowledge.text.language import HAN, STOPWORDS_EN, language_of, script_of
from knowledge.text.pii import masked

LONGEST = 12_000  # characters; of a longer text nobody can say what is asked
# Of what is looked up: a model takes longer with each token of a text, and more of them hardly tell it more.
READ_BEGINNING, READ_END = 360, 200  # in widths, see ``widths``
BORDERS = tuple(map(re.compile, (r"[。！？!?；;]|\.(?= )", "[，,、：:]", " ")))  # the first of them that there is
LAST_FIGURE, FIRST_FIGURE = re.compile(r"(?<![\d.,])[\d.,]++$"), re.compile(r"\A[\d.,]++")
LEFT_OUT = " … "
LATIN_WORD = re.compile(r"[a-z]{2,}")
CHINESE_GRAMMAR = re.compile("[的了吗嗎呢吧么麼是有在怎哪谁誰几幾多什甚请請和与與能可要係唔冇咩]")


@dataclass(frozen=True)
class Question:
    """What a user asked. ``raw`` and ``whole`` are only for the screen; everything else works with ``text``.

    ``whole`` is the masked text, of which ``text`` is what is read: see ``read_of``. ``language`` is "zh", "zh-hant",
    "en" or "other"; ``reply_in`` the language of the answer. Of a text longer than ``LONGEST`` just enough is kept to
    see that it is.
    """

    raw: str
    text: str
    language: str
    reply_in: str
    masked: frozenset[str] = frozenset()
    whole: str = ""

    @property
    def shortened(self) -> bool:
        """Whether the middle of it was not read."""
        return read_of(self.whole) != self.whole


def question_of(raw: str, interface_language: str | None = None) -> Question:
    """The question in ``raw``. The question's own language wins over the interface's, unless it has no words; where
    its letters are of both Chinese scripts, the interface tells which.
    """
    cleaned = clean(raw[: 2 * LONGEST])[: LONGEST + 1]
    text, kinds = masked(cleaned)
    language = _language(text)
    known = language if language != "other" and re.search(r"[^\W\d_]", text) else None
    if known == "zh" and interface_language == "zh-hant" and not _has_simplified(text):
        known = interface_language
    reply_in = known or interface_language or _fallback(language)
    return Question(cleaned, read_of(text), language, reply_in, kinds, text)


def read_of(text: str) -> str:
    """Of a long text beginning and end, each up to a sentence, a comma or a blank; any other as it is.

    Where a story is told, the question stands before it or behind it.
    """
    if width(text) <= READ_BEGINNING + READ_END + width(LEFT_OUT):
        return text
    return f"{_beginning(text, READ_BEGINNING).strip()}{LEFT_OUT}{_end(text, READ_END).strip()}"


def width(text: str) -> int:
    """How much of a text there is to read: a Latin letter or a blank is half of any other character."""
    return sum(widths(text))


def widths(text: str) -> list[int]:
    """The width of each character: a token holds a Chinese character or two, or half a word of English."""
    return [1 if each.isascii() and (each.isalpha() or each == " ") else 2 for each in text]


def turns_as_read(turns: Sequence[Turn]) -> list[Turn]:
    """Earlier exchanges with as much of their questions as is read of a question."""
    return [replace(turn, question=read_of(turn.question[:LONGEST])) for turn in turns]


def language_of_talk(turns: Sequence[Turn], interface_language: str | None) -> str:
    """The language in which the last question was answered; the interface's where nothing was asked."""
    asked = next((turn.question for turn in reversed(turns) if turn.question), "")
    return question_of(asked, interface_language).reply_in if asked else interface_language or "zh"


def _beginning(text: str, most: int) -> str:
    """The first characters, ``most`` wide, up to the last border in their last quarter; no figure is cut in two."""
    cut = text[: _fitting(text[:most], most)]
    for border in BORDERS:
        if places := [found.end() for found in border.finditer(cut, len(cut) * 3 // 4)]:
            return cut[: places[-1]]
    return LAST_FIGURE.sub("", cut)


def _end(text: str, most: int) -> str:
    """The same of the last characters, from the first border in their first quarter."""
    cut = text[len(text) - _fitting(text[: -most - 1 : -1], most) :]
    for border in BORDERS:
        if place := border.search(cut, 0, len(cut) // 4):
            return cut[place.end() :]
    return FIRST_FIGURE.sub("", cut)


def _fitting(text: str, most: int) -> int:
    """How many of the first characters are together no wider than ``most``."""
    return sum(1 for reached in accumulate(widths(text)) if reached <= most)


def _has_simplified(text: str) -> bool:
    """Whether a letter of ``text`` exists in Simplified script alone."""
    return any(script_of(letter) == "simplified" for letter in HAN.findall(text))


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
