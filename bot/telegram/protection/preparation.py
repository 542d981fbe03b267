"""The rows that the bot finds when it starts: those of earlier versions are sealed, what no key opens is set aside."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Table, delete, func, select, update

from bot.telegram import json_codec
from bot.telegram.protection.sealed_rows import (
    ERRORS,
    INBOX,
    OUTBOX,
    REQUESTS,
    TURNS,
    SealedColumn,
    change_rows,
    note_keys,
    rows_by_key,
)
from bot.telegram.queue import inbox_statements, leases, outbox_statements
from bot.telegram.queue.tables import inbox, inbox_chats, outbox, outbox_chats
from bot.telegram.queue.tables import leases as lease_rows
from bot.telegram.sealing.envelopes import enclose
from bot.telegram.sealing.keyring import KeyringError
from bot.telegram.sealing.sealer import Sealer, sealer_of


@dataclass(frozen=True)
class Preparation:
    """What was found: texts in clear that are sealed now, rows that wait again because their key is back, and what
    cannot be read, by table, with the names of the keys that it needs.
    """

    sealed: int = 0
    back: int = 0
    unreadable: Mapping[str, int] | None = None
    missing_keys: tuple[str, ...] = ()


def prepare(sql: Connection, bot: int, now: float) -> Preparation:
    """Make every row fit for this process. Does nothing the second time.

    Raises ``KeyringError`` when another replica is running with a key that is not here: what it stored would be set
    aside as if its key were lost.
    """
    sealer = sealer_of(sql)
    sealed = _seal_clear_rows(sql, bot, sealer)
    needed = rows_by_key(sql)
    missing = sorted(id for id in needed if sealer.keyring.find(id) is None)
    if missing:
        _refuse_beside_others(sql, sealer, missing, now)
    known = [key.id for key in sealer.keyring.keys]
    back = _take_back(sql, known, now)
    for column in (INBOX, OUTBOX):
        lost = (column.table.c.state == "waiting") & column.is_sealed & ~column.opens_with(known)
        sql.execute(update(column.table).where(lost).values(state="sealed"))
    note_keys(sql, now)
    unreadable = sum((needed[id] for id in missing), Counter[str]())
    return Preparation(sealed, back, unreadable, tuple(missing))


def _refuse_beside_others(sql: Connection, sealer: Sealer, missing: list[str], now: float) -> None:
    leases.release_dead_owners(sql)
    if sql.execute(select(func.count()).where(lease_rows.c.until > now)).scalar_one():
        raise KeyringError(
            f"{sealer.keyring.place}: another replica seals with key {', '.join(missing)}, which is not here; give"
            " every replica the same SEALING_KEYS. If no other one runs, start again in ten seconds"
        )


def _seal_clear_rows(sql: Connection, bot: int, sealer: Sealer) -> int:
    """Seal what an earlier version wrote, and name its chats by hashes; how many texts that were."""

    def talk(row: Any) -> dict[str, object]:
        values = _turns(row.turns)
        oldest = values[0]["at"] if values else None
        return {"turns": sealer.seal(json_codec.dumps(values), TURNS.purpose), "oldest": oldest}

    done = _seal_queue(sql, bot, sealer, INBOX, inbox_chats, inbox_statements)
    done += _seal_queue(sql, bot, sealer, OUTBOX, outbox_chats, outbox_statements)
    done += change_rows(sql, TURNS, TURNS.is_clear, talk)
    for column in (REQUESTS, *ERRORS):

        def text(row: Any, column: SealedColumn = column) -> dict[str, str]:
            name = column.column.name
            return {name: sealer.seal(row._mapping[name], column.purpose)}

        done += change_rows(sql, column, column.is_clear, text)
    sql.execute(update(outbox).where(outbox.c.bot == bot, outbox.c.state == "given_up").values(chat=0))
    return done


def _turns(text: str) -> list[dict[str, Any]]:
    try:
        values = json_codec.loads(text)
    except ValueError:
        return []
    return [value for value in values if isinstance(value, dict) and "at" in value and "turn" in value]


def _seal_queue(sql: Connection, bot: int, sealer: Sealer, column: SealedColumn, chats: Table, statements: Any) -> int:
    """Inbox or outbox; the rows of its chats, with their moments and times, go over to the chats' hashes."""
    renamed: dict[int, int] = {}

    def payload(row: Any) -> dict[str, object]:
        renamed[row.chat] = sealer.identities.chat(row.chat)
        return {"chat": renamed[row.chat], "payload": enclose(sealer, row.chat, row.payload, column.purpose)}

    done = change_rows(sql, column, column.is_clear & (column.table.c.bot == bot), payload)
    for old, new in renamed.items():
        this = (chats.c.bot == bot) & (chats.c.chat == old)
        row = sql.execute(select(chats).where(this)).one_or_none()
        if row is not None and new != old:
            sql.execute(statements.line_up_chats(sql.dialect.name), {**row._mapping, "chat": new})
            sql.execute(delete(chats).where(this))
    return done


def _take_back(sql: Connection, known: list[str], now: float) -> int:
    """Rows that were set aside and whose key is here again wait again, in line as if they came now."""
    found = 0
    moments: Mapping[Table, Mapping[str, object]] = {
        inbox: {"ready": now},
        outbox: {"due": now, "free": 0.0, "sent": "[]"},
    }
    for column, statements in ((INBOX, inbox_statements), (OUTBOX, outbox_statements)):
        table = column.table
        rows = sql.execute(
            select(table.c.id, table.c.bot, table.c.chat).where(table.c.state == "sealed", column.opens_with(known))
        ).all()
        if rows:
            sql.execute(update(table).where(table.c.id.in_([row.id for row in rows])).values(state="waiting"))
            chats = sorted({(row.bot, row.chat) for row in rows})
            lined_up = [{**moments[table], "bot": bot, "chat": chat} for bot, chat in chats]
            sql.execute(statements.line_up_chats(sql.dialect.name), lined_up)
        found += len(rows)
    return found
