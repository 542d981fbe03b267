"""What publishing would change among the records, in terms for staff."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from knowledge.tables.reading.table_reading import Problem, Row
from knowledge.tables.records import Record, RecordKind, last_day

SOON = timedelta(days=30)


@dataclass(frozen=True)
class Change:
    """A row whose values changed: the fields, by name, with the value before and after."""

    kind: RecordKind
    source: str
    name: str
    fields: tuple[tuple[str, str, str], ...]


@dataclass(frozen=True)
class Named:
    """A row, by its file and name. ``day``: the last on which it holds."""

    kind: RecordKind
    source: str
    name: str
    day: date | None = None

    def __str__(self) -> str:
        """One line for programs."""
        return f"{self.source}: {self.name}" + (f" (until {self.day})" if self.day else "")


@dataclass(frozen=True)
class RecordPlan:
    """The difference to the live edition. ``rows`` are written; ``gone`` end: digests, by kind."""

    live: int | None
    sources: frozenset[str]  # the tables that the next edition holds
    rows: tuple[Row, ...]
    source_of: tuple[str, ...]  # of each of ``rows``
    gone: tuple[tuple[RecordKind, str, int], ...]  # kind, source, id
    added: tuple[Named, ...]
    changed: tuple[Change, ...]
    removed: tuple[Named, ...]
    expiring: tuple[Named, ...]  # within 30 days of the day of the plan
    expired: int  # rows that are not shown as current any more
    unchanged: int
    problems: tuple[Problem, ...]

    @property
    def changes(self) -> bool:
        """Whether any record would change."""
        return bool(self.rows or self.gone)

    def values(self) -> dict[str, object]:
        """What programs read: JSON-able."""
        return {
            "added": [str(named) for named in self.added],
            "changed": [
                {"source": change.source, "name": change.name, "fields": [list(field) for field in change.fields]}
                for change in self.changed
            ],
            "removed": [str(named) for named in self.removed],
            "expiring": [str(named) for named in self.expiring],
            "expired": self.expired,
            "unchanged": self.unchanged,
            "problems": [{**vars(problem), "value": problem.shown} for problem in self.problems],
        }


def name_of(record: Record) -> str:
    """What staff recognise a record by."""
    parts = (
        getattr(record, name, None)
        for name in ("name_zh", "name_en", "employer", "title", "school", "major", "level", "type", "question")
    )
    return " · ".join(str(part) for part in parts if part)


def named(row: Row, source: str) -> Named:
    """A row as staff see it."""
    return Named(row.kind, source, name_of(row.record), last_day(row.record))


def differences(before: Record, after: Record) -> tuple[tuple[str, str, str], ...]:
    """Fields whose value differs, with both values as text."""
    return tuple(
        (name, _shown(getattr(before, name)), _shown(getattr(after, name)))
        for name in vars(before)
        if getattr(before, name) != getattr(after, name)
    )


def _shown(value: object) -> str:
    if value is None or value == ():
        return ""
    return "、".join(map(str, value)) if isinstance(value, tuple) else str(getattr(value, "text", value))
