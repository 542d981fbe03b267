"""What files gave when they were read, kept until it is published: a refresh that is stopped goes on from there."""

from __future__ import annotations

import zlib

from sqlalchemy import Connection, delete, select
from sqlalchemy.dialects import postgresql, sqlite

from knowledge.store.tables import kept_readings


def kept_reading(connection: Connection, source: str, digest: str, version: str) -> bytes | None:
    """What the file ``source`` with this SHA-256 gave to this version of the readers; None where it is not kept."""
    kept = kept_readings.c
    query = select(kept.content).where(kept.source == source, kept.digest == digest, kept.version == version)
    content = connection.execute(query).scalar()
    return None if content is None else zlib.decompress(content)


def keep_reading(connection: Connection, source: str, digest: str, version: str, content: bytes) -> None:
    """Keep what a file gave, in place of what it gave before."""
    connection.execute(delete(kept_readings).where(kept_readings.c.source == source))
    values = {"source": source, "digest": digest, "version": version, "content": zlib.compress(content, 1)}
    insert = (postgresql if connection.dialect.name == "postgresql" else sqlite).insert
    # A preview beside a refresh may keep the same file.
    connection.execute(insert(kept_readings).values(**values).on_conflict_do_nothing())


def forget_readings(connection: Connection) -> None:
    """Delete them all: what they hold is published, or nobody waits for it any more."""
    connection.execute(delete(kept_readings))
