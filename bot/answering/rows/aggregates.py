"""Figures over rows as an answer: the average pay or tuition, and how many rows each town, employer or level has."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from bot.answer import Citation, Status
from bot.answering.rows import answer_blocks
from bot.answering.rows.answer_blocks import note_block, row_block, say_block
from bot.answering.rows.filter_labels import title_names
from bot.answering.rows.row_answer import RecordAnswer
from bot.answering.rows.row_pages import RowPages, to_go_on_from
from bot.answering.rows.row_text import unmarked
from bot.answering.rows.wording.formatting import clipped, joined, money, no_formula, say, word
from bot.understanding.parsed_query import TRADE, Grouping, ParsedQuery
from knowledge.tables import Average, Condition, Field, Group, Operator, Page, Query, about
from knowledge.tables.records import Opening, RecordKind
from knowledge.text.money import Money, Period
from knowledge.text.pii import shown_of_row

FIRST = 3  # groups shown when those with most are asked for
SHOWN = 11  # groups shown otherwise, and at most: one more than the district has towns

NUMBERING = 5  # characters beside a line of figures: its number, and its end


def average_answer(pages: RowPages, parsed: ParsedQuery) -> RecordAnswer:
    """The average of pay or tuition, over which rows, and those rows."""
    pages = replace(pages, asks=())  # what is asked is the average
    page = pages.find(parsed.query)
    if parsed.grouping:
        return _averages(pages, parsed, parsed.grouping, page)
    average = pages.records.average(parsed.query, pages.day)
    if not average:
        return pages.nothing(parsed, page.lapsed)
    period = _period(parsed.query)
    silent = page.total - average.rows + page.unstated
    heading = _said_of(average, pages.spoken(parsed.query), period, pages, parsed.query)
    left_out = (note_block(say("not_averaged", pages.language, total=silent)),) if silent else ()
    return pages.shown(heading, replace(page, unstated=0), parsed, *left_out)


def _averages(pages: RowPages, parsed: ParsedQuery, grouping: Grouping, page: Page) -> RecordAnswer:
    """The average of each of several towns or employers that were named, the highest first."""
    averages: list[tuple[Average, str]] = []
    for condition in _each_of(parsed.query, grouping.by):
        one = parsed.query.with_conditions(condition)
        if average := pages.records.average(one, pages.day):
            averages.append((average, pages.spoken(one)))
    if not averages:
        return pages.nothing(parsed, page.lapsed)
    period = _period(parsed.query)
    highest_first = sorted(averages, key=lambda pair: -(pair[0].low + pair[0].high))
    parts = [_said_of(average, what, period, pages, parsed.query) for average, what in highest_first]
    return pages.shown(" ".join(parts), replace(page, unstated=0), parsed)


def _each_of(query: Query, by: str) -> tuple[Condition, ...]:
    """One condition for each town, employer, school or intake that ``query`` names."""
    named = query.first(Field(by)) if by in (Field.TOWN, Field.NAME, Field.SEASON) else None
    return tuple(replace(named, value=(text,)) for text in named.texts) if named else ()


def _period(query: Query) -> Period:
    """For which period an average is; of tuition, a year."""
    stated = query.first(Field.PAY, Operator.STATED)
    return stated.value if stated and isinstance(stated.value, Period) else Period.YEAR


def _said_of(average: Average, what: str, period: Period, pages: RowPages, query: Query) -> str:
    return say(
        "average_pay" if query.kind is RecordKind.OPENING else "average_tuition", pages.language, total=average.rows,
        unit=pages.unit(query), what=what, ends=_ends(average, period, pages.language),
        middle=_sum((average.low + average.high) / 2, period, pages.language),
    )  # fmt: skip


def grouped_answer(pages: RowPages, parsed: ParsedQuery, grouping: Grouping) -> RecordAnswer:
    """How many rows there are of each value, and how many people they want."""
    query = parsed.query
    page = pages.records.find(query, pages.day)
    if not page.total:
        return pages.nothing(parsed, page.lapsed)
    total, groups = _groups(pages, query, grouping)
    shown = _most(groups, grouping, parsed.first or FIRST) if grouping.most else groups[: parsed.first or SHOWN][:SHOWN]
    key = "groups_most_people" if grouping.people else "groups_most" if grouping.most else "groups"
    named = f"name_{query.kind.value}" if grouping.by == "name" else grouping.by
    different = say(f"groups_{named}", pages.language, total=total)
    unit, what = pages.unit(query), pages.spoken(query)
    heading = say(key, pages.language, groups=different, total=page.total, unit=unit, what=what)
    head = (say_block(heading), *answer_blocks.sample_note(page.rows, pages.language))
    rest = (note_block(say("groups_more", pages.language, total=total - len(shown))),) if total > len(shown) else ()
    samples = all(row.record.sample for row in page.rows)  # which the head says of all of them
    english = _english(grouping, query, pages)
    told = [_named(group, english, samples=samples) for group in shown]
    lines = _lines(told, grouping, query, pages, answer_blocks.room_for_rows((*head, *rest), pages.language))
    rows = (row_block(f"{number}. {line}", 1) for number, line in enumerate(lines, 1))
    return RecordAnswer(
        Status.ANSWERED,
        (*head, *rows, *rest),
        (_cited(page, lines, pages),),
        tuple(_values(group, grouping) for group in shown),
        query=to_go_on_from(query),
        complete=parsed.complete,
    )


def tells_apart(grouping: Grouping, query: Query) -> bool:
    """Whether rows of ``query`` can be of several values of ``grouping``: all in one town are of that town."""
    given = query.first(Field(grouping.by)) if grouping.by in (Field.TOWN, Field.NAME, Field.SEASON) else None
    return given is None or given.negated or len(given.texts) != 1


def _groups(pages: RowPages, query: Query, grouping: Grouping) -> tuple[int, tuple[Group, ...]]:
    records, day = pages.records, pages.day
    if grouping.by != TRADE:
        return records.groups(query, day, grouping.by, people=grouping.people)
    groups: list[Group] = []
    trades = query.first(Field.WORDS)
    for name, words in title_names(trades.texts if trades else (), pages.language, pages.directory).items():
        one = query.with_conditions(about(words))
        people, silent = records.people(one, day) if query.kind is RecordKind.OPENING else (0, 0)
        groups.append(Group(name, records.count(one, day), people, silent))
    return len(groups), tuple(groups)


def _most(groups: tuple[Group, ...], grouping: Grouping, number: int) -> tuple[Group, ...]:
    """The first ``number`` and all that are level with the very first."""
    level = [group for group in groups if _figure(group, grouping) == _figure(groups[0], grouping)]
    return groups[: min(SHOWN, max(number, len(level)))]


def _figure(group: Group, grouping: Grouping) -> int:
    return group.people if grouping.people else group.rows


def _named(group: Group, english: Mapping[str, str], *, samples: bool) -> Group:
    """``group`` as a reader is told its value: by its English name, and without the mark where all are ``samples``."""
    value = english.get(group.value, group.value) if group.value else group.value
    return replace(group, value=unmarked(value) if value and samples else value)


def _english(grouping: Grouping, query: Query, pages: RowPages) -> Mapping[str, str]:
    """What names and titles that are counted are called in English, where a reader of English counts them."""
    if pages.language != "en" or grouping.by not in ("name", "title"):
        return {}
    if grouping.by == "name":
        return dict(pages.home.partners)
    records = (row.record for row in pages.records.find(query, pages.day, limit=None).rows)
    return {record.title: record.title_en for record in records if isinstance(record, Opening) and record.title_en}


def _lines(groups: Sequence[Group], grouping: Grouping, query: Query, pages: RowPages, room: int) -> list[str]:
    """A line for each group, with as much as there is room for."""
    for silence in (True, False):
        lines = [_line(group, grouping, query, pages, silence=silence) for group in groups]
        if sum(len(line) + NUMBERING for line in lines) <= room:
            return lines
    return [clipped(line, max(NUMBERING, room // len(lines) - NUMBERING)) for line in lines]


def _line(group: Group, grouping: Grouping, query: Query, pages: RowPages, *, silence: bool) -> str:
    language = pages.language
    value = group.value or say("group_none", language)
    known = (
        value
        if grouping.by == "name"
        else joined([_word(part, grouping, pages) for part in value.split("、")], language)
    )
    people = say(f"group_people_{query.kind.value}", language, total=group.people) if group.people else ""
    silent = say("group_silent", language, total=group.silent) if silence and group.people and group.silent else ""
    rows = say(
        "group_rows",
        language,
        value=shown_of_row(no_formula(known)),
        total=group.rows,
        unit=pages.unit(query),
    )
    return f"{rows}{people}{silent}"


def _word(value: str, grouping: Grouping, pages: RowPages) -> str:
    if grouping.by == "town":
        return pages.home.town_name(value, pages.language)
    return word(value, pages.language)


def _values(group: Group, grouping: Grouping) -> dict[str, object]:
    value = no_formula(group.value) if group.value else None
    return {"record": "group", "by": grouping.by, "value": value, "rows": group.rows, "people": group.people}


def _cited(page: Page, lines: list[str], pages: RowPages) -> Citation:
    """The table as a whole: no single row says how many there are."""
    one = answer_blocks.citations(page.rows[:1], pages.language, pages.home)[0]
    return replace(one, section="", source=page.rows[0].source, quote="\n".join(lines))


def _ends(average: Average, period: Period, language: str) -> str:
    return money(Money(round(average.low), round(average.high), period, ""), language, "per_year")


def _sum(amount: float, period: Period, language: str) -> str:
    return money(Money(round(amount), round(amount), period, ""), language, "per_year")
