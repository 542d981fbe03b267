"""Occupations, trades and majors by whatever people call them: 整電 and "fix wiring" are the work of a 电工."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from knowledge.learned_arrays import FOLDER, MEND, LearnedError
from knowledge.text.language import HAN, fold

FILE, KIN = FOLDER / "occupations.tsv", FOLDER / "occupations_kin.tsv"
LINE_END = "‖"  # which folding leaves as it is
WORDS = re.compile(r"[a-z0-9]+")
Alias = str | tuple[str, ...]  # Chinese letters as they stand; of English its words, see ``_singular``


@dataclass(frozen=True)
class Occupation:
    """An occupation by its Chinese and its English name."""

    chinese: str
    english: str


@dataclass(frozen=True)
class NamedOccupations:
    """The occupations that one stretch of a text names, and the stretch, folded."""

    occupations: frozenset[Occupation]
    written: str


class OccupationNames:
    """Finds occupations in texts. ``aliases``: what may be written, and which occupations it means."""

    def __init__(self, aliases: Mapping[Alias, frozenset[Occupation]]) -> None:
        self.aliases = aliases
        self._letters = max((len(alias) for alias in aliases if isinstance(alias, str)), default=0)
        self._words = max((len(alias) for alias in aliases if isinstance(alias, tuple)), default=0)

    def named_in(self, text: str) -> tuple[NamedOccupations, ...]:
        """What ``text`` names, of overlapping names the longest from the left: Chinese, then English."""
        folded = fold(text)
        words = WORDS.findall(folded)
        chinese = self._longest(folded, self._letters) if HAN.search(folded) else ()
        english = self._longest(tuple(map(_singular, words)), self._words)
        return (
            *(NamedOccupations(meant, folded[start:end]) for start, end, meant in chinese),
            *(NamedOccupations(meant, " ".join(words[start:end])) for start, end, meant in english),
        )

    def _longest(self, text: Alias, most: int) -> Iterator[tuple[int, int, frozenset[Occupation]]]:
        start = 0
        while start < len(text):
            ends = range(min(len(text), start + most), start, -1)
            end = next((end for end in ends if text[start:end] in self.aliases), None)
            if end is None:
                start += 1
                continue
            yield start, end, self.aliases[text[start:end]]
            start = end


@cache
def occupation_names() -> OccupationNames:
    """Those of the shipped file, read once in a process. Raises ``LearnedError``."""
    return read(FILE)


def kin_of(occupations: frozenset[Occupation]) -> frozenset[Occupation]:
    """Occupations with whose rows somebody who asks for one of ``occupations`` is well served: of a trade the major."""
    known = kin()
    return frozenset(other for one in occupations for other in known.get(one, ()))


@cache
def kin() -> Mapping[Occupation, tuple[Occupation, ...]]:
    """The kin of each occupation that has any, from the shipped file. Raises ``LearnedError``."""
    by_name = {one.chinese: one for meant in occupation_names().aliases.values() for one in meant}
    lines = (line.split("\t") for line in _lines(KIN))
    return {by_name[name]: tuple(by_name[other] for other in others.split("|")) for name, others in lines}


def read(path: Path) -> OccupationNames:
    """The names in ``path``: a line an occupation, of five columns; see its head. Raises ``LearnedError``."""
    lines = _lines(path)
    folded = fold(LINE_END.join(lines).replace("\t", "|")).split(LINE_END)  # at once: line by line takes seconds
    aliases: dict[Alias, set[Occupation]] = {}
    for line, plain in zip(lines, folded, strict=True):
        chinese, english, *_ = line.split("\t")
        for written in plain.split("|"):
            alias = written if HAN.search(written) else tuple(map(_singular, WORDS.findall(written)))
            aliases.setdefault(alias, set()).add(Occupation(chinese, english.split("|")[0]))
    return OccupationNames({alias: frozenset(occupations) for alias, occupations in aliases.items()})


def _lines(path: Path) -> list[str]:
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise LearnedError(f"{path} cannot be used ({error!r}); {MEND}") from error
    return [line for line in text.splitlines() if not line.startswith("#")]


def _singular(word: str) -> str:
    """An English word without the s of several; its stem would be that of others: accounting of an account."""
    return word[:-1] if len(word) > 3 and word.endswith("s") and not word.endswith("ss") else word
