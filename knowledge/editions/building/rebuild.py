"""Making an edition's index again from SQL: after damage, on another machine, before a rollback."""

from __future__ import annotations

import fcntl
from dataclasses import replace

from knowledge import store
from knowledge.editions.building.builder_process import BuilderProcess
from knowledge.editions.building.context import BuildContext
from knowledge.editions.building.index_builder import Content, build_edition, chunk_texts, embed_missing
from knowledge.editions.chroma_collections import collection_name, is_whole
from knowledge.editions.edition_files import folder_trouble
from knowledge.store.edition_rows import Edition
from knowledge.store.editions import chunks_of, documents_of, update_index_columns


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
    _build(context, made, upload=upload)
    if made != edition:
        with store.writing(context.engine) as connection:
            update_index_columns(connection, made)
    return made


def rebuild_local(context: BuildContext, edition: Edition) -> None:
    """Build the files on this machine of an edition whose collection is on a Chroma server, under a file lock.

    Does nothing when another process of this machine has just built them.
    """
    context.root.mkdir(parents=True, exist_ok=True)
    with (context.root / "local.lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        if not folder_trouble(context.root, edition, context.fingerprint.format):
            return
        _build(context, edition, upload=False)


def _build(context: BuildContext, edition: Edition, *, upload: bool) -> None:
    with BuilderProcess() as builder:
        content = _content(context, edition)
        embed_missing(context, content.texts, edition.number)
        build_edition(context, builder, edition, content, upload=upload)


def _content(context: BuildContext, edition: Edition) -> Content:
    with context.engine.connect() as connection:
        chunks, documents = chunks_of(connection, edition.number), documents_of(connection, edition.number)
    return Content(documents, chunks, chunk_texts(context, chunks))
