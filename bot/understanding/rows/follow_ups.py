"""A question that only adds to the one before: 那包吃住的呢, what about in Shiling, 那马瑞利呢."""

from __future__ import annotations

import re
from datetime import date

from bot.understanding import lexicon
from bot.understanding.parsed_query import Grouping, Operation, Understood
from bot.understanding.rows.row_parser import named
from bot.understanding.rows.unparsed_text import leftover
from bot.understanding.slots.aggregation import average_asked, first_asked, grouping_asked, most_asked
from bot.understanding.slots.facets import filters_of
from bot.understanding.slots.negation import left_over
from bot.understanding.slots.sorting import comparable, order_of
from bot.understanding.spans import Phrase
from knowledge.entities.directory import Directory, Entity
from knowledge.tables import Filter, Query, QueryError, query_from
from knowledge.tables.records import RecordKind
from knowledge.tables.values import Relation

HOW_MANY = re.compile(
    r"(?:那么?)?(?:[1一]共|总共|共)?有?(?:多少|几)(?:个|家|条|所|间)?(?:岗位|职位|专业)?(?:呢)?[?!。]*|"
    r"how many(?: are there)?[?!.]*"
)

WHOSE = re.compile(
    r"(?:那么?)?(?:都)?是?哪(?:些|几)?(?:个|家|间|所)?(?:公司|企业|单位|厂|学校|院校)(?:的|招|有|开|呢)*[?!。]*|"
    r"(?:at |from )?which (?:company|companies|employers?|enterprises?|schools?|colleges?)(?: is it| are they)?[?!.]*"
)


def continued_by(text: str, directory: Directory, day: date, written: str) -> Understood | None:
    """The query before, as ``written`` in the topic, with what ``text`` adds; None when that is not all it says."""
    try:
        before = query_from(written)
    except QueryError:
        return None
    if HOW_MANY.fullmatch(text):
        all_of_them = tuple(each for each in before.filters if each.name != "name")
        return Understood(Query(before.kind, all_of_them) if _partners(before) else before, Operation.COUNT)
    phrase = Phrase(re.sub(lexicon.LEAD, "", text), directory.home)
    if _partners(before):
        return _of_partners(before, phrase, text, directory)
    average, first = average_asked(phrase), first_asked(phrase)
    grouping = most_asked(before.kind, phrase) or grouping_asked(before.kind, phrase)
    grouping = grouping or (Grouping("name") if WHOSE.fullmatch(text) else None)
    asks_field = phrase.has(lexicon.FIELDS_OF.get(before.kind, r"$^"))
    phrase.take(lexicon.CLOSES)
    order, compared = order_of(before.kind, phrase) if not average else (None, [comparable(before.kind, phrase)])
    entities = phrase.take_names(directory, alone=True)
    filters = filters_of(before.kind, phrase, day)
    if average is None or filters is None or left_over(phrase) or leftover(phrase, before.kind, text) != []:
        return None
    if entities:
        filters.append(named(before.kind, entities))
    if not (filters or order or average or first or grouping or asks_field):
        return None
    query = Query(before.kind, before.filters, order or (None if average or grouping else before.order))
    for each in [*compared, *filters]:
        query = query.with_filter(each.name, each.value)
    operation = Operation.AVERAGE if average else Operation.LIST
    return Understood(query, operation, False, entities, grouping=grouping, first=first)


def _partners(query: Query) -> bool:
    return query.kind is RecordKind.PARTNER


def _meets(entity: Entity, query: Query) -> bool:
    """Whether a partner is one of those that ``query`` found."""
    names = query.value("name")
    if entity.partner is None or (isinstance(names, tuple) and entity.folded not in names):
        return False
    relation = query.value("relation")
    return relation is None or Relation(str(relation)) in entity.partner.relations


def _of_partners(before: Query, phrase: Phrase, text: str, directory: Directory) -> Understood | None:
    """Whether somebody else did what was asked before."""
    if directory.ambiguous(text, alone=True):
        return None
    entities = phrase.take_names(directory, alone=True)
    if not entities and re.search(lexicon.FIELDS_OF[RecordKind.PROGRAM], text):
        members = tuple(each for each in directory.entities if each.school and _meets(each, before))
        return Understood(Query(RecordKind.PROGRAM, (named(RecordKind.PROGRAM, members),)), entities=members)
    if not entities or leftover(phrase, before.kind, text) != []:
        return None
    relation = before.value("relation")
    filters = [Filter("name", tuple(entity.folded for entity in entities))]
    filters += [Filter("relation", relation)] if relation else []
    query = Query(RecordKind.PARTNER, tuple(filters))
    return Understood(query, Operation.EXISTS, False, entities, Relation(str(relation)) if relation else None)
