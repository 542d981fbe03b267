"""Figures over rows: averages, and how many rows and people each employer, town or level has."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Connection, func, select

from knowledge.tables.querying.stored_values import StoredRecord, rows_of
from knowledge.tables.records import Opening, Program, Record, RecordKind, shown_name
from knowledge.tables.storage.schema import TABLES
from knowledge.tables.values import Education
from knowledge.text.money import Period

COLUMNS = {  # what rows can be grouped by; titles by the number of all that their words say
    RecordKind.OPENING: {"name": "name", "town": "town", "title": "phrase", "education": "education",
                         "level": "level", "work": "work"},
    RecordKind.PROGRAM: {"name": "name", "town": "town", "level": "level", "mode": "mode", "season": "season"},
}  # fmt: skip
WANTED = {RecordKind.OPENING: "headcount", RecordKind.PROGRAM: "quota"}
YEARLY = (Period.YEAR, Period.TERM, Period.UNKNOWN)


@dataclass(frozen=True)
class Average:
    """The mean of the lower and of the upper ends, in yuan, over ``rows`` that state a sum for one period."""

    low: float
    high: float
    rows: int


@dataclass(frozen=True)
class Group:
    """Rows of one ``value`` (None: they say none): their number, the people they want, and how many say no number."""

    value: str | None
    rows: int
    people: int
    silent: int


def average_pay(connection: Connection, chosen: ColumnElement[bool]) -> Average | None:
    """Over openings, which state their pay for one period; None when there are none."""
    table = TABLES[RecordKind.OPENING]
    sums = select(func.sum(table.c.pay_floor), func.sum(table.c.pay_top), func.count(table.c.pay_top)).where(chosen)
    low, high, rows = connection.execute(sums).one()
    return Average(low / rows, high / rows, rows) if rows else None


def average_tuition(rows: Sequence[StoredRecord]) -> Average | None:
    """Over programs that are paid for by the year or the term: yuan a year. None when there are none."""
    ends = [
        (money.low * factor, money.high * factor)
        for row in rows
        if isinstance(row.record, Program) and (money := row.record.tuition) and money.period in YEARLY
        if money.low is not None and money.high is not None and (factor := 2 if money.period is Period.TERM else 1)
    ]
    if not ends:
        return None
    lows, highs = zip(*ends, strict=True)
    return Average(sum(lows) / len(ends), sum(highs) / len(ends), len(ends))


def groups(
    connection: Connection, kind: RecordKind, chosen: ColumnElement[bool], by: str, *, people: bool, limit: int
) -> tuple[int, tuple[Group, ...]]:
    """How many different values the rows have, and the first ``limit`` with most rows, or most ``people``."""
    table = TABLES[kind]
    column, wanted = table.c[COLUMNS[kind][by]], table.c[WANTED[kind]]
    rows, total = func.count(), func.coalesce(func.sum(wanted), 0)
    different = func.count().over()  # of all groups, whatever the limit
    grouped = select(func.min(table.c.id), rows, total, rows - func.count(wanted), different).where(chosen)
    first = grouped.group_by(column).order_by((total if people else rows).desc(), func.min(table.c.id)).limit(limit)
    counted = connection.execute(first).all()
    number = counted[0][-1] if counted else 0
    firsts = rows_of(connection, kind, [key for key, *_ in counted])
    values = (_value(row.record, by) for row in firsts)
    return number, tuple(Group(value, *figures) for value, (_, *figures, _) in zip(values, counted, strict=True))


def _value(record: Record, by: str) -> str | None:
    """What a record says of itself; schooling of one rank is one group."""
    if by == "name":
        return shown_name(record)
    if by == "education" and isinstance(record, Opening):
        rank = record.education.rank if record.education else None
        return "、".join(education for education in Education if education.rank == rank) or None
    name = {"level": "skill_level"}.get(by, by) if not isinstance(record, Program) else by
    value = getattr(record, name)
    return None if value is None else str(value)
