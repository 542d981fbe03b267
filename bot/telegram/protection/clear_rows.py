"""Texts in clear, as releases before sealing wrote them: sealed some rows at a time, their chats named by hashes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, Connection, Table, delete, select, update

from bot.telegram import json_codec
from bot.telegram.protection.sealed_rows import ERRORS, INBOX, OUTBOX, REQUESTS, TURNS, SealedColumn, change_some
from bot.telegram.queue import inbox_statements, outbox_statements
from bot.telegram.queue.tables import inbox_chats, outbox_chats
from bot.telegram.sealing.envelopes import enclose
from bot.telegram.sealing.sealer import Sealer, sealer_of

_LINES: dict[SealedColumn, tuple[Table, Any]] = {  # the chats of the two queues, and their statements
    INBOX: (inbox_chats, inbox_statements),
    OUTBOX: (outbox_chats, outbox_statements),
}


class ClearRows:
    """A look over all rows, a slice at a time. ``sealed``: how many texts were in clear; ``ended``: all were seen."""

    def __init__(self, bot: int) -> None:
        self._bot, self.sealed = bot, 0
        self._left: list[SealedColumn] = [INBOX, OUTBOX, TURNS, REQUESTS, *ERRORS]
        self._after: Any = None

    @property
    def ended(self) -> bool:
        """Whether every row was looked at."""
        return not self._left

    def seal_some(self, sql: Connection) -> None:
        """The next rows, in the transaction of ``sql``."""
        column, sealer = self._left[0], sealer_of(sql)
        done, self._after = self._sealed(sql, column, sealer)
        self.sealed += done
        if self._after is None:
            del self._left[0]

    def _sealed(self, sql: Connection, column: SealedColumn, sealer: Sealer) -> tuple[int, Any]:
        if column in _LINES:
            return self._sealed_queue(sql, column, sealer)

        def text(row: Any) -> dict[str, object]:
            return {column.column.name: sealer.seal(row._mapping[column.column.name], column.purpose)}

        def talk(row: Any) -> dict[str, object]:
            values = _turns(row.turns)
            oldest = values[0]["at"] if values else None
            return {"turns": sealer.seal(json_codec.dumps(values), TURNS.purpose), "oldest": oldest}

        return change_some(sql, column, column.is_clear, talk if column is TURNS else text, self._after)

    def _sealed_queue(self, sql: Connection, column: SealedColumn, sealer: Sealer) -> tuple[int, Any]:
        """Inbox or outbox; the rows of its chats, with their moments and times, go over to the chats' hashes."""
        renamed: dict[int, int] = {}

        def payload(row: Any) -> dict[str, object]:
            renamed[row.chat] = sealer.identities.chat(row.chat)
            return {"chat": renamed[row.chat], "payload": enclose(sealer, row.chat, row.payload, column.purpose)}

        mine: ColumnElement[bool] = column.table.c.bot == self._bot
        found = change_some(sql, column, column.is_clear & mine, payload, self._after)
        chats, statements = _LINES[column]
        for old, new in renamed.items():
            this = (chats.c.bot == self._bot) & (chats.c.chat == old)
            row = sql.execute(select(chats).where(this)).one_or_none()
            if row is not None and new != old:
                sql.execute(statements.line_up_chats(sql.dialect.name), {**row._mapping, "chat": new})
                sql.execute(delete(chats).where(this))
        return found


def seal_all(sql: Connection, bot: int) -> int:
    """Every row in one transaction; how many texts were in clear."""
    look = ClearRows(bot)
    while not look.ended:
        look.seal_some(sql)
    given_up = (OUTBOX.table.c.bot == bot) & (OUTBOX.table.c.state == "given_up")
    sql.execute(update(OUTBOX.table).where(given_up).values(chat=0))
    return look.sealed


def _turns(text: str) -> Sequence[dict[str, Any]]:
    try:
        values = json_codec.loads(text)
    except ValueError:
        return []
    return [value for value in values if isinstance(value, dict) and "at" in value and "turn" in value]
