"""Making the index of an edition: the vectors that are lacking, a folder in its own process, a check in another."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from knowledge.editions.building.builder_process import Builder, Order
from knowledge.editions.building.cached_embedding import embed, vectors_of
from knowledge.editions.building.context import Workplace
from knowledge.editions.building.progress import Stage
from knowledge.editions.building.verification import verify
from knowledge.editions.edition_files import SEARCH, building_folder, edition_folder, folder_trouble, put_in_place
from knowledge.index.encoding.embedding_cache import Earlier, key_of
from knowledge.models import Chunk, Metadata
from knowledge.store.edition_rows import Edition
from knowledge.store.editions import chunks_of


@dataclass(frozen=True)
class Content:
    """What an index is made from. ``texts``: what the model sees, one for each chunk; ``earlier``: see ``Order``."""

    documents: Mapping[str, Metadata]
    chunks: tuple[Chunk, ...]
    texts: tuple[str, ...]
    earlier: Earlier | None = None


def earlier_of(place: Workplace, live: Edition | None) -> Earlier | None:
    """The live edition's index, if it is whole and was built by today's recipe."""
    recipe = place.recipe
    if live is None or live.indexing != recipe.indexing or folder_trouble(place.root, live, recipe.format):
        return None
    with place.engine.connect() as connection:
        chunks = chunks_of(connection, live.number)
    return Earlier(edition_folder(place.root, live.number) / SEARCH, tuple(map(key_of, chunks)))


def texts_of(place: Workplace, chunks: Sequence[Chunk]) -> tuple[str, ...]:
    """What the model sees of each chunk."""
    from knowledge.embedding.embedder import BUNDLED
    from knowledge.index import embedding_texts

    return tuple(embedding_texts(chunks, bridged=place.settings.embedding.model == BUNDLED))


def make(place: Workplace, builder: Builder, edition: Edition, content: Content, *, upload: bool) -> Path:
    """Build and check the index of ``edition`` and put it into its place; returns its folder.

    ``upload``: fill ``edition.collection`` on the Chroma server, else it is there. Raises ``IngestionError``.
    """
    vectors = vectors_of(place.engine, edition.model, content.texts, edition.dimension)
    order = Order(
        number=edition.number,
        format=place.recipe.format,
        indexing=edition.indexing,
        model=edition.model,
        dimension=edition.dimension,
        search=place.settings.search,
        documents=content.documents,
        chunks=content.chunks,
        url=place.url,
        collection=edition.collection,
        earlier=content.earlier,
    )
    place.progress(Stage.BUILDING, 0, 1, f"edition {edition.number}")
    building = building_folder(place.root, edition.number)
    builder.build(order, vectors, building, upload=upload)
    folder = edition_folder(place.root, edition.number)
    put_in_place(building, folder)
    place.progress(Stage.VERIFYING, 0, 1, f"edition {edition.number}")
    verify(order, folder)
    return folder


def embed_lacking(place: Workplace, texts: Sequence[str], edition: int) -> int:
    """Embed what the cache lacks; returns how many. The model is not loaded when it lacks nothing."""
    return embed(place.engine, place.recipe.model, lambda: place.embedder, texts, edition, place.progress)
