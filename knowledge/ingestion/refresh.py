"""The commands that change what is live: refresh and rollback."""

from __future__ import annotations

import contextlib
import time
from dataclasses import dataclass

from knowledge import store
from knowledge.editions.building.builder_process import BuilderProcess
from knowledge.editions.building.cached_embedding import digests_of
from knowledge.editions.building.context import BuildContext
from knowledge.editions.building.index_builder import Content, build_edition, earlier_index_of, embed_missing
from knowledge.editions.building.progress import Stage
from knowledge.editions.building.rebuild import rebuild, trouble
from knowledge.editions.chroma_collections import clear_collections
from knowledge.editions.edition_files import clear
from knowledge.editions.errors import IngestionError
from knowledge.editions.fingerprint import rebuild_reason
from knowledge.embedding.chroma_store import ChromaStoreError
from knowledge.embedding.reader_copy import clear_abandoned_copies
from knowledge.ingestion.collect import diff_sources
from knowledge.ingestion.consequences.canary import Canary
from knowledge.ingestion.consequences.check import Checked
from knowledge.ingestion.consequences.checking import Checking
from knowledge.ingestion.lock import refreshing
from knowledge.ingestion.orders.history import changes_of
from knowledge.ingestion.outcome import RefreshOutcome, unchanged
from knowledge.ingestion.plan import Prepared, planned_edition, prepare
from knowledge.ingestion.reading.stored_readings import forget_readings
from knowledge.ingestion.received.web_pages import fetch_pages
from knowledge.ingestion.smoke_test import smoke_test
from knowledge.ingestion.source_diff import SourceDiff
from knowledge.models import Unreadable
from knowledge.processes import user_description
from knowledge.store import editions
from knowledge.store.checks.answers import forget_answers
from knowledge.store.edition_rows import Edition, HeldFile
from knowledge.store.embeddings import forget_vectors, mark_used
from knowledge.store.free_tables import publish_free_tables
from knowledge.store.held_files import accept, files_held, replace_held
from knowledge.store.staff_orders import Action, note_in_history
from knowledge.tables import forget_records, publish_records

LOOK = "python ingest.py preview"


@dataclass(frozen=True)
class Publisher:
    """Who publishes and why, for the history; ``canary``: checks answers first, None where nobody asks."""

    by: str
    note: str
    canary: Canary | None = None


def refresh(
    context: BuildContext,
    *,
    again: bool = False,
    accepting: frozenset[str] = frozenset(),
    by: str = "",
    note: str = "",
    checking: Checking | None = None,
) -> RefreshOutcome:
    """Bring the live edition in line with the documents folder. ``again``: read every file, changed or not.

    ``accepting``: codes of files whose warnings staff accept; ``by`` and ``note``: who and why, for the history;
    ``checking``: how answers are checked before anything is published, None: they are not.

    Raises ``IngestionError`` and others of ``knowledge.editions.errors.expected_errors()``; then nothing was published.
    """
    started = time.monotonic()
    context.documents_folder()
    with refreshing(context.engine, context.root):
        if context.settings.web_pages.fetch:
            fetch_pages(context.settings.documents, context.received / "pages", context.settings.web_pages)
        with context.engine.connect() as connection:
            diff = diff_sources(context, connection, again, with_held=bool(accepting))
            held = diff.held_before(files_held(connection))
        if _is_current(context, diff) and not accepting:
            return _mend(context, diff, started, held)
        canary = Canary(context, diff, checking) if checking else None
        if canary:
            canary.refuse_again()
        with BuilderProcess() as builder:
            with context.engine.connect() as connection:
                prepared = prepare(context, connection, diff, accepting)
            if diff.live and not prepared.plan.changes and not accepting:  # what could not be read in time still cannot
                return unchanged(diff, started, held=prepared.collected.held, unreadable=prepared.collected.unreadable)
            return _publish(context, builder, prepared, started, Publisher(by or user_description(), note, canary))


def rollback(context: BuildContext, by: str = "", note: str = "", to: int | None = None) -> tuple[Edition, Edition]:
    """Make edition ``to`` live, else the one that was live before; returns it, and the one that was left.

    ``by`` and ``note``: who did it and why, for the history. Raises ``IngestionError``.
    """
    with refreshing(context.engine, context.root):
        with context.engine.connect() as connection:
            left = editions.live_edition(connection)
            if left is None:
                raise IngestionError("nothing is published yet; run: python ingest.py")
            number = left.previous if to is None else to
            target = editions.find_edition(connection, number) if number else None
            kept = ", ".join(map(str, editions.kept_numbers(connection)))
        if to is not None and (target is None or to == left.number):
            raise IngestionError(f"edition {to} is live already or was never published; those that are kept: {kept}")
        if target is None:
            raise IngestionError(f"edition {left.number} is the first one; there is nothing before it to go back to")
        if not target.kept:
            raise IngestionError(f"edition {target.number} is not kept any more (index.keep in config.yaml)")
        if target.model != context.fingerprint.model or trouble(context, target):
            target = rebuild(context, target)
        with store.writing(context.engine) as connection:
            editions.set_live_edition(connection, target.number)
            subject = f"from edition {left.number} to {target.number}"
            note_in_history(connection, Action.ROLLBACK, subject, by or user_description(), note)
        return target, left


