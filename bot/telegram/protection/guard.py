"""Protection in the running bot: at its start, in every round of maintenance, after a deletion, at its stop."""

from __future__ import annotations

import asyncio
import time

import structlog
from sqlalchemy import Connection, select
from sqlalchemy.exc import SQLAlchemyError

from bot.telegram.protection.clear_rows import ClearRows
from bot.telegram.protection.preparation import Preparation, prepare
from bot.telegram.protection.sealed_rows import note_old_keys
from bot.telegram.protection.sqlite_files import empty_log, rewrite_once
from bot.telegram.queue import inbox, outbox
from bot.telegram.queue.tables import inbox_chats, outbox_chats
from bot.telegram.queue.tables import outbox as messages
from bot.telegram.queue.transactions import TransactionRunner

log = structlog.get_logger()
# Between two slices of a look over all rows, and so many times as long as one took: what people wait for goes before.
REST_SECONDS, REST_TIMES = 0.05, 20
RETRY_SECONDS = 5.0  # before it is begun anew where the database could not be reached


class DataGuard:
    """Keeps people's data sealed, and what was deleted gone from every file."""

    def __init__(self, bot_id: int, transactions: TransactionRunner) -> None:
        self._bot_id, self._transactions = bot_id, transactions
        self._watched: set[int] = set()  # chats of deletions, until no row names them any more
        self._log_holds_traces = True  # a process that was killed may have left some
        self._seen = False  # whether every row was looked at since the start

    async def start(self) -> None:
        """Before anything is claimed. Raises ``KeyringError`` and SQLAlchemy's errors."""
        bot, now = self._bot_id, self._transactions.now
        found = await self._transactions.run(lambda sql: prepare(sql, bot, now(sql)))
        self._report(found)
        self._seen = found.whole
        if not await self._transactions.run_outside(lambda engine: rewrite_once(engine, again=found.sealed > 0)):
            log.warning("traces of an earlier version stay in the database's files until the next start")

    async def look_over(self) -> None:
        """Once everything runs: what a release that did not seal has written beside one that does is sealed too."""
        while not self._seen:
            look = ClearRows(self._bot_id)
            try:
                while not look.ended:
                    began = time.monotonic()
                    await self._transactions.run(look.seal_some)
                    await asyncio.sleep(max(REST_SECONDS, REST_TIMES * (time.monotonic() - began)))
            except SQLAlchemyError:  # what was seen may have been rolled back
                await asyncio.sleep(RETRY_SECONDS)
                continue
            self._seen = True
            if look.sealed:
                self._report(Preparation(True, look.sealed))
                await self._transactions.run_outside(lambda engine: rewrite_once(engine, again=True))

    def _report(self, found: Preparation) -> None:
        keyring = self._transactions.sealer.keyring
        if found.sealed or found.back:
            log.info("rows sealed", of_earlier_version=found.sealed, key_is_back=found.back, key=keyring.newest.id)
        if found.missing_keys:
            log.error(
                "rows cannot be read, their key is not here",
                **dict(found.unreadable or {}),
                keys=", ".join(found.missing_keys),
                mend=f"put the key back into {keyring.place} and start again; until then they are set aside:"
                " questions for 48 hours, messages for a week, conversations and buttons are as if forgotten",
            )

    def deleted(self, chat: int) -> None:
        """Somebody had their data deleted and is told so in ``chat`` (its hash)."""
        self._watched.add(chat)
        self._log_holds_traces = True

    def tidy(self, sql: Connection, now: float) -> None:
        """In every round of maintenance: let go of chats that rest; look whether the keys were changed."""
        inbox.purge_chats(sql)
        outbox.purge_chats(sql, now)
        self._transactions.sealer.keyring.look_again()
        watched = list(self._watched)
        if watched:
            tables = (inbox_chats, outbox_chats, messages)
            named = {
                chat for table in tables for chat in sql.scalars(select(table.c.chat).where(table.c.chat.in_(watched)))
            }
            self._watched -= set(watched) - named
            self._log_holds_traces |= not named >= set(watched)

    def purged(self, sql: Connection, now: float) -> None:
        """Every hour, after old rows were removed."""
        note_old_keys(sql, now)
        self._log_holds_traces = True

    async def erase_traces(self) -> None:
        """After a round of maintenance, outside of its transaction."""
        if self._log_holds_traces:
            self._log_holds_traces = False
            try:
                emptied = await self._transactions.run_outside(empty_log)
            except SQLAlchemyError:
                emptied = False
            self._log_holds_traces |= not emptied

    async def stop(self) -> None:
        """As the last thing that is done with the database."""
        try:
            await self._transactions.run(lambda sql: self.tidy(sql, self._transactions.now(sql)))
            emptied = await self._transactions.run_outside(empty_log)
        except SQLAlchemyError:
            emptied = False
        if not emptied:
            log.warning("the write-ahead log could not be emptied; the next start does it")
