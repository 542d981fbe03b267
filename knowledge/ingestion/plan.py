"""What a refresh would change, in terms that staff care about."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import Connection

from knowledge.editions.building.cached_embedding import digests_of, missing
from knowledge.editions.building.context import Workplace
from knowledge.editions.building.index_builder import texts_of
from knowledge.editions.fingerprint import rebuild_reason
from knowledge.ingestion.collect import Gathered, gather, look
from knowledge.ingestion.source_diff import Folder
from knowledge.models import Metadata, Unreadable
from knowledge.store.edition_rows import FileKind
from knowledge.store.editions import chunks_of
from knowledge.tables import RecordPlan, plan_records
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

    @property
    def changes(self) -> bool:
        """Whether a refresh would publish anything."""
        files = self.files
        return bool(self.live is None or files.new or files.changed or files.removed or self.rebuild)


@dataclass(frozen=True)
class Prepared:
    """A plan and what it was made from, so that a refresh need not read again."""

    folder: Folder
    gathered: Gathered
    texts: tuple[str, ...]  # what the model sees, a text for each chunk
    plan: Plan


def preview(place: Workplace) -> Plan:
    """What a refresh would change. Changes nothing. Raises ``IngestionError``."""
    with place.engine.connect() as connection:
        return prepare(place, connection, look(place, connection)).plan


def prepare(place: Workplace, connection: Connection, folder: Folder) -> Prepared:
    """Read what is to be read and work out what publishing it would change. Changes nothing itself."""
    gathered = gather(place, connection, folder)
    live = folder.live.number if folder.live else None
    texts = texts_of(place, gathered.chunks)
    plan = Plan(
        live=live,
        files=_files(folder, gathered),
        unreadable=gathered.unreadable,
        chunks=_chunks(connection, folder, gathered),
        embeddings=missing(place.engine, place.recipe.model, digests_of(texts)),
        rebuild=rebuild_reason(folder.live, place.recipe) if folder.live else None,
        concerns=concerns(gathered.documents, today()),
        records=plan_records(connection, live, gathered.tables, gathered.table_sources),
    )
    return Prepared(folder, gathered, texts, plan)


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
    )


def _files(folder: Folder, gathered: Gathered) -> Files:
    same = {row.source for row in gathered.files if folder.known.get(row.source) == row}
    readable = {source for source, row in folder.known.items() if row.kind is not FileKind.UNREADABLE}
    unreadable = {row.source for row in gathered.files if row.kind is FileKind.UNREADABLE}
    sources = [row.source for row in gathered.files]
    return Files(
        new=tuple(source for source in sources if source not in folder.known),
        changed=tuple(source for source in sources if source in folder.known and source not in same),
        removed=folder.removed,
        unchanged=tuple(source for source in sources if source in same),
        lost=tuple(sorted(readable & unreadable)),
    )


def _chunks(connection: Connection, folder: Folder, gathered: Gathered) -> Counts:
    before = {chunk.id for chunk in chunks_of(connection, folder.live.number)} if folder.live else set()
    after = {chunk.id for chunk in gathered.chunks}
    return Counts(len(after - before), len(before - after), len(after & before))
