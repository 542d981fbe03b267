"""Telegram's windows of silence as this process knows them, by a clock that nobody sets: whom not to call, how long."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection


class KnownWindows:
    """A refused chat is left alone; when a second is refused meanwhile, or a call to none, it is the bot that is meant.

    Telegram does not say whom a retry_after means. Times are seconds; ``steady`` is a clock that nobody sets.
    """

    def __init__(self, steady: Callable[[], float] = time.monotonic) -> None:
        self._steady = steady
        self._chats: dict[int, float] = {}
        self._bot = 0.0

    def refused(self, chat: int | None, seconds: float) -> None:
        """A call to ``chat``, None for a call to none, was refused for ``seconds``."""
        now = self._steady()
        self._chats = {known: until for known, until in self._chats.items() if until > now}
        if chat is None or self._chats.keys() - {chat}:
            self._bot = max(self._bot, now + seconds)
        if chat is not None:
            self._chats[chat] = max(self._chats.get(chat, 0.0), now + seconds)

    def close_bot(self, seconds: float) -> None:
        """Another replica heard that the whole bot has to be silent for ``seconds``."""
        if seconds > 0:
            self._bot = max(self._bot, self._steady() + seconds)

    def left(self, chat: int | None = None) -> float:
        """Seconds before ``chat`` may be called, 0 when it may; without a chat: before anybody may."""
        until = self._bot if chat is None else max(self._bot, self._chats.get(chat, 0.0))
        return max(0.0, until - self._steady())

    def chats(self) -> Collection[int]:
        """The chats that must not be called."""
        now = self._steady()
        return {chat for chat, until in self._chats.items() if until > now}
