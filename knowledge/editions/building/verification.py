"""Checking what another process built: every vector is read back, and questions are asked."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from knowledge.editions.building.builder_process import BuildOrder
from knowledge.editions.edition_files import CHROMA, EMBEDDINGS, damage, read_manifest
from knowledge.editions.errors import IngestionError
from knowledge.embedding.chroma_store import ChromaStore
from knowledge.embedding.reader_copy import ReaderCopy

SAMPLES = 25  # chunks that are asked for with their own vector
NEAREST = 10  # chunks that each of them is to bring
MOST_PASSED_OVER = 0.2  # share of the samples; see _sample
SAME = 1e-3  # what two ways to compute a cosine may differ by
BATCH = 500  # vectors read back in one call
Matrix = np.ndarray[Any, np.dtype[np.float32]]


def verify(order: BuildOrder, folder: Path) -> None:
    """Open the index in ``folder`` and compare it with ``order``. Raises ``IngestionError`` when it differs."""
    problem = _problem(order, folder)
    if problem:
        raise IngestionError(f"the new index in {folder} is not right: {problem}; run python ingest.py again")


def _problem(order: BuildOrder, folder: Path) -> str:
    """What is wrong, empty when nothing is."""
    broken = damage(folder)
    manifest = read_manifest(folder)
    if broken or manifest is None or manifest.chunks != len(order.chunks):
        return f"{', '.join(broken) or 'manifest.json'}: not as written"  # opening it could end the process
    vectors = np.load(folder / EMBEDDINGS, mmap_mode="r")
    if vectors.shape != (len(order.chunks), order.dimension):
        return f"{EMBEDDINGS}: has the shape {vectors.shape}"
    if order.url and order.collection:
        opened = ChromaStore.connect(order.url, order.collection)
    else:
        opened = ChromaStore.open(folder / CHROMA, ReaderCopy(folder.parent, order.number))
    try:
        return _read_back(opened, order, vectors) or _sample(opened, order, vectors)
    finally:
        opened.close()


def _read_back(opened: ChromaStore, order: BuildOrder, vectors: Matrix) -> str:
    """Whether Chroma holds each chunk with its own vector, and nothing else."""
    ids = order.ids
    if opened.count() != len(ids):
        return f"Chroma counts {opened.count()} of {len(ids)} chunks"
    for start in range(0, len(ids), BATCH):
        stored = opened.stored(ids[start : start + BATCH])
        for index in range(start, min(start + BATCH, len(ids))):
            vector = stored.get(ids[index])
            if vector is None or np.abs(vector - vectors[index]).max() > SAME:
                return f"Chroma does not hold chunk {index}, of {order.chunks[index].source}, as it was given"
    return ""


def _sample(opened: ChromaStore, order: BuildOrder, vectors: Matrix) -> str:
    """Whether Chroma finds what it holds.

    What it gives must have the similarity that its vector has. The vector index is approximate: among a thousand chunks
    that are much alike it may pass over a different one (see ``chroma_store.COLLECTION_SETTINGS``), whatever it is
    asked. So a chunk may be missed; many may not.
    """
    indices = dict(zip(order.ids, range(len(order.ids)), strict=True))
    limit = min(NEAREST, len(indices))
    samples = range(0, len(indices), max(1, len(indices) // SAMPLES))
    missed = 0
    for index in samples:
        hits = dict(opened.query(vectors[index], limit))
        if not _are_exact(hits, vectors, vectors[index], indices):
            return f"Chroma answers wrongly when asked for chunk {index}, of {order.chunks[index].source}"
        # Chunks with the same words share a vector: any of them stands for the others.
        missed += len(hits) < limit or max(hits.values()) < 1 - SAME
    if missed > MOST_PASSED_OVER * len(samples):
        return f"Chroma finds only {len(samples) - missed} of {len(samples)} chunks"
    return ""


def _are_exact(hits: Mapping[str, float], vectors: Matrix, query: Matrix, indices: Mapping[str, int]) -> bool:
    """Whether the similarities in ``hits`` (by chunk id) are those that the vectors have with ``query``."""
    if not hits or not hits.keys() <= indices.keys():
        return not hits
    exact = vectors[[indices[key] for key in hits]] @ query
    return bool(np.abs(exact - np.array(list(hits.values()))).max() < SAME)
