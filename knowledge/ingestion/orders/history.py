"""Reading the history of what staff did."""

from __future__ import annotations

from knowledge.editions.building.context import BuildContext
from knowledge.store.staff_orders import HistoryEntry, history


def last_done(context: BuildContext, limit: int) -> tuple[HistoryEntry, ...]:
    """The last ``limit`` things that staff did, the newest first."""
    with context.engine.connect() as connection:
        return history(connection, limit)
