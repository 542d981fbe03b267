"""Questions that surely ask for rows, in words that no pattern knows: what they say is linked to what rows hold."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING

from bot.understanding.parsed_query import Operation, ParsedQuery
from bot.understanding.rows.row_parser import TITLED, figures_asked, of_entities
from bot.understanding.slots.facets import conditions_of
from bot.understanding.slots.learned_facets import CONDITIONS, further_conditions, learned_order
from bot.understanding.slots.sorting import order_of
from bot.understanding.spans import Phrase, plain
from knowledge.entities.directory import Directory
from knowledge.intents.message_reader import DOCUMENT, ROW, STANDS_ALONE, Intents
from knowledge.intents.route import SURE
from knowledge.tables import Condition, Field, Query, Records
from knowledge.tables.records import RecordKind

if TYPE_CHECKING:
    from knowledge.editions.open_edition import OpenEdition

MORE_LIKELY = 0.5  # a probability above it is likelier than its contrary
HOME = re.compile("本区|this district")  # as ``Home.neutral`` calls it
NOT_BUT = re.compile(r"[,，。;；!！]|(?=不是)|\b(?=not )")


@dataclass(frozen=True)
class LearnedReading:
    """What is told of a question by learned weights. ``kind``: of rows that it asks for, None when not for rows;
    ``intents``: what else is told of it; ``wants``: what a text, and be it one word, wants of rows.
    """

    kind: RecordKind | None
    intents: Intents
    wants: Callable[[str], frozenset[str]]

    @property
    def facets(self) -> frozenset[str]:
        """What it wants of rows."""
        return self.intents.facets

    @property
    def asks_nothing_held(self) -> bool:
        """Whether it asks for an attribute that no column holds, and wants nothing of rows besides."""
        return self.intents.asks_no_column and not self.facets

    def leaves(self, kind: RecordKind) -> bool:
        """Whether it stands alone and is surely for no rows of ``kind``: for documents, or for courses after jobs."""
        for_documents = self.intents.probabilities[DOCUMENT] > SURE
        for_others = kind in TITLED and self.kind not in (None, kind)
        return self.intents.stands_alone > MORE_LIKELY and (for_documents or for_others)

    def points_at(self, what: str) -> bool:
        """Whether, if it leans on something shown before, that is ``what`` likelier than anything else."""
        points = {name: share for name, share in self.intents.points.items() if name != STANDS_ALONE}
        return bool(points) and max(points, key=lambda each: points[each]) == what


def learned_reading(edition: OpenEdition, question: str, day: date) -> LearnedReading:
    """What the edition's learned weights tell of ``question``."""
    intents = edition.intents(question)
    kind = max(TITLED, key=lambda each: intents.probabilities[each])
    asked = edition.for_rows(question, day=day) > SURE
    return LearnedReading(kind if asked else None, intents, lambda text: edition.intents(text).facets)


def linked_rows(question: str, reading: LearnedReading, directory: Directory, day: date) -> ParsedQuery | None:
    """What ``question`` asks of rows: its conditions and order, by what is said and by what was learned. None when it
    is not for rows, or nothing of it is understood.
    """
    kind = reading.kind
    if kind is None:
        return None
    text = directory.home.neutral(plain(question))
    phrase = Phrase.of(text, directory)
    entities = phrase.take_names(directory, alone=False)
    wanted = figures_asked(kind, phrase)
    if wanted is None:
        return None
    said = conditions_of(kind, phrase, day)
    conditions = _without_stories(_corrected(kind, text, directory, day) if said is None else said, text)
    conditions += further_conditions(kind, reading.facets, conditions)
    order, compared = wanted.order, wanted.compared
    if not (order or wanted.most or wanted.average):
        order, compared = learned_order(kind, reading.facets)
    if entities:
        conditions.insert(0, of_entities(kind, entities))
    if not (conditions or order or wanted.grouping or wanted.average):
        return None
    # Rows of a title say for themselves in which town or at whose they are.
    titled = any(condition.field is Field.WORDS for condition in conditions)
    query = Query(kind, (*compared, *dict.fromkeys(conditions)), order)
    operation = Operation.AVERAGE if wanted.average else Operation.LIST
    grouping = wanted.most if titled else wanted.grouping
    return ParsedQuery(query, operation, entities=entities, grouping=grouping, first=wanted.first)


