"""A text as what is searched for: its words, and an English side through the dictionary."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from knowledge.index.text.dictionary import Dictionary
from knowledge.index.text.pinyin import spellings
from knowledge.text.language import HAN, STOPWORDS_EN, STOPWORDS_ZH, fold, language_of, stem, words

ARTICLE = re.compile(r"第\d+[条章节款项编]")
NUMBER = re.compile(r"\d+(?:[.,]\d+)*")


@dataclass(frozen=True)
class Terms:
    """``words``: Chinese words, English stems and numbers in order, stop words left out, with repetitions.

    ``english``: for each of them the stems that may stand for it; itself when it is not Chinese.
    """

    words: tuple[str, ...]
    english: tuple[tuple[str, ...], ...]


def terms_of(folded: str, dictionary: Dictionary) -> Terms:
    """The terms of a folded text."""
    found = [*ARTICLE.findall(folded), *_plain_words(ARTICLE.sub(" ", folded))]
    return Terms(tuple(found), tuple(english_of(word, dictionary) for word in found))


def _plain_words(folded: str) -> list[str]:
    found = []
    for word in words(folded):
        if HAN.search(word):
            found += [] if word in STOPWORDS_ZH else [word]
        else:
            found += [] if word in STOPWORDS_EN else [stem(word)]
    return found


def english_of(word: str, dictionary: Dictionary) -> tuple[str, ...]:
    """Stems for a word; for names also their sound, as English texts write them (花都 huadu, 何士林 shilin)."""
    if not HAN.search(word) or ARTICLE.fullmatch(word):
        return (word,)
    stems = dictionary.stems(word)
    glosses = dictionary.glosses(word)
    if not glosses or glosses[0][:1].isupper():
        return (*stems, *sounds(word))
    return stems


def sounds(word: str) -> tuple[str, ...]:
    """How English texts may spell a Chinese name: whole, and without what may be a surname."""
    given = spellings(word[1:]) if len(word) == 3 else ()
    return (*spellings(word), *given) if len(word) > 1 else ()


def english_side(text: str, dictionary: Dictionary) -> str:
    """A text in English words for the embedding model: English as it is, Chinese word by word by its first gloss."""
    if language_of(text) == "en":
        return text
    return " ".join(filter(None, (_gloss(word, dictionary) for word in words(fold(text)))))


GRAMMAR = {
    "的": "of",
    "了": "",
    "是": "is",
    "在": "in",
    "和": "and",
    "与": "and",
    "吗": "?",
    "呢": "?",
    "得": "",
    "地": "",
}


@lru_cache(maxsize=50_000)
def _gloss(word: str, dictionary: Dictionary) -> str:
    if not HAN.search(word):
        return word
    if word in GRAMMAR:
        return GRAMMAR[word]
    glosses = dictionary.glosses(word)
    if glosses:
        return glosses[0].removeprefix("to ").split(";")[0]
    parts = [_gloss(part, dictionary) for part in dictionary.parts(word)]
    return " ".join(filter(None, parts)) if len(word) <= 4 else "".join(sounds(word)[:1])
