"""Workers: claim a chat, answer its next update in a thread, write the reply and "done" in one transaction."""

from __future__ import annotations

import asyncio
import time
import traceback
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial

import structlog
from sqlalchemy import Connection
from sqlalchemy.exc import SQLAlchemyError
from telegram import Bot

from bot.settings import Contact

from . import conversations, inbox, outbox
from .crew import Crew
from .handlers import Desk, failure_notice, handle
from .inbox import Claim
from .ledger import GATHER_SECONDS, Gathered, Ledger
from .outbox import Post
from .pulse import Numbers, Pulse
from .replies import SILENT, Assistant, Reply
from .sender import Sender
from .signs import Signs

log = structlog.get_logger()
TICK = 0.25  # seconds between looks at the inbox
TRIES = 3  # failures after which an update is put aside
BEGINNINGS = 5  # so often an update may be begun: one that kills the process leaves no other trace
ALONE_FROM = 3  # from this beginning on it is answered alone, so that those beside it do not pay for it
STARTING, START_SECONDS = 2, 0.02  # so many answers begin at once: threads that all compute only hinder each other
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


@dataclass(frozen=True)
class Outcome:
    """How a claim ended: a reply, or an error."""

    claim: Claim
    reply: Reply = SILENT
    error: str | None = None
    seconds: float = 0.0

    @property
    def aside(self) -> bool:
        """Whether this was the last try."""
        return self.error is not None and (self.claim.tries + 1 >= TRIES or self.claim.claims >= BEGINNINGS)


