"""One answer: what a worker works with, how a claimed update ends, and the thread's side of it."""

from __future__ import annotations

import time
import traceback
from collections.abc import Callable
from dataclasses import dataclass, replace

import structlog
from telegram import Bot

from bot.presentation.messages import message
from bot.settings import Contact
from bot.telegram.delivery.counted_answer import counted_failure
from bot.telegram.delivery.reply import NO_REPLY, AssistantProtocol, IncomingQuestion, Reply, text_reply
from bot.telegram.delivery.service_facts import NO_FACTS, ServiceFacts
from bot.telegram.queue import conversations
from bot.telegram.queue.inbox import Claim
from bot.telegram.queue.transactions import TransactionRunner
from bot.telegram.staff_talk.desk import StaffDesk
from bot.telegram.update import IncomingUpdate, parse_update
from bot.telegram.updates.handlers import HandlerContext, handle, is_for_us
from bot.telegram.updates.question_limits import NO_LIMITS, QuestionLimits
from knowledge.settings import NO_PROGRAMME, Programme

log = structlog.get_logger()
MAX_TRIES = 3  # failures after which an update is a dead letter
MAX_CLAIMS = 5  # so often an update may be begun: one that kills the process leaves no other trace
ISOLATE_FROM_CLAIM = 3  # from this beginning on it is answered alone, so that those beside it do not pay for it
ANSWER_SECONDS = 60.0  # after this a handler counts as failed


@dataclass(frozen=True)
class WorkerContext:
    """What the workers work with.

    ``owner``: the name their claims are held under; ``workers``: how many chats are answered at once; ``late_after``:
    seconds of waiting after which an answer says that it is late; ``answer_seconds``: the longest a handler may take.
    """

    bot: Bot
    bot_id: int
    owner: str
    assistant: AssistantProtocol
    workers: int
    late_after: float
    answer_seconds: float = ANSWER_SECONDS
    contacts: tuple[Contact, ...] = ()
    programme: Programme = NO_PROGRAMME
    questions: QuestionLimits = NO_LIMITS
    facts: ServiceFacts = NO_FACTS
    desk: StaffDesk | None = None

    def of_handlers(
        self, transactions: TransactionRunner, acknowledge: Callable[[int, str, str], None]
    ) -> HandlerContext:
        """What handlers see of it."""
        return HandlerContext(
            self.bot,
            self.assistant,
            transactions,
            acknowledge,
            self.late_after,
            self.contacts,
            self.programme,
            self.questions,
            self.facts,
            self.desk,
        )


@dataclass(frozen=True)
class HandlerResult:
    """How a claimed update ended: a reply, or an error, with a notice for the user when it was the last try.

    ``seconds``: how long its handler took.
    """

    claim: Claim
    reply: Reply = NO_REPLY
    error: str | None = None
    seconds: float = 0.0

    @property
    def dead_letter(self) -> bool:
        """Whether this was the last try, and it failed."""
        return self.error is not None and (self.claim.tries + 1 >= MAX_TRIES or self.claim.claims >= MAX_CLAIMS)


def answer_claim(claim: Claim, context: HandlerContext) -> HandlerResult:
    """The process's edge: whatever a handler raises, ``CancelledError`` too, is one failed try of one update."""
    began = time.monotonic()
    try:
        return HandlerResult(claim, handle(claim, context), seconds=time.monotonic() - began)
    except BaseException as error:  # noqa: BLE001 - the one broad catch
        # Without the error's own words, which may quote the question: they stand sealed in the update's row.
        frames = "".join(traceback.format_tb(error.__traceback__))
        log.error("handler failed", reference=f"Q{claim.id}", error=type(error).__name__, traceback=frames)
        return failure(claim, f"{type(error).__name__}: {error}", context.bot, time.monotonic() - began)


def failure(claim: Claim, error: str, bot: Bot, seconds: float = 0.0) -> HandlerResult:
    """A failed try; the last one tells the user so."""
    result = HandlerResult(claim, error=error, seconds=seconds)
    if not result.dead_letter:
        return result
    return HandlerResult(claim, failure_notice(claim, bot, f"Q{claim.id}"), error, seconds)


def never_ending(claim: Claim, bot: Bot) -> HandlerResult | None:
    """The end of an update that was begun again and again and never ended; None for any other."""
    if claim.claims <= MAX_CLAIMS:
        return None
    return failure(claim, f"begun {claim.claims - 1} times and never ended", bot)


def failure_notice(claim: Claim, bot: Bot, reference: str) -> Reply:
    """An honest word on an update whose last try failed, if it was somebody's question and not just an event."""
    try:
        update = parse_update(claim.payload)
    except ValueError:
        return _blind_notice(claim, reference)
    question = update.message
    incoming = IncomingQuestion(update, question.text if question else "", claim.conversation, time.time())
    asks = update.callback_query is not None or (question is not None and is_for_us(incoming, question, bot))
    return _notice(incoming, reference) if asks else NO_REPLY


def _blind_notice(claim: Claim, reference: str) -> Reply:
    """For an update that cannot even be read: only private chats, whose ids are positive, get a word."""
    if claim.chat_id <= 0 or "message" not in claim.payload:
        return NO_REPLY
    incoming = IncomingQuestion(IncomingUpdate(private=True), "", claim.conversation, time.time())
    return _notice(incoming, reference)


def _notice(incoming: IncomingQuestion, reference: str) -> Reply:
    """With a button that is kept nowhere: what failed may have been to write one."""
    reply = text_reply(incoming, "error", reference=reference)
    keyboard = (((message("steps.open_help", incoming.language), conversations.PUBLIC_HELP),),)
    messages = (replace(reply.messages[0], keyboard=keyboard),)
    return replace(reply, messages=messages, buttons=(), counted=counted_failure(incoming))
