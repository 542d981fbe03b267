"""What a builder wrote is held against what it was given: every vector, and the answers to a sample."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import pytest

from knowledge.editions.building.builder_process import BuildOrder
from knowledge.editions.building.verification import verify
from knowledge.editions.edition_files import CHROMA, EMBEDDINGS, Manifest, seal
from knowledge.editions.errors import IngestionError
from knowledge.embedding import chroma_store as vectors_module
from knowledge.embedding.chroma_store import write_store
from knowledge.models import Chunk, Metadata
from knowledge.settings import SearchSettings

DIMENSION = 16
Matrix = np.ndarray


def unit(rows: Matrix) -> Matrix:
    made: Matrix = (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32)
    return made


def different(count: int) -> Matrix:
    return unit(np.random.default_rng(1).normal(size=(count, DIMENSION)))


def alike(count: int) -> Matrix:
    """Vectors within a hair's breadth of each other, some twice, and a few that have nothing to do with them."""
    chance = np.random.default_rng(2)
    rows = different(1) + 1e-4 * chance.normal(size=(count, DIMENSION))
    rows[count // 2 : count // 2 + 200] = rows[0]
    rows[-5:] = different(6)[1:]
    return unit(rows)


def order_of(count: int) -> BuildOrder:
    chunks = tuple(Chunk(f"c{index}", "a.md", index, (), f"text {index}", "en") for index in range(count))
    return BuildOrder(1, 1, "i", "m", True, DIMENSION, SearchSettings(), {"a.md": Metadata("A", "en")}, chunks)


def written(folder: Path, order: BuildOrder, given: Matrix, ids: Sequence[str], stored: Matrix) -> Path:
    """An edition's folder: ``given`` in its file, ``ids`` with ``stored`` in Chroma."""
    folder = folder / "1"
    folder.mkdir()
    np.save(folder / EMBEDDINGS, given)
    write_store(folder / CHROMA, ids, stored)
    seal(folder, Manifest(order.number, order.format, order.indexing, order.model, order.dimension, len(order.chunks)))
    return folder


@pytest.mark.parametrize("vectors", [different(1), different(300), alike(3000)], ids=["one", "different", "alike"])
def test_what_is_as_it_was_given_is_right(tmp_path: Path, vectors: Matrix) -> None:
    order = order_of(len(vectors))
    verify(order, written(tmp_path, order, vectors, order.ids, vectors))


def swapped(vectors: Matrix) -> Matrix:
    return vectors[[1, 0, *range(2, len(vectors))]]


def moved(vectors: Matrix) -> Matrix:
    changed = vectors.copy()
    changed[137, 3] += 0.1
    return unit(changed)


@pytest.mark.parametrize("harm", [swapped, moved])
def test_a_vector_that_is_another_chunks_or_nobodys_is_found(tmp_path: Path, harm: Callable[[Matrix], Matrix]) -> None:
    order, vectors = order_of(300), different(300)
    with pytest.raises(IngestionError, match=r"does not hold chunk \d+, of a\.md, as it was given"):
        verify(order, written(tmp_path, order, vectors, order.ids, harm(vectors)))


@pytest.mark.parametrize(
    ("ids", "said"),
    [
        ([f"c{index}" for index in range(299)], "counts 299 of 300"),
        ([f"c{index}" for index in range(301)], "counts 301 of 300"),
        ([*(f"c{index}" for index in range(299)), "other"], "does not hold chunk 299"),
    ],
)
def test_chunks_that_are_missing_or_too_many_are_found(tmp_path: Path, ids: list[str], said: str) -> None:
    order, vectors = order_of(300), different(301)
    with pytest.raises(IngestionError, match=said):
        verify(order, written(tmp_path, order, vectors[:300], ids, vectors[: len(ids)]))


def test_an_index_that_measures_otherwise_is_found(tmp_path: Path) -> None:
    order, vectors = order_of(300), different(300)
    shape = vectors_module.COLLECTION_SETTINGS["hnsw"]
    usual = shape["space"]
    shape["space"] = "l2"
    try:
        folder = written(tmp_path, order, vectors, order.ids, vectors)
    finally:
        shape["space"] = usual
    with pytest.raises(IngestionError, match="answers wrongly"):
        verify(order, folder)


def test_a_folder_that_is_not_as_it_was_sealed_is_not_even_opened(tmp_path: Path) -> None:
    order, vectors = order_of(300), different(300)
    folder = written(tmp_path, order, vectors, order.ids, vectors)
    database = folder / CHROMA / "chroma.sqlite3"
    database.write_bytes(database.read_bytes()[:-4096])
    with pytest.raises(IngestionError, match=r"chroma\.sqlite3: not as written"):
        verify(order, folder)
