"""Sealed texts: what people wrote and what they are answered, as tables and back-ups hold it."""

from __future__ import annotations

import base64
import binascii
import os
from functools import lru_cache

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import Connection, Engine

from bot.telegram.sealing.identities import IdentityHasher
from bot.telegram.sealing.keyring import Keyring

FORMAT = "v1"
NONCE_BYTES = 12
OPTION = "sealer"  # a connection's execution option


class UnreadableError(Exception):
    """A sealed text cannot be opened: its key is not here, or it was changed."""


class Sealer:
    """Seals and opens texts; ``identities`` names chats where a key of a row is needed.

    A sealed text is ``v1.<id of the key>.<base64 of nonce and AES-256-GCM>``. ``purpose``, the column that it stands
    in, is sealed along: a text that was moved elsewhere does not open. An empty text stays empty.
    """

    def __init__(self, keyring: Keyring, identities: IdentityHasher) -> None:
        self.keyring, self.identities = keyring, identities

    def seal(self, text: str, purpose: str) -> str:
        """``text`` under the newest key."""
        if not text:
            return ""
        key, nonce = self.keyring.newest, os.urandom(NONCE_BYTES)
        sealed = _cipher(key.secret).encrypt(nonce, text.encode("utf-8", "surrogatepass"), purpose.encode())
        return f"{prefix(key.id)}{base64.b64encode(nonce + sealed).decode()}"

    def unseal(self, sealed: str, purpose: str) -> str:
        """The text in ``sealed``. Raises ``UnreadableError``."""
        if not sealed:
            return ""
        form, _, rest = sealed.partition(".")
        id, _, content = rest.partition(".")
        key = self.keyring.find(id) if form == FORMAT else None
        if key is None:
            raise UnreadableError(f"sealed with key {id[:8]}, which is not here" if form == FORMAT else "not sealed")
        try:
            data = base64.b64decode(content, validate=True)
            text = _cipher(key.secret).decrypt(data[:NONCE_BYTES], data[NONCE_BYTES:], purpose.encode())
        except (InvalidTag, ValueError, binascii.Error):
            raise UnreadableError(f"changed since it was sealed with key {id}") from None
        return text.decode("utf-8", "surrogatepass")


def prefix(key_id: str) -> str:
    """What every text begins with that is sealed with the key of that name."""
    return f"{FORMAT}.{key_id}."


def sealing(engine: Engine, sealer: Sealer) -> Engine:
    """``engine``, whose connections seal and open with ``sealer``."""
    return engine.execution_options(**{OPTION: sealer})


def sealer_of(sql: Connection) -> Sealer:
    """The sealer that ``sql`` was opened with. Raises ``LookupError`` without one: nothing is ever stored in clear."""
    sealer = sql.get_execution_options().get(OPTION)
    if not isinstance(sealer, Sealer):
        raise LookupError("a connection without a sealer: its engine comes from bot.telegram.sealing.sealer.sealing()")
    return sealer


@lru_cache(maxsize=16)
def _cipher(secret: bytes) -> AESGCM:
    return AESGCM(secret)
