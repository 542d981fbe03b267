"""Who has received the privacy notice: counted when the message that brings it has arrived, not when it was written."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

from sqlalchemy import Connection, Insert, select

from bot.telegram.queue.outgoing.messages import Delivery
from bot.telegram.queue.sql_helpers import insert_into
from bot.telegram.queue.tables import conversations, outbox
from bot.telegram.sealing.sealer import sealer_of

NOTED = ("notice", "greeted")


def arrived(sql: Connection, deliveries: Sequence[Delivery], now: float) -> None:
    """Note the notices that these deliveries brought. Asked before their rows go.

    A message whose row is gone was deleted with the data of its reader: nothing is noted of them again.
    """
    brought = {
        delivery.message.id: delivery.message
        for delivery in deliveries
        if delivery.sent and delivery.message.notice is not None
    }
    if not brought:
        return
    there = sql.scalars(select(outbox.c.id).where(outbox.c.id.in_(brought))).all()
    hashes = sealer_of(sql).identities
    rows = [  # only private chats get notices, and there the chat's id is the reader's
        {
            "key": hashes.of(brought[id].chat_id, brought[id].chat_id),
            "person": hashes.of(brought[id].chat_id),
            "notice": brought[id].notice,
            "greeted": True,
            "turns": "",
            "changed": now,
        }
        for id in there
    ]
    if rows:
        sql.execute(_note(sql.dialect.name), sorted(rows, key=lambda row: str(row["key"])))


@cache
def _note(dialect: str) -> Insert:
    statement = insert_into(conversations, dialect)
    return statement.on_conflict_do_update(
        index_elements=["key"], set_={name: statement.excluded[name] for name in NOTED}
    )
