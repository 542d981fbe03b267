"""Chinese typed in Latin letters (pinyin): huadu, wurenji, he shilin. Only words of the collection are found."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache
from itertools import islice, product

from knowledge.text.language import HAN, STOPWORDS_EN, stem

LATIN = re.compile(r"[a-z]+(?: [a-z]+)*")
MOST_WORDS = 4  # Latin words that may spell one Chinese word
READINGS = 6  # of a word, at the most
LEAST = 4  # letters: shorter ones are as likely to be English
SYLLABLE = (
    "(?:[aeo]|[ae][ino]|[ae]ng|er|ou|(?:[bpmf]|w)o|w(?:[ae]n?g?|[ae]i|u)|y(?:[aou]n?g?|an|ao|in?g?|e|ou|uan|ue)"
    "|(?:zh|ch|sh|[bpmfdtnlgkhrzcsjqx])(?:[ae]n?g?|[ae]i|ao|ou|ong|i(?:[ae]|ao|u|an|ng?|ang|ong)?"
    "|u(?:[aoein]|ai|ang?)?|v))"
)
LONGEST = 12  # syllables in a row; how a longer run is parted is not looked for
LIKE_PINYIN = re.compile(rf"\A{SYLLABLE}{{1,{LONGEST}}}")


class PinyinLookup:
    """The Chinese words of a collection by their pinyin. Read-only; threads may share it.

    ``is_english``: whether a stem is an English word, which is then not taken for pinyin alone.
    """

    def __init__(self, words: Iterable[str], is_english: Callable[[str], bool]) -> None:
        self._by_pinyin: dict[str, list[str]] = {}
        self._is_english = is_english
        for word in words:
            if len(word) > 1 and HAN.match(word):
                for spelling in spellings(word):
                    self._by_pinyin.setdefault(spelling, []).append(word)

    def with_chinese(self, folded: str) -> str:
        """A folded question, followed by the Chinese words whose pinyin is in it; unchanged when there are none."""
        chinese = [word for spelling in self._spelled(folded) for word in self._by_pinyin[spelling]]
        return " ".join([folded, *dict.fromkeys(chinese)]) if chinese else folded

    def is_english_text(self, folded: str) -> bool:
        """Whether a folded text has more Latin words that can only be English than words that are pinyin."""
        latin = [word for run in LATIN.findall(folded) for word in run.split() if not LIKE_PINYIN.fullmatch(word)]
        english = sum(word in STOPWORDS_EN or self._is_english(stem(word)) for word in latin)
        return english > sum(1 for _ in self._spelled(folded))

    def _spelled(self, folded: str) -> Iterator[str]:
        for latin in (run.split() for run in LATIN.findall(folded)):
            at = 0
            while at < len(latin):
                sizes = range(min(MOST_WORDS, len(latin) - at), 0, -1)
                size = next((size for size in sizes if self._spells(latin[at : at + size])), 0)
                if size:
                    yield "".join(latin[at : at + size])
                at += size or 1

    def _spells(self, latin: list[str]) -> bool:
        together = "".join(latin)
        if len(together) < LEAST or together not in self._by_pinyin:
            return False
        return not all(self._is_english(word) for word in latin)


@lru_cache(maxsize=50_000)
def spellings(word: str) -> tuple[str, ...]:
    """Pinyin of a Chinese word without tones, each of its readings: 花都 is huadu and huadou."""
    from pypinyin import Style, pinyin

    readings = pinyin(word, style=Style.NORMAL, heteronym=True, errors="ignore")
    return tuple(dict.fromkeys("".join(syllables) for syllables in islice(product(*readings), READINGS) if syllables))
