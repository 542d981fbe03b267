"""The state of the knowledge base: what needs attention, then what is live."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import TYPE_CHECKING

from knowledge.ingestion.messages import foreign, in_words, say
from knowledge.ingestion.messages.problems import stored_problem
from knowledge.ingestion.orders.report import standing_lines
from knowledge.ingestion.reports.attention import concern_lines, held_lines, unreadable_lines
from knowledge.ingestion.reports.wording import listed, moment

if TYPE_CHECKING:
    from knowledge.ingestion.status import IngestionStatus, TableState


def status_lines(status: IngestionStatus) -> Iterator[str]:
    """The state of the knowledge base."""
    yield from attention_lines(status)
    if status.edition is None:
        return
    counts = {"count": len(status.documents), "languages": _languages(status), "passages": status.edition.chunks}
    yield say("Documents: {count} ({languages}), {passages} passages of text", **counts)
    titled = [say("{place}: {reason}", place=document.source, reason=document.title) for document in status.documents]
    yield from listed("  ", titled)
    if status.tables:
        yield say("Tables: {count}", count=len(status.tables))
        yield from listed("  ", [table.source for table in status.tables])
    kept = (say("{number} ({when})", number=one.number, when=moment(one.published)) for one in status.kept)
    yield say("Editions that are kept: {editions}", editions=say(", ").join(kept))


def attention_lines(status: IngestionStatus) -> Iterator[str]:
    """Which edition is live, and what of it needs a person."""
    if status.running:
        yield say("Now: {reason}", reason=foreign(status.running))
    if status.edition is None:
        yield from standing_lines(status.withdrawals, status.maintenance)
        yield say("Nothing is published yet; run: python ingest.py")
        return
    edition = status.edition
    yield say(
        "Live: edition {number}, published {when} (Beijing time)", number=edition.number, when=moment(edition.published)
    )
    if status.trouble:
        yield say("ATTENTION: {reason}; run: python ingest.py", reason=in_words(status.trouble))
    yield from held_lines(status.held, accept=False)
    yield from unreadable_lines(status.unreadable)
    for table in status.tables:
        yield from _problems(table)
    yield from concern_lines(status.concerns)
    yield from standing_lines(status.withdrawals, status.maintenance)


def _problems(table: TableState) -> Iterator[str]:
    if table.problems:
        yield say("{file}: {count} problems", file=table.source, count=len(table.problems))
        yield from listed("  ! ", [stored_problem(table.source, problem) for problem in table.problems])


def _languages(status: IngestionStatus) -> str:
    """How many documents there are in each language."""
    counts = sorted(Counter(document.language for document in status.documents).items())
    return say(", ").join(say("{count} in {kind}", count=count, kind=in_words(name)) for name, count in counts)
