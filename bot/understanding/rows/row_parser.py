"""Questions to openings and programs: which rows, in which order, and what is wanted of them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from bot.understanding import lexicon
from bot.understanding.parsed_query import TRADE, Grouping, Operation, ParsedQuery
from bot.understanding.rows.unparsed_text import leftover
from bot.understanding.slots.aggregation import COMPANY, average_asked, first_asked, grouping_asked, most_asked
from bot.understanding.slots.facets import conditions_of
from bot.understanding.slots.negation import left_over
from bot.understanding.slots.sorting import comparable, order_of
from bot.understanding.spans import Phrase
from bot.understanding.typo_correction import correct_typos
from knowledge.entities.directory import Entity
from knowledge.tables import Condition, Field, Operator, Query, SortOrder, about, named
from knowledge.tables.records import RecordKind

TITLED = (RecordKind.OPENING, RecordKind.PROGRAM)  # the kinds whose rows have titles


@dataclass(frozen=True)
class FiguresAsked:
    """The figures and the order that a question asks for. ``most``: who has most of something, one way of ``grouping``;
    ``compared``: the conditions that leave what can be compared; ``first``: as many are wanted of the order.
    """

    average: bool
    order: SortOrder | None
    compared: tuple[Condition, ...]
    most: Grouping | None
    grouping: Grouping | None
    first: int | None


def figures_asked(kind: RecordKind, phrase: Phrase) -> FiguresAsked | None:
    """What ``phrase`` asks of figures and order, taken away; None when an average of which rows say nothing."""
    average = average_asked(phrase)
    if average is None:
        return None
    phrase.take(lexicon.CLOSES)
    first = first_asked(phrase)
    most = most_asked(kind, phrase)
    order, compared = order_of(kind, phrase) if not average else (None, [comparable(kind, phrase)])
    grouping = most or (None if order else grouping_asked(kind, phrase))
    if order and not first:
        first = first_asked(phrase, ordered=True)
    return FiguresAsked(average, order, tuple(compared), most, grouping, first)


def rows_asked(
    phrase: Phrase, text: str, entities: tuple[Entity, ...], day: date, words: tuple[str, ...], *, brief: bool = False
) -> ParsedQuery | None:
    """What is asked of openings or programs; None when something else is asked.

    ``words`` are English ones of rows. ``brief``: a condition may do.
    """
    kind = _kind(phrase, entities)
    wanted = figures_asked(kind, phrase) if kind else None
    if kind is None or wanted is None:
        return None
    average, order, grouping = wanted.average, wanted.order, wanted.grouping
    by_name = phrase.has(lexicon.UNITS[kind]) and not entities and not grouping
    conditions = _conditions(kind, phrase, text, day, words)
    if conditions is None:
        return None
    conditions = [*([of_entities(kind, entities)] if entities else []), *conditions]
    operation = Operation.AVERAGE if average else _operation(text, kind)
    figures = average or grouping is not None
    if not (figures or (brief and conditions) or _asked(kind, text, conditions, order, operation)):
        return None
    query = Query(kind, (*wanted.compared, *conditions), order)
    by_name = by_name and order is None and not average
    if operation in (Operation.COUNT, Operation.PEOPLE, Operation.AVERAGE) and not (grouping or by_name):
        grouping = _apart(query, phrase, text)
    return ParsedQuery(query, operation or Operation.LIST, by_name, entities, grouping=grouping, first=wanted.first)


def _apart(query: Query, phrase: Phrase, text: str) -> Grouping | None:
    """How many in each of several towns, employers, schools or, with 各, trades that a question names."""
    trades = phrase.titles.called(_texts_of(query, Field.WORDS), english=False)
    if len(trades) > 1 and re.search(r"各|分别|\beach\b|respectively", text):
        return Grouping(TRADE)
    several = [field for field in (Field.TOWN, Field.NAME, Field.SEASON) if len(_texts_of(query, field)) > 1]
    return Grouping(several[0].value) if len(several) == 1 else None


def _texts_of(query: Query, field: Field) -> tuple[str, ...]:
    condition = query.first(field)
    return condition.texts if condition else ()


def of_entities(kind: RecordKind, entities: tuple[Entity, ...]) -> Condition:
    """The rows of ``entities``; an enterprise beside programs is one that the school works with."""
    names = tuple(entity.folded for entity in entities)
    of_school = kind is not RecordKind.PROGRAM or any(entity.school for entity in entities)
    return named(names) if of_school else about(names)


def _kind(phrase: Phrase, entities: tuple[Entity, ...]) -> RecordKind | None:
    """Openings, programs or neither: a strong word decides; a weak one needs a school or an employer beside it."""
    at_school = (bool(entities) and entities[0].school) or phrase.has(lexicon.UNITS[RecordKind.PROGRAM])
    at_school = at_school or (phrase.has(lexicon.COURSES) and not (entities or phrase.has(COMPANY)))
    if at_school and phrase.has(r"招|收") and not phrase.has(lexicon.NOUNS[RecordKind.OPENING]):
        return RecordKind.PROGRAM
    for kind in TITLED:
        if phrase.has(lexicon.STRONG[kind]):
            return kind
    if at_school and (
        phrase.has(lexicon.WEAK[RecordKind.PROGRAM])
        or (phrase.has(lexicon.HAS) and phrase.titles.names_any(phrase.text))
    ):
        return RecordKind.PROGRAM
    return next((kind for kind in TITLED if phrase.has(lexicon.WEAK[kind])), None)


def _conditions(
    kind: RecordKind, phrase: Phrase, text: str, day: date, words: tuple[str, ...]
) -> list[Condition] | None:
    """All conditions, also those that are misspelt or that no column holds; None when something else is asked."""
    conditions = conditions_of(kind, phrase, day)
    if conditions is not None and correct_typos(phrase, words):
        known = [condition for condition in conditions if condition.field is not Field.WORDS or condition.negated]
        more = conditions_of(kind, phrase, day)
        conditions = None if more is None else [*known, *more]
    rest = leftover(phrase, kind, text)
    if conditions is None or rest is None or left_over(phrase):
        return None
    strong = re.search(lexicon.STRONG[kind], text)
    if rest and not (strong or any(one.field is Field.WORDS and not one.negated for one in conditions)):
        return None
    free = any(condition.operator is Operator.FREE for condition in conditions)
    if free and not re.search(f"{lexicon.NOUNS[kind]}|{lexicon.UNITS[kind]}", text):
        return None  # whether school is free at all is a matter of policy
    return list(dict.fromkeys([*conditions, *(about((word,)) for word in rest)]))


def _asked(
    kind: RecordKind, text: str, conditions: list[Condition], order: SortOrder | None, operation: Operation | None
) -> bool:
    return _enough(kind, text, conditions, operation) if conditions else _asked_plainly(kind, text, order)


def _asked_plainly(kind: RecordKind, text: str, order: SortOrder | None) -> bool:
    """Whether all rows are asked for: 有哪些岗位, job openings, 工资最高的岗位."""
    strong = re.search(lexicon.STRONG[kind], text)
    if order is not None:
        return bool(strong or re.search(f"{lexicon.NOUNS[kind]}|{lexicon.UNITS[kind]}|哪个镇|which town", text))
    return bool(strong and re.search(lexicon.PLAINLY, text)) or re.fullmatch(lexicon.ALONE[kind], text) is not None


def _enough(kind: RecordKind, text: str, conditions: list[Condition], operation: Operation | None) -> bool:
    if re.search(lexicon.STRONG[kind], text) or len(conditions) >= 2:
        return True
    return operation is not None


def _operation(text: str, kind: RecordKind) -> Operation | None:
    if kind is RecordKind.OPENING and re.search(lexicon.PEOPLE, text):
        return Operation.PEOPLE
    if re.search(lexicon.COUNT, text):
        return Operation.COUNT
    if re.search(lexicon.EXISTS, text) and not re.search(r"哪|什么|which|what", text):
        return Operation.EXISTS
    return Operation.LIST if re.search(f"{lexicon.LIST}|{lexicon.FIELDS}", text) else None
