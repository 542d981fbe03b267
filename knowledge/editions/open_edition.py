"""One edition, opened for questions."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from knowledge.editions.edition_files import CHROMA, EMBEDDINGS, SEARCH
from knowledge.embedding.chroma_store import Vectors, VectorsError
from knowledge.embedding.reader_copy import CopyFolder
from knowledge.entities.directory import Directory
from knowledge.entities.home import Home
from knowledge.index.section_lookup import Shelf
from knowledge.models import Chunk, Findings, Metadata, Passage
from knowledge.settings import KnowledgeSettings
from knowledge.tables import Records

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from knowledge.embedding.embedder import Embedder
    from knowledge.index import Index

PAUSE_SECONDS = 5.0  # before Chroma is reached for again
Matrix = np.ndarray[Any, np.dtype[np.float32]]


class Nearest:
    """The nearest chunks to a vector: from Chroma, and when that fails, exactly, over ``embeddings.npy``.

    ``reach`` opens Chroma; while it cannot, it is tried again now and then. ``trouble`` says why Chroma is not asked;
    None as long as it answers.
    """

    def __init__(self, reach: Callable[[], Vectors], embeddings: Path, ids: Sequence[str]) -> None:
        self._reach, self._path, self._ids = reach, embeddings, ids
        self._lock = threading.Lock()
        self._vectors: Vectors | None = None
        self._failed: tuple[float, VectorsError] | None = None  # when reaching for it failed last, and why
        self._matrix: Matrix | None = None
        self.trouble: str | None = None
        self.look()

    def __call__(self, vector: Matrix, limit: int) -> list[tuple[str, float]]:
        """Ids and cosine similarities of up to ``limit`` chunks, best first."""
        if not self._ids:
            return []
        try:
            found = self._reached().query(vector, min(limit, len(self._ids)))
            self.trouble = None
            return found
        except VectorsError as error:
            self.trouble = f"{error}; exact search answers instead"
        return self._exact(vector, limit)

    def look(self) -> None:
        """See whether Chroma answers, so that ``trouble`` is known before a question comes."""
        try:
            self._reached().count()
            self.trouble = None
        except VectorsError as error:
            self.trouble = f"{error}; exact search answers instead"

    def _reached(self) -> Vectors:
        """Chroma, opened when it is not. Raises ``VectorsError``, at once when reaching it failed a moment ago."""
        with self._lock:
            if self._vectors is None:
                if self._failed and time.monotonic() - self._failed[0] < PAUSE_SECONDS:
                    raise self._failed[1]
                try:
                    self._vectors = self._reach()
                except VectorsError as error:
                    self._failed = time.monotonic(), error
                    raise
            return self._vectors

    def _exact(self, vector: Matrix, limit: int) -> list[tuple[str, float]]:
        if self._matrix is None:
            self._matrix = np.load(self._path)
        scores = self._matrix @ np.asarray(vector, dtype=np.float32)
        best = np.argsort(-scores, kind="stable")[:limit]
        return [(self._ids[place], float(scores[place])) for place in best]

    def close(self) -> None:
        """Let Chroma's files go."""
        if self._vectors is not None:
            self._vectors.close()


@dataclass(frozen=True)
class Source:
    """What an edition is opened from. ``broken``: files of its folder that are not as written."""

    number: int
    folder: Path
    documents: Mapping[str, Metadata]
    chunks: tuple[Chunk, ...]
    collection: str | None = None
    broken: tuple[str, ...] = ()


class OpenEdition:
    """An edition that answers. Several threads may ask at once; it never changes while it is open.

    ``names``: whom it knows.
    """

    def __init__(self, number: int, index: Index, nearest: Nearest, records: Records, home: Home) -> None:
        self.number, self.records = number, records
        self.names = Directory(records, home, index.corpus.chunks)
        self._index, self._nearest = index, nearest
        self._shelf = Shelf(index.corpus.chunks, index.corpus.documents)

    @property
    def trouble(self) -> str | None:
        """What does not work as it should although the edition answers."""
        return self._nearest.trouble

    def search(
        self, question: str, *, day: date, limit: int | None = None, without: frozenset[str] = frozenset()
    ) -> Findings:
        """The passages for ``question`` as things stand on ``day``, as if the documents ``without`` were not there."""
        return self._index.search(question, day=day, limit=limit, without=without)

    def relevance(self, question: str, texts: Sequence[str]) -> list[float]:
        """How well each text fits the question, 0 to about 1; for sentences of passages that were found."""
        return self._index.relevance(question, texts)

    def section(self, passage: Passage, language: str) -> tuple[Passage, ...]:
        """All passages of the section of ``passage``, in ``language`` ("zh" or "en") where there is a version in it."""
        corpus = self._index.corpus
        return tuple(
            replace(passage, chunk=chunk, metadata=corpus.documents[chunk.source])
            for chunk in self._shelf.section(passage.chunk, language)
        )

    def look(self) -> None:
        """Bring ``trouble`` up to date without a question."""
        self._nearest.look()

    def close(self) -> None:
        """Let its files go; nobody may ask any more."""
        self._nearest.close()


def open_edition(source: Source, settings: KnowledgeSettings, engine: Engine, embedder: Embedder) -> OpenEdition:
    """Open an edition's index. Raises ``VectorsError`` or ``OSError`` when it cannot answer even exactly."""
    ids = [chunk.id for chunk in source.chunks]
    nearest = Nearest(partial(_reach, source, settings), source.folder / EMBEDDINGS, ids)
    home = Home.of(settings)
    from knowledge.index import Index  # here: an unchanged refresh opens nothing and need not load what searches

    index = Index.open(
        source.folder / SEARCH, source.chunks, source.documents, nearest, embedder, settings.search, home.is_place
    )
    return OpenEdition(source.number, index, nearest, Records(engine, source.number), home)


def _reach(source: Source, settings: KnowledgeSettings) -> Vectors:
    if settings.index.url and source.collection:
        return Vectors.connect(settings.index.url, source.collection)
    damaged = [name for name in source.broken if name.startswith(f"{CHROMA}/")]
    if damaged:  # opening it could end the process
        named = ", ".join(damaged[:3])
        raise VectorsError(f"edition {source.number}: {named} missing or damaged until python ingest.py has mended it")
    return Vectors.open(source.folder / CHROMA, CopyFolder(source.folder.parent, source.number))
