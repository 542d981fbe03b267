"""Guided lists: filters by button, the same queries as typed questions make."""

from __future__ import annotations

from bot.answer import Choice
from bot.answering.rows.answer_blocks import request
from bot.answering.rows.filter_labels import one
from bot.answering.rows.formatting import say
from knowledge.entities.directory import Directory
from knowledge.entities.home import Home
from knowledge.tables import Filter, Page, Query
from knowledge.tables.records import RecordKind
from knowledge.tables.values import Entry, Level, Period, Relation, Work

MOST_BUTTONS = 8
KINDS = {
    "jobs": RecordKind.OPENING,
    "training": RecordKind.PROGRAM,
    "partners": RecordKind.PARTNER,
    "join": RecordKind.PROCEDURE,
}
OFFERED: dict[RecordKind, tuple[tuple[Filter, ...], ...]] = {
    RecordKind.OPENING: (
        (Filter("pay_least", ("6000", Period.MONTH.value)),),
        (Filter("pay_least", ("8000", Period.MONTH.value)),),
        (Filter("food", 1.0), Filter("lodging", 1.0)),
        (Filter("work", Work.INTERNSHIP.value),),
        (Filter("education_most", "初中"),),
        (Filter("education_most", "大专"),),
    ),
    RecordKind.PROGRAM: (
        (Filter("entry", Entry.JUNIOR_HIGH.value),),
        (Filter("entry", Entry.SENIOR_HIGH.value),),
        (Filter("entry", Entry.WORKING.value),),
        (Filter("level_is", Level.MIDDLE.value),),
        (Filter("level_is", Level.SENIOR.value),),
        (Filter("free", 1.0),),
        (Filter("schedule", ("夜", "晚")),),
        (Filter("schedule", ("周末",)),),
    ),
    RecordKind.PARTNER: tuple(
        (Filter("relation", relation.value),)
        for relation in (Relation.SIGNED, Relation.PRESENTER, Relation.PLAQUE_MEMBER)
    ),
    RecordKind.PROCEDURE: (),
}  # fmt: skip


def offered(query: Query, home: Home) -> tuple[tuple[Filter, ...], ...]:
    """Sets of filters that could still narrow ``query``, for openings those of each town among them."""
    towns = ((Filter("town", town.zh),) for town in home.towns) if query.kind is RecordKind.OPENING else ()
    return tuple(
        each for each in (*OFFERED[query.kind], *towns) if all(query.value(wanted.name) is None for wanted in each)
    )


def filter_buttons(page: Page, language: str, names: Directory) -> tuple[Choice, ...]:
    """Those of ``offered`` that leave something, as buttons; and one that starts again."""
    query = page.query
    choices: list[Choice] = []
    for filters in [each for each, found in zip(offered(query, names.home), page.useful, strict=False) if found][
        :MOST_BUTTONS
    ]:
        narrowed = Query(query.kind, (*query.filters, *filters), query.order)
        choices.append(
            Choice(" · ".join(one(each, query.kind, language, names) for each in filters), request(narrowed))
        )
    if query.filters:
        choices.append(Choice(say("clear", language), request(Query(query.kind))))
    return tuple(choices)
