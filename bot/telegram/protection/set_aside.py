"""What is set aside: rows that nobody works on any more, until somebody mends their reason or they are thrown away."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import Connection, func, select

from bot.telegram.queue.sql_helpers import BOT, is_aside
from bot.telegram.queue.tables import inbox, outbox

KINDS = {  # of a row set aside, by table and state
    ("inbox", "dead_letter"): "dead_letters",
    ("inbox", "sealed"): "updates_without_key",
    ("outbox", "given_up"): "messages_given_up",
    ("outbox", "sealed"): "messages_without_key",
}
_COUNTS = tuple(
    select(table.c.state, func.count()).where(table.c.bot == BOT, is_aside(table)).group_by(table.c.state)
    for table in (inbox, outbox)
)


def count_set_aside(sql: Connection, bot: int) -> Mapping[str, int]:
    """How many rows are set aside, by kind; every kind is named."""
    found = dict.fromkeys(KINDS.values(), 0)
    for table, statement in zip((inbox, outbox), _COUNTS, strict=True):
        for state, count in sql.execute(statement, {"number": bot}):
            found[KINDS.get((table.name, state), state)] = count  # another release may know other states
    return found
