"""The editions' collections on a Chroma server that several machines share.

A collection is filled once, under a name that was never used before, and named in the edition's row when it is whole.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterable

from sqlalchemy import Engine

from knowledge.embedding.chroma_store import ChromaStore, ChromaStoreError, collection_names, drop_collection
from knowledge.store.edition_rows import Edition


def collection_name(engine: Engine, number: int) -> str:
    """A new name for the collection of edition ``number`` of this database."""
    return f"{_prefix(engine)}{number}-{secrets.token_hex(4)}"


def is_whole(url: str, edition: Edition) -> bool:
    """Whether the server has all vectors of an edition. Raises ``ChromaStoreError`` when the server itself is away."""
    present = collection_names(url, edition.collection or "?")
    if edition.collection not in present:
        return False
    opened = ChromaStore.connect(url, edition.collection)
    try:
        return opened.count() == edition.chunks
    except ChromaStoreError:  # it was listed, so the server is there: the collection is broken
        return False
    finally:
        opened.close()


def clear_collections(engine: Engine, url: str, kept: Iterable[str]) -> None:
    """Delete this database's collections that no kept edition names: old ones, and what a killed refresh left."""
    for name in set(collection_names(url, _prefix(engine))) - set(kept):
        drop_collection(url, name)


def _prefix(engine: Engine) -> str:
    """Several databases may share a server: each tidies only what is its own."""
    where = engine.url.set(username=None, password=None).render_as_string()
    return f"huadu-{hashlib.sha256(where.encode()).hexdigest()[:10]}-"