class Workers:
    """Answers up to ``workers`` chats at once, each chat's updates in order."""

    def __init__(self, work: Work, ledger: Ledger, sender: Sender, pulse: Pulse, numbers: Numbers) -> None:
        self._work, self._ledger, self._sender = work, ledger, sender
        self._pulse, self._numbers = pulse, numbers
        self._written: Gathered[Outcome, bool] = Gathered(ledger, self._write)
        self._busy: dict[int, tuple[Claim, asyncio.Task[None]]] = {}
        self._signs, self._crew = Signs(work.bot, sender), Crew()
        self._rung = asyncio.Event()
        self._starting = asyncio.Semaphore(STARTING)
        self._alone = False  # a suspect is being answered, or waits until those under way have ended

    def ring(self) -> None:
        """Something was put into the inbox."""
        self._rung.set()

    async def run(self) -> None:
        """Until cancelled."""
        while True:
            try:
                await self._round()
                self._pulse.beat("workers")
            except SQLAlchemyError as error:
                log.warning("workers wait for the database", reason=type(error).__name__)
                await asyncio.sleep(0.5)
            try:
                await asyncio.wait_for(self._rung.wait(), TICK)
                await asyncio.sleep(GATHER_SECONDS)
            except TimeoutError:
                continue

    async def _round(self) -> None:
        self._rung.clear()
        most = self._work.workers - len(self._busy)
        if most < 1 or (self._alone and self._busy):
            return
        claims = await self._ledger.run(lambda sql: self._claim(sql, most))
        for claim in claims:
            task = asyncio.create_task(self._serve(claim))
            self._busy[claim.chat] = (claim, task)
            task.add_done_callback(partial(self._over, claim.chat))

    def _claim(self, sql: Connection, most: int) -> list[Claim]:
        one = self._work
        claims = inbox.claim(sql, one.bot_id, one.owner, most, self._ledger.now(sql), list(self._busy))
        suspects = [claim for claim in claims if claim.claims >= ALONE_FROM]
        self._alone = bool(suspects)
        if not suspects:
            return claims
        first = min(suspects, key=lambda claim: claim.claims)  # the least suspect
        kept = [claim for claim in claims if claim not in suspects] if self._busy else [first]
        others = [claim for claim in claims if claim not in kept]
        if others:
            self._give_back(sql, others)
        return kept

    def _over(self, chat: int, _: asyncio.Task[None]) -> None:
        del self._busy[chat]
        self._rung.set()

    async def _serve(self, claim: Claim) -> None:
        outcome = await self._answered(claim)
        if outcome.aside:
            notice = failure_notice(claim, self._work.bot, f"Q{claim.id}")
            outcome = replace(outcome, reply=notice)
        while True:  # the answer is there: it is kept until the database takes it, or the lease is lost
            try:
                if await self._written.add(outcome):
                    self._sender.ring()
                    self._tell(outcome)
                return
            except SQLAlchemyError:
                await asyncio.sleep(0.5)

    async def _answered(self, claim: Claim) -> Outcome:
        if claim.claims > BEGINNINGS:
            return Outcome(claim, error=f"begun {claim.claims - 1} times and never ended")
        loop = asyncio.get_running_loop()
        future: asyncio.Future[Outcome] = loop.create_future()
        call = partial(_in_thread, claim, self._desk(loop), loop, future)
        async with self._starting:
            began = time.monotonic()
            self._crew.begin(call)
            await asyncio.wait((future,), timeout=START_SECONDS)
        outcome = future.result() if future.done() else await self._awaited(claim, future)
        return replace(outcome, seconds=time.monotonic() - began)

    def _desk(self, loop: asyncio.AbstractEventLoop) -> Desk:
        one, toast = self._work, partial(self._signs.toast, loop)
        return Desk(one.bot, one.assistant, self._ledger, toast, one.late_after, one.contacts)

    async def _awaited(self, claim: Claim, future: asyncio.Future[Outcome]) -> Outcome:
        """An answer that takes long enough to show that it is being worked on."""
        typing = asyncio.create_task(self._signs.typing(claim))
        try:
            return await asyncio.wait_for(future, self._work.answer_seconds)
        except TimeoutError:
            log.error("handler timed out", reference=f"Q{claim.id}")
            return Outcome(claim, error=f"no answer within {self._work.answer_seconds:.0f} s")
        finally:
            typing.cancel()

    def _write(self, sql: Connection, outcomes: Sequence[Outcome]) -> list[bool]:
        """One transaction for everything that ended meanwhile; False for what another replica took over."""
        one, now = self._work, self._ledger.now(sql)
        mine = inbox.held(sql, one.bot_id, one.owner, [outcome.claim.chat for outcome in outcomes])
        wanted = inbox.still_waiting(sql, [outcome.claim.id for outcome in outcomes if outcome.claim.chat in mine])
        valid = [outcome for outcome in outcomes if outcome.claim.id in wanted]  # the others were deleted meanwhile
        good = [outcome for outcome in valid if outcome.error is None]
        for outcome in valid:
            if outcome.error is not None:
                inbox.mark_failed(sql, outcome.claim.id, outcome.error, aside=outcome.aside)
        inbox.mark_done(sql, [outcome.claim.id for outcome in good])
        replies = [(outcome.claim, outcome.reply) for outcome in valid]
        posts = [_post(sql, claim, reply) for claim, reply in replies]
        outbox.enqueue(sql, one.bot_id, posts, now)
        talks = [reply.talk for claim, reply in replies if reply.talk and reply.talk != claim.conversation]
        conversations.save(sql, talks, now)
        conversations.add_buttons(sql, [button for _, reply in replies for button in reply.buttons], now)
        conversations.mark_pressed(sql, [reply.pressed for _, reply in replies if reply.pressed], now)
        again = {outcome.claim.chat: now + (0.1 if outcome.error and not outcome.aside else 0) for outcome in outcomes}
        inbox.give_back(sql, one.bot_id, {chat: turn for chat, turn in again.items() if chat in mine})
        return [outcome.claim.id in wanted for outcome in outcomes]

    def _tell(self, outcome: Outcome) -> None:
        claim, reply = outcome.claim, outcome.reply
        status = reply.status if outcome.error is None else ("aside" if outcome.aside else "failed")
        self._numbers.questions.labels(status).inc()
        self._numbers.answering.observe(outcome.seconds)
        self._numbers.failures.inc(outcome.error is not None)
        self._numbers.aside.inc(outcome.aside)
        log.info(
            "question",
            reference=f"Q{claim.id}",
            conversation=claim.conversation.key[:12],
            status=status,
            waited_ms=round(1000 * max(0.0, time.time() - claim.received - outcome.seconds)),
            answer_ms=round(1000 * outcome.seconds),
            parts=len(reply.messages),
            edition=reply.edition,
        )

    async def stop(self, seconds: float) -> None:
        """Let what was begun end, for at most ``seconds``; give the rest back, untouched."""
        if self._busy:
            await asyncio.wait([task for _, task in self._busy.values()], timeout=seconds)
        left = list(self._busy.values())
        for _, task in left:
            task.cancel()
        if left:
            await self._ledger.run(lambda sql: self._give_back(sql, [claim for claim, _ in left]))

    def _give_back(self, sql: Connection, claims: Sequence[Claim]) -> None:
        one = self._work
        mine = inbox.held(sql, one.bot_id, one.owner, [claim.chat for claim in claims])
        kept = [claim for claim in claims if claim.chat in mine]
        inbox.mark_unbegun(sql, [claim.id for claim in kept])
        inbox.give_back(sql, one.bot_id, {claim.chat: claim.received for claim in kept})


def _post(sql: Connection, claim: Claim, reply: Reply) -> Post:
    messages = reply.messages
    if reply.forget is not None:
        messages = (reply.forget(conversations.forget(sql, claim.conversation.person)),)
    return Post(claim.chat, claim.conversation.person, messages)


def _in_thread(claim: Claim, desk: Desk, loop: asyncio.AbstractEventLoop, future: asyncio.Future[Outcome]) -> None:
    """The process's edge: whatever a handler raises, ``CancelledError`` too, is one failed try of one update."""
    try:
        outcome = Outcome(claim, handle(claim, desk))
    except BaseException as error:  # noqa: BLE001 - the one broad catch
        log.error("handler failed", reference=f"Q{claim.id}", traceback=traceback.format_exc())
        outcome = Outcome(claim, error=f"{type(error).__name__}: {error}")
    if not loop.is_closed():
        loop.call_soon_threadsafe(partial(_hand_over, future), outcome)


def _hand_over(future: asyncio.Future[Outcome], outcome: Outcome) -> None:
    if not future.done():
        future.set_result(outcome)
