"""The SQL tables of daily counts. Days are Beijing's, as 2026-11-30; nothing here is of a person or a chat."""

from __future__ import annotations

from sqlalchemy import Column, Integer, String, Table

from bot.telegram.queue.tables import metadata

daily_questions = Table(
    "daily_questions",
    metadata,
    Column("day", String(10), primary_key=True),
    Column("kind", String(16), primary_key=True),  # what answered: see CountedQuestion in day_counts.py
    Column("language", String(8), primary_key=True),  # of the answer
    Column("role", String(16), primary_key=True),  # student, enterprise, staff; empty: not said
    Column("status", String(16), primary_key=True),  # how it ended
    Column("count", Integer, nullable=False),
)

daily_events = Table(
    "daily_events",
    metadata,
    Column("day", String(10), primary_key=True),
    Column("event", String(16), primary_key=True),  # vote, gap, application, handoff
    Column("what", String(40), primary_key=True),  # up or down; new or answered; the form; opened or ended
    Column("state", String(16), primary_key=True),  # reason of a vote, why it is a gap, of an application, ended by
    Column("count", Integer, nullable=False),
)
