"""A text as it is searched: its words, and for each Chinese one the English stems that the dictionary gives."""

from __future__ import annotations

import re
from dataclasses import dataclass

from knowledge.index.text.dictionary import Dictionary
from knowledge.index.text.pinyin import spellings
from knowledge.text.language import HAN, STOPWORDS_EN, STOPWORDS_ZH, stem, words

ARTICLE = re.compile(r"第\d+[条章节款项编]")
NUMBER = re.compile(r"\d+(?:[.,]\d+)*")


@dataclass(frozen=True)
class Tokens:
    """``words``: Chinese words, English stems and numbers in order, stop words left out, with repetitions.

    ``english``: for each of them the stems that may stand for it; itself when it is not Chinese.
    """

    words: tuple[str, ...]
    english: tuple[tuple[str, ...], ...]

    @property
    def distinct(self) -> Tokens:
        """The same tokens, each once, in the order of their first occurrence."""
        once = dict(zip(self.words, self.english, strict=True))
        return Tokens(tuple(once), tuple(once.values()))


def tokens_of(folded: str, dictionary: Dictionary) -> Tokens:
    """The tokens of a folded text."""
    tokens = [*ARTICLE.findall(folded), *_plain_words(ARTICLE.sub(" ", folded))]
    return Tokens(tuple(tokens), tuple(english_of(token, dictionary) for token in tokens))


def _plain_words(folded: str) -> list[str]:
    tokens = []
    for word in words(folded):
        if HAN.search(word):
            tokens += [] if word in STOPWORDS_ZH else [word]
        else:
            tokens += [] if word in STOPWORDS_EN else [stem(word)]
    return tokens


def english_of(word: str, dictionary: Dictionary) -> tuple[str, ...]:
    """English stems for a word; for a name also its pinyin, as English texts write them (花都 huadu, 何士林 shilin)."""
    if not HAN.search(word) or ARTICLE.fullmatch(word):
        return (word,)
    stems = dictionary.stems(word)
    glosses = dictionary.glosses(word)
    if not glosses or glosses[0][:1].isupper():
        return (*stems, *name_spellings(word))
    return stems


def name_spellings(word: str) -> tuple[str, ...]:
    """How English texts may spell a Chinese name: its pinyin, and of three characters also without the surname."""
    given = spellings(word[1:]) if len(word) == 3 else ()
    return (*spellings(word), *given) if len(word) > 1 else ()
