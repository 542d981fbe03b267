"""The entities of one edition: schools, companies, offices and people from its tables and its documents' texts."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from knowledge.entities.abbreviations import Abbreviations
from knowledge.entities.ambiguity import Ambiguous, ambiguous_names
from knowledge.entities.home import Home, names_of
from knowledge.entities.linker import Link, Linker
from knowledge.entities.named_in_texts import Person, people_in, said_to_be_ambiguous, schools_in
from knowledge.entities.spelling import begun_names, parts_of, plain_form, plain_name, short_names, shorter
from knowledge.entities.title_linker import TitleLinker
from knowledge.models import Chunk
from knowledge.tables.querying.record_queries import Records
from knowledge.tables.records import Partner, RecordKind
from knowledge.tables.values import PartnerKind, Relation
from knowledge.text.language import fold


@dataclass(frozen=True)
class Entity:
    """A school, company or office. ``folded`` is the name as rows keep it.

    ``variants``: plain forms by which it is called; ``weak``: derived ones, which need 学院 or the like behind them.
    """

    name: str  # to show
    folded: str
    variants: tuple[str, ...]
    partner: Partner | None = None
    school: bool = False
    weak: frozenset[str] = frozenset()


class Directory:
    """The entities of one edition; made when they are first asked for. Threads may share it; it never changes.

    ``chunks``: the texts of its documents. ``home``: whose assistant it is.
    """

    def __init__(self, records: Records, home: Home | None = None, chunks: Sequence[Chunk] = ()) -> None:
        self._home = home or Home()
        self._words, self._chunks = records.values, chunks

    @cached_property
    def home(self) -> Home:
        """The programme and district, and what its partners are called in English."""
        named = ((partner.name_zh, partner.name_en) for partner in self._words.partners)
        return replace(self._home, partners=tuple((zh, en) for zh, en in named if zh and en))

    @cached_property
    def entities(self) -> tuple[Entity, ...]:
        """All entities: partners, then schools and employers of other rows, then schools that only documents name."""
        known: dict[str, Entity] = {}
        for partner in self._words.partners:
            entity = self._partner(partner)
            known.setdefault(entity.folded, entity)
        for kind, school in ((RecordKind.PROGRAM, True), (RecordKind.OPENING, False)):
            for name in self._words.names[kind]:
                known.setdefault(name, self._entity(name, (name,), None, school))
        called = {variant for entity in known.values() for variant in entity.variants if variant not in entity.weak}
        for name in self._schools_of_documents:
            if name in called:  # what documents call one of them for short
                continue
            known.setdefault(name, self._entity(name, (name,), None, True))
        parts = {
            name: taken for name, entity in known.items() if entity.school and (taken := parts_of(name, self.home))
        }
        cores = dict.fromkeys(taken.core for taken in parts.values())
        for name, taken in parts.items():
            if begun := tuple(begun_names(taken, cores)):
                entity = known[name]
                known[name] = replace(entity, variants=(*entity.variants, *begun), weak=entity.weak.union(begun))
        return tuple(known.values())

    @cached_property
    def _schools_of_documents(self) -> tuple[str, ...]:
        return schools_in((fold(chunk.text) for chunk in self._chunks if chunk.language == "zh"), self.home)

    @cached_property
    def institutions(self) -> tuple[Entity, ...]:
        """Partners, and schools that documents name: whom documents may be asked about."""
        named = frozenset(self._schools_of_documents)
        return tuple(entity for entity in self.entities if entity.partner or entity.folded in named)

    @cached_property
    def people(self) -> tuple[Person, ...]:
        """People whom the documents name beside an office."""
        return people_in(fold(line) for chunk in self._chunks for line in chunk.text.splitlines())

    @cached_property
    def programme(self) -> tuple[str, ...]:
        """Names of the programme, folded."""
        return names_of(self.home.programme)

    @cached_property
    def host(self) -> tuple[str, ...]:
        """Names of the office that runs it, folded."""
        return names_of(self.home.programme.host)

    @cached_property
    def _by_name(self) -> dict[str, Entity]:
        return {entity.folded: entity for entity in reversed(self.entities)}

    def shown(self, name: str) -> str:
        """A folded name, as rows keep it, as people write it."""
        entity = self._by_name.get(name)
        return entity.name if entity and entity.name != name else self._words.shown(name) or name

    @property
    def partners(self) -> tuple[Partner, ...]:
        """All partners."""
        return self._words.partners

    @property
    def procedures(self) -> tuple[str, ...]:
        """Types of cooperation procedures, folded."""
        return self._words.names[RecordKind.PROCEDURE]

    @cached_property
    def titles(self) -> TitleLinker:
        """The linker of the titles that openings and programs have."""
        return TitleLinker(lambda: self._words.titles)

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
    def ambiguous_names(self) -> tuple[Ambiguous, ...]:
        """Short names that fit several schools, or that leave out the region which tells a school from others."""
        schools = [entity for entity in self.entities if entity.school]
        programs = frozenset(self._words.names[RecordKind.PROGRAM])
        listed = [entity for entity in schools if entity.partner or entity.folded in programs]
        aliases = {plain_form(alias) for entity in listed if entity.partner for alias in entity.partner.aliases}
        english = {e.folded: plain_form(e.partner.name_en) for e in listed if e.partner and e.partner.name_en}
        names = {entity.folded: entity.name for entity in schools}
        called_ambiguous = said_to_be_ambiguous(fold(chunk.text) for chunk in self._chunks)
        return tuple(
            ambiguous_names([entity.folded for entity in listed], names, english, aliases, called_ambiguous, self.home)
        )

    @cached_property
    def linker(self) -> Linker[Entity]:
        """Links texts to the entities, by all names but the ambiguous ones."""
        words = frozenset(word for name in self.ambiguous_names for word in (*name.short, *name.english) if word)
        return Linker(self.entities, words)

    def ambiguous(self, text: str, *, alone: bool) -> tuple[Ambiguous, str] | None:
        """The ambiguous short name in a plain text and how it was written; None when there is none.

        ``alone``: it may stand there without 学院 or the like.
        """
        for name in self.ambiguous_names:
            if match := name.search(text, alone=alone):
                return name, match
        for written, fitting in self._abbreviations.found_in(text):
            if len(fitting) > 1 and not any(True for _ in self.linker.exact(text)):
                return Ambiguous((written,), (), tuple(self._by_name[name].name for name in fitting)), written
        return None

    @cached_property
    def _abbreviations(self) -> Abbreviations:
        """Of schools that rows are of."""
        programs = frozenset(self._words.names[RecordKind.PROGRAM])
        return Abbreviations(
            (e.folded, parts) for e in self.entities
            if e.school and (e.partner or e.folded in programs) and (parts := parts_of(plain_name(e.folded), self.home))
        )  # fmt: skip

    def links(self, text: str, *, alone: bool, taken: str) -> list[Link[Entity]]:
        """Whom a plain text names, in the order in which they stand: by name, alias or slip, by an abbreviation that
        fits one school, and schools with their region that nobody knows. ``taken``: a character that no name holds.
        """
        links = list(self.linker.links(text, alone=alone, taken=taken))
        for link in links:
            text = text[: link.start] + taken * (link.end - link.start) + text[link.end :]
        for name in schools_in([text], self.home):
            start = text.index(name)
            links.append(Link(start, start + len(name), Entity(name, name, (), None, True)))
        if not links:
            short = ((written, fitting) for written, fitting in self._abbreviations.found_in(text) if len(fitting) == 1)
            for written, fitting in list(short)[:1]:
                start = text.index(written)
                links.append(Link(start, start + len(written), self._by_name[fitting[0]]))
        return sorted(links, key=lambda link: link.start)

    def _partner(self, partner: Partner) -> Entity:
        names = [name for name in (partner.name_zh, partner.name_en, *partner.aliases) if name]
        return self._entity(names[0], tuple(names), partner, partner.kind is PartnerKind.SCHOOL)

    def _entity(self, shown: str, names: tuple[str, ...], partner: Partner | None, school: bool) -> Entity:
        """``names``: its own one first. Names of rows and of texts are folded already."""
        plain = [plain_form(name) if partner else plain_name(name) for name in names]
        variants = dict.fromkeys(short for name in plain for short in shorter(name, self.home))
        parts = parts_of(plain[0], self.home) if school else None
        derived = [name for name in (short_names(parts) if parts else ()) if name not in variants]
        return Entity(shown, fold(shown), (*variants, *derived), partner, school, frozenset(derived))

    def anonymous(self, folded: str) -> str:
        """A folded text that calls programme, district, firms and people by kind: 本行动, 本区, 该单位, his phone."""
        for entity in self.firms:
            for variant in entity.variants:
                if not variant.isascii():
                    folded = folded.replace(variant, "该单位")
        for form in (form for person in self.people for form in person.forms if form.isascii()):
            folded = re.sub(rf"\b{form}(?:'s|s')", "his", re.sub(rf"\b{form}\b(?!'s)", "him", folded))
        return self.home.neutral(folded)

    @cached_property
    def firms(self) -> tuple[Entity, ...]:
        """Partners that are no schools."""
        return tuple(entity for entity in self.entities if entity.partner and not entity.school)
