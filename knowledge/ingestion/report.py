"""What the commands say: lines for people, values for programs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import TYPE_CHECKING, Any

from knowledge.ingestion.orders.report import standing_lines, standing_values
from knowledge.validity import BEIJING

if TYPE_CHECKING:
    from knowledge.ingestion.outcome import RefreshOutcome
    from knowledge.ingestion.plan import Concerns, Notice, Plan
    from knowledge.ingestion.status import IngestionStatus
    from knowledge.models import Unreadable
    from knowledge.store.edition_rows import Edition, HeldFile

LOOKED_AT = 5  # warnings of a file; --json has them all
SHOWN = 20  # names in a list; --json has them all


def plan_lines(plan: Plan) -> Iterator[str]:
    """The consequences of a refresh."""
    if not plan.changes:
        yield f"Nothing would change: edition {plan.live} holds what the documents folder holds."
    elif plan.live is None:
        yield "Nothing is published yet; a refresh would publish the first edition."
    if plan.rebuild:
        yield f"Everything would be built again: {plan.rebuild}."
    files = plan.files
    yield f"Files: {_counts(files.new, files.changed, files.removed, files.unchanged)}"
    for mark, names in (("+", files.new), ("~", files.changed), ("-", files.removed)):
        yield from _listed(f"  {mark} ", names)
    yield from lost_lines(files.lost)
    chunks = plan.chunks
    yield f"Chunks: {chunks.new} new, {chunks.removed} removed, {chunks.unchanged} unchanged"
    yield f"Embeddings to be made: {plan.embeddings}"
    yield from held_lines(plan.held)
    yield from unreadable_lines(plan.unreadable)
    yield from concern_lines(plan.concerns)
    yield from plan.records.lines()
    yield from standing_lines(plan.withdrawals, plan.maintenance)


def lost_lines(lost: Sequence[str]) -> Iterator[str]:
    """Documents that users could ask about and no longer can."""
    if lost:
        yield f"ATTENTION: {len(lost)} published files can no longer be read; what they said is withdrawn:"
        yield from _listed("  ! ", lost)


def held_lines(held: Sequence[HeldFile], *, accept: bool = True) -> Iterator[str]:
    """Files that are not published as they are now, and why. ``accept``: say how to publish them all the same."""
    if not held:
        return
    yield f"WARNING: {len(held)} files wait; users get what was published of them before, if anything:"
    for one in held:
        yield f"  ! {one.source}" + (f" (code {one.code})" if accept else "")
        yield from (f"      {warning}" for warning in one.warnings[:LOOKED_AT])
        if len(one.warnings) > LOOKED_AT:
            yield f"      … and {len(one.warnings) - LOOKED_AT} more (--json lists all)"
    codes = " ".join(f"--accept-warnings {one.code}" for one in held)
    yield (
        f"  As they should be? python ingest.py {codes}" if accept else "  To look and decide: python ingest.py preview"
    )


def unreadable_lines(unreadable: Sequence[Unreadable]) -> Iterator[str]:
    """Files that hold nothing for users, and why."""
    if unreadable:
        yield f"Could not be read: {len(unreadable)}"
        yield from _listed("  ! ", [f"{file.source}: {file.reason}" for file in unreadable])


def concern_lines(concerns: Concerns) -> Iterator[str]:
    """Documents that deserve a look."""
    yield from _notices("Expired", "held until", concerns.expired)
    yield from _notices("Expiring within 30 days", "holds until", concerns.expiring)
    yield from _notices("Superseded", "replaced by", concerns.superseded)
    yield from partly_lines(concerns)
    yield from _notices("Translations without their original", "names", concerns.untranslated)


def partly_lines(concerns: Concerns) -> Iterator[str]:
    """Documents of which something is not published: pages that are pictures and cannot be read."""
    if concerns.partly:
        yield f"Read only in part: {len(concerns.partly)}"
        yield from _listed("  ! ", [f"{notice.source}: {notice.other}" for notice in concerns.partly])


def outcome_lines(outcome: RefreshOutcome) -> Iterator[str]:
    """What a refresh did."""
    if outcome.healed:
        yield f"{outcome.healed}: mended, built again from the database."
    if not outcome.published or outcome.plan is None:
        yield f"Nothing changed; edition {outcome.edition} is live ({outcome.seconds:.1f} s)."
    else:
        files = outcome.plan.files
        yield f"Files: {_counts(files.new, files.changed, files.removed, files.unchanged)}"
        yield from lost_lines(files.lost)
        yield from outcome.plan.records.lines()
        yield from standing_lines(outcome.plan.withdrawals, outcome.plan.maintenance)
        yield f"Edition {outcome.edition} is live: {outcome.embedded} embeddings made, {outcome.seconds:.1f} s."
        yield from partly_lines(outcome.plan.concerns)
    yield from held_lines(outcome.held, accept=False)
    yield from unreadable_lines(outcome.unreadable)


def rollback_lines(live: Edition, left: Edition) -> Iterator[str]:
    """What a rollback did."""
    yield f"Edition {live.number} of {_when(live)} is live again; edition {left.number} is not."
    yield "The documents folder is as it was: correct it before the next refresh, which publishes it again."


def status_lines(status: IngestionStatus) -> Iterator[str]:
    """The state of the knowledge base."""
    if status.running:
        yield f"Now: {status.running}"
    yield from standing_lines(status.withdrawals, status.maintenance)
    if status.edition is None:
        yield "Nothing is published yet; run: python ingest.py"
        return
    edition = status.edition
    yield f"Live: edition {edition.number}, published {_when(edition)}, model {edition.model}"
    if status.trouble:
        yield f"ATTENTION: {status.trouble}; run: python ingest.py"
    yield f"Documents: {len(status.documents)} ({_languages(status)}), {edition.chunks} chunks"
    yield from _listed("  ", [f"{document.source}: {document.title}" for document in status.documents])
    if status.tables:
        yield f"Tables: {len(status.tables)}"
        for table in status.tables:
            yield f"  {table.source}" + (f": {len(table.problems)} problems" if table.problems else "")
            yield from _listed("    ! ", table.problems)
    yield from held_lines(status.held, accept=False)
    yield from unreadable_lines(status.unreadable)
    yield from concern_lines(status.concerns)
    yield "Kept: " + ", ".join(f"{kept.number} ({_when(kept)})" for kept in status.kept)


def plan_values(plan: Plan) -> dict[str, Any]:
    """The consequences of a refresh, for programs."""
    # Not asdict(plan): it would copy every row of the tables.
    return {
        "live": plan.live,
        "changes": plan.changes,
        "rebuild": plan.rebuild,
        "files": asdict(plan.files),
        "unreadable": [asdict(file) for file in plan.unreadable],
        "chunks": asdict(plan.chunks),
        "embeddings": plan.embeddings,
        "concerns": asdict(plan.concerns),
        "records": plan.records.values(),
        **standing_values(plan.withdrawals, plan.maintenance),
        "held": [{**asdict(one), "code": one.code} for one in plan.held],
    }


def outcome_values(outcome: RefreshOutcome) -> dict[str, Any]:
    """What a refresh did, for programs."""
    return {
        "edition": outcome.edition,
        "published": outcome.published,
        "embedded": outcome.embedded,
        "healed": outcome.healed,
        "unreadable": [asdict(file) for file in outcome.unreadable],
        "held": [asdict(one) for one in outcome.held],
        "seconds": round(outcome.seconds, 3),
        "embedding_seconds": round(outcome.embedding_seconds, 3),
        "plan": plan_values(outcome.plan) if outcome.plan else None,
    }


def rollback_values(live: Edition, left: Edition) -> dict[str, Any]:
    """What a rollback did, for programs."""
    return {"edition": live.number, "published": _when(live), "left": left.number}


def status_values(status: IngestionStatus) -> dict[str, Any]:
    """The state of the knowledge base, for programs."""
    edition = status.edition
    return {
        **asdict(status),
        "edition": edition.number if edition else None,
        "published": _when(edition) if edition else None,
        "model": edition.model if edition else None,
        "chunks": edition.chunks if edition else 0,
        **standing_values(status.withdrawals, status.maintenance),
        "kept": [{"edition": kept.number, "published": _when(kept)} for kept in status.kept],
    }


def _counts(new: Sequence[str], changed: Sequence[str], removed: Sequence[str], unchanged: Sequence[str]) -> str:
    return f"{len(new)} new, {len(changed)} changed, {len(removed)} removed, {len(unchanged)} unchanged"


def _notices(heading: str, relation: str, notices: Sequence[Notice]) -> Iterator[str]:
    if notices:
        yield f"{heading}: {len(notices)}"
        yield from _listed("  ", [f"{notice.source} ({notice.title}) {relation} {notice.other}" for notice in notices])


def _listed(mark: str, lines: Sequence[str]) -> Iterator[str]:
    yield from (f"{mark}{line}" for line in lines[:SHOWN])
    if len(lines) > SHOWN:
        yield f"{mark}… and {len(lines) - SHOWN} more (--json lists all)"


def _when(edition: Edition) -> str:
    """When an edition was published, on Beijing's clock, to the second."""
    return f"{datetime.fromtimestamp(edition.published, tz=BEIJING):%Y-%m-%d %H:%M:%S}"


def _languages(status: IngestionStatus) -> str:
    """How many documents there are in each language."""
    return ", ".join(f"{count} {name}" for name, count in sorted(Counter(d.language for d in status.documents).items()))
