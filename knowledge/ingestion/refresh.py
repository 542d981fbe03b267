"""The commands that change what is live: refresh and rollback."""

from __future__ import annotations

import contextlib
import time

from knowledge import store
from knowledge.editions.building.builder_process import Builder
from knowledge.editions.building.cached_embedding import digests_of
from knowledge.editions.building.context import Workplace
from knowledge.editions.building.index_builder import Content, earlier_of, embed_lacking, make
from knowledge.editions.building.progress import Stage
from knowledge.editions.building.rebuild import rebuild, trouble
from knowledge.editions.chroma_collections import clear_collections, collection_name
from knowledge.editions.edition_files import clear
from knowledge.editions.errors import IngestionError
from knowledge.editions.fingerprint import rebuild_reason
from knowledge.embedding.chroma_store import VectorsError
from knowledge.embedding.reader_copy import clear_copies
from knowledge.ingestion.collect import look
from knowledge.ingestion.lock import refreshing
from knowledge.ingestion.outcome import Outcome, unchanged
from knowledge.ingestion.plan import Prepared, prepare
from knowledge.ingestion.smoke_test import ask_itself
from knowledge.ingestion.source_diff import Folder
from knowledge.models import Unreadable
from knowledge.store import editions
from knowledge.store.edition_rows import Edition
from knowledge.store.embeddings import forget_vectors, mark_used
from knowledge.tables import forget_records, publish_records


def refresh(place: Workplace, *, again: bool = False) -> Outcome:
    """Bring the live edition in line with the documents folder. ``again``: read every file, changed or not.

    Raises ``IngestionError`` and others of ``knowledge.editions.errors.expected()``; then nothing was published.
    """
    started = time.monotonic()
    place.documents_folder()
    with refreshing(place.engine, place.root):
        with place.engine.connect() as connection:
            folder = look(place, connection, again)
        if _is_current(place, folder):
            return _mend(place, folder, started)
        with Builder() as builder:
            with place.engine.connect() as connection:
                prepared = prepare(place, connection, folder)
            return _publish(place, builder, prepared, started)


def rollback(place: Workplace) -> tuple[Edition, Edition]:
    """Make the edition live that was live before; returns it, and the one that was left. Raises ``IngestionError``."""
    with refreshing(place.engine, place.root):
        with place.engine.connect() as connection:
            left = editions.live_edition(connection)
            if left is None:
                raise IngestionError("nothing is published yet; run: python ingest.py")
            target = editions.find_edition(connection, left.previous) if left.previous else None
        if target is None:
            raise IngestionError(f"edition {left.number} is the first one; there is nothing before it to go back to")
        if not target.kept:
            raise IngestionError(f"edition {target.number} is not kept any more (index.keep in config.yaml)")
        if target.model != place.recipe.model or trouble(place, target):
            target = rebuild(place, target)
        with store.writing(place.engine) as connection:
            editions.set_live_edition(connection, target.number)
        return target, left


def _is_current(place: Workplace, folder: Folder) -> bool:
    return folder.live is not None and folder.same and rebuild_reason(folder.live, place.recipe) is None


def _mend(place: Workplace, folder: Folder, started: float) -> Outcome:
    """Nothing is to be published: what is live is made whole, and what a killed refresh left is thrown away."""
    assert folder.live is not None  # nothing can be the same as nothing
    wrong = trouble(place, folder.live)
    if wrong:
        rebuild(place, folder.live)
    tidy(place)
    return unchanged(folder, started, healed=wrong)


def _publish(place: Workplace, builder: Builder, prepared: Prepared, started: float) -> Outcome:
    gathered = prepared.gathered
    if len(gathered.unreadable) == len(gathered.files):
        raise IngestionError(_nothing(place, gathered.unreadable))
    with place.engine.connect() as connection:
        number = editions.newest_number(connection) + 1
    begun = time.monotonic()
    embedded = embed_lacking(place, prepared.texts, number)
    embedding_seconds = time.monotonic() - begun
    edition = _edition(place, prepared, number)
    content = Content(gathered.documents, gathered.chunks, prepared.texts, earlier_of(place, prepared.folder.live))
    make(place, builder, edition, content, upload=place.url is not None)
    ask_itself(place, edition, content)
    place.progress(Stage.PUBLISHING, 0, 1, f"edition {number}")
    _commit(place, prepared, edition)
    place.progress(Stage.CLEARING, 0, 1, "")
    tidy(place)
    return Outcome(
        number,
        True,
        embedded,
        gathered.unreadable,
        time.monotonic() - started,
        embedding_seconds,
        plan=prepared.plan,
    )


def _nothing(place: Workplace, unreadable: tuple[Unreadable, ...]) -> str:
    if not unreadable:
        # More likely a folder that is not mounted than the wish to know nothing.
        return f"{place.settings.documents}: holds no documents; nothing was published"
    first = unreadable[0]
    return f"none of {len(unreadable)} files could be read, the first is {first.source}: {first.reason}"


def _edition(place: Workplace, prepared: Prepared, number: int) -> Edition:
    live = prepared.folder.live
    return Edition(
        number=number,
        previous=live.number if live else None,
        published=time.time(),
        model=place.recipe.model,
        dimension=place.embedder.dimension,
        reading=place.recipe.reading,
        indexing=place.recipe.indexing,
        collection=collection_name(place.engine, number) if place.url else None,
        documents=len(prepared.gathered.documents),
        chunks=len(prepared.gathered.chunks),
    )


def _commit(place: Workplace, prepared: Prepared, edition: Edition) -> None:
    """All rows of the edition and the pointer to it, in one transaction."""
    gathered = prepared.gathered
    with store.writing(place.engine) as connection:
        live = editions.live_edition(connection)
        if (live.number if live else None) != edition.previous:
            raise IngestionError("another edition was published meanwhile; run python ingest.py again")
        editions.publish(connection, edition, gathered.files, gathered.chunks)
        publish_records(connection, edition.number, prepared.plan.records)
        mark_used(connection, edition.model, digests_of(prepared.texts), edition.number)


def tidy(place: Workplace) -> None:
    """Throw away what no kept edition needs. What fails here is tried again after the next refresh."""
    with store.writing(place.engine) as connection:
        kept = editions.keep_last(connection, place.settings.index.keep)
        forget_records(connection, kept)
        forget_vectors(connection, min(kept, default=0))
        collections = editions.collection_names(connection, kept)
    clear(place.root, kept)
    clear_copies(place.root)
    if place.url:
        with contextlib.suppress(VectorsError):
            clear_collections(place.engine, place.url, collections.values())
