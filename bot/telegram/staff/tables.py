"""The SQL table of what staff did. Times are seconds since 1970; "sealed" texts: see ``bot.telegram.sealing``."""

from __future__ import annotations

from sqlalchemy import BigInteger, Boolean, Column, Float, Integer, String, Table, Text

from bot.telegram.queue.tables import metadata

staff_acts = Table(
    "staff_acts",
    metadata,
    Column("id", BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=True),
    Column("at", Float, nullable=False),
    Column("act", String(16), nullable=False),
    Column("allowed", Boolean, nullable=False),  # false: somebody without the role tried
    Column("content", Text, nullable=False),  # sealed: JSON, who, and about what
    Column("until", Float, nullable=False, index=True),  # when it goes by itself
)
