"""The SQL tables of forms. Times are seconds since 1970; "sealed" texts: see ``bot.telegram.sealing``."""

from __future__ import annotations

from sqlalchemy import BigInteger, Boolean, Column, Float, String, Table, Text, false

from bot.telegram.queue.tables import metadata

form_drafts = Table(
    "form_drafts",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("person", String(32), nullable=False, index=True),  # keyed hash of the user
    Column("form", String(32), nullable=False),
    Column("content", Text, nullable=False),  # sealed: JSON, what was entered and where its message is
    Column("shown_by", BigInteger),  # id in the inbox of what its message answers
    Column("changed", Float, nullable=False),
    Column("until", Float, nullable=False, index=True),  # when it goes by itself
)

form_consents = Table(
    "form_consents",
    metadata,
    Column("person", String(32), primary_key=True),
    Column("form", String(32), primary_key=True),
    Column("version", String(32), nullable=False),  # of the text
    Column("agreed", Boolean, nullable=False),
    Column("at", Float, nullable=False),
    Column("until", Float, nullable=False, index=True),
)

applications = Table(
    "applications",
    metadata,
    Column("number", String(16), primary_key=True),  # that its sender and staff name it by
    Column("person", String(32), nullable=False, index=True),
    Column("form", String(32), nullable=False),
    Column("content", Text, nullable=False),  # sealed: JSON, what was entered and agreed to, and what staff do with it
    Column("state", String(16), nullable=False),  # new, handling, accepted, declined
    Column("made", Float, nullable=False, index=True),
    Column("changed", Float, nullable=False),  # when its state was
    Column("until", Float, nullable=False, index=True),
    Column("untold", Boolean, nullable=False, server_default=false(), index=True),  # its sender is to be told its state
)
