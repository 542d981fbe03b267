"""People and chats under keyed hashes: no table holds a Telegram id in clear."""

from __future__ import annotations

import hashlib
import hmac


class IdentityHasher:
    """Keyed hashes of who speaks where. The key comes from the bot's token: without it no hash leads to a person."""

    def __init__(self, token: str) -> None:
        self._key = hashlib.sha256(b"skilled-huadu identities\0" + token.encode()).digest()

    def of(self, *parts: int) -> str:
        """32 hexadecimal digits for these numbers, the same on every replica."""
        text = "/".join(map(str, parts))
        return hmac.digest(self._key, text.encode(), "sha256").hex()[:32]

    def message(self, chat_id: int, key: str) -> str:
        """The same for a message of a chat; ``key``: its number, or what names an album."""
        return hmac.digest(self._key, f"message/{chat_id}/{key}".encode(), "sha256").hex()[:32]

    def chat(self, id: int) -> int:
        """The number that stands for a chat in tables. 0, no chat, stays; groups stay negative, their pace is another.

        62 bits: among a million chats two share one with a probability of 1 in 9 million.
        """
        if not id:
            return 0
        number = int.from_bytes(hmac.digest(self._key, b"chat/%d" % id, "sha256")[:8], "big") >> 2
        return -max(number, 1) if id < 0 else max(number, 1)
