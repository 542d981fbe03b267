"""Making an edition's index again from SQL: after damage, on another machine, before a rollback."""

from __future__ import annotations

import fcntl
from dataclasses import replace

from knowledge import store
from knowledge.editions.building.builder_process import BuilderProcess, ThisProcess
from knowledge.editions.building.context import BuildContext
from knowledge.editions.building.index_builder import (
    Content,
    build_edition,
    chunk_texts,
    earlier_index_of,
    embed_missing,
)
from knowledge.editions.chroma_collections import collection_name, is_whole
from knowledge.editions.edition_files import folder_trouble
from knowledge.store.edition_rows import Edition
from knowledge.store.editions import chunks_of, documents_of, find_edition, kept_numbers, update_index_columns


def trouble(context: BuildContext, edition: Edition) -> str | None:
    """What is wrong with an edition's index, in words; None when it is whole."""
    if context.url and not is_whole(context.url, edition):
        return f"index of edition {edition.number}: its collection on {context.url} is missing or incomplete"
    return folder_trouble(context.root, edition, context.fingerprint.format)


def rebuild(context: BuildContext, edition: Edition) -> Edition:
    """Build the index of a published edition again from its rows in SQL, with today's fingerprint.

    The embeddings come from the SQL cache; those it lacks are made. Returns the edition as its row says now.
    """
    fingerprint = context.fingerprint
    made = replace(
        edition, model=fingerprint.model, indexing=fingerprint.indexing, dimension=context.embedder.dimension
    )
    upload = bool(context.url) and (made.model != edition.model or not is_whole(context.url or "", edition))
    if upload:
        made = replace(made, collection=collection_name(context.engine, edition.number))
    with BuilderProcess() as builder:
        _build(context, builder, made, upload=upload)
    if made != edition:
        with store.writing(context.engine) as connection:
            update_index_columns(connection, made)
    return made


def rebuild_local(context: BuildContext, edition: Edition) -> None:
    """Build the files on this machine of an edition whose collection is on a Chroma server, under a file lock.

    What another edition on this machine has encoded is taken over, and no process is started: the machines that serve
    an edition must not be late by the time that takes.

    Does nothing when another process of this machine has just built them.
    """
    context.root.mkdir(parents=True, exist_ok=True)
    with (context.root / "local.lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        if not folder_trouble(context.root, edition, context.fingerprint.format):
            return
        _build(context, ThisProcess(), edition, upload=False)


def _build(context: BuildContext, builder: BuilderProcess | ThisProcess, edition: Edition, *, upload: bool) -> None:
    content = _content(context, edition)
    embed_missing(context, content.texts, edition.number)
    build_edition(context, builder, edition, content, upload=upload)


def _content(context: BuildContext, edition: Edition) -> Content:
    with context.engine.connect() as connection:
        chunks, documents = chunks_of(connection, edition.number), documents_of(connection, edition.number)
        numbers = [number for number in reversed(kept_numbers(connection)) if number != edition.number]
        others = [find_edition(connection, number) for number in numbers]
    earlier = next(filter(None, (earlier_index_of(context, other) for other in others)), None)
    return Content(documents, chunks, chunk_texts(chunks), earlier)
