"""The rows that the bot finds when it starts: those of earlier versions are sealed, what no key opens is set aside."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import Connection, Table, func, select, update

from bot.telegram.protection.clear_rows import seal_all
from bot.telegram.protection.sealed_rows import INBOX, OUTBOX, note_keys, note_newest_key, noted_keys, rows_by_key
from bot.telegram.queue import inbox_statements, leases, outbox_statements
from bot.telegram.queue.inbox import first_turn
from bot.telegram.queue.sql_helpers import is_aside, is_waiting
from bot.telegram.queue.tables import inbox, outbox
from bot.telegram.queue.tables import leases as lease_rows
from bot.telegram.sealing.keyring import KeyringError
from bot.telegram.sealing.sealer import Sealer, sealer_of


@dataclass(frozen=True)
class Preparation:
    """What was found: texts in clear that are sealed now, rows that wait again because their key is back, and what
    cannot be read, by table, with the names of the keys that it needs. ``whole``: every row was looked at.
    """

    whole: bool
    sealed: int = 0
    back: int = 0
    unreadable: Mapping[str, int] | None = None
    missing_keys: tuple[str, ...] = ()


def prepare(sql: Connection, bot: int, now: float) -> Preparation:
    """Make every row fit for this process. Does nothing the second time.

    Where every key that is noted is here, each row was sealed with one of them, but for what a release that did not
    seal wrote beside one that did: that is looked for afterwards (``ClearRows``), while nobody waits for it.

    Raises ``KeyringError`` when another replica is running with a key that is not here: what it stored would be set
    aside as if its key were lost.
    """
    sealer = sealer_of(sql)
    known, noted = [key.id for key in sealer.keyring.keys], noted_keys(sql)
    if noted and noted <= set(known):
        note_newest_key(sql, now)
        return Preparation(False, back=_take_back(sql, known, now))
    sealed = seal_all(sql, bot)
    needed = rows_by_key(sql)
    missing = sorted(id for id in needed if sealer.keyring.find(id) is None)
    if missing:
        _refuse_beside_others(sql, sealer, missing, now)
    back = _take_back(sql, known, now)
    for column in (INBOX, OUTBOX):
        lost = is_waiting(column.table) & column.is_sealed & ~column.opens_with(known)
        sql.execute(update(column.table).where(lost).values(state="sealed"))
    note_keys(sql, now)
    unreadable = sum((needed[id] for id in missing), Counter[str]())
    return Preparation(True, sealed, back, unreadable, tuple(missing))


def _refuse_beside_others(sql: Connection, sealer: Sealer, missing: list[str], now: float) -> None:
    leases.release_dead_owners(sql)
    if sql.execute(select(func.count()).where(lease_rows.c.until > now)).scalar_one():
        raise KeyringError(
            f"{sealer.keyring.place}: another replica seals with key {', '.join(missing)}, which is not here; give"
            " every replica the same SEALING_KEYS. If no other one runs, start again in ten seconds"
        )


def _take_back(sql: Connection, known: list[str], now: float) -> int:
    """Rows that were set aside and whose key is here again wait again, in line as if they came now."""
    found = 0
    moments: Mapping[Table, Mapping[str, object]] = {
        inbox: {"ready": first_turn(now)},
        outbox: {"due": now, "free": 0.0, "sent": "[]"},
    }
    for column, statements in ((INBOX, inbox_statements), (OUTBOX, outbox_statements)):
        table = column.table
        rows = sql.execute(
            select(table.c.id, table.c.bot, table.c.chat).where(
                is_aside(table), table.c.state == "sealed", column.opens_with(known)
            )
        ).all()
        if rows:
            sql.execute(update(table).where(table.c.id.in_([row.id for row in rows])).values(state="waiting"))
            chats = sorted({(row.bot, row.chat) for row in rows})
            lined_up = [{**moments[table], "bot": bot, "chat": chat} for bot, chat in chats]
            sql.execute(statements.line_up_chats(sql.dialect.name), lined_up)
        found += len(rows)
    return found