def _is_current(context: BuildContext, diff: SourceDiff) -> bool:
    return diff.live is not None and diff.same and rebuild_reason(diff.live, context.fingerprint) is None


def _mend(context: BuildContext, diff: SourceDiff, started: float, held: tuple[HeldFile, ...]) -> RefreshOutcome:
    """Nothing is to be published: what is live is made whole, and what a killed refresh left is thrown away."""
    assert diff.live is not None  # nothing can be the same as nothing
    wrong = trouble(context, diff.live)
    if wrong:
        rebuild(context, diff.live)
    tidy(context)
    return unchanged(diff, started, healed=wrong, held=held)


def _publish(
    context: BuildContext, builder: BuilderProcess, prepared: Prepared, started: float, publisher: Publisher
) -> RefreshOutcome:
    collected = prepared.collected
    if not (collected.documents or collected.table_sources):
        raise IngestionError(_nothing(context, collected.unreadable, collected.held))
    with context.engine.connect() as connection:
        number = editions.newest_number(connection) + 1
    begun = time.monotonic()
    embedded = embed_missing(context, prepared.texts, number)
    embedding_seconds = time.monotonic() - begun
    edition = planned_edition(context, prepared, number)
    content = Content(
        collected.documents, collected.chunks, prepared.texts, earlier_index_of(context, prepared.diff.live)
    )
    build_edition(context, builder, edition, content, upload=context.url is not None)
    smoke_test(context, edition, content)
    checked = publisher.canary.check(prepared, edition, content) if publisher.canary else None
    context.progress(Stage.PUBLISHING, 0, 1, f"edition {number}")
    _commit(context, prepared, edition, publisher, checked)
    context.progress(Stage.CLEARING, 0, 1, "")
    tidy(context)
    return RefreshOutcome(
        number,
        True,
        embedded,
        collected.unreadable,
        time.monotonic() - started,
        embedding_seconds,
        plan=prepared.plan,
        held=collected.held,
        consequences=checked.consequences if checked else None,
    )


def _nothing(context: BuildContext, unreadable: tuple[Unreadable, ...], held: tuple[HeldFile, ...]) -> str:
    if held:
        return f"{held[0].source}: its warnings wait to be accepted, and nothing else can be published: {LOOK}"
    if not unreadable:
        # More likely a folder that is not mounted than the wish to know nothing.
        return f"{context.settings.documents}: holds no documents; nothing was published"
    first = unreadable[0]
    return f"none of {len(unreadable)} files could be read, the first is {first.source}: {first.reason}"


def _commit(
    context: BuildContext, prepared: Prepared, edition: Edition, publisher: Publisher, checked: Checked | None
) -> None:
    """All rows of the edition and the pointer to it, in one transaction."""
    collected, by, note = prepared.collected, publisher.by, publisher.note
    with store.writing(context.engine) as connection:
        live = editions.live_edition(connection)
        if (live.number if live else None) != edition.previous:
            raise IngestionError("another edition was published meanwhile; run python ingest.py again")
        editions.publish(connection, edition, collected.files, collected.chunks)
        publish_free_tables(connection, edition, collected.free)
        publish_records(connection, edition.number, prepared.plan.records)
        mark_used(connection, edition.model, digests_of(prepared.texts), edition.number)
        replace_held(connection, collected.held)
        for one in collected.accepted:
            accept(connection, one)
            kinds = ", ".join(dict.fromkeys(warning.kind for warning in one.warnings))
            note_in_history(connection, Action.ACCEPT, f"{one.source} ({kinds})", by, note)
        subject = f"edition {edition.number}"
        note_in_history(connection, Action.PUBLISH, subject, by, note, changes_of(prepared.plan))
        forget_readings(connection)
        if publisher.canary:
            publisher.canary.published(connection, edition.number, checked)


def tidy(context: BuildContext) -> None:
    """Throw away what no kept edition needs. What fails here is tried again after the next refresh."""
    with store.writing(context.engine) as connection:
        kept = editions.keep_last(connection, context.settings.index.keep)
        forget_records(connection, kept)
        forget_vectors(connection, min(kept, default=0))
        forget_answers(connection, kept)
        forget_readings(connection)
        collections = editions.collection_names(connection, kept)
    clear(context.root, kept)
    clear_abandoned_copies(context.root)
    if context.url:
        with contextlib.suppress(ChromaStoreError):
            clear_collections(context.engine, context.url, collections.values())
