"""The SQL tables of editions.

A row of an edition carries ``since`` and ``until``: it belongs to edition N when ``since <= N`` and (``until`` is null
or ``N < until``). A row is never changed but for its ``until``, so an edition stays as it was published.
"""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ColumnElement,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    and_,
    or_,
)

metadata = MetaData()
_Serial = BigInteger().with_variant(Integer, "sqlite")  # SQLite numbers rows by itself only for INTEGER keys

editions = Table(
    "editions",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("previous", Integer),  # what was live before it: where a rollback goes
    Column("published", Float, nullable=False),  # seconds since 1970
    Column("model", String(300), nullable=False),
    Column("dimension", Integer, nullable=False),
    Column("reading", String(64), nullable=False),  # fingerprint of how files were read and cut
    Column("indexing", String(64), nullable=False),  # fingerprint of how the index was built
    Column("collection", String(120)),  # its collection on a Chroma server
    Column("documents", Integer, nullable=False),
    Column("chunks", Integer, nullable=False),
    Column("kept", Boolean, nullable=False),  # its rows are all there; once false, never true again
)

live = Table(
    "live_edition",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),  # one row: 1
    Column("edition", Integer, ForeignKey("editions.number"), nullable=False),
)

files = Table(
    "files",
    metadata,
    Column("id", _Serial, primary_key=True, autoincrement=True),
    Column("since", Integer, nullable=False),
    Column("until", Integer),
    Column("source", Text, nullable=False),  # POSIX path below the documents folder
    Column("digest", String(64), nullable=False),  # SHA-256 of the bytes
    Column("kind", String(12), nullable=False),  # document, table, unreadable, held
    Column("details", Text, nullable=False),  # JSON: a document's metadata; why a file is unreadable; a table's report
    Index("files_alive", "until", "since"),
)

chunks = Table(
    "chunks",
    metadata,
    Column("row", _Serial, primary_key=True, autoincrement=True),
    Column("since", Integer, nullable=False),
    Column("until", Integer),
    Column("id", String(64), nullable=False),
    Column("source", Text, nullable=False),
    Column("ordinal", Integer, nullable=False),
    Column("path", Text, nullable=False),  # JSON list of headings
    Column("text", Text, nullable=False),
    Column("language", String(8), nullable=False),
    Column("page", Integer),
    Index("chunks_alive", "until", "since"),
    Index("chunks_source", "source"),
)

free_tables = Table(
    "free_tables",
    metadata,
    Column("id", _Serial, primary_key=True, autoincrement=True),
    Column("since", Integer, nullable=False),
    Column("until", Integer),
    Column("source", Text, nullable=False),
    Column("ordinal", Integer, nullable=False),  # which table of the file, from 0
    Column("body", Text, nullable=False),  # JSON: all of knowledge.models.FreeTable but its rows
    Index("free_tables_alive", "until", "since"),
)

free_rows = Table(
    "free_rows",
    metadata,
    Column("id", _Serial, primary_key=True, autoincrement=True),
    Column("since", Integer, nullable=False),
    Column("until", Integer),
    Column("source", Text, nullable=False),
    Column("ordinal", Integer, nullable=False),  # of its table
    Column("place", Integer, nullable=False),  # among the rows of its table, from 0
    Column("body", Text, nullable=False),  # JSON: a knowledge.models.TableRow
    Index("free_rows_alive", "until", "since"),
)

embeddings = Table(
    "embeddings",
    metadata,
    Column("model", String(300), primary_key=True),
    Column("digest", String(64), primary_key=True),  # SHA-256 of the text that was embedded
    Column("vector", LargeBinary, nullable=False),  # float32, little-endian
    Column("used", Integer, nullable=False),  # the last edition that needed it
    Column("states", LargeBinary, nullable=False),  # of its tokens, packed (knowledge/index/encoding/token_states.py)
)

kept_readings = Table(
    "kept_readings",
    metadata,
    Column("source", Text, primary_key=True),  # POSIX path below the documents folder
    Column("digest", String(64), nullable=False),  # SHA-256 of the bytes
    Column("version", String(64), nullable=False),  # of all else that decides what a file gives
    Column("content", LargeBinary, nullable=False),  # zlib, JSON
)


def in_edition(table: Table, number: int) -> ColumnElement[bool]:
    """The condition that a row of ``table`` belongs to edition ``number``."""
    return and_(table.c.since <= number, or_(table.c.until.is_(None), table.c.until > number))
