"""Ambiguous short names: those that fit several schools, computed from the names in one edition."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from knowledge.entities.home import Home
from knowledge.entities.spelling import EN_REGION_WORD, SCHOOL_WORD, english_core, parts_of

SUBJECT = r"类|专业|岗|行业|企业|一体|工程|运输|[\u3400-\u9fff]{0,12}专业"  # behind a word that is a trade here


@dataclass(frozen=True)
class Ambiguous:
    """A short name and the schools it fits, as they are shown; an empty name stands for another school.

    ``patterns`` find it where it stands as a school, ``alone`` where nothing beside it says so.
    """

    short: tuple[str, ...]
    english: tuple[str, ...]
    names: tuple[str, ...]
    patterns: tuple[str, ...] = ()
    alone: tuple[str, ...] = ()

    def search(self, text: str, *, alone: bool) -> str | None:
        """The short name as a plain text writes it; None where it is not there. ``alone``: try those patterns too."""
        for pattern in (*self.patterns, *(self.alone if alone else ())):
            if match := re.search(pattern, text):
                return match.group()
        return None


def ambiguous_names(
    listed: Sequence[str],
    names: Mapping[str, str],
    english: Mapping[str, str],
    aliases: Collection[str],
    called_ambiguous: Collection[str],
    home: Home,
) -> Iterator[Ambiguous]:
    """Short names of the schools ``listed`` in tables that do not say which of the known schools is meant.

    A name without its region is one where another known school is called so or nearly so (轻工, 轻工业), or where a
    document says so. ``names``: of all known schools, folded, as they are shown; ``english``: plain English names of
    those listed; ``aliases``: plain ones that staff gave; ``called_ambiguous``: short ones that documents call so.
    """
    parts = {name: known for name in names if (known := parts_of(name, home))}
    cores = dict.fromkeys(parts[name].core for name in listed if name in parts)
    for core in cores:
        alike = [name for name, known in parts.items() if _alike(core, known.core)]
        called = [name for name in alike if _begins(core, parts[name].core)]
        others = len(called) > 1
        if core in aliases or not (others or core in called_ambiguous or not core):
            continue
        short = (
            tuple(dict.fromkeys([core, *(parts[name].core for name in called)])) if core else (parts[alike[0]].kind,)
        )
        words = dict.fromkeys(english_core(english[name], home) for name in alike if name in english)
        spoken = tuple(word for word in words if word is not None and (word or not core))
        fits = tuple(names[name] for name in alike)
        fits = fits if others else (*fits, "")
        yield Ambiguous(short, spoken, fits, *_patterns(short, spoken, bare=not core, home=home))


def _alike(core: str, other: str) -> bool:
    """Whether names may be mixed up: 轻工 and 轻工业, 机电 and 机械; nothing and nothing."""
    if not core or not other:
        return core == other
    common = next((i for i, pair in enumerate(zip(core, other, strict=False)) if pair[0] != pair[1]), None)
    common = min(len(core), len(other)) if common is None else common
    return common * 2 >= max(len(core), len(other))


def _begins(core: str, other: str) -> bool:
    return core == other if not core or not other else core.startswith(other) or other.startswith(core)


def _patterns(
    short: tuple[str, ...], english: tuple[str, ...], *, bare: bool, home: Home
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Patterns of a short name where it stands as a school, and where it may."""
    region = "".join(f"(?<!{word})" for word in ("省", "市", "区", "县", "业", *home.regions))
    plain, alone = [], []
    for word in short:
        if bare:  # 技师学院 by itself is a kind of school; as the whole subject it is one without its region
            plain.append(rf"{region}(?<![\u3400-\u9fff]{{2}}){word}")
            continue
        plain.append(rf"{region}{word}{SCHOOL_WORD}")
        # 机电有什么专业, 机电的学费, but 有什么机电专业
        plain.append(rf"(?:^|[,。?! ]|请问){word}(?=(?:里|那边|的)?(?:有(?!限)|开设|招生|学费|收费|学制))")
        alone.append(rf"{region}{word}(?!{SUBJECT})")
    plain += [_english(word, home) for word in english]
    return tuple(plain), tuple(alone)


def _english(word: str, home: Home) -> str:
    if not word:
        return r"(?:^|\bthe |\bat |\bin |\bof |\bdid |\bis )technician (?:college|institute)(?!s)"
    regions = (*home.regions_en, *EN_REGION_WORD[3:-1].split("|"))
    lead = "".join(f"(?<!{re.escape(region)} )" for region in regions)
    return rf"{lead}(?<![a-z]){re.escape(word)} (?:technician |technical |senior )*(?:college|institute|school)"
