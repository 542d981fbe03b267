"""One answer: what a worker needs to know, how a claim ends, and the thread's side of it."""

from __future__ import annotations

import time
import traceback
from dataclasses import dataclass

import structlog
from telegram import Bot

from bot.settings import Contact
from bot.telegram.delivery.reply import SILENT, Assistant, Reply
from bot.telegram.queue.inbox import Claim
from bot.telegram.updates.handlers import Desk, failure_notice, handle
from knowledge.settings import NO_PROGRAMME, Programme

log = structlog.get_logger()
TRIES = 3  # failures after which an update is put aside
BEGINNINGS = 5  # so often an update may be begun: one that kills the process leaves no other trace
ALONE_FROM = 3  # from this beginning on it is answered alone, so that those beside it do not pay for it
ANSWER_SECONDS = 60.0  # after this a handler counts as failed


@dataclass(frozen=True)
class Work:
    """What the workers need to know."""

    bot: Bot
    bot_id: int
    owner: str
    assistant: Assistant
    workers: int
    late_after: float
    answer_seconds: float = ANSWER_SECONDS
    contacts: tuple[Contact, ...] = ()
    programme: Programme = NO_PROGRAMME


@dataclass(frozen=True)
class Outcome:
    """How a claim ended: a reply, or an error, with a notice for the user when it was the last try."""

    claim: Claim
    reply: Reply = SILENT
    error: str | None = None
    seconds: float = 0.0

    @property
    def aside(self) -> bool:
        """Whether this was the last try."""
        return self.error is not None and (self.claim.tries + 1 >= TRIES or self.claim.claims >= BEGINNINGS)


def answered(claim: Claim, desk: Desk) -> Outcome:
    """The process's edge: whatever a handler raises, ``CancelledError`` too, is one failed try of one update."""
    began = time.monotonic()
    try:
        return Outcome(claim, handle(claim, desk), seconds=time.monotonic() - began)
    except BaseException as error:  # noqa: BLE001 - the one broad catch
        log.error("handler failed", reference=f"Q{claim.id}", traceback=traceback.format_exc())
        return failed(claim, f"{type(error).__name__}: {error}", desk.bot, time.monotonic() - began)


def failed(claim: Claim, error: str, bot: Bot, seconds: float = 0.0) -> Outcome:
    """A failed try; the last one tells the user so."""
    outcome = Outcome(claim, error=error, seconds=seconds)
    if not outcome.aside:
        return outcome
    return Outcome(claim, failure_notice(claim, bot, f"Q{claim.id}"), error, seconds)


def ended_too_often(claim: Claim, bot: Bot) -> Outcome | None:
    """The end of an update that was begun again and again and never ended."""
    if claim.claims <= BEGINNINGS:
        return None
    return failed(claim, f"begun {claim.claims - 1} times and never ended", bot)
