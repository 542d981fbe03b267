"""Occupations, trades and majors by whatever people call them: 整電 and "fix wiring" are the work of a 电工."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from knowledge.entities.name_finder import Alias, FoundName, NameFinder, alias_of
from knowledge.learned_arrays import FOLDER, MEND, LearnedError
from knowledge.text.language import fold

FILE, KIN = FOLDER / "occupations.tsv", FOLDER / "occupations_kin.tsv"
FIELDS = FOLDER / "fields_of_work.tsv"
LINE_END = "‖"  # which folding leaves as it is


@dataclass(frozen=True)
class Occupation:
    """An occupation by its Chinese and its English name."""

    chinese: str
    english: str


@cache
def occupation_names() -> NameFinder[Occupation]:
    """The names of the shipped file, read once in a process. Raises ``LearnedError``."""
    return read(FILE)


def occupations_in(text: str) -> tuple[FoundName[Occupation], ...]:
    """The occupations that a text names."""
    return occupation_names().found_in(fold(text))


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


@cache
def fields_of_work() -> NameFinder[tuple[str, ...]]:
    """The fields in which people work by any of their names, each as all of its names, folded; from the shipped file.

    Raises ``LearnedError``.
    """
    aliases: dict[Alias, set[tuple[str, ...]]] = {}
    for line in _lines(FIELDS):
        names = tuple(fold(line).split("|"))
        for name in names:
            aliases.setdefault(alias_of(name), set()).add(names)
    return NameFinder({alias: frozenset(fields) for alias, fields in aliases.items()})


def read(path: Path) -> NameFinder[Occupation]:
    """The names in ``path``: a line an occupation, of five columns; see its head. Raises ``LearnedError``."""
    lines = _lines(path)
    folded = fold(LINE_END.join(lines).replace("\t", "|")).split(LINE_END)  # at once: line by line takes seconds
    aliases: dict[Alias, set[Occupation]] = {}
    for line, plain in zip(lines, folded, strict=True):
        chinese, english, *_ = line.split("\t")
        for written in plain.split("|"):
            aliases.setdefault(alias_of(written), set()).add(Occupation(chinese, english.split("|")[0]))
    return NameFinder({alias: frozenset(occupations) for alias, occupations in aliases.items()})


def _lines(path: Path) -> list[str]:
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise LearnedError(f"{path} cannot be used ({error!r}); {MEND}") from error
    return [line for line in text.splitlines() if not line.startswith("#")]
