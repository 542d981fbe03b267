"""Making the index of an edition: the vectors that are lacking, a folder in its own process, a check in another."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from knowledge.editions.building.builder_process import BuilderProcess, BuildOrder, ThisProcess
from knowledge.editions.building.cached_embedding import embed, states_of, vectors_of
from knowledge.editions.building.context import BuildContext
from knowledge.editions.building.progress import Stage
from knowledge.editions.building.verification import verify
from knowledge.editions.edition_files import SEARCH, building_folder, edition_folder, folder_trouble, put_in_place
from knowledge.index.encoding.embedding_cache import EarlierIndex, key_of
from knowledge.index.encoding.token_states import write_states
from knowledge.models import Chunk, Metadata
from knowledge.settings import BUNDLED
from knowledge.store.edition_rows import Edition
from knowledge.store.editions import chunks_of


@dataclass(frozen=True)
class Content:
    """What an index is made from. ``documents``: by source; ``texts``: what the model sees, one for each chunk.

    ``earlier``: an index whose encoded chunks are taken over where they are the same.
    """

    documents: Mapping[str, Metadata]
    chunks: tuple[Chunk, ...]
    texts: tuple[str, ...]
    earlier: EarlierIndex | None = None


def earlier_index_of(context: BuildContext, live: Edition | None) -> EarlierIndex | None:
    """An edition's index on this machine, if it is whole and was built with today's fingerprint."""
    fingerprint = context.fingerprint
    if live is None or live.indexing != fingerprint.indexing or folder_trouble(context.root, live, fingerprint.format):
        return None
    with context.engine.connect() as connection:
        chunks = chunks_of(connection, live.number)
    return EarlierIndex(edition_folder(context.root, live.number) / SEARCH, tuple(map(key_of, chunks)))


def chunk_texts(chunks: Sequence[Chunk]) -> tuple[str, ...]:
    """What the model sees of each chunk."""
    from knowledge.index import searched_text

    return tuple(map(searched_text, chunks))


def build_edition(
    context: BuildContext, builder: BuilderProcess | ThisProcess, edition: Edition, content: Content, *, upload: bool
) -> Path:
    """Build and check the index of ``edition`` and give its folder its name; returns that folder.

    ``upload``: fill ``edition.collection`` on the Chroma server, else it is there. Raises ``IngestionError``.
    """
    vectors = vectors_of(context.engine, edition.model, content.texts, edition.dimension)
    order = BuildOrder(
        number=edition.number,
        format=context.fingerprint.format,
        indexing=edition.indexing,
        model=edition.model,
        bundled=context.settings.embedding.model == BUNDLED,
        dimension=edition.dimension,
        search=context.settings.search,
        documents=content.documents,
        chunks=content.chunks,
        url=context.url,
        collection=edition.collection,
        earlier=content.earlier,
    )
    context.progress(Stage.BUILDING, 0, 1, f"edition {edition.number}")
    building = building_folder(context.root, edition.number)
    (building / SEARCH).mkdir()
    write_states(building / SEARCH, states_of(context.engine, edition.model, content.texts))
    builder.build(order, vectors, building, upload=upload)
    folder = edition_folder(context.root, edition.number)
    put_in_place(building, folder)
    context.progress(Stage.VERIFYING, 0, 1, f"edition {edition.number}")
    verify(order, folder)
    return folder


def embed_missing(context: BuildContext, texts: Sequence[str], edition: int) -> int:
    """Embed what the cache lacks; returns how many. The model is not loaded when it lacks nothing."""
    return embed(context.engine, context.fingerprint.model, lambda: context.embedder, texts, edition, context.progress)
