"""Figures over rows as an answer: the average pay or tuition, and how many rows each town, employer or level has."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from bot.answer import Block, BlockKind, Citation, Status
from bot.answering.rows import answer_blocks
from bot.answering.rows.answer_blocks import noted, said
from bot.answering.rows.filter_labels import head_of
from bot.answering.rows.formatting import harmless, joined, money, say, word
from bot.answering.rows.row_answer import RecordAnswer
from bot.understanding.parsed_query import TRADE, Grouping, Understood
from bot.understanding.slots.trades import groups_in
from knowledge.tables import Average, Group, Page, Query
from knowledge.tables.records import RecordKind
from knowledge.tables.values import Money, Period

if TYPE_CHECKING:
    from bot.answering.rows.listing import RowAnswers

FIRST = 3  # groups shown when those with most are asked for
SHOWN = 12  # groups shown otherwise: one more than there are towns


def average_answer(answers: RowAnswers, asked: Understood) -> RecordAnswer:
    """The average of pay or tuition, over which rows, and those rows."""
    page = answers.records.find(asked.query, answers.day)
    if asked.grouping:
        return _averages(answers, asked, asked.grouping, page)
    average = answers.records.average(asked.query, answers.day)
    if not average:
        return answers.nothing(asked, page.lapsed)
    opening = asked.query.kind is RecordKind.OPENING
    period = Period(str(asked.query.value("pay_stated"))) if opening else Period.YEAR
    silent = page.total - average.rows + page.unstated
    heading = _said_of(average, answers.spoken(asked.query), period, answers, asked.query)
    answer = answers.shown(heading, replace(page, unstated=0), asked)
    left_out = (noted(say("not_averaged", answers.language, total=silent)),) if silent else ()
    return replace(answer, blocks=(*answer.blocks, *left_out))


def _averages(answers: RowAnswers, asked: Understood, grouping: Grouping, page: Page) -> RecordAnswer:
    """The average of each of several towns or employers that were named, the highest first."""
    values = asked.query.value(grouping.by)
    found: list[tuple[Average, str]] = []
    for value in values if isinstance(values, tuple) else ():
        one = asked.query.with_filter(grouping.by, (value,))
        if average := answers.records.average(one, answers.day):
            found.append((average, answers.spoken(one)))
    if not found:
        return answers.nothing(asked, page.lapsed)
    opening = asked.query.kind is RecordKind.OPENING
    period = Period(str(asked.query.value("pay_stated"))) if opening else Period.YEAR
    highest_first = sorted(found, key=lambda pair: -(pair[0].low + pair[0].high))
    parts = [_said_of(average, what, period, answers, asked.query) for average, what in highest_first]
    return answers.shown(" ".join(parts), replace(page, unstated=0), asked)


def _said_of(average: Average, what: str, period: Period, answers: RowAnswers, query: Query) -> str:
    return say(
        "average_pay" if query.kind is RecordKind.OPENING else "average_tuition", answers.language, total=average.rows,
        unit=answers.unit(query), what=what, ends=_ends(average, period, answers.language),
        middle=_sum((average.low + average.high) / 2, period, answers.language),
    )  # fmt: skip


def grouped_answer(answers: RowAnswers, asked: Understood, grouping: Grouping) -> RecordAnswer:
    """How many rows there are of each value, and how many people they want."""
    query = asked.query
    page = answers.records.find(query, answers.day)
    if not page.total:
        return answers.nothing(asked, page.lapsed)
    number, groups = _groups(answers, query, grouping)
    shown = _most(groups, grouping, asked.first or FIRST) if grouping.most else groups[: asked.first or SHOWN]
    key = "groups_most_people" if grouping.people else "groups_most" if grouping.most else "groups"
    named = f"name_{query.kind.value}" if grouping.by == "name" else grouping.by
    different = say(f"groups_{named}", answers.language, total=number)
    unit, what = answers.unit(query), answers.spoken(query)
    heading = say(key, answers.language, groups=different, total=page.total, unit=unit, what=what)
    lines = [_line(each, grouping, query, answers) for each in shown]
    rows = (Block(BlockKind.ROW, f"{place}. {line}", 1) for place, line in enumerate(lines, 1))
    rest = (noted(say("groups_more", answers.language, total=number - len(shown))),) if number > len(shown) else ()
    return RecordAnswer(
        Status.ANSWERED,
        (said(heading), *rows, *rest, *answer_blocks.sample_note(page.rows, answers.language)),
        (_cited(page, lines, answers),),
        tuple(_values(each, grouping) for each in shown),
        topic=answers.topic(query, asked),
        complete=asked.complete,
    )


def _groups(answers: RowAnswers, query: Query, grouping: Grouping) -> tuple[int, tuple[Group, ...]]:
    records, day = answers.records, answers.day
    if grouping.by != TRADE:
        return records.groups(query, day, grouping.by, people=grouping.people)
    found: list[Group] = []
    words = query.value("about")
    for trade in groups_in(words if isinstance(words, tuple) else ()):
        one = query.with_filter("about", trade)
        people, silent = records.people(one, day) if query.kind is RecordKind.OPENING else (0, 0)
        found.append(Group(head_of(trade, answers.language), records.count(one, day), people, silent))
    return len(found), tuple(found)


def _most(groups: tuple[Group, ...], grouping: Grouping, number: int) -> tuple[Group, ...]:
    """The first ``number`` and all that are level with the very first."""
    level = [each for each in groups if _figure(each, grouping) == _figure(groups[0], grouping)]
    return groups[: max(number, len(level))]


def _figure(group: Group, grouping: Grouping) -> int:
    return group.people if grouping.people else group.rows


def _line(group: Group, grouping: Grouping, query: Query, answers: RowAnswers) -> str:
    language = answers.language
    value = group.value or say("group_none", language)
    known = (
        value
        if grouping.by == "name"
        else joined([_word(each, grouping, answers) for each in value.split("、")], language)
    )
    people = say(f"group_people_{query.kind.value}", language, total=group.people) if group.people else ""
    silent = say("group_silent", language, total=group.silent) if group.people and group.silent else ""
    rows = say("group_rows", language, value=harmless(known), total=group.rows, unit=answers.unit(query))
    return f"{rows}{people}{silent}"


def _word(value: str, grouping: Grouping, answers: RowAnswers) -> str:
    if grouping.by == "town":
        return answers.home.town_name(value, answers.language)
    return word(value, answers.language)


def _values(group: Group, grouping: Grouping) -> dict[str, object]:
    value = harmless(group.value) if group.value else None
    return {"record": "group", "by": grouping.by, "value": value, "rows": group.rows, "people": group.people}


def _cited(page: Page, lines: list[str], answers: RowAnswers) -> Citation:
    """The table as a whole: no single row says how many there are."""
    one = answer_blocks.citations(page.rows[:1], answers.language, answers.home)[0]
    return replace(one, section="", source=page.rows[0].source, quote="\n".join(lines))


def _ends(average: Average, period: Period, language: str) -> str:
    return money(Money(round(average.low), round(average.high), period, ""), language, "per_year")


def _sum(amount: float, period: Period, language: str) -> str:
    return money(Money(round(amount), round(amount), period, ""), language, "per_year")
