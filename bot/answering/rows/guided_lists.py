"""Guided lists: filters by button, the same queries as typed questions make."""

from __future__ import annotations

from dataclasses import replace

from bot.answer import Choice
from bot.answering.rows.layout.list_buttons import filter_name, side_by_side
from bot.answering.rows.layout.list_requests import ListView, request
from bot.presentation.messages import message
from knowledge.entities.directory import Directory
from knowledge.entities.home import Home
from knowledge.tables import Condition, Field, Operator, Page, Query
from knowledge.tables.querying.record_queries import PAGE
from knowledge.tables.records import RecordKind
from knowledge.tables.values import Benefit, Education, Entry, Level, Relation, Work
from knowledge.text.money import Amount, Period

HANDFUL = 6  # buttons of filters, those in force among them
MOST_TAKEN = 4  # buttons of filters in force
KINDS = {
    "jobs": RecordKind.OPENING,
    "training": RecordKind.PROGRAM,
    "partners": RecordKind.PARTNER,
    "join": RecordKind.PROCEDURE,
}
FIRST_OFFERED: dict[RecordKind, tuple[tuple[Condition, ...], ...]] = {
    RecordKind.OPENING: (
        (Condition(Field.STARTING_PAY, Operator.AT_LEAST, Amount(6000, Period.MONTH)),),
        tuple(Condition(Field.BENEFIT, Operator.INCLUDES, benefit) for benefit in (Benefit.FOOD, Benefit.LODGING)),
        (Condition(Field.EDUCATION, Operator.AT_MOST, Education.JUNIOR_HIGH),),
    ),
    RecordKind.PROGRAM: (
        (Condition(Field.ENTRY, Operator.INCLUDES, Entry.JUNIOR_HIGH),),
        (Condition(Field.ENTRY, Operator.INCLUDES, Entry.SENIOR_HIGH),),
        (Condition(Field.ENTRY, Operator.INCLUDES, Entry.WORKING),),
        (Condition(Field.TUITION, Operator.FREE),),
        (Condition(Field.SCHEDULE, Operator.CONTAINS, ("夜", "晚")),),
        (Condition(Field.SCHEDULE, Operator.CONTAINS, ("周末",)),),
        (Condition(Field.LEVEL, Operator.IS, Level.MIDDLE),),
        (Condition(Field.LEVEL, Operator.IS, Level.SENIOR),),
    ),
    RecordKind.PARTNER: tuple(
        (Condition(Field.RELATION, Operator.INCLUDES, relation),)
        for relation in (Relation.SIGNED, Relation.PRESENTER, Relation.PLAQUE_MEMBER)
    ),
    RecordKind.PROCEDURE: (),
}  # fmt: skip
LAST_OFFERED: tuple[tuple[Condition, ...], ...] = (  # of openings, behind the towns
    (Condition(Field.STARTING_PAY, Operator.AT_LEAST, Amount(8000, Period.MONTH)),),
    (Condition(Field.WORK, Operator.IS, Work.INTERNSHIP),),
    (Condition(Field.EDUCATION, Operator.AT_MOST, Education.COLLEGE),),
)


def offered(query: Query, home: Home) -> tuple[tuple[Condition, ...], ...]:
    """Sets of conditions that could still narrow ``query``, for openings those of each town among them."""
    sets = FIRST_OFFERED[query.kind]
    if query.kind is RecordKind.OPENING:
        towns = ((Condition(Field.TOWN, Operator.ANY_OF, (town.zh,)),) for town in home.towns)
        sets = (*sets, *towns, *LAST_OFFERED)
    taken = {condition.slot for condition in query.conditions}
    return tuple(conditions for conditions in sets if taken.isdisjoint(condition.slot for condition in conditions))


def filter_buttons(page: Page, language: str, names: Directory) -> tuple[Choice, ...]:
    """The filters in force, to be taken out, and those of ``offered`` that would change a list of several pages."""
    taken = _in_force(page.query, language, names)
    if page.total <= PAGE:
        return taken
    return (*taken, *_still_offered(page, language, names, HANDFUL - len(taken)))


def _in_force(query: Query, language: str, names: Directory) -> tuple[Choice, ...]:
    choices = []
    for condition in query.conditions:
        if label := filter_name(condition, language, names):
            without = replace(query, conditions=tuple(one for one in query.conditions if one is not condition))
            text = message("lists.taken", language, label=label)
            choices.append(Choice(text, request(ListView(without), language)))
    return side_by_side(choices[-MOST_TAKEN:], "taken")


def _still_offered(page: Page, language: str, names: Directory, most: int) -> tuple[Choice, ...]:
    query = page.query
    choices = []
    useful = [conditions for conditions, useful in zip(offered(query, names.home), page.useful, strict=False) if useful]
    for conditions in useful[:most]:
        narrowed = Query(query.kind, (*query.conditions, *conditions), query.order)
        label = " · ".join(filter_name(condition, language, names) for condition in conditions)
        choices.append(Choice(label, request(ListView(narrowed), language)))
    return side_by_side(choices, "offered")
