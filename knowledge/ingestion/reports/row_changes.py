"""What a refresh does to the rows of tables."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from knowledge.ingestion.messages import in_words, say, spoken
from knowledge.ingestion.reports.wording import listed
from knowledge.ingestion.templates.columns import label

if TYPE_CHECKING:
    from knowledge.tables import RecordPlan
    from knowledge.tables.storage.diff import Change, Named

SHOWN = 10  # rows of a kind of change
EMPTY = "—"  # a value that is not there


def row_lines(records: RecordPlan) -> Iterator[str]:
    """Rows that come, change, go or end; what is wrong with them stands elsewhere."""
    yield say(
        "Rows: {added} added, {changed} changed, {removed} removed, {unchanged} unchanged",
        added=len(records.added),
        changed=len(records.changed),
        removed=len(records.removed),
        unchanged=records.unchanged,
    )
    yield from listed("  + ", list(map(_named, records.added)), SHOWN)
    yield from listed("  ~ ", list(map(_changed, records.changed)), SHOWN)
    yield from listed("  - ", list(map(_named, records.removed)), SHOWN)
    if records.expiring:
        yield say("Rows that end within 30 days: {count}", count=len(records.expiring))
        yield from listed("  ", list(map(_named, records.expiring)), SHOWN)
    if records.expired:
        yield say("Rows that have ended, kept and not shown as current: {count}", count=records.expired)


def _named(row: Named) -> str:
    said = say("{place}: {reason}", place=row.source, reason=row.name)
    return say("{words} (until {day})", words=said, day=row.day) if row.day else said


def _changed(change: Change) -> str:
    fields = [
        say(
            "{column}: {before} -> {after}",
            column=label(change.kind, name, spoken()),
            before=_value(old),
            after=_value(new),
        )
        for name, old, new in change.fields
    ]
    said = say("{place}: {reason}", place=change.source, reason=change.name)
    return say("{place}: {reason}", place=said, reason=say("; ").join(fields))


def _value(text: str) -> str:
    return in_words(text) or EMPTY
