"""Questions to openings and programs: which rows, in which order, and what is wanted of them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date

from bot.understanding import lexicon
from bot.understanding.parsed_query import TRADE, Grouping, Operation, Understood
from bot.understanding.rows.unparsed_text import leftover
from bot.understanding.slips import mended
from bot.understanding.slots.aggregation import COMPANY, average_asked, first_asked, grouping_asked, most_asked
from bot.understanding.slots.facets import filters_of
from bot.understanding.slots.negation import left_over
from bot.understanding.slots.sorting import comparable, order_of
from bot.understanding.slots.trades import groups_in, names_trade
from bot.understanding.spans import Phrase
from knowledge.entities.directory import Entity
from knowledge.tables import Filter, Order, Query
from knowledge.tables.records import RecordKind

KINDS = (RecordKind.OPENING, RecordKind.PROGRAM)


def rows_asked(
    phrase: Phrase, text: str, entities: tuple[Entity, ...], day: date, words: tuple[str, ...], *, brief: bool = False
) -> Understood | None:
    """What is asked of openings or programs; None when something else is asked.

    ``words`` are English ones of rows. ``brief``: a condition may do.
    """
    kind = _kind(phrase, entities)
    average = average_asked(phrase)
    if kind is None or average is None:
        return None
    phrase.take(lexicon.CLOSES)
    first = first_asked(phrase)
    most = most_asked(kind, phrase)
    order, compared = order_of(kind, phrase) if not average else (None, [comparable(kind, phrase)])
    grouping = most or (None if order else grouping_asked(kind, phrase))
    by_name = phrase.has(lexicon.UNITS[kind]) and not entities and not grouping
    if order and not first:
        first = first_asked(phrase, ordered=True)
    filters = _filters(kind, phrase, text, day, words)
    if filters is None:
        return None
    filters = [*([named(kind, entities)] if entities else []), *filters]
    operation = Operation.AVERAGE if average else _operation(text, kind)
    figures = average or grouping is not None
    if not (figures or (brief and filters) or _asked(kind, text, filters, order, operation)):
        return None
    query = Query(kind, (*compared, *filters), order)
    by_name = by_name and order is None and not average
    if operation in (Operation.COUNT, Operation.PEOPLE, Operation.AVERAGE) and not (grouping or by_name):
        grouping = _apart(filters, text)
    return Understood(query, operation or Operation.LIST, by_name, entities, grouping=grouping, first=first)


def _apart(filters: list[Filter], text: str) -> Grouping | None:
    """How many in each of several towns, employers, schools or, with 各, trades that a question names."""
    trades = next((each.value for each in filters if each.name == "about"), ())
    if isinstance(trades, tuple) and len(groups_in(trades)) > 1 and re.search(r"各|分别|\beach\b|respectively", text):
        return Grouping(TRADE)
    several = {
        each.name for each in filters if each.name in {"town", "name", "season"} and isinstance(each.value, tuple)
    }
    many = [each.name for each in filters if each.name in several and len(each.value) > 1]  # type: ignore[arg-type]
    return Grouping(many[0]) if len(many) == 1 else None


def named(kind: RecordKind, entities: tuple[Entity, ...]) -> Filter:
    """The rows of ``entities``; an enterprise beside programs is one that the school works with."""
    if kind is RecordKind.PROGRAM and not any(entity.school for entity in entities):
        return Filter("about", tuple(entity.folded for entity in entities))
    return Filter("name", tuple(entity.folded for entity in entities))


def _kind(phrase: Phrase, entities: tuple[Entity, ...]) -> RecordKind | None:
    """Openings, programs or neither: a strong word decides; a weak one needs a school or an employer beside it."""
    at_school = (bool(entities) and entities[0].school) or phrase.has(lexicon.UNITS[RecordKind.PROGRAM])
    at_school = at_school or (phrase.has(lexicon.COURSES) and not (entities or phrase.has(COMPANY)))
    if at_school and phrase.has(r"招|收") and not phrase.has(lexicon.NOUNS[RecordKind.OPENING]):
        return RecordKind.PROGRAM
    for kind in KINDS:
        if phrase.has(lexicon.STRONG[kind]):
            return kind
    if at_school and (
        phrase.has(lexicon.WEAK[RecordKind.PROGRAM]) or (phrase.has(lexicon.HAS) and names_trade(phrase.text))
    ):
        return RecordKind.PROGRAM
    return next((kind for kind in KINDS if phrase.has(lexicon.WEAK[kind])), None)


def _filters(kind: RecordKind, phrase: Phrase, text: str, day: date, words: tuple[str, ...]) -> list[Filter] | None:
    """All conditions, also those that are misspelt or that no column holds; None when something else is asked."""
    filters = filters_of(kind, phrase, day)
    if filters is not None and mended(phrase, words):
        more = filters_of(kind, phrase, day)
        filters = None if more is None else _distinct([*filters, *more])
    rest = leftover(phrase, kind, text)
    if filters is None or rest is None or left_over(phrase):
        return None
    strong = re.search(lexicon.STRONG[kind], text)
    if rest and not (strong or _has(filters, "about")):
        return None
    if _has(filters, "free") and not re.search(f"{lexicon.NOUNS[kind]}|{lexicon.UNITS[kind]}", text):
        return None  # whether school is free at all is a matter of policy
    return _distinct([*filters, *(Filter("about", (word,)) for word in rest)])


def _distinct(filters: Iterable[Filter]) -> list[Filter]:
    """``filters`` with the names of the second and third word set apart, as all must be met."""
    names = iter(("about", "also", "besides"))
    said: dict[object, Filter] = {}
    for each in filters:
        if each.name not in {"about", "also", "besides"}:
            said.setdefault((each.name, each.value), each)
        elif each.value not in said:
            said[each.value] = Filter(next(names, "besides"), each.value)
    return list(said.values())


def _asked(
    kind: RecordKind, text: str, filters: list[Filter], order: Order | None, operation: Operation | None
) -> bool:
    return _enough(kind, text, filters, operation) if filters else _asked_plainly(kind, text, filters, order)


def _asked_plainly(kind: RecordKind, text: str, filters: list[Filter], order: Order | None) -> bool:
    """Whether all rows are asked for: 有哪些岗位, job openings, 工资最高的岗位."""
    strong = re.search(lexicon.STRONG[kind], text)
    if order is not None:
        return bool(strong or re.search(f"{lexicon.NOUNS[kind]}|{lexicon.UNITS[kind]}|哪个镇|which town", text))
    return bool(strong and re.search(lexicon.PLAINLY, text)) or re.fullmatch(lexicon.ALONE[kind], text) is not None


def _enough(kind: RecordKind, text: str, filters: list[Filter], operation: Operation | None) -> bool:
    if re.search(lexicon.STRONG[kind], text) or len(filters) >= 2:
        return True
    return operation is not None


def _has(filters: list[Filter], name: str) -> bool:
    return any(each.name == name for each in filters)


def _operation(text: str, kind: RecordKind) -> Operation | None:
    if kind is RecordKind.OPENING and re.search(lexicon.PEOPLE, text):
        return Operation.PEOPLE
    if re.search(lexicon.COUNT, text):
        return Operation.COUNT
    if re.search(lexicon.EXISTS, text) and not re.search(r"哪|什么|which|what", text):
        return Operation.EXISTS
    return Operation.LIST if re.search(f"{lexicon.LIST}|{lexicon.FIELDS}", text) else None
