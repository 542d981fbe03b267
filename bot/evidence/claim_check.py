"""Whether one sentence of a chat model says no more than the passage that it cites."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from bot.evidence.claim_words import blanked, content_words, features, stands_in, written_in
from bot.evidence.sentence_extraction import CHINESE_END, ENGLISH_END
from bot.evidence.stated_contacts import contacts_of, wordings
from knowledge.models import Metadata, Passage
from knowledge.text.language import HAN, language_of
from knowledge.text.quantity_readers import QuantityKind
from knowledge.text.typed_quantities import Quantity, plain, quantities_of

_HALVES = re.compile("[;；]")
_PARTS = re.compile(r"[,，、()（）]|(?<!\d)[:：]|[:：](?!\d)| and | but |以及|并且|但是?")
KNOWN = 0.6  # of a sentence's words, that stand in what it cites


@dataclass(frozen=True)
class Part:
    """What stands between two commas. ``context``: also what stands before it, back to the quantity before."""

    text: str
    context: str
    quantities: tuple[Quantity, ...]


@dataclass(frozen=True)
class Clause:
    """A sentence of a source, or what its semicolons part; ``sentence`` is the whole one."""

    sentence: str
    text: str
    parts: tuple[Part, ...]
    quantities: tuple[Quantity, ...]
    contacts: frozenset[str]


def says_no_more(claim: str, passage: Passage) -> bool:
    """Whether every sentence of ``claim`` is borne out by ``passage``.

    What it states in numbers, and whom to reach or pay, stands in one clause there, with the same unit and bound, with
    what it counts, and denied or not as there. A document's own dates bear out only what is said of the document.
    """
    return all(_borne_out(half, passage) for each in _sentences(claim) for half in _HALVES.split(each) if half.strip())


def _borne_out(claim: str, passage: Passage) -> bool:
    bare = _without_names(claim, passage)
    contacts = contacts_of(claim) - contacts_of(passage.metadata.source_url or "")
    stated = [one for one in quantities_of(bare) if not _of_the_document(one, bare, passage.metadata)]
    source = clauses_of(passage.chunk.text)
    if any(_bare_words(claim) == _bare_words(each.text) for each in source):
        return True
    stated = [
        one for one in stated if one.kind is not QuantityKind.COUNT or not any(one.value in each for each in contacts)
    ]
    said = {
        one.value
        for heading in passage.chunk.path
        for one in quantities_of(heading)
        if one.kind is QuantityKind.ORDINAL
    }
    stated = [one for one in stated if one.kind is not QuantityKind.ORDINAL or one.value not in said]
    if len(stated) < len(quantities_of(bare)) and not stated and not contacts:
        bare = re.sub(wordings()["of_the_document"], "", plain(bare))
    foreign = (language_of(claim) == "en") != (passage.chunk.language == "en")
    if foreign:  # words cannot be compared, so that nobody can see what is counted
        return not stated and not contacts
    holding = [each for each in source if contacts <= each.contacts and _all_held(stated, each.quantities)]
    if not holding or not _known(bare, passage, holding if stated or contacts else source):
        return False
    parts = _parts(plain(bare))
    fitting = [each for each in holding if _aligned(parts, stated, each, source)]
    return (
        any(_says_alike(parts, each) for each in fitting) if stated or contacts else _says_alike_anywhere(parts, source)
    )


def _bare_words(text: str) -> str:
    return plain(text).strip(" .。;；!！")


def _all_held(stated: Sequence[Quantity], held: Sequence[Quantity]) -> bool:
    return all(any(_same(one, other) for other in held) for one in stated)


def _same(one: Quantity, other: Quantity) -> bool:
    """Whether both are the same quantity, bounded alike; 2013-07 is a part of 2013-07-01."""
    return _alike_but_for_bounds(one, other) and (one.kind is QuantityKind.DATE or one.bound is other.bound)


def _alike_but_for_bounds(one: Quantity, other: Quantity) -> bool:
    part = one.kind is QuantityKind.DATE and _is_part_of(one.value, other.value)
    return one.kind is other.kind and (part or one.value == other.value)


def _is_part_of(stated: str, day: str) -> bool:
    return day.startswith(f"{stated}-") or (len(day) == 10 and day.endswith(f"-{stated}"))


def _of_the_document(one: Quantity, claim: str, metadata: Metadata) -> bool:
    days = (metadata.made_on, metadata.published_on, metadata.effective_on, metadata.expires_on)
    dated = one.kind is QuantityKind.DATE and any(day and _same_day(one.value, day.isoformat()) for day in days)
    return dated and bool(re.search(wordings()["of_the_document"], plain(claim)))


def _same_day(stated: str, day: str) -> bool:
    return stated == day or _is_part_of(stated, day)


def _without_names(claim: str, passage: Passage) -> str:
    """``claim`` without the document's title, number and address, whose figures are names."""
    metadata = passage.metadata
    for name in (metadata.title, re.sub("[（(].*", "", metadata.title), metadata.number, metadata.source_url):
        if name and len(name) > 1:
            claim = claim.replace(name, "")
    return claim.replace("《》", "")


