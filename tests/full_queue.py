"""An inbox that holds much: what was answered in two days, and what waits."""

from __future__ import annotations

import time
from collections.abc import Callable
from itertools import count
from typing import Any

from sqlalchemy import Connection, Engine, text

from bot.telegram.queue import inbox
from bot.telegram.queue.inbox import ReceivedUpdate
from bot.telegram.queue.tables import inbox as updates
from bot.telegram.sealing.sealer import sealer_of
from knowledge import store

BATCH = 5000
HOUR = 3600.0
TEXT = "花都区狮岭镇有哪些包吃住的数控操作工岗位？月薪六千以上的有没有？"
FIRST_CHAT = 1_000_000
READ = text("SELECT sum(pg_stat_get_xact_tuples_returned(oid)) FROM pg_class WHERE relname LIKE 'inbox%'")
AT_ONCE = 8  # chats that a worker's round takes


def fill_done(sql: Connection, bot: int, many: int, now: float) -> None:
    """``many`` updates of the last two days that were answered, numbered from 1."""
    bare = {"bot": bot, "chat": 0, "person": "", "conversation": "", "payload": "", "state": "done"}
    for start in range(0, many, BATCH):
        rows = [
            {
                **bare,
                "update_id": number + 1,
                "received": now - 47 * HOUR * (1 - number / many),
                "tries": 0,
                "claims": 1,
            }
            for number in range(start, min(many, start + BATCH))
        ]
        sql.execute(updates.insert(), rows)


def fill_waiting(sql: Connection, bot: int, many: int, *, chats: int, first: int, now: float) -> None:
    """``many`` updates that wait, numbered from ``first``, by turns of ``chats`` chats that nobody else has."""
    identities = sealer_of(sql).identities
    for start in range(first, first + many, BATCH):
        batch = []
        for number in range(start, min(first + many, start + BATCH)):
            chat = FIRST_CHAT + first + number % chats
            payload = (
                f'{{"update_id": {number}, "message": {{"message_id": {number}, "date": {int(now)},'
                f' "chat": {{"id": {chat}, "type": "private"}}, "text": "{TEXT}",'
                f' "from": {{"id": {chat}, "is_bot": false, "first_name": "P{chat}"}}}}}}'
            )
            batch.append(ReceivedUpdate(number, payload, chat, identities.of(chat), identities.of(chat, chat)))
        inbox.store(sql, bot, batch, now)


def answer_some(sql: Connection, bot: int) -> None:
    """What a worker's round does to the inbox: some chats are claimed, their first updates done, the chats let go."""
    now = time.time()
    claims = inbox.claim(sql, bot, "worker", AT_ONCE, now)
    inbox.mark_done(sql, [claim.id for claim in claims])
    inbox.release(sql, bot, "worker", [claim.chat for claim in claims], now)
    assert len(claims) == AT_ONCE


def effort(engine: Engine, work: Callable[[Connection], object]) -> int:
    """What a transaction of ``work`` costs, however busy the machine is.

    Instructions of SQLite, or rows and entries of indexes that PostgreSQL reads in tables of the inbox.
    """
    with store.writing(engine) as sql:
        if engine.dialect.name == "postgresql":
            before = int(sql.execute(READ).scalar_one())
            work(sql)
            return int(sql.execute(READ).scalar_one()) - before
        tens = count()
        raw: Any = sql.connection.dbapi_connection
        raw.set_progress_handler(lambda: next(tens) < 0, 10)
        work(sql)
        raw.set_progress_handler(None, 10)
        return 10 * next(tens)
