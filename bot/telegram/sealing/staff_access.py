"""The database as staff's commands open it: private, upgraded, and what is sealed in it readable."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection

from bot.settings import Secrets, Settings
from bot.telegram.sealing.identities import IdentityHasher
from bot.telegram.sealing.keyring import Keyring, open_keyring
from bot.telegram.sealing.sealer import Sealer, sealing
from knowledge.private_files import keep_private
from knowledge.store.database import engine, upgrade, writing


def prepared(settings: Settings, secrets: Secrets) -> Keyring:
    """The keys of the configuration, once the database is upgraded; from now on files are this account's alone. Raises
    ``KeyringError``, ``StoreError`` and SQLAlchemy's errors.
    """
    keep_private(settings)
    variable = secrets.sealing_keys.get_secret_value() if secrets.sealing_keys else None
    keyring = open_keyring(variable, settings.sealing.key_file)
    upgrade(settings.database.url)
    return keyring


@contextmanager
def opened(settings: Settings, keyring: Keyring) -> Iterator[Connection]:
    """A writing transaction, committed at the end. Raises SQLAlchemy's errors."""
    database = engine(settings.database.url)
    try:
        with writing(sealing(database, Sealer(keyring, IdentityHasher("")))) as sql:
            yield sql
    finally:
        database.dispose()
