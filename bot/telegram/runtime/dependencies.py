"""What the Telegram bot is made from; tests give it another assistant, other limits and a database of their own."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy import Engine

from bot.settings import Settings
from bot.telegram.delivery.reply import AssistantProtocol
from bot.telegram.queue.rate_limits import TELEGRAM_LIMITS, RateLimits
from bot.telegram.sealing.keyring import Keyring
from bot.telegram.updates.answering import ANSWER_SECONDS
from knowledge.embedding.embedder import Embedder

LATE_AFTER = 60.0


@dataclass(frozen=True)
class Dependencies:
    """Everything the Telegram bot is made from.

    ``keyring``: what people's data is sealed with; ``webhook_secret``: in webhook mode only; ``edition`` returns what
    is wrong with the edition of the knowledge base, None when nothing is, ``edition_number`` which one answers;
    ``embedder``: the model that the assistant has loaded, None: staff's pages load one when they need it;
    ``late_after``: seconds of waiting after which an answer says that it is late; ``answer_seconds``: the longest an
    answer may take; ``clock``: of the queue, None for the database's.
    """

    settings: Settings
    token: str
    assistant: AssistantProtocol
    engine: Engine
    keyring: Keyring
    webhook_secret: str | None = None
    edition: Callable[[], str | None] = lambda: None
    edition_number: Callable[[], int | None] = lambda: None
    embedder: Callable[[], Embedder] | None = None
    limits: RateLimits = TELEGRAM_LIMITS
    late_after: float = LATE_AFTER
    answer_seconds: float = ANSWER_SECONDS
    clock: Callable[[], float] | None = None
