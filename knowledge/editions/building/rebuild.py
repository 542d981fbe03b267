"""Making an edition's index again from SQL: after damage, on another machine, before a rollback."""

from __future__ import annotations

import fcntl
from dataclasses import replace

from knowledge import store
from knowledge.editions.building.builder_process import Builder
from knowledge.editions.building.context import Workplace
from knowledge.editions.building.index_builder import Content, embed_lacking, make, texts_of
from knowledge.editions.chroma_collections import collection_name, is_whole
from knowledge.editions.edition_files import folder_trouble
from knowledge.store.edition_rows import Edition
from knowledge.store.editions import chunks_of, documents_of, update_index_columns


def trouble(place: Workplace, edition: Edition) -> str | None:
    """What is wrong with an edition's index, in words; None when it is whole."""
    if place.url and not is_whole(place.url, edition):
        return f"index of edition {edition.number}: its collection on {place.url} is missing or incomplete"
    return folder_trouble(place.root, edition, place.recipe.format)


def rebuild(place: Workplace, edition: Edition) -> Edition:
    """Build the index of a published edition again from its rows, by today's recipe, and put it into its place.

    The vectors come from the cache; what that lacks is embedded. Returns the edition as it is noted now.
    """
    recipe = place.recipe
    made = replace(edition, model=recipe.model, indexing=recipe.indexing, dimension=place.embedder.dimension)
    upload = bool(place.url) and (made.model != edition.model or not is_whole(place.url or "", edition))
    if upload:
        made = replace(made, collection=collection_name(place.engine, edition.number))
    _make(place, made, upload=upload)
    if made != edition:
        with store.writing(place.engine) as connection:
            update_index_columns(connection, made)
    return made


def rebuild_local(place: Workplace, edition: Edition) -> None:
    """Make the local part of an edition whose collection is on the server, unless another process here just did."""
    place.root.mkdir(parents=True, exist_ok=True)
    with (place.root / "local.lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        if not folder_trouble(place.root, edition, place.recipe.format):
            return
        _make(place, edition, upload=False)


def _make(place: Workplace, edition: Edition, *, upload: bool) -> None:
    with Builder() as builder:
        content = _content(place, edition)
        embed_lacking(place, content.texts, edition.number)
        make(place, builder, edition, content, upload=upload)


def _content(place: Workplace, edition: Edition) -> Content:
    with place.engine.connect() as connection:
        chunks, documents = chunks_of(connection, edition.number), documents_of(connection, edition.number)
    return Content(documents, chunks, texts_of(place, chunks))
