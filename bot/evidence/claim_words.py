"""Words of a claim and of what it cites: which tell what is said, which take each other's place, and likeness."""

from __future__ import annotations

import re
from functools import cache, lru_cache

from bot.evidence.stated_contacts import wordings
from knowledge.text.language import HAN, STOPWORDS_EN, STOPWORDS_ZH, stem, tagged
from knowledge.text.numerals import CHARACTERS
from knowledge.text.typed_quantities import AFTER, BEFORE, plain, quantities_of

_WORD = re.compile(r"[a-z]+(?:'[a-z]+)?")
_RUN = re.compile(r"[\u4e00-\u9fff]+")
_NUMERAL = re.compile(rf"[\d{CHARACTERS}]+")
_AFTER_A_QUANTITY = re.compile(f"(?<= )(?:{AFTER.pattern})")
GAP = 4  # letters that a long name has more than its short one: 失业金 is 失业保险金


def stands_in(word: str, evidence: str) -> bool:
    """Whether ``evidence``, plain text, has ``word`` or another that takes its place."""
    bare = word[1:] if len(word) > 2 and word[0] in "可须应需要" else word  # 可拨打
    return any(written_in(each, evidence) for each in _alike(bare))


def written_in(word: str, evidence: str) -> bool:
    """Whether ``evidence``, plain text, has ``word`` itself, or a longer name that it is short for."""
    if not HAN.search(word):
        return word in english_stems(evidence)
    return word in evidence or re.search(f".{{0,{GAP}}}".join(map(re.escape, word)), evidence) is not None


@lru_cache(maxsize=1024)
def english_stems(text: str) -> frozenset[str]:
    """The stems of the English words of ``text``."""
    return frozenset(map(stem, _WORD.findall(text)))


@cache
def _groups() -> dict[str, tuple[str, ...]]:
    groups = [tuple(word if HAN.search(word) else stem(word) for word in group) for group in wordings()["same"]]
    return {word: group for group in groups for word in group}


def _alike(word: str) -> tuple[str, ...]:
    return (word, *_groups().get(word, ()))


@cache
def _plain_words() -> frozenset[str]:
    return frozenset(stem(word) for word in str(wordings()["plain"]).split())


@lru_cache(maxsize=1024)
def content_words(text: str, *, nouns: bool = False) -> tuple[str, ...]:
    """Nouns, names, verbs and adjectives of ``text``, or its ``nouns``; no numerals, no words that say little."""
    folded = plain(text)
    if not HAN.search(folded):
        stems = (stem(word) for word in _WORD.findall(blanked(folded)) if word not in STOPWORDS_EN)
        return tuple(word for word in stems if word not in _plain_words() and not nouns)
    wanted = ("n", "j", "l") if nouns else ("n", "v", "a", "j", "l", "eng", "i")
    return tuple(
        word
        for word, tag in tagged(blanked(folded))
        if tag.startswith(wanted) and word not in STOPWORDS_ZH and word not in _plain_words() and _RUN.fullmatch(word)
    )


def blanked(text: str) -> str:
    """``text``, plain, without its quantities and bounds."""
    for one in quantities_of(text):
        text = text[: one.start] + " " * (one.end - one.start) + text[one.end :]
    return _NUMERAL.sub(" ", _AFTER_A_QUANTITY.sub(" ", BEFORE.sub(" ", text)))


@lru_cache(maxsize=4096)
def features(text: str) -> frozenset[str]:
    """What likeness is told by: pairs of Chinese letters, stems of English words."""
    rest = blanked(text)
    pairs = (run[place : place + 2] for run in _RUN.findall(rest) for place in range(max(1, len(run) - 1)))
    return frozenset((*pairs, *(stem(word) for word in _WORD.findall(rest) if word not in STOPWORDS_EN)))
