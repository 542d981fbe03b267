"""What a refresh would change or has changed: the result, what needs attention, the rest. Plain text to forward."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from knowledge.ingestion.consequences.report import consequence_lines
from knowledge.ingestion.messages import foreign, in_words, say
from knowledge.ingestion.orders.report import standing_lines
from knowledge.ingestion.reports.attention import (
    concern_lines,
    duplicate_lines,
    held_lines,
    lost_lines,
    partly_lines,
    table_lines,
    unreadable_lines,
)
from knowledge.ingestion.reports.row_changes import row_lines
from knowledge.ingestion.reports.wording import listed, moment

if TYPE_CHECKING:
    from knowledge.ingestion.consequences.changes import Consequences
    from knowledge.ingestion.outcome import RefreshOutcome
    from knowledge.ingestion.plan import Plan
    from knowledge.store.edition_rows import Edition


def plan_lines(plan: Plan, consequences: Consequences | None = None) -> Iterator[str]:
    """What a refresh would change, the answers to check questions included."""
    yield _would(plan)
    yield from lost_lines(plan.files.lost)
    yield from held_lines(plan.held)
    yield from duplicate_lines(plan.duplicates)
    yield from consequence_lines(consequences)
    yield from unreadable_lines(plan.unreadable)
    yield from table_lines(plan.records.problems)
    yield from concern_lines(plan.concerns)
    if plan.rebuild:
        yield say("Everything would be built again: {reason}.", reason=in_words(plan.rebuild))
    yield from file_lines(plan, names=True)
    passages = plan.chunks
    yield say(
        "Passages of text: {new} new, {removed} removed, {unchanged} unchanged; {prepared} to be prepared for search",
        new=passages.new,
        removed=passages.removed,
        unchanged=passages.unchanged,
        prepared=plan.embeddings,
    )
    yield from row_lines(plan.records)
    yield from standing_lines(plan.withdrawals, plan.maintenance)


def outcome_lines(outcome: RefreshOutcome) -> Iterator[str]:
    """What a refresh did."""
    plan = outcome.plan if outcome.published else None
    yield _done(outcome)
    if outcome.healed:
        yield say("{reason}: mended, built again from the database.", reason=in_words(outcome.healed))
    if plan:
        yield from lost_lines(plan.files.lost)
        yield from duplicate_lines(plan.duplicates)
    yield from held_lines(outcome.held, accept=False)
    yield from consequence_lines(outcome.consequences, published=True)
    yield from unreadable_lines(outcome.unreadable)
    if plan:
        yield from partly_lines(plan.concerns)
        yield from table_lines(plan.records.problems)
        yield from file_lines(plan, names=False)
        yield from row_lines(plan.records)
        yield from standing_lines(plan.withdrawals, plan.maintenance)
        yield say(
            "Passages prepared for search: {count}; {seconds} s in all.",
            count=outcome.embedded,
            seconds=_tenths(outcome),
        )


def rollback_lines(live: Edition, left: Edition) -> Iterator[str]:
    """What a rollback did."""
    yield say(
        "Edition {number} of {when} is live again; edition {left} is not.",
        number=live.number,
        when=moment(live.published),
        left=left.number,
    )
    yield say("The documents folder is as it was: correct it before the next refresh, which publishes it again.")


def running_line(reason: str) -> str:
    """Another refresh is at work, and the assistant need not wait for it."""
    return say("{reason}; the assistant will take up its edition", reason=foreign(reason))


def file_lines(plan: Plan, *, names: bool) -> Iterator[str]:
    """Files that come, change, go, have another name, or are there twice. ``names``: which, not only how many."""
    files, renamed = plan.files, dict(plan.renamed)
    new = [source for source in files.new if source not in renamed.values()]
    removed = [source for source in files.removed if source not in renamed]
    counts = {
        "new": len(new),
        "changed": len(files.changed),
        "removed": len(removed),
        "unchanged": len(files.unchanged),
    }
    yield say("Files: {new} new, {changed} changed, {removed} removed, {unchanged} unchanged", **counts)
    if names:
        for mark, sources in (("+", new), ("~", files.changed), ("-", removed)):
            yield from listed(f"  {mark} ", list(sources))
    yield from listed("  > ", [say("{old} renamed to {new}", old=old, new=name) for old, name in plan.renamed])


def _would(plan: Plan) -> str:
    if not plan.changes:
        return say("Nothing would change: edition {number} holds what the documents folder holds.", number=plan.live)
    if plan.live is None:
        return say("Nothing is published yet; a refresh would publish the first edition.")
    return say("A refresh would publish a new edition in place of edition {number}.", number=plan.live)


def _done(outcome: RefreshOutcome) -> str:
    if not outcome.published:
        return say(
            "Nothing changed; edition {number} is live ({seconds} s).", number=outcome.edition, seconds=_tenths(outcome)
        )
    return say("Edition {number} is live.", number=outcome.edition)


def _tenths(outcome: RefreshOutcome) -> str:
    return f"{outcome.seconds:.1f}"
