"""Questions that surely ask for rows, in words that no pattern knows: what they say is linked to what rows hold."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date

from bot.understanding import lexicon
from bot.understanding.parsed_query import ParsedQuery
from bot.understanding.rows.row_parser import KINDS, of_entities
from bot.understanding.slots.aggregation import average_asked, first_asked, grouping_asked, most_asked
from bot.understanding.slots.facets import conditions_of
from bot.understanding.slots.sorting import comparable, order_of
from bot.understanding.spans import Phrase, plain
from knowledge.entities.directory import Directory
from knowledge.entities.title_linker import TitleLink
from knowledge.intents import Intents
from knowledge.tables import Condition, Field, Query, Records, about
from knowledge.tables.records import RecordKind

MORE_LIKELY = 0.5  # a probability above it is likelier than its contrary
LinkTitle = Callable[[str, RecordKind], TitleLink | None]


def kind_asked(intents: Intents, held: float) -> RecordKind | None:
    """Of which kind of rows a question asks, by its intent; None where it more likely asks something else.

    ``held``: the probability that documents answer it.
    """
    shares = {kind: intents.probabilities[kind.value] for kind in KINDS}
    likeliest = max(shares, key=lambda kind: shares[kind])
    return likeliest if shares[likeliest] > max(MORE_LIKELY, held) else None


def linked_rows(
    question: str, kind: RecordKind, directory: Directory, day: date, link: LinkTitle
) -> ParsedQuery | None:
    """What ``question`` asks of rows of ``kind``: its conditions and order, and the title that it means.

    None when nothing of it is understood.
    """
    phrase = Phrase(directory.home.neutral(plain(question)), directory.home)
    entities = phrase.take_names(directory, alone=False)
    average = average_asked(phrase)
    phrase.take(lexicon.CLOSES)
    first = first_asked(phrase)
    most = most_asked(kind, phrase)
    order, compared = order_of(kind, phrase) if not average else (None, [comparable(kind, phrase)])
    grouping = most or (None if order else grouping_asked(kind, phrase))
    conditions = conditions_of(kind, phrase, day) or []
    if not any(condition.field is Field.WORDS for condition in conditions):
        conditions += _title(question, kind, link)
    if entities:
        conditions.insert(0, of_entities(kind, entities))
    if not (conditions or order or grouping):
        return None
    query = Query(kind, (*compared, *dict.fromkeys(conditions)), order)
    return ParsedQuery(query, entities=entities, grouping=grouping, first=first)


def with_titles(parsed: ParsedQuery, records: Records, day: date, link: LinkTitle) -> ParsedQuery:
    """``parsed`` with words that no row has in place of the title that they mean, where they mean one: 烧焊 the 焊工."""
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
