"""Guided lists: filters by button, the same queries as typed questions make."""

from __future__ import annotations

from bot.answer import Choice
from bot.answering.rows.answer_blocks import request
from bot.answering.rows.filter_labels import label_of
from bot.answering.rows.formatting import say
from knowledge.entities.directory import Directory
from knowledge.entities.home import Home
from knowledge.tables import Condition, Field, Operator, Page, Query
from knowledge.tables.records import RecordKind
from knowledge.tables.values import Benefit, Education, Entry, Level, Relation, Work
from knowledge.text.money import Amount, Period

MOST_BUTTONS = 8
KINDS = {
    "jobs": RecordKind.OPENING,
    "training": RecordKind.PROGRAM,
    "partners": RecordKind.PARTNER,
    "join": RecordKind.PROCEDURE,
}
OFFERED: dict[RecordKind, tuple[tuple[Condition, ...], ...]] = {
    RecordKind.OPENING: (
        (Condition(Field.STARTING_PAY, Operator.AT_LEAST, Amount(6000, Period.MONTH)),),
        (Condition(Field.STARTING_PAY, Operator.AT_LEAST, Amount(8000, Period.MONTH)),),
        tuple(Condition(Field.BENEFIT, Operator.INCLUDES, benefit) for benefit in (Benefit.FOOD, Benefit.LODGING)),
        (Condition(Field.WORK, Operator.IS, Work.INTERNSHIP),),
        (Condition(Field.EDUCATION, Operator.AT_MOST, Education.JUNIOR_HIGH),),
        (Condition(Field.EDUCATION, Operator.AT_MOST, Education.COLLEGE),),
    ),
    RecordKind.PROGRAM: (
        (Condition(Field.ENTRY, Operator.INCLUDES, Entry.JUNIOR_HIGH),),
        (Condition(Field.ENTRY, Operator.INCLUDES, Entry.SENIOR_HIGH),),
        (Condition(Field.ENTRY, Operator.INCLUDES, Entry.WORKING),),
        (Condition(Field.LEVEL, Operator.IS, Level.MIDDLE),),
        (Condition(Field.LEVEL, Operator.IS, Level.SENIOR),),
        (Condition(Field.TUITION, Operator.FREE),),
        (Condition(Field.SCHEDULE, Operator.CONTAINS, ("夜", "晚")),),
        (Condition(Field.SCHEDULE, Operator.CONTAINS, ("周末",)),),
    ),
    RecordKind.PARTNER: tuple(
        (Condition(Field.RELATION, Operator.INCLUDES, relation),)
        for relation in (Relation.SIGNED, Relation.PRESENTER, Relation.PLAQUE_MEMBER)
    ),
    RecordKind.PROCEDURE: (),
}  # fmt: skip


def offered(query: Query, home: Home) -> tuple[tuple[Condition, ...], ...]:
    """Sets of conditions that could still narrow ``query``, for openings those of each town among them."""
    towns = tuple((Condition(Field.TOWN, Operator.ANY_OF, (town.zh,)),) for town in home.towns)
    sets = (*OFFERED[query.kind], *(towns if query.kind is RecordKind.OPENING else ()))
    taken = {condition.slot for condition in query.conditions}
    return tuple(conditions for conditions in sets if taken.isdisjoint(condition.slot for condition in conditions))


def filter_buttons(page: Page, language: str, names: Directory) -> tuple[Choice, ...]:
    """Those of ``offered`` that leave something, as buttons; and one that starts again."""
    query = page.query
    choices: list[Choice] = []
    useful = [conditions for conditions, useful in zip(offered(query, names.home), page.useful, strict=False) if useful]
    for conditions in useful[:MOST_BUTTONS]:
        narrowed = Query(query.kind, (*query.conditions, *conditions), query.order)
        label = " · ".join(label_of(condition, language, names) for condition in conditions)
        choices.append(Choice(label, request(narrowed)))
    if query.conditions:
        choices.append(Choice(say("clear", language), request(Query(query.kind))))
    return tuple(choices)
