"""What the commands report to programs: JSON-able values, English whatever language staff read."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from knowledge.ingestion.consequences.report import consequence_values
from knowledge.ingestion.orders.report import standing_values
from knowledge.ingestion.reports.wording import moment

if TYPE_CHECKING:
    from knowledge.ingestion.consequences.changes import Consequences
    from knowledge.ingestion.outcome import RefreshOutcome
    from knowledge.ingestion.plan import Plan
    from knowledge.ingestion.status import IngestionStatus
    from knowledge.store.edition_rows import Edition


def plan_values(plan: Plan, consequences: Consequences | None = None) -> dict[str, Any]:
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
        "duplicates": [asdict(one) for one in plan.duplicates],
        "records": plan.records.values(),
        **standing_values(plan.withdrawals, plan.maintenance),
        "held": [{**asdict(one), "code": one.code} for one in plan.held],
        "answers": consequence_values(consequences),
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
        "plan": plan_values(outcome.plan, outcome.consequences) if outcome.plan else None,
    }


def rollback_values(live: Edition, left: Edition) -> dict[str, Any]:
    """What a rollback did, for programs."""
    return {"edition": live.number, "published": moment(live.published), "left": left.number}


def status_values(status: IngestionStatus) -> dict[str, Any]:
    """The state of the knowledge base, for programs."""
    edition = status.edition
    return {
        **asdict(status),
        "edition": edition.number if edition else None,
        "published": moment(edition.published) if edition else None,
        "model": edition.model if edition else None,
        "chunks": edition.chunks if edition else 0,
        **standing_values(status.withdrawals, status.maintenance),
        "kept": [{"edition": kept.number, "published": moment(kept.published)} for kept in status.kept],
    }
