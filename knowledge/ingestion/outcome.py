"""What a refresh did."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from knowledge.ingestion.source_diff import SourceDiff
from knowledge.models import Unreadable
from knowledge.store.edition_rows import HeldFile

if TYPE_CHECKING:
    from knowledge.ingestion.consequences.changes import Consequences
    from knowledge.ingestion.plan import Plan


@dataclass(frozen=True)
class RefreshOutcome:
    """What a refresh did. ``edition``: the number of the live one; ``embedded``: how many embeddings were made.

    ``plan`` is None when nothing had changed.
    """

    edition: int
    published: bool
    embedded: int
    unreadable: tuple[Unreadable, ...]
    seconds: float
    embedding_seconds: float = 0.0
    healed: str | None = None  # what was wrong with the index and is mended
    plan: Plan | None = None
    held: tuple[HeldFile, ...] = ()  # files whose new version waits for staff
    consequences: Consequences | None = None  # of publishing, on answers to check questions


def unchanged(
    diff: SourceDiff,
    started: float,
    healed: str | None = None,
    held: tuple[HeldFile, ...] = (),
    unreadable: tuple[Unreadable, ...] | None = None,
) -> RefreshOutcome:
    """What a refresh did that began at ``started`` (monotonic seconds) and had nothing to publish.

    ``unreadable``: what it tried to read and could not; None when it tried nothing.
    """
    assert diff.live is not None  # nothing can be the same as nothing
    seconds = time.monotonic() - started
    known = diff.unreadable if unreadable is None else unreadable
    return RefreshOutcome(diff.live.number, False, 0, known, seconds, healed=healed, held=held)
