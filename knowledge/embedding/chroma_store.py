"""The vectors of an edition in Chroma: a folder that is written once, or a collection on a Chroma server.

Opening a Chroma folder writes into it, even only to ask it something: into ``chroma.sqlite3`` always, into the vector
index when part of it was still in the log. So a reader opens a copy, and the edition's own folder stays byte for byte
as it was built.
"""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import numpy as np

from knowledge.embedding.reader_copy import ReaderCopy

ASKING_SECONDS, FILLING_SECONDS = 5.0, 120.0  # that a Chroma server may take for one call
BATCH = 5000  # Chroma refuses more than 5,461 vectors in one call
NAME = "edition"  # of the only collection in an edition's own folder
# Cosine must be asked for when a collection is made: asking later is silently ignored. With the usual 16 neighbours a
# chunk unlike a thousand others became unreachable in 3 of 300 builds, with 32 in none of 400, at the same speed.
COLLECTION_SETTINGS = {"hnsw": {"space": "cosine", "ef_construction": 200, "ef_search": 200, "max_neighbors": 32}}
Matrix = np.ndarray[Any, np.dtype[np.float32]]


class ChromaStoreError(Exception):
    """Chroma cannot be opened, reached or asked; the message says where and what happened."""


def load_library() -> None:
    """Import Chroma's library, which takes most of a second, before it is needed."""
    import chromadb  # noqa: F401


def write_store(folder: Path, ids: Sequence[str], vectors: Matrix) -> None:
    """Write a Chroma folder with ``ids`` and their unit-length float32 ``vectors``, shape (len(ids), dimension).

    Raises ``ChromaStoreError``.
    """
    with _errors(f"building {folder}"):
        client = _folder_client(folder)
        try:
            _fill(client, NAME, ids, vectors)
        finally:
            client.close()


def upload_collection(url: str, collection: str, ids: Sequence[str], vectors: Matrix) -> None:
    """Make a new collection on the Chroma server at ``url``; ids and vectors as for ``write_store``.

    Raises ``ChromaStoreError``.
    """
    with _errors(f"the Chroma server {url}"):
        client = _server_client(url, FILLING_SECONDS)
        try:
            _fill(client, collection, ids, vectors)
        finally:
            client.close()


def collection_names(url: str, prefix: str) -> tuple[str, ...]:
    """Names of the server's collections that begin with ``prefix``. Raises ``ChromaStoreError``."""
    with _errors(f"the Chroma server {url}"):
        client = _server_client(url)
        try:
            names = (collection.name for collection in client.list_collections(limit=10_000))
            return tuple(name for name in names if name.startswith(prefix))
        finally:
            client.close()


def drop_collection(url: str, collection: str) -> None:
    """Delete a collection from the server. Raises ``ChromaStoreError``."""
    with _errors(f"the Chroma server {url}"):
        client = _server_client(url)
        try:
            client.delete_collection(collection)
        finally:
            client.close()


class ChromaStore:
    """The embeddings of one edition in Chroma, opened for reading. Several threads may ask at once."""

    def __init__(self, client: Any, collection: Any, copy: ReaderCopy | None) -> None:
        self._client, self._collection, self._copy = client, collection, copy

    @classmethod
    def open(cls, folder: Path, copy: ReaderCopy) -> ChromaStore:
        """The Chroma folder ``folder``, through a copy that ``close`` deletes. Raises ``ChromaStoreError``."""
        with ExitStack() as undo, _errors(f"opening {folder}"):
            undo.callback(copy.close)
            shutil.copytree(folder, copy.path)
            client = _folder_client(copy.path)
            undo.callback(client.close)
            opened = cls(client, client.get_collection(NAME, embedding_function=None), copy)
            undo.pop_all()
            return opened

    @classmethod
    def connect(cls, url: str, collection: str) -> ChromaStore:
        """A collection on the Chroma server at ``url``. Raises ``ChromaStoreError``."""
        with _errors(f"the Chroma server {url}"):
            client = _server_client(url)
            return cls(client, client.get_collection(collection, embedding_function=None), None)

    def count(self) -> int:
        """How many vectors there are. Raises ``ChromaStoreError``, as the other methods do."""
        with _errors("counting vectors"):
            return int(self._collection.count())

    def stored(self, ids: Sequence[str]) -> dict[str, Matrix]:
        """The float32 vectors (dimension,) of some hundred chunks by id; an id that is not there is left out."""
        with _errors("reading vectors"):
            rows = self._collection.get(ids=list(ids), include=["embeddings"])
        return dict(zip(rows["ids"], np.asarray(rows["embeddings"], dtype=np.float32), strict=True))

    def query(self, vector: Matrix, limit: int) -> list[tuple[str, float]]:
        """The up to ``limit`` nearest chunks to one vector (dimension,): id and cosine similarity, best first.

        The index is approximate (HNSW): now and then it passes over a chunk.
        """
        with _errors("asking for vectors"):
            hits = self._collection.query(query_embeddings=[vector], n_results=limit, include=["distances"])
        pairs = zip(hits["ids"][0], hits["distances"][0], strict=True)
        near = [(key, 1.0 - float(distance)) for key, distance in pairs]
        return sorted(near, key=lambda pair: -pair[1])

    def close(self) -> None:
        """Close Chroma's files and delete the copy that was opened."""
        self._client.close()
        if self._copy:
            self._copy.close()


def _fill(client: Any, name: str, ids: Sequence[str], vectors: Matrix) -> None:
    collection = client.create_collection(name, embedding_function=None, configuration=COLLECTION_SETTINGS)
    for start in range(0, len(ids), BATCH):
        batch = slice(start, start + BATCH)
        collection.add(ids=list(ids[batch]), embeddings=vectors[batch])


def _folder_client(folder: Path) -> Any:
    import chromadb
    from chromadb.config import Settings

    return chromadb.PersistentClient(path=str(folder), settings=Settings(anonymized_telemetry=False))


def _server_client(url: str, seconds: float = ASKING_SECONDS) -> Any:
    """A client that gives up after ``seconds``: Chroma's own waits for ever, also while it is being made."""
    import chromadb
    import httpx
    from chromadb.config import Settings

    httpx.get(f"{url.rstrip('/')}/api/v2/heartbeat", timeout=ASKING_SECONDS).raise_for_status()
    parts = urlsplit(url)
    secure = parts.scheme == "https"
    port = parts.port or (443 if secure else 8000)
    settings = Settings(anonymized_telemetry=False)
    client: Any = chromadb.HttpClient(host=parts.hostname or url, port=port, ssl=secure, settings=settings)
    client._server._session.timeout = httpx.Timeout(seconds)
    return client


@contextmanager
def _errors(doing: str) -> Any:
    """Chroma raises its own errors, plain ``ValueError`` when a server is away, and httpx's: one kind goes out."""
    import httpx
    from chromadb.errors import ChromaError

    try:
        yield
    except shutil.Error as error:  # a list of (from, to, reason)
        raise ChromaStoreError(f"{doing}: {error.args[0][0][2]}") from error
    except (ChromaError, httpx.HTTPError, OSError, ValueError) as error:
        raise ChromaStoreError(f"{doing}: {error}") from error
