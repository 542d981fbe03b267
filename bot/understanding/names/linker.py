"""Whom a question names: by name, alias, typo or pinyin; and which short name is ambiguous."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from rapidfuzz import fuzz, process

from bot.understanding.names.spelling_variants import SCHOOL_WORD, ambiguous_patterns, place_of, shorter
from bot.understanding.row_vocabulary import Ambiguous, row_vocabulary
from bot.understanding.spans import Phrase, plain, plain_name
from knowledge.tables import Records
from knowledge.tables.records import Partner, RecordKind
from knowledge.tables.values import Relation
from knowledge.text.language import fold

SPELT_LIKE = 84  # of 100: a Latin name with a slip
CLOSE = 85  # of 100: a Chinese name with a slip


@dataclass(frozen=True)
class Entity:
    """Somebody that a question names. ``folded`` is the name as rows keep it."""

    name: str  # to show
    folded: str
    variants: tuple[str, ...]
    partner: Partner | None = None
    school: bool = False


class Directory:
    """Everybody known to the records of one edition, and the institutions that are easily confused with them."""

    def __init__(self, records: Records) -> None:
        self._words = records.vocabulary

    @cached_property
    def entities(self) -> tuple[Entity, ...]:
        """All of them, partners first."""
        found: dict[str, Entity] = {}
        for partner in self._words.partners:
            entity = _partner(partner)
            found.setdefault(entity.folded, entity)
        for kind, school in ((RecordKind.PROGRAM, True), (RecordKind.OPENING, False)):
            for name in self._words.names[kind]:
                found.setdefault(name, Entity(name, name, tuple(shorter(plain_name(name))), None, school))
        for each in row_vocabulary().institutions:
            variants = (plain(each.zh), *map(plain, each.aliases))
            found.setdefault(fold(each.zh), Entity(each.zh, fold(each.zh), variants, None, True))
        return tuple(found.values())

    @cached_property
    def _by_name(self) -> dict[str, Entity]:
        return {entity.folded: entity for entity in reversed(self.entities)}

    def shown(self, name: str) -> str:
        """A folded name, as rows keep it, as people write it."""
        found = self._by_name.get(name)
        return found.name if found and found.name != name else self._words.shown(name) or name

    @property
    def partners(self) -> tuple[Partner, ...]:
        """All partners."""
        return self._words.partners

    @property
    def procedures(self) -> tuple[str, ...]:
        """Types of cooperation procedures, folded."""
        return self._words.names[RecordKind.PROCEDURE]

    @cached_property
    def english(self) -> tuple[str, ...]:
        """English words of openings, of which a question may misspell one."""
        return tuple(sorted({word for _, words in self._words.phrases for word in re.findall(r"[a-z]{6,}", words)}))

    @cached_property
    def schools_that_signed(self) -> tuple[Entity, ...]:
        """All partners that are schools and signed."""
        partners = ((entity, entity.partner) for entity in self.entities if entity.school)
        return tuple(entity for entity, partner in partners if partner and Relation.SIGNED in partner.relations)

    @cached_property
    def _by_variant(self) -> dict[str, Entity]:
        pairs: dict[str, Entity] = {}
        for entity in self.entities:
            for variant in entity.variants:
                if len(variant) >= 2 and variant not in self._ambiguous_words:
                    pairs.setdefault(variant, entity)
        return dict(sorted(pairs.items(), key=lambda pair: -len(pair[0])))

    @cached_property
    def _lengths(self) -> tuple[int, ...]:
        return tuple(dict.fromkeys(map(len, self._by_variant)))

    def _within(self, text: str) -> list[tuple[str, Entity]]:
        """Names and parts of names that stand in ``text``, the longest first."""
        stretches = {text[start : start + long] for long in self._lengths for start in range(len(text) - long + 1)}
        found = [variant for variant in stretches if variant in self._by_variant]
        return [(each, self._by_variant[each]) for each in sorted(found, key=lambda each: (-len(each), each))]

    @cached_property
    def _ambiguous_words(self) -> frozenset[str]:
        return frozenset(word for each in row_vocabulary().ambiguous for word in (*each.short, *each.english) if word)

    @cached_property
    def _latin(self) -> dict[str, Entity]:
        """First words of English names, for slips of the pen."""
        return {variant: entity for variant, entity in self._by_variant.items() if re.fullmatch(r"[a-z]{5,}", variant)}

    @cached_property
    def _long_chinese(self) -> dict[str, Entity]:
        chosen = (pair for pair in self._by_variant.items() if len(pair[0]) >= 6 and not pair[0].isascii())
        return dict(list(chosen)[:3000])

    @cached_property
    def _sounds(self) -> dict[str, Entity]:
        chosen = [
            pair for pair in self._by_variant.items() if 3 <= len(pair[0]) <= 4 and not re.search(r"[ -~]", pair[0])
        ]
        return {_sound(variant): entity for variant, entity in chosen[:3000]}

    def take(self, phrase: Phrase, *, short_names: bool) -> tuple[Entity, ...]:
        """Everybody whom ``phrase`` names, taken away from it. Short school names count only with ``short_names``."""
        found: list[tuple[int, Entity]] = []
        for variant, entity in self._within(phrase.text):
            if variant in phrase.text and (
                place := place_of(phrase.text, variant, short_names=short_names, school=entity.school)
            ):
                found.append((place[0], entity))
                phrase.take_span(*place, "name")
        if not found:
            found = list(self._misspelt(phrase))
        return tuple(dict.fromkeys(entity for _, entity in sorted(found, key=lambda pair: pair[0])))

    def ambiguous(self, text: str, *, short_names: bool) -> tuple[Ambiguous, str] | None:
        """The ambiguous short name in ``text`` and how it was written; None when there is none."""
        for each in row_vocabulary().ambiguous:
            for pattern in ambiguous_patterns(each, short_names):
                if found := re.search(pattern, text):
                    return each, found.group()
        return None

    def _misspelt(self, phrase: Phrase) -> Iterator[tuple[int, Entity]]:
        for word in re.finditer(r"[a-z]{5,}", phrase.text):
            if close := process.extractOne(
                word.group(), self._latin.keys(), scorer=fuzz.ratio, score_cutoff=SPELT_LIKE
            ):
                phrase.take_span(*word.span(), "name")
                yield word.start(), self._latin[close[0]]
                return
        yield from self._sounding(phrase)
        yield from self._resembling(phrase)

    def _sounding(self, phrase: Phrase) -> Iterator[tuple[int, Entity]]:
        for run in re.finditer(r"[\u3400-\u9fff]{3,}", phrase.text):
            for length in (4, 3):
                for start in range(run.start(), run.end() - length + 1):
                    entity = self._sounds.get(_sound(phrase.text[start : start + length]))
                    if entity and not entity.school:
                        phrase.take_span(start, start + length, "name")
                        yield start, entity
                        return

    def _resembling(self, phrase: Phrase) -> Iterator[tuple[int, Entity]]:
        for run in re.finditer(rf"[\u3400-\u9fff]{{2,12}}?{SCHOOL_WORD}", phrase.text):
            text = run.group()
            close = process.extractOne(text, self._long_chinese.keys(), scorer=fuzz.ratio, score_cutoff=CLOSE)
            # 省 and 市 are one character apart and two different schools.
            if close and ("省" in close[0]) == ("省" in text) and not ("市" in text and "省" in close[0]):
                phrase.take_span(*run.span(), "name")
                yield run.start(), self._long_chinese[close[0]]
                return


def _partner(partner: Partner) -> Entity:
    shown = partner.name_zh or partner.name_en or ""
    names = [name for name in (partner.name_zh, partner.name_en, *partner.aliases) if name]
    variants = [short for name in names for short in shorter(plain(name))]
    school = bool(partner.kind and partner.kind.value == "school")
    return Entity(shown, fold(shown), tuple(dict.fromkeys(variants)), partner, school)


def _sound(text: str) -> str:
    from pypinyin import lazy_pinyin

    return " ".join(lazy_pinyin(text))