def _aligned(parts: Sequence[Part], stated: Sequence[Quantity], clause: Clause, source: Sequence[Clause]) -> bool:
    """Whether each quantity stands in the part of the source that is most like what the claim says of it.

    A claim of one quantity is compared with all of the source, and nothing there may be as like and say another.
    """
    alone = len(stated) == 1
    where = source if alone else (clause,)
    for part in parts:
        for one in part.quantities:
            if any(_alike_but_for_bounds(one, each) for each in stated) and not _best_holds(
                part, one, where, alone=alone
            ):
                return False
    return True


def _best_holds(part: Part, one: Quantity, where: Sequence[Clause], *, alone: bool) -> bool:
    about = features(part.context)
    places = [
        each for clause in where for each in clause.parts if any(held.kind is one.kind for held in each.quantities)
    ]
    if not places:
        return True
    likeness = [len(about & features(place.context)) for place in places]
    best = [place for place, like in zip(places, likeness, strict=True) if like == max(likeness)]
    holding = [place for place in best if _holds(place, one)]
    others = [place.context for place in places if not _holds(place, one)]
    counted = one.kind is QuantityKind.COUNT
    fitting = [place for place in holding if not (counted and _counts_another(part, place, others))]
    return len(fitting) == len(best) if alone else bool(fitting)


def _holds(place: Part, one: Quantity) -> bool:
    return any(_alike_but_for_bounds(one, held) for held in place.quantities)


def _counts_another(part: Part, place: Part, others: Sequence[str]) -> bool:
    """Whether ``part`` counts what ``place`` does not speak of, and a place with another figure does."""
    words = content_words(part.text, nouns=bool(HAN.search(part.text)))
    elsewhere = (word for word in words if not written_in(word, place.context))
    return any(written_in(word, other) for word in elsewhere for other in others)


def _known(claim: str, passage: Passage, clauses: Sequence[Clause]) -> bool:
    """Whether the claim's nouns, beside a quantity, and most of its words stand in the sentences that hold it."""
    headings = " ".join((passage.metadata.title, *passage.chunk.path))
    counted = " ".join(part.text for part in _parts(plain(claim)) if part.quantities)
    for sentence in dict.fromkeys(clause.sentence for clause in clauses):
        evidence = plain(f"{headings} {sentence}")
        words = content_words(claim)
        known = [word for word in words if stands_in(word, evidence)]
        if len(known) >= KNOWN * len(words) and all(
            stands_in(noun, evidence) for noun in content_words(counted, nouns=True)
        ):
            return True
    whole = plain(f"{headings} {passage.chunk.text}")
    words = content_words(claim)
    return not counted and sum(stands_in(word, whole) for word in words) >= KNOWN * len(words)


def _says_alike(parts: Sequence[Part], clause: Clause) -> bool:
    return _says_alike_anywhere(parts, (clause,))


def _says_alike_anywhere(parts: Sequence[Part], source: Sequence[Clause]) -> bool:
    """Whether no part of a claim denies what the part most like it affirms, or affirms what that denies."""
    places = [part for clause in source for part in clause.parts]
    for part in parts:
        about = features(part.text)
        likeness = [len(about & features(place.text)) for place in places]
        if not likeness or not max(likeness):
            continue
        best = [place for place, like in zip(places, likeness, strict=True) if like == max(likeness)]
        if not any(_moods(part.text, place.text) for place in best):
            return False
    return True


def _moods(claim: str, source: str) -> bool:
    if _denies(claim) != _denies(source) or _charges(claim, source):
        return False
    must, may = re.compile(wordings()["must"]), re.compile(wordings()["may"])
    allowed = may.search(claim) and not must.search(claim) and must.search(source) and not may.search(source)
    demanded = must.search(claim) and not may.search(claim) and may.search(source) and not must.search(source)
    return not allowed and not demanded


def _denies(text: str) -> bool:
    return re.search(wordings()["denials"], blanked(text)) is not None


def _charges(claim: str, source: str) -> bool:
    """Whether ``claim`` speaks of money where ``source`` says that something is free."""
    free, paid = ("free" in {one.value for one in quantities_of(text)} for text in (source, claim))
    return free and not paid and re.search("费|钱|收取|fee|charge|pay", claim) is not None


@lru_cache(maxsize=256)
def clauses_of(text: str) -> tuple[Clause, ...]:
    """The clauses of a passage's text, in order."""
    return tuple(
        Clause(sentence, half, _parts(plain(half)), quantities_of(half), contacts_of(half))
        for sentence in _sentences(text)
        for half in _HALVES.split(sentence)
        if half.strip()
    )


def _sentences(text: str) -> Iterator[str]:
    for line in text.split("\n"):
        cuts = sorted({match.end() for pattern in (CHINESE_END, ENGLISH_END) for match in pattern.finditer(line)})
        for start, end in zip([0, *cuts], [*cuts, len(line)], strict=True):
            if line[start:end].strip():
                yield line[start:end].strip()


@lru_cache(maxsize=1024)
def _parts(text: str) -> tuple[Part, ...]:
    """The parts of a plain clause, each with its context."""
    parts, before = [], ""
    for piece in filter(str.strip, _PARTS.split(text)):
        found = quantities_of(piece)
        parts.append(Part(piece, f"{before} {piece}", found))
        before = "" if found else f"{before} {piece}"
    return tuple(parts)
