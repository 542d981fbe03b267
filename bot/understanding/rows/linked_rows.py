"""Questions that surely ask for rows, in words that no pattern knows: what they say is linked to what rows hold."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date

from bot.understanding import lexicon
from bot.understanding.parsed_query import ParsedQuery
from bot.understanding.rows.row_parser import KINDS, of_entities
from bot.understanding.slots.aggregation import average_asked, first_asked, grouping_asked, most_asked
from bot.understanding.slots.facets import conditions_of
from bot.understanding.slots.learned_facets import further_conditions, learned_order
from bot.understanding.slots.sorting import comparable, order_of
from bot.understanding.spans import Phrase, plain
from knowledge.entities.directory import Directory
from knowledge.entities.title_linker import TitleLink
from knowledge.tables import Condition, Field, Query, Records, about
from knowledge.tables.records import RecordKind

MORE_LIKELY = 0.5  # a probability above it is likelier than its contrary
HOME = re.compile("本区|this district")  # as ``Home.neutral`` calls it
LinkTitle = Callable[[str, RecordKind], TitleLink | None]


@dataclass(frozen=True)
class LearnedReading:
    """What is told of a question by learned weights. ``kind``: of rows that it asks for, None when not for rows;
    ``facets``: what it wants of them and asks; ``link``: the title that a text means.
    """

    kind: RecordKind | None
    facets: frozenset[str]
    link: LinkTitle


def linked_rows(question: str, reading: LearnedReading, directory: Directory, day: date) -> ParsedQuery | None:
    """What ``question`` asks of rows: its conditions and order, by what is said and by what was learned, and the title
    that it means. None when it is not for rows, or nothing of it is understood.
    """
    kind = reading.kind
    if kind is None:
        return None
    text = directory.home.neutral(plain(question))
    phrase = Phrase(text, directory.home)
    entities = phrase.take_names(directory, alone=False)
    average = average_asked(phrase)
    phrase.take(lexicon.CLOSES)
    first = first_asked(phrase)
    most = most_asked(kind, phrase)
    order, compared = order_of(kind, phrase) if not average else (None, [comparable(kind, phrase)])
    grouping = None if order else grouping_asked(kind, phrase)
    conditions = _without_stories(conditions_of(kind, phrase, day) or [], text)
    conditions += further_conditions(kind, reading.facets, conditions)
    if order is None and most is None:
        order, compared = learned_order(kind, reading.facets)
    if not any(condition.field is Field.WORDS for condition in conditions):
        conditions += _title(question, kind, reading.link)
    if entities:
        conditions.insert(0, of_entities(kind, entities))
    if not (conditions or order or most or grouping):
        return None
    # Rows of a title say for themselves in which town or at whose they are.
    counted = most or (None if any(condition.field is Field.WORDS for condition in conditions) else grouping)
    query = Query(kind, (*compared, *dict.fromkeys(conditions)), order)
    return ParsedQuery(query, entities=entities, grouping=counted, first=first)


def continued_rows(
    question: str, before: Query, facets: frozenset[str], directory: Directory, day: date
) -> ParsedQuery | None:
    """``before`` with what ``question``, which leans on it, wants besides, as it says and by learned ``facets``."""
    if before.kind not in KINDS:
        return None
    text = directory.home.neutral(plain(question))
    phrase = Phrase(text, directory.home)
    order, compared = order_of(before.kind, phrase)
    conditions = conditions_of(before.kind, phrase, day) or []
    conditions += further_conditions(before.kind, facets, conditions)
    if order is None:
        order, compared = learned_order(before.kind, facets)
    if not (conditions or order):
        return None
    query = replace(before, order=order or before.order).with_conditions(*compared, *conditions)
    return ParsedQuery(query)


def _without_stories(conditions: list[Condition], text: str) -> list[Condition]:
    """Without a place elsewhere where the district or a town of it is named too: that is where somebody comes from."""
    at_home = HOME.search(text) or any(condition.field is Field.TOWN for condition in conditions)
    return [condition for condition in conditions if not (at_home and condition.field is Field.PLACE)]


def fuller(parsed: ParsedQuery | None, linked: ParsedQuery | None) -> ParsedQuery | None:
    """Of two readings of a question the one that leaves less of it out: ``linked`` where it has more conditions."""
    if linked is None or parsed is None:
        return parsed or linked
    known, more = (frozenset(one.query.conditions) for one in (parsed, linked))
    if parsed.query.kind is linked.query.kind and not (parsed.query.order is None and known < more):
        return parsed
    return linked if parsed.query.kind is not linked.query.kind else replace(parsed, query=linked.query)


def with_titles(parsed: ParsedQuery, records: Records, day: date, link: LinkTitle) -> ParsedQuery:
    """``parsed`` with the title that is meant in place of words that no row has, where one is: 焊工 for 烧焊."""
    query = parsed.query
    if query.kind not in KINDS:
        return parsed
    conditions = [_linked(condition, query.kind, records, day, link) for condition in query.conditions]
    return replace(parsed, query=replace(query, conditions=tuple(dict.fromkeys(conditions))))


def _linked(condition: Condition, kind: RecordKind, records: Records, day: date, link: LinkTitle) -> Condition:
    unknown = condition.field is Field.WORDS and not condition.negated
    if not unknown or records.exists(Query(kind, (condition,)), day):
        return condition
    meant = _title(condition.texts[0], kind, link)
    return meant[0] if meant else condition


def _title(text: str, kind: RecordKind, link: LinkTitle) -> list[Condition]:
    found = link(text, kind)
    return [about((found.title,))] if found and found.probability > MORE_LIKELY else []
