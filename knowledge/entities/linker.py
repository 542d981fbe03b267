"""Entity linking: the entities that a text names, by name, alias, typo or pinyin."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Generic, Protocol, TypeVar

from rapidfuzz import fuzz, process

from knowledge.entities.spelling import SCHOOL_WORD, span_of

SPELT_LIKE = 84  # of 100: a Latin name with a typo
CLOSE = 85  # of 100: a Chinese name with a typo
LAST = 2  # characters before 技师学院 and the like, which tell most
MOST = 3000  # names compared by likeness


class LinkedName(Protocol):
    """What an entity must have to be linked."""

    @property
    def variants(self) -> tuple[str, ...]:
        """Plain forms of its name."""

    @property
    def weak(self) -> frozenset[str]:
        """Those of them that need 学院 or the like behind them."""

    @property
    def school(self) -> bool:
        """Whether it is a school."""


E = TypeVar("E", bound=LinkedName)


@dataclass(frozen=True)
class Link(Generic[E]):
    """Characters ``start`` to ``end`` of a text name ``entity``."""

    start: int
    end: int
    entity: E


class Linker(Generic[E]):
    """Finds ``entities`` in texts by their variants, except those in ``ambiguous``."""

    def __init__(self, entities: Sequence[E], ambiguous: Collection[str]) -> None:
        self._entities, self._ambiguous = entities, ambiguous

    def links(self, text: str, *, alone: bool, taken: str) -> Iterator[Link[E]]:
        """Links to all entities that a plain text names, each once.

        ``alone``: short school names count without 学院 or the like behind them. ``taken``: a character that no name
        holds; it hides what was linked from shorter names.
        """
        exact = False
        for variant, entity in self._within(text):
            if variant not in text:
                continue
            span = span_of(text, variant, weak=variant in entity.weak, alone=alone, school=entity.school)
            if span:
                exact = True
                text = text[: span[0]] + taken * (span[1] - span[0]) + text[span[1] :]
                yield Link(*span, entity)
        if not exact:
            yield from self._misspelt(text, taken)

    def exact(self, text: str) -> Iterator[Link[E]]:
        """Those of ``links`` that are written without a typo, by names that need no context."""
        for variant, entity in self._within(text):
            if span := span_of(text, variant, weak=variant in entity.weak, alone=False, school=entity.school):
                yield Link(*span, entity)

    @cached_property
    def _by_variant(self) -> dict[str, E]:
        pairs: dict[str, E] = {}
        for weak in (False, True):
            for entity in self._entities:
                for variant in entity.variants:
                    if (variant in entity.weak) is weak and len(variant) >= 2 and variant not in self._ambiguous:
                        pairs.setdefault(variant, entity)
        return dict(sorted(pairs.items(), key=lambda pair: -len(pair[0])))

    @cached_property
    def _lengths(self) -> tuple[int, ...]:
        return tuple(dict.fromkeys(map(len, self._by_variant)))

    def _within(self, text: str) -> list[tuple[str, E]]:
        """Names and parts of names that stand in ``text``, the longest first."""
        stretches = {text[start : start + size] for size in self._lengths for start in range(len(text) - size + 1)}
        variants = sorted(
            (variant for variant in stretches if variant in self._by_variant),
            key=lambda variant: (-len(variant), variant),
        )
        return [(variant, self._by_variant[variant]) for variant in variants]

    @cached_property
    def _latin(self) -> dict[str, E]:
        """English names of one word, for finding typos in them."""
        return {variant: entity for variant, entity in self._by_variant.items() if re.fullmatch(r"[a-z]{5,}", variant)}

    @cached_property
    def _long_chinese(self) -> dict[str, E]:
        chosen = (pair for pair in self._by_variant.items() if len(pair[0]) >= 6 and not pair[0].isascii())
        return dict(list(chosen)[:MOST])

    @cached_property
    def _sounds(self) -> dict[str, E]:
        chosen = [
            (variant, entity)
            for variant, entity in self._by_variant.items()
            if 3 <= len(variant) <= 4 and not re.search(r"[ -~]", variant) and variant not in entity.weak
        ]
        return {_sound(variant): entity for variant, entity in chosen[:MOST]}

    @cached_property
    def _begun(self) -> frozenset[tuple[str, str]]:
        """The first two syllables of all ``_sounds``."""
        syllables = (sound.split() for sound in self._sounds)
        return frozenset((first, second) for first, second, *_ in (each for each in syllables if len(each) > 1))

    def _misspelt(self, text: str, taken: str) -> Iterator[Link[E]]:
        for word in re.finditer(r"[a-z]{5,}", text):
            if close := process.extractOne(
                word.group(), self._latin.keys(), scorer=fuzz.ratio, score_cutoff=SPELT_LIKE
            ):
                yield Link(*word.span(), self._latin[close[0]])
                return
        for link in self._sounding(text):
            text = text[: link.start] + taken * (link.end - link.start) + text[link.end :]
            yield link
        yield from self._resembling(text)

    def _sounding(self, text: str) -> Iterator[Link[E]]:
        for run in re.finditer(r"[\u3400-\u9fff]{3,}", text):
            for length in (4, 3):
                for start in range(run.start(), run.end() - length + 1):
                    if not self._may_begin(text[start], text[start + 1]):
                        continue
                    entity = self._sounds.get(_sound(text[start : start + length]))
                    if entity and not entity.school:
                        yield Link(start, start + length, entity)
                        return

    def _may_begin(self, first: str, second: str) -> bool:
        """Whether two characters can be read as some name's first two: cheap, where sounds in their context are not."""
        return any((one, other) in self._begun for one in _readings(first) for other in _readings(second))

    def _resembling(self, text: str) -> Iterator[Link[E]]:
        for run in re.finditer(rf"[\u3400-\u9fff]{{2,12}}?{SCHOOL_WORD}", text):
            written = run.group()
            close = process.extractOne(written, self._long_chinese.keys(), scorer=fuzz.ratio, score_cutoff=CLOSE)
            if close and _same_school(written, close[0]):
                yield Link(*run.span(), self._long_chinese[close[0]])
                return


def _same_school(written: str, name: str) -> bool:
    """Whether ``written`` is ``name`` with a typo. 省 and 市 differ in a character, as do 机电 and 机械: no typos.

    A character may be wrong where it sounds alike, or where the rest is long enough to tell.
    """
    if ("省" in name) != ("省" in written) or ("市" in written and "省" in name):
        return False
    bare, other = (re.sub(rf"{SCHOOL_WORD}$", "", form)[-LAST:] for form in (written, name))
    wrong = [pair for pair in zip(reversed(bare), reversed(other), strict=False) if pair[0] != pair[1]]
    return not wrong or all(_sound(mine) == _sound(theirs) for mine, theirs in wrong)


@lru_cache(maxsize=20_000)
def _readings(character: str) -> tuple[str, ...]:
    """All ways in which a character is read, without tones."""
    from pypinyin import Style, pinyin

    return tuple(pinyin(character, style=Style.NORMAL, heteronym=True)[0])


def _sound(text: str) -> str:
    from pypinyin import lazy_pinyin

    return " ".join(lazy_pinyin(text))
