"""Building an edition's folder in a process of its own.

What a process has open it sees otherwise than the next one does: so one process builds and closes, another, the one
that publishes, opens what is on the disk and asks (``knowledge.editions.building.verification``).
"""

from __future__ import annotations

import ctypes
import multiprocessing
import os
import signal
import sys
from collections.abc import Mapping
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from knowledge.editions.edition_files import CHROMA, EMBEDDINGS, SEARCH, Manifest, seal
from knowledge.editions.errors import IngestionError
from knowledge.index.encoding.embedding_cache import EarlierIndex
from knowledge.models import Chunk, Metadata
from knowledge.processes import shielded_from_interrupts
from knowledge.settings import SearchSettings

Matrix = np.ndarray[Any, np.dtype[np.float32]]


@dataclass(frozen=True)
class BuildOrder:
    """What to build, as it is sent to the process: what is indexed, and what the manifest says of it.

    ``bundled``: whether ``model`` is the bundled one; ``url`` and ``collection``: the Chroma server and collection to
    fill, else Chroma is a folder of the edition; ``earlier``: an index whose encoded chunks are taken over where they
    are the same.
    """

    number: int
    format: int
    indexing: str
    model: str
    bundled: bool
    dimension: int
    search: SearchSettings
    documents: Mapping[str, Metadata]
    chunks: tuple[Chunk, ...]
    url: str | None = None
    collection: str | None = None
    earlier: EarlierIndex | None = None

    @property
    def ids(self) -> list[str]:
        """The chunks' ids in their order."""
        return [chunk.id for chunk in self.chunks]


class BuilderProcess:
    """The process that builds. Used in a ``with`` block, at whose end it is killed, whatever it was doing.

    It is started before there is anything to build: it loads what it needs while files are read and texts embedded.
    """

    def __init__(self) -> None:
        context = multiprocessing.get_context("spawn")
        self._pool = ProcessPoolExecutor(1, mp_context=context, initializer=_follow_parent, initargs=(os.getpid(),))

    def __enter__(self) -> BuilderProcess:
        with shielded_from_interrupts():
            self._process = self._pool.submit(os.getpid)
        self._pool.submit(_make_ready)
        return self

    def __exit__(self, *error: object) -> None:
        with suppress(BrokenProcessPool, ProcessLookupError):
            os.kill(self._process.result(), signal.SIGKILL)
        self._pool.shutdown()

    def build(self, order: BuildOrder, vectors: Matrix, folder: Path, *, upload: bool = True) -> None:
        """Build ``order`` in ``folder``, where the states of its chunks are already, and write its manifest.

        ``vectors``: the chunks' embeddings, float32, unit length, shape (chunks, dimension); ``upload=False``: the
        server has its collection already. Raises ``IngestionError`` when the process dies.
        """
        np.save(folder / EMBEDDINGS, vectors)
        try:
            self._pool.submit(_write, order, folder, upload).result()
        except BrokenProcessPool:
            raise IngestionError(
                "the process that builds the index died (out of memory?); run python ingest.py again"
            ) from None


class ThisProcess:
    """Builds in this process, for a part without Chroma: one that answers has all loaded that a new one would load."""

    def build(self, order: BuildOrder, vectors: Matrix, folder: Path, *, upload: bool = True) -> None:
        """As ``BuilderProcess.build``."""
        np.save(folder / EMBEDDINGS, vectors)
        _write(order, folder, upload)


def _follow_parent(parent: int) -> None:
    """End when the parent does: an orphan would wait for orders for ever."""
    if sys.platform == "linux":
        set_death_signal = 1
        ctypes.CDLL(None).prctl(set_death_signal, signal.SIGKILL)
    if os.getppid() != parent:  # it died before we could ask to be told
        os._exit(1)


def _make_ready() -> None:
    """Load what every building needs: libraries, the dictionary, the learned vectors."""
    from knowledge.embedding.chroma_store import load_library
    from knowledge.index.encoding.word_vectors import word_vectors
    from knowledge.index.text.dictionary import dictionary

    load_library()
    dictionary()
    word_vectors()


def _write(order: BuildOrder, folder: Path, upload: bool) -> None:
    from knowledge.embedding.chroma_store import upload_collection, write_store
    from knowledge.index import write_index

    vectors = np.load(folder / EMBEDDINGS)
    if order.url is None or order.collection is None:
        write_store(folder / CHROMA, order.ids, vectors)
    elif upload:
        upload_collection(order.url, order.collection, order.ids, vectors)
    write_index(folder / SEARCH, order.chunks, order.documents, vectors, bundled=order.bundled, earlier=order.earlier)
    seal(folder, Manifest(order.number, order.format, order.indexing, order.model, order.dimension, len(order.chunks)))
