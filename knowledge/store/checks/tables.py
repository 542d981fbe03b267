"""The SQL tables of check questions: answers by edition, thrown away with it, and how the last checks ended."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Float, Integer, String, Table, Text

from knowledge.store.tables import metadata

check_answers = Table(
    "check_answers",
    metadata,
    Column("edition", Integer, primary_key=True, autoincrement=False),
    Column("question", String(64), primary_key=True),  # SHA-256 of its text
    Column("state", String(64), nullable=False),  # digest of all else that decides what the edition answers
    Column("answer", Text, nullable=False),  # JSON
    Column("well", Boolean, nullable=False),  # it was answered well when the edition was first asked
)

check_results = Table(
    "check_results",
    metadata,
    Column("name", String(20), primary_key=True),  # live, refused
    Column("edition", Integer, nullable=False),
    Column("state", String(64), nullable=False),  # of a refused one: digest of what was to be published
    Column("asked_at", Float, nullable=False),  # seconds since 1970
    Column("questions", Integer, nullable=False),
    Column("well", Integer, nullable=False),  # how many of them are answered well
    Column("worse", Text, nullable=False),  # JSON list of lists: the question, and what became of it
)
