"""The SQL table of open questions. Times are seconds since 1970; "sealed" texts: see ``bot.telegram.sealing``."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Float, String, Table, Text

from bot.telegram.queue.tables import metadata

open_questions = Table(
    "open_questions",
    metadata,
    Column("token", String(32), primary_key=True),  # of the answer that left it open
    Column("person", String(32), nullable=False, index=True),  # keyed hash of whoever asked
    Column("content", Text, nullable=False),  # sealed: JSON, the masked question and what was said to it
    Column("asked", Float, nullable=False),
    Column("why", String(16), nullable=False),  # refused, partly, wrong
    Column("edition", BigInteger),  # that it was asked of last
    Column("state", String(8), nullable=False, index=True),  # open, closed: it has an answer
    Column("closed", Float),
    Column("tell", Text),  # sealed: the chat to tell in, null: nobody wants to be told
    Column("chat", BigInteger, index=True),  # keyed hash of that chat
    Column("until", Float, nullable=False, index=True),  # when it goes by itself
)
