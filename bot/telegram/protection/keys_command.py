"""The commands on keys: which there are and what needs them, a new one, and the end of old ones."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator, Mapping
from enum import StrEnum

from sqlalchemy import Connection
from sqlalchemy.exc import SQLAlchemyError

from bot.settings import Secrets, Settings
from bot.telegram.protection.sealed_rows import note_keys, reseal, rows_by_key
from bot.telegram.sealing.keyring import Keyring, KeyringError, new_key
from bot.telegram.sealing.staff_access import opened, prepared
from knowledge.store.database import StoreError
from knowledge.text.characters import harmless


class KeysAction(StrEnum):
    """What can be done with keys."""

    SHOW = "show"
    NEW = "new"
    ROTATE = "rotate"
    RETIRE = "retire"


def run_keys(name: str, settings: Settings, secrets: Secrets) -> int:
    """The command; returns its exit code, 2 when nothing was changed because of an error."""
    if name not in set(KeysAction):
        print(harmless(f"keys {name}: unknown; {', '.join(KeysAction)} are known"), file=sys.stderr)
        return 2
    try:
        for line in _lines(KeysAction(name), settings, secrets):
            print(harmless(line))
    except (KeyringError, StoreError, SQLAlchemyError) as error:
        print(harmless(str(error).splitlines()[0]), file=sys.stderr)
        return 2
    return 0


def _lines(action: KeysAction, settings: Settings, secrets: Secrets) -> Iterator[str]:
    """Carry out ``action``; what it has to say, line by line. Raises ``KeyringError`` and SQLAlchemy's errors."""
    if action is KeysAction.NEW:
        yield new_key().text
        return
    keyring = prepared(settings, secrets)
    if action is KeysAction.ROTATE:
        keyring.rotate()  # first: what the bot seals meanwhile stays readable, whichever key it takes
    with opened(settings, keyring) as sql:
        yield from _ACTIONS[action](sql, keyring)
        note_keys(sql, time.time())


def _show(sql: Connection, keyring: Keyring) -> Iterator[str]:
    needed = rows_by_key(sql)
    for key in keyring.keys:
        role = "seals" if key is keyring.newest else "opens"
        yield f"{key.id}  {role}  {_needs(needed.get(key.id, {}))}"
    for id in sorted(set(needed) - {key.id for key in keyring.keys}):
        yield f"{id}  MISSING, cannot be read: {_needs(needed[id])}; put it back into {keyring.place}"
    yield f"the keys stand in {keyring.place}"


def _rotate(sql: Connection, keyring: Keyring) -> Iterator[str]:
    yield f"{keyring.newest.id} seals from now on; {reseal(sql)} texts were sealed anew"
    yield "once old back-ups are gone too: python -m bot keys retire"


def _retire(sql: Connection, keyring: Keyring) -> Iterator[str]:
    reseal(sql)
    needed = rows_by_key(sql)
    old = [key.id for key in keyring.keys[1:] if key.id not in needed]
    keyring.retire(old)
    yield f"taken out: {', '.join(old) or 'none'}; back-ups that were sealed with them can no longer be read"


def _needs(rows: Mapping[str, int]) -> str:
    return ", ".join(f"{name} {count}" for name, count in sorted(rows.items())) or "nothing needs it"


_ACTIONS: Mapping[KeysAction, Callable[[Connection, Keyring], Iterator[str]]] = {
    KeysAction.SHOW: _show,
    KeysAction.ROTATE: _rotate,
    KeysAction.RETIRE: _retire,
}
