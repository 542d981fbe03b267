"""Building an edition's folder in a process of its own.

What a process has open it sees otherwise than the next one does: so one process builds and closes, another, the one
that publishes, opens what is on the disk and asks (``knowledge.ingestion.verify``).
"""

from __future__ import annotations

import ctypes
import multiprocessing
import os
import signal
import sys
from collections.abc import Iterator, Mapping
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from knowledge.children import unheard
from knowledge.ingestion.errors import IngestionError
from knowledge.ingestion.folders import CHROMA, EMBEDDINGS, SEARCH, Manifest, seal
from knowledge.models import Chunk, Metadata
from knowledge.settings import SearchSettings

Matrix = np.ndarray[Any, np.dtype[np.float32]]


@dataclass(frozen=True)
class Order:
    """What to build. ``collection`` and ``url``: where on a Chroma server, else Chroma is a folder of the edition."""

    number: int
    format: int
    indexing: str
    model: str
    dimension: int
    search: SearchSettings
    documents: Mapping[str, Metadata]
    chunks: tuple[Chunk, ...]
    url: str | None = None
    collection: str | None = None

    @property
    def ids(self) -> list[str]:
        """The chunks' ids in their order."""
        return [chunk.id for chunk in self.chunks]


def build(order: Order, vectors: Matrix, folder: Path, *, upload: bool = True) -> None:
    """Build ``order`` in the empty ``folder`` and seal it. ``upload=False``: the server has its collection already."""
    np.save(folder / EMBEDDINGS, vectors)
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(1, mp_context=context, initializer=_follow_parent, initargs=(os.getpid(),)) as pool:
        try:
            with unheard():
                starting = pool.submit(os.getpid)
            builder, building = starting.result(), pool.submit(_build, order, folder, upload)
            with _ended_with_us(builder, building):
                building.result()
        except BrokenProcessPool:
            raise IngestionError(
                "the process that builds the index died (out of memory?); run python ingest.py again"
            ) from None


@contextmanager
def _ended_with_us(builder: int, building: Future[None]) -> Iterator[None]:
    """Kill the builder when this process is stopped: nobody wants to wait for what is thrown away."""
    try:
        yield
    finally:
        if not building.done():
            os.kill(builder, signal.SIGKILL)


def _follow_parent(parent: int) -> None:
    """End when the parent does: an orphan would wait for orders for ever."""
    if sys.platform == "linux":
        set_death_signal = 1
        ctypes.CDLL(None).prctl(set_death_signal, signal.SIGKILL)
    if os.getppid() != parent:  # it died before we could ask to be told
        os._exit(1)


def _build(order: Order, folder: Path, upload: bool) -> None:
    from knowledge.embeddings import BUNDLED
    from knowledge.index import build as build_index
    from knowledge.vectors import build_vectors, upload_vectors

    vectors = np.load(folder / EMBEDDINGS)
    if order.url is None or order.collection is None:
        build_vectors(folder / CHROMA, order.ids, vectors)
    elif upload:
        upload_vectors(order.url, order.collection, order.ids, vectors)
    (folder / SEARCH).mkdir()
    build_index(folder / SEARCH, order.chunks, order.documents, vectors, bridged=order.model == BUNDLED)
    seal(folder, Manifest(order.number, order.format, order.indexing, order.model, order.dimension, len(order.chunks)))
