"""The SQL tables of what staff order besides a refresh. No edition owns them: an order holds until it is lifted."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Float, Integer, String, Table, Text

from knowledge.store.tables import metadata

_Serial = BigInteger().with_variant(Integer, "sqlite")  # SQLite numbers rows by itself only for INTEGER keys

withdrawals = Table(
    "withdrawals",
    metadata,
    Column("id", _Serial, primary_key=True, autoincrement=True),
    Column("source", Text, nullable=False),  # POSIX path below the documents folder
    Column("path", Text, nullable=False),  # JSON list of headings; empty: the whole file, or a row
    Column("row", Text),  # JSON list: what a row of a table is called; null: not a row
    Column("digest", String(64), nullable=False),  # SHA-256 of the file when it was withdrawn
    Column("texts", Text, nullable=False),  # JSON list: digests of the texts that were withdrawn
    Column("at", Float, nullable=False),  # seconds since 1970
    Column("by", Text, nullable=False),
    Column("note", Text, nullable=False),
)

maintenance = Table(
    "maintenance",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),  # one row, 1, while the sentence is shown
    Column("zh", Text, nullable=False),
    Column("en", Text, nullable=False),
)

staff_history = Table(
    "staff_history",
    metadata,
    Column("id", _Serial, primary_key=True, autoincrement=True),
    Column("at", Float, nullable=False),  # seconds since 1970
    Column("by", Text, nullable=False),
    Column("action", String(20), nullable=False),
    Column("subject", Text, nullable=False),  # what it was done to: a file, a section, an edition
    Column("note", Text, nullable=False),
    Column("changes", Text),  # JSON: what a publication changed; null where nobody noted it
)

held_files = Table(
    "held_files",
    metadata,
    Column("source", Text, primary_key=True),
    Column("digest", String(64), nullable=False),  # of the version that waits
    Column("warnings", Text, nullable=False),  # JSON; the numbers themselves are not in it
)

accepted_warnings = Table(
    "accepted_warnings",
    metadata,
    Column("source", Text, primary_key=True),
    Column("key", String(64), primary_key=True),  # digest of what was warned of
)
