"""Chats in which staff answer at this moment: nothing else is said there, whatever it is."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import Connection, select

from bot.telegram.queue.tables import handoffs
from bot.telegram.sealing.sealer import sealer_of

OPEN = "open"  # the state of a hand-off


def with_staff(sql: Connection, chat_ids: Collection[int]) -> frozenset[int]:
    """Those of ``chat_ids`` (in Telegram) in which a hand-off to staff is open."""
    hashed = {sealer_of(sql).identities.chat(chat_id): chat_id for chat_id in chat_ids}
    if not hashed:
        return frozenset()
    rows = select(handoffs.c.chat).where(handoffs.c.state == OPEN, handoffs.c.chat.in_(hashed))
    return frozenset(hashed[chat] for chat in sql.execute(rows).scalars())
