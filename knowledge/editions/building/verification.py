"""Checking what another process built: every vector is read back, and questions are asked."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from knowledge.editions.building.builder_process import Order
from knowledge.editions.edition_files import CHROMA, EMBEDDINGS, damage, read_manifest
from knowledge.editions.errors import IngestionError
from knowledge.embedding.chroma_store import Vectors
from knowledge.embedding.reader_copy import CopyFolder

SAMPLES = 25  # chunks that are asked for with their own vector
NEAREST = 10  # chunks that each of them is to bring
MOST_PASSED_OVER = 0.2  # share of the samples; see _sample
SAME = 1e-3  # what two ways to compute a cosine may differ by
PART = 500  # vectors read back in one call
Matrix = np.ndarray[Any, np.dtype[np.float32]]


def verify(order: Order, folder: Path) -> None:
    """Open the index in ``folder`` and hold it against ``order``. Raises ``IngestionError``."""
    wrong = _wrong(order, folder)
    if wrong:
        raise IngestionError(f"the new index in {folder} is not right: {wrong}; run python ingest.py again")


def _wrong(order: Order, folder: Path) -> str:
    """What is wrong, empty when nothing is."""
    broken = damage(folder)
    manifest = read_manifest(folder)
    if broken or manifest is None or manifest.chunks != len(order.chunks):
        return f"{', '.join(broken) or 'manifest.json'}: not as written"  # opening it could end the process
    vectors = np.load(folder / EMBEDDINGS, mmap_mode="r")
    if vectors.shape != (len(order.chunks), order.dimension):
        return f"{EMBEDDINGS}: has the shape {vectors.shape}"
    if order.url and order.collection:
        opened = Vectors.connect(order.url, order.collection)
    else:
        opened = Vectors.open(folder / CHROMA, CopyFolder(folder.parent, order.number))
    try:
        return _read_back(opened, order, vectors) or _sample(opened, order, vectors)
    finally:
        opened.close()


def _read_back(opened: Vectors, order: Order, vectors: Matrix) -> str:
    """Whether Chroma holds each chunk with its own vector, and nothing else."""
    ids = order.ids
    if opened.count() != len(ids):
        return f"Chroma counts {opened.count()} of {len(ids)} chunks"
    for start in range(0, len(ids), PART):
        stored = opened.stored(ids[start : start + PART])
        for place in range(start, min(start + PART, len(ids))):
            found = stored.get(ids[place])
            if found is None or np.abs(found - vectors[place]).max() > SAME:
                return f"Chroma does not hold chunk {place}, of {order.chunks[place].source}, as it was given"
    return ""


def _sample(opened: Vectors, order: Order, vectors: Matrix) -> str:
    """Whether Chroma finds what it holds.

    What it gives must have the similarity that its vector has. The vector index is approximate: among a thousand chunks
    that are much alike it may pass over a different one (see ``knowledge.vectors.SHAPE``), whatever it is asked. So a
    chunk may be missed; many may not.
    """
    places = dict(zip(order.ids, range(len(order.ids)), strict=True))
    limit = min(NEAREST, len(places))
    asked = range(0, len(places), max(1, len(places) // SAMPLES))
    missed = 0
    for place in asked:
        found = dict(opened.query(vectors[place], limit))
        if not _true(found, vectors, vectors[place], places):
            return f"Chroma answers wrongly when asked for chunk {place}, of {order.chunks[place].source}"
        # Chunks with the same words share a vector: any of them stands for the others.
        missed += len(found) < limit or max(found.values()) < 1 - SAME
    if missed > MOST_PASSED_OVER * len(asked):
        return f"Chroma finds only {len(asked) - missed} of {len(asked)} chunks"
    return ""


def _true(found: Mapping[str, float], vectors: Matrix, asked: Matrix, places: Mapping[str, int]) -> bool:
    if not found or not found.keys() <= places.keys():
        return not found
    exact = vectors[[places[key] for key in found]] @ asked
    return bool(np.abs(exact - np.array(list(found.values()))).max() < SAME)
