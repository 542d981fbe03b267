"""Databases of the bot for tests that work on the queue itself, without a running bot."""

from __future__ import annotations

from contextlib import suppress

from sqlalchemy import Connection, Engine

from bot.telegram.protection.sealed_rows import COLUMNS
from bot.telegram.sealing.identities import IdentityHasher
from bot.telegram.sealing.keyring import Keyring, new_key
from bot.telegram.sealing.sealer import Sealer, UnreadableError, sealer_of, sealing
from knowledge import store

TOKEN = "7000001:AAF-not-a-real-token-for-tests"


def sealer() -> Sealer:
    """A sealer with keys of its own."""
    return Sealer(Keyring([new_key()]), IdentityHasher(TOKEN))


def sealed_engine(url: str, made: Sealer | None = None) -> Engine:
    """An engine of the bot's database at ``url``, its tables up to date."""
    store.upgrade(url)
    return sealing(store.engine(url), made or sealer())


def opened(sql: Connection, value: object) -> str:
    """A value of a row as text, and what is sealed as what it says."""
    for column in COLUMNS:
        with suppress(UnreadableError):
            return sealer_of(sql).unseal(str(value), column.purpose)
    return str(value)


def chat_of(sql: Connection, chat_id: int) -> int:
    """The number that stands for a chat in tables."""
    return sealer_of(sql).identities.chat(chat_id)
