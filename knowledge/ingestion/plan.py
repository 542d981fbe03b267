"""What a refresh would change, in terms that staff care about."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import Connection

from knowledge.editions.building.cached_embedding import digests_of, missing
from knowledge.editions.building.context import BuildContext
from knowledge.editions.building.index_builder import chunk_texts
from knowledge.editions.chroma_collections import collection_name
from knowledge.editions.fingerprint import rebuild_reason
from knowledge.ingestion.collect import CollectedContent, collect, diff_sources
from knowledge.ingestion.duplicates import Duplicate, duplicates
from knowledge.ingestion.orders.withdrawal import HeldWithdrawal, held_withdrawals
from knowledge.ingestion.source_diff import SourceDiff
from knowledge.models import Metadata, Unreadable
from knowledge.store.edition_rows import Edition, FileKind, HeldFile
from knowledge.store.editions import chunks_of
from knowledge.store.staff_orders import MaintenanceSentence, staff_orders
from knowledge.tables import RecordPlan, plan_records
from knowledge.tables.querying.published_rows import PublishedRows
from knowledge.validity import successors, today

SOON = timedelta(days=30)


@dataclass(frozen=True)
class Files:
    """Files of the documents folder against the live edition, by source. ``lost``: were readable and are no more."""

    new: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    unchanged: tuple[str, ...] = ()
    lost: tuple[str, ...] = ()


@dataclass(frozen=True)
class Counts:
    """How many of something are new, removed and unchanged."""

    new: int = 0
    removed: int = 0
    unchanged: int = 0


@dataclass(frozen=True)
class Notice:
    """Something about a document that staff should know. ``other``: the document or day that it is about."""

    source: str
    title: str
    other: str


@dataclass(frozen=True)
class Concerns:
    """Documents that deserve a look, whether or not they changed."""

    expired: tuple[Notice, ...] = ()  # other: the last day on which it held
    expiring: tuple[Notice, ...] = ()  # other: the last day on which it holds, within 30 days
    superseded: tuple[Notice, ...] = ()  # other: what replaced it
    untranslated: tuple[Notice, ...] = ()  # other: the original that is named and not there
    partly: tuple[Notice, ...] = ()  # other: what of it is not published, and why


@dataclass(frozen=True)
class Plan:
    """The consequences of a refresh."""

    live: int | None
    files: Files
    unreadable: tuple[Unreadable, ...]
    chunks: Counts
    embeddings: int  # how many must be made
    rebuild: str | None  # why everything is built again though no file changed
    concerns: Concerns
    records: RecordPlan
    withdrawals: tuple[HeldWithdrawal, ...] = ()  # they hold in the next edition too
    maintenance: MaintenanceSentence | None = None
    held: tuple[HeldFile, ...] = ()  # files whose new version waits for staff
    duplicates: tuple[Duplicate, ...] = ()  # documents in force that say the same
    renamed: tuple[tuple[str, str], ...] = ()  # new files that are the bytes of one that went: its name and theirs

    @property
    def is_small(self) -> bool:
        """Whether nothing changes but texts of documents that were there before and stay."""
        files, records = self.files, self.records
        rows = records.added or records.changed or records.removed
        return not (self.rebuild or files.new or files.removed or files.lost or rows)

    @property
    def changes(self) -> bool:
        """Whether a refresh would publish anything."""
        files = self.files
        return bool(self.live is None or files.new or files.changed or files.removed or self.rebuild)


@dataclass(frozen=True)
class Prepared:
    """A plan and what it was made from, so that a refresh need not read again."""

    diff: SourceDiff
    collected: CollectedContent
    texts: tuple[str, ...]  # what the model sees, a text for each chunk
    plan: Plan
    new_chunks: frozenset[str] = frozenset()  # ids of those that the live edition has not


def preview(context: BuildContext) -> Prepared:
    """What a refresh would change. Changes nothing. Raises ``IngestionError``."""
    with context.engine.connect() as connection:
        return prepare(context, connection, diff_sources(context, connection))


def planned_edition(context: BuildContext, prepared: Prepared, number: int) -> Edition:
    """The row of the edition that ``prepared`` would be, published at this moment."""
    live = prepared.diff.live
    return Edition(
        number=number,
        previous=live.number if live else None,
        published=time.time(),
        model=context.fingerprint.model,
        dimension=context.embedder.dimension,
        reading=context.fingerprint.reading,
        indexing=context.fingerprint.indexing,
        collection=collection_name(context.engine, number) if context.url else None,
        documents=len(prepared.collected.documents),
        chunks=len(prepared.collected.chunks),
    )


def prepare(
    context: BuildContext, connection: Connection, diff: SourceDiff, accepting: frozenset[str] = frozenset()
) -> Prepared:
    """Read what is to be read and work out what publishing it would change. Changes nothing itself.

    ``accepting``: codes of files whose warnings staff accept.
    """
    collected = collect(context, connection, diff, accepting)
    live = diff.live.number if diff.live else None
    texts = chunk_texts(collected.chunks)
    orders = staff_orders(connection)
    before, after = _chunk_ids(connection, diff), {chunk.id for chunk in collected.chunks}
    records = plan_records(connection, live, collected.tables, collected.table_sources)
    files = {row.source: row for row in collected.files}
    published = PublishedRows(connection, live) if live else None
    plan = Plan(
        live=live,
        files=_files(diff, collected),
        unreadable=collected.unreadable,
        chunks=Counts(len(after - before), len(before - after), len(after & before)),
        embeddings=missing(context.engine, context.fingerprint.model, digests_of(texts)),
        rebuild=rebuild_reason(diff.live, context.fingerprint) if diff.live else None,
        concerns=concerns(collected.documents, today()),
        records=records,
        withdrawals=held_withdrawals(orders.withdrawals, files, collected.chunks, published, records),
        maintenance=orders.maintenance,
        held=collected.held,
        duplicates=duplicates(collected.documents, collected.chunks, today()),
        renamed=diff.renamed,
    )
    return Prepared(diff, collected, texts, plan, frozenset(after - before))


def concerns(documents: Mapping[str, Metadata], day: date) -> Concerns:
    """What staff should look at on ``day``."""
    replaced = successors(documents, day)

    def notices(chosen: Mapping[str, str]) -> tuple[Notice, ...]:
        return tuple(Notice(source, documents[source].title, other) for source, other in sorted(chosen.items()))

    ends = {source: metadata.expires_on for source, metadata in documents.items() if metadata.expires_on}
    originals = {source: metadata.translation_of for source, metadata in documents.items() if metadata.translation_of}
    return Concerns(
        expired=notices({source: str(end) for source, end in ends.items() if end < day}),
        expiring=notices({source: str(end) for source, end in ends.items() if day <= end <= day + SOON}),
        superseded=notices(replaced),
        untranslated=notices({source: name for source, name in originals.items() if name not in documents}),
        partly=notices({source: "; ".join(one.notices) for source, one in documents.items() if one.notices}),
    )


def _files(diff: SourceDiff, collected: CollectedContent) -> Files:
    same = {row.source for row in collected.files if diff.known.get(row.source) == row}
    readable = {source for source, row in diff.known.items() if row.kind in (FileKind.DOCUMENT, FileKind.TABLE)}
    unreadable = {row.source for row in collected.files if row.kind is FileKind.UNREADABLE}
    sources = [row.source for row in collected.files]
    return Files(
        new=tuple(source for source in sources if source not in diff.known),
        changed=tuple(source for source in sources if source in diff.known and source not in same),
        removed=diff.removed,
        unchanged=tuple(source for source in sources if source in same),
        lost=tuple(sorted(readable & unreadable)),
    )


def _chunk_ids(connection: Connection, diff: SourceDiff) -> set[str]:
    return {chunk.id for chunk in chunks_of(connection, diff.live.number)} if diff.live else set()
