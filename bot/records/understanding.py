"""A question to a typed query, or None when it is not for rows. Deterministic; nothing said is silently left out."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from bot.records import cues
from bot.records.filters import filters_of, order_of
from bot.records.leftover import leftover
from bot.records.names import Directory, Entity
from bot.records.phrases import GAP, Phrase, plain
from knowledge.tables import Filter, Order, Query, QueryError, query_from
from knowledge.tables.records import RecordKind
from knowledge.tables.values import Relation

CLAUSES = re.compile(
    r"[?!。;\n,，、]|\.(?=\s|$)|(?<=[^\d])\s(?:and|also|but)\s(?=(?:what|which|how|can|is|are|do|does|who|when)\b)|另外|还有(?=.{2})|以及(?=.{4})"
)
ASKS = f"{cues.COUNT}|{cues.LIST}|{cues.EXISTS}"
LONGEST = 300  # characters; a longer text is a story, not a question to a table


class Operation(StrEnum):
    """What is wanted of the rows."""

    LIST = "list"
    COUNT = "count"
    EXISTS = "exists"


@dataclass(frozen=True)
class Understood:
    """A question as a query. ``by_name``: schools or employers are counted and listed rather than rows."""

    query: Query
    operation: Operation = Operation.LIST
    by_name: bool = False
    entities: tuple[Entity, ...] = ()
    relation: Relation | None = None
    complete: bool = True


@dataclass(frozen=True)
class Unclear:
    """A short name that fits several institutions; each pair is a name and the question with it (empty: another)."""

    short: str
    readings: tuple[tuple[str, str], ...]
    topic: Mapping[str, str] = field(default_factory=dict)


def understand(question: str, directory: Directory, day: date, topic: Mapping[str, str]) -> Understood | Unclear | None:
    """What ``question`` asks of the rows; None when documents should answer it."""
    text = plain(question)
    if not text or len(text) > LONGEST:
        return None
    clauses = [clause.strip() for clause in CLAUSES.split(text) if clause and clause.strip()]
    documents = [clause for clause in clauses if _for_documents(clause)]
    if documents:
        return _half(clauses, documents, directory, day)
    return _clause(text, directory, day) or _one_of(clauses, directory, day) or _continued(text, directory, day, topic)


def _one_of(clauses: list[str], directory: Directory, day: date) -> Understood | Unclear | None:
    """The one clause that asks something, where the others only tell a story."""
    asking = [clause for clause in clauses if re.search(cues.PLAINLY, clause)]
    return _clause(asking[0], directory, day) if len(clauses) > 1 and len(asking) == 1 else None


def _for_documents(clause: str) -> bool:
    if cues.POLICY.search(clause) or cues.HOW.search(clause):
        return True
    return bool(cues.WHO.search(clause)) and _relation(clause) is None


def _half(clauses: list[str], documents: list[str], directory: Directory, day: date) -> Understood | Unclear | None:
    """The half of a question that rows answer, if it stands on its own beside one for documents."""
    for clause in clauses:
        asks = re.search(ASKS, clause)
        if clause in documents or not asks:
            continue
        found = _clause(clause, directory, day)
        if isinstance(found, Understood):
            return Understood(
                found.query, found.operation, found.by_name, found.entities, found.relation, complete=False
            )
        if found:
            return found
    return None


def _clause(text: str, directory: Directory, day: date) -> Understood | Unclear | None:
    relation = _relation(text)
    asks_partners = relation is not None or bool(re.search(cues.PARTNER, text))
    if unclear := _unclear(text, directory, asks_partners):
        return unclear
    phrase = Phrase(text)
    entities = directory.take(phrase, short_names=asks_partners)
    if asks_partners and not cues.NOT_PARTNER.search(text) and (entities or cues.ABOUT_OPERATION.search(text)):
        return _partners(phrase, relation, entities)
    kind = _kind(phrase, entities)
    return _rows(kind, phrase, text, entities, day) if kind else None


def _relation(text: str) -> Relation | None:
    for pattern, relation in (
        (cues.PLAQUE, Relation.PLAQUE_MEMBER), (cues.PRESENTED, Relation.PRESENTER), (cues.SIGNED, Relation.SIGNED),
    ):  # fmt: skip
        if re.search(pattern, text):
            return relation
    return None


def _unclear(text: str, directory: Directory, asks_partners: bool) -> Unclear | None:
    found = directory.ambiguous(text, short_names=asks_partners)
    if not found:
        return None
    left = text.replace(found[1], GAP)
    relevant = asks_partners or any(
        re.search(pattern, left) for pattern in (*cues.STRONG.values(), *cues.WEAK.values())
    )
    if not relevant:
        return None
    each, written = found
    named = ((name, text.replace(written, plain(name), 1) if name else "") for name in each.names)
    return Unclear(written.strip(), tuple(named))


def _partners(phrase: Phrase, relation: Relation | None, entities: tuple[Entity, ...]) -> Understood | None:
    filters: list[Filter] = []
    if relation:
        filters.append(Filter("relation", relation.value))
        for pattern in (cues.SIGNED, cues.PLAQUE, cues.PRESENTED):
            phrase.take(pattern)
    schools = phrase.has(r"学校|院校|学院|高校|大学|技校|colleges?|schools?|universit")
    firms = phrase.has(r"企业|公司|厂|enterprises?|compan(?:y|ies)|firms?|employers?")
    if schools != firms:
        filters.append(Filter("kind", "school" if schools else "enterprise"))
    if entities:
        filters = [Filter("name", tuple(entity.folded for entity in entities)), *filters]
        return Understood(Query(RecordKind.PARTNER, tuple(filters)), Operation.EXISTS, False, entities, relation)
    asks = phrase.has(ASKS) or phrase.has(r"\d+ ?(?:所|家|间|个)|five|twenty|four")
    if not asks:
        return None
    operation = Operation.COUNT if phrase.has(cues.COUNT) else Operation.LIST
    return Understood(Query(RecordKind.PARTNER, tuple(filters)), operation, False, (), relation)


def _kind(phrase: Phrase, entities: tuple[Entity, ...]) -> RecordKind | None:
    """Openings, programs or neither: a strong word decides; a weak one needs a school or an employer beside it."""
    for kind in (RecordKind.OPENING, RecordKind.PROGRAM):
        if phrase.has(cues.STRONG[kind]):
            return kind
    if entities and phrase.has(cues.WEAK[RecordKind.PROGRAM]) and entities[0].school:
        return RecordKind.PROGRAM
    if phrase.has(cues.UNITS[RecordKind.PROGRAM]) and phrase.has(cues.WEAK[RecordKind.PROGRAM]):
        return RecordKind.PROGRAM
    for kind in (RecordKind.OPENING, RecordKind.PROGRAM):
        if phrase.has(cues.WEAK[kind]):
            return kind
    return None


def _rows(kind: RecordKind, phrase: Phrase, text: str, entities: tuple[Entity, ...], day: date) -> Understood | None:
    by_name = phrase.has(cues.UNITS[kind])
    order = order_of(kind, phrase)
    filters = filters_of(kind, phrase, day)
    if entities:
        filters = [_named(kind, entities), *filters]
    strong = re.search(cues.STRONG[kind], text)
    rest = leftover(phrase, kind, text)
    if rest is None or (rest and not strong):
        return None
    filters += [
        Filter("about" if index == 0 and not _has(filters, "about") else "also", (word,))
        for index, word in enumerate(rest)
    ]
    operation = _operation(text)
    if not (filters or order) and not (strong and re.search(cues.PLAINLY, text)):
        return None
    if not strong and len(filters) < (1 if operation else 2):
        return None
    if _has(filters, "free") and not re.search(cues.NOUNS[kind], text):
        return None  # whether school is free at all is a matter of policy
    query = Query(kind, tuple(filters), order)
    return Understood(query, operation or Operation.LIST, by_name and not entities, entities)


def _named(kind: RecordKind, entities: tuple[Entity, ...]) -> Filter:
    return Filter("name", tuple(entity.folded for entity in entities))


def _has(filters: list[Filter], name: str) -> bool:
    return any(each.name == name for each in filters)


def _operation(text: str) -> Operation | None:
    if re.search(cues.COUNT, text) and not re.search(r"多少钱|多少1?年|how much", text):
        return Operation.COUNT
    if re.search(cues.EXISTS, text) and not re.search(r"哪|什么|which|what", text):
        return Operation.EXISTS
    return Operation.LIST if re.search(f"{cues.LIST}|{cues.FIELDS}", text) else None


def _continued(text: str, directory: Directory, day: date, topic: Mapping[str, str]) -> Understood | None:
    """A question that only adds to the one before: 那包吃住的呢, what about in Shiling?"""
    if "records" not in topic or len(text) > 60:
        return None
    try:
        before = query_from(topic["records"])
    except QueryError:
        return None
    phrase = Phrase(re.sub(r"^(?:那么?|还有|and|what about|how about|only)\s*", "", text))
    order = order_of(before.kind, phrase)
    entities = directory.take(phrase, short_names=True)
    filters = filters_of(before.kind, phrase, day)
    if entities:
        filters.append(_named(before.kind, entities))
    if not (filters or order) or leftover(phrase, before.kind, text) != []:
        return None
    query = Query(before.kind, before.filters, order or before.order)
    for each in filters:
        query = query.with_filter(each.name, each.value)
    return Understood(query, Operation.LIST, False, entities)


__all__ = ["Operation", "Order", "Unclear", "Understood", "understand"]
