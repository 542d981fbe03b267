"""A question that only adds to the one before: 那包吃住的呢, what about in Shiling, 那马瑞利呢."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date

from bot.understanding import lexicon
from bot.understanding.parsed_query import Grouping, Operation, ParsedQuery
from bot.understanding.rows.row_parser import of_entities
from bot.understanding.rows.unparsed_text import leftover
from bot.understanding.slots.aggregation import average_asked, first_asked, grouping_asked, most_asked
from bot.understanding.slots.facets import conditions_of
from bot.understanding.slots.negation import left_over
from bot.understanding.slots.sorting import comparable, order_of
from bot.understanding.spans import Phrase
from knowledge.entities.directory import Directory, Entity
from knowledge.tables import Condition, Field, Operator, Query, named
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


def continued_by(text: str, directory: Directory, day: date, before: Query) -> ParsedQuery | None:
    """The query ``before`` with what ``text`` adds; None when that is not all it says."""
    if HOW_MANY.fullmatch(text):
        all_of_them = replace(before.without(Field.NAME), order=None)
        return ParsedQuery(all_of_them if _partners(before) else before, Operation.COUNT)
    phrase = Phrase.of(re.sub(lexicon.LEAD, "", text), directory)
    if _partners(before):
        return _of_partners(before, phrase, text, directory)
    average, first = average_asked(phrase), first_asked(phrase)
    grouping = most_asked(before.kind, phrase) or grouping_asked(before.kind, phrase)
    grouping = grouping or (Grouping("name") if WHOSE.fullmatch(text) else None)
    asks_field = phrase.has(lexicon.FIELDS_OF.get(before.kind, r"$^"))
    phrase.take(lexicon.CLOSES)
    order, compared = order_of(before.kind, phrase) if not average else (None, [comparable(before.kind, phrase)])
    entities = phrase.take_names(directory, alone=True)
    conditions = conditions_of(before.kind, phrase, day)
    if average and before.kind is RecordKind.PROCEDURE:
        return None  # procedures state no figures
    if average is None or conditions is None or left_over(phrase) or leftover(phrase, before.kind, text) != []:
        return None
    if entities:
        conditions.append(of_entities(before.kind, entities))
    if not (conditions or order or average or first or grouping or asks_field):
        return None
    query = replace(before, order=order or (None if average or grouping else before.order))
    query = query.with_conditions(*compared, *conditions)
    operation = Operation.AVERAGE if average else Operation.LIST
    return ParsedQuery(query, operation, False, entities, grouping=grouping, first=first)


def _partners(query: Query) -> bool:
    return query.kind is RecordKind.PARTNER


def _meets(entity: Entity, query: Query) -> bool:
    """Whether a partner is one of those that ``query`` found."""
    names, relation = query.first(Field.NAME), _relation(query)
    if entity.partner is None or (names and entity.folded not in names.texts):
        return False
    return relation is None or relation in entity.partner.relations


def _relation(query: Query) -> Relation | None:
    condition = query.first(Field.RELATION)
    return condition.value if condition and isinstance(condition.value, Relation) else None


def _of_partners(before: Query, phrase: Phrase, text: str, directory: Directory) -> ParsedQuery | None:
    """Whether somebody else did what was asked before."""
    if directory.ambiguous(text, alone=True):
        return None
    entities = phrase.take_names(directory, alone=True)
    if not entities and re.search(lexicon.FIELDS_OF[RecordKind.PROGRAM], text):
        members = tuple(entity for entity in directory.entities if entity.school and _meets(entity, before))
        return ParsedQuery(Query(RecordKind.PROGRAM, (of_entities(RecordKind.PROGRAM, members),)), entities=members)
    if not entities or leftover(phrase, before.kind, text) != []:
        return None
    relation = _relation(before)
    conditions = [named(tuple(entity.folded for entity in entities))]
    conditions += [Condition(Field.RELATION, Operator.INCLUDES, relation)] if relation else []
    return ParsedQuery(Query(RecordKind.PARTNER, tuple(conditions)), Operation.EXISTS, False, entities, relation)