def continued_rows(
    question: str, before: Query, reading: LearnedReading, directory: Directory, day: date
) -> ParsedQuery | None:
    """``before`` with what ``question``, which leans on it, wants besides, as it says and by what is learned. What is
    asked of one row is no condition: 狮岭那家包不包吃.
    """
    if before.kind not in TITLED:
        return None
    text = directory.home.neutral(plain(question))
    order, said = order_of(before.kind, Phrase.of(text, directory))
    compared = tuple(said)
    conditions = _corrected(before.kind, text, directory, day)
    if reading.points_at(ROW):
        asked = {CONDITIONS[before.kind][name] for name in reading.intents.asks & CONDITIONS[before.kind].keys()}
        conditions = [condition for condition in conditions if condition not in asked]
    conditions += further_conditions(before.kind, reading.facets, conditions)
    if order is None:
        order, compared = learned_order(before.kind, reading.facets)
    if not (conditions or order):
        return None
    renamed = any(condition.field is Field.WORDS and not condition.negated for condition in conditions)
    base = before.without(Field.WORDS) if renamed else before  # another trade, in place of all words of the first
    query = replace(base, order=order or before.order).with_conditions(*compared, *conditions)
    return ParsedQuery(query)


def _corrected(kind: RecordKind, text: str, directory: Directory, day: date) -> list[Condition]:
    """The conditions of ``text``; where it corrects, not this but that, what is not meant is left out."""
    every: list[Condition] = []
    for part in NOT_BUT.split(text):
        phrase = Phrase.of(part, directory)
        order_of(kind, phrase)
        every += conditions_of(kind, phrase, day) or []
    meant = {condition.field for condition in every if not condition.negated}
    return [condition for condition in every if not (condition.negated and condition.field in meant)]


def _without_stories(conditions: list[Condition], text: str) -> list[Condition]:
    """Without a place elsewhere where the district or a town of it is named too: that is where somebody comes from."""
    at_home = HOME.search(text) or any(condition.field is Field.TOWN for condition in conditions)
    return [condition for condition in conditions if not (at_home and condition.field is Field.PLACE)]


def fuller(parsed: ParsedQuery | None, linked: ParsedQuery | None) -> ParsedQuery | None:
    """Of two readings of a question the one that leaves less of it out: ``linked`` where it has more conditions."""
    if linked is None or parsed is None:
        return parsed or linked
    if parsed.query.kind is not linked.query.kind:
        return linked
    known, more = (frozenset(one.query.conditions) for one in (parsed, linked))
    return replace(parsed, query=linked.query) if parsed.query.order is None and known < more else parsed


def with_words_meant(parsed: ParsedQuery, records: Records, day: date, reading: LearnedReading) -> ParsedQuery:
    """``parsed`` with what is meant in place of words that no row has, where that is learned: what the word as well as
    the question wants of rows (包吃住 for 供膳宿).
    """
    query = parsed.query
    for condition in query.conditions:
        if condition.field is not Field.WORDS or condition.negated or _held(condition, query.kind, records, day):
            continue
        wanted = reading.wants(condition.texts[0]) & reading.facets
        others = tuple(other for other in query.conditions if other is not condition)
        further = further_conditions(query.kind, wanted, others)
        order, compared = learned_order(query.kind, wanted)
        if further or order:
            query = Query(query.kind, tuple(dict.fromkeys((*others, *compared, *further))), query.order or order)
    return replace(parsed, query=query)


def _held(condition: Condition, kind: RecordKind, records: Records, day: date) -> bool:
    return records.exists(Query(kind, (condition,)), day)
