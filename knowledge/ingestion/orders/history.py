"""The history of what staff did, and what of a publication is noted there."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict
from typing import Any

from knowledge.editions.building.context import BuildContext
from knowledge.ingestion.messages import in_words, say
from knowledge.ingestion.plan import Plan
from knowledge.ingestion.reports.wording import moment
from knowledge.store.staff_orders import Action, HistoryEntry, history

NOTED = 100  # names of files of each kind of change; of more their number
SHOWN = 5


def last_done(context: BuildContext, limit: int) -> tuple[HistoryEntry, ...]:
    """The last ``limit`` things that staff did, the newest first."""
    with context.engine.connect() as connection:
        return history(connection, limit)


def changes_of(plan: Plan) -> dict[str, Any]:
    """What publishing ``plan`` changes: how many files, the names of the first of them, how many rows.

    Files that wait for staff are not among them: users get of them what they got before.
    """
    old_names, new_names = ({pair[side] for pair in plan.renamed} for side in (0, 1))
    waiting = {one.source for one in plan.held}
    files: dict[str, list[Any]] = {
        "new": [source for source in plan.files.new if source not in new_names | waiting],
        "changed": [source for source in plan.files.changed if source not in waiting],
        "removed": [source for source in plan.files.removed if source not in old_names],
        "renamed": [list(pair) for pair in plan.renamed],
    }
    rows = {name: len(getattr(plan.records, name)) for name in ("added", "changed", "removed")}
    return {
        "files": {name: {"count": len(known), "names": list(known[:NOTED])} for name, known in files.items()},
        "rows": rows,
    }


def history_lines(entries: Sequence[HistoryEntry]) -> Iterator[str]:
    """What was done, the newest first: a line each, and below a publication what it changed."""
    for entry in entries:
        about = " ".join(filter(None, (in_words(entry.action.value), _subject(entry))))
        yield f"{moment(entry.at)}  {entry.by or '—'}  {about}" + (
            say(": {note}", note=entry.note) if entry.note else ""
        )
        if entry.changes:
            yield from _changed(entry.changes)
    yield say("Times are Beijing's. Back to an earlier edition: python ingest.py rollback [--to NUMBER]")


def history_values(entries: Sequence[HistoryEntry]) -> dict[str, Any]:
    """The same for programs."""
    return {"history": [{**asdict(entry), "at": moment(entry.at)} for entry in entries]}


def _subject(entry: HistoryEntry) -> str:
    """What it was done to; of accepted warnings the file and their kinds."""
    if entry.action is not Action.ACCEPT or not entry.subject.endswith(")"):
        return in_words(entry.subject)
    file, _, kinds = entry.subject[:-1].rpartition(" (")
    return say("{file} ({kinds})", file=file, kinds=say(", ").join(map(in_words, kinds.split(", "))))


def _changed(changes: Any) -> Iterator[str]:
    files, rows = changes["files"], changes["rows"]
    for mark, name in (("+", "new"), ("~", "changed"), ("-", "removed"), (">", "renamed")):
        if count := files[name]["count"]:
            names = [" → ".join(one) if isinstance(one, list) else one for one in files[name]["names"][:SHOWN]]
            more = say(" and {count} more", count=count - len(names)) if count > len(names) else ""
            yield f"    {mark} {say(', ').join(names)}{more}"
    if any(rows.values()):
        yield f"    {say('rows: {added} added, {changed} changed, {removed} removed', **rows)}"
