"""Workers: claim chats, have each one's next update answered in a thread, write replies and "done".

What ended is written, and what is next is claimed, in one transaction a batch: the more ends at a time, the less each
costs.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import partial

import structlog
from sqlalchemy import Connection
from sqlalchemy.exc import OperationalError, SQLAlchemyError

from bot.telegram.delivery.sender import Sender
from bot.telegram.delivery.typing_indicator import TYPING_AFTER, ActivityIndicator
from bot.telegram.monitoring.metrics import HealthMonitor, Metrics
from bot.telegram.protection.guard import DataGuard
from bot.telegram.queue import inbox
from bot.telegram.queue.batch_loop import BatchLoop
from bot.telegram.queue.inbox import Claim
from bot.telegram.queue.transactions import TransactionRunner
from bot.telegram.runtime.commit import commit_results, expects_delivery, release_unstarted
from bot.telegram.runtime.thread_pool import START_SECONDS, ThreadPool
from bot.telegram.updates.answering import (
    ISOLATE_FROM_CLAIM,
    HandlerResult,
    WorkerContext,
    answer_claim,
    failure,
    never_ending,
)

log = structlog.get_logger()
POLL_SECONDS = 0.25  # between looks at the inbox when nobody wakes the workers


@dataclass
class ActiveChat:
    """A chat whose lease this process holds.

    ``since``: by ``time.monotonic``; ``ended``: its result is known, but not yet written.
    """

    claim: Claim
    since: float
    typing: asyncio.Task[None] | None = None
    ended: bool = False


class Workers:
    """Answers up to ``context.workers`` chats at once, each chat's updates in order."""

    def __init__(
        self,
        context: WorkerContext,
        transactions: TransactionRunner,
        sender: Sender,
        guard: DataGuard,
        monitor: HealthMonitor,
        metrics: Metrics,
    ) -> None:
        self._context, self._transactions, self._sender, self._metrics = context, transactions, sender, metrics
        self._guard = guard
        self._active: dict[int, ActiveChat] = {}
        self._ended: list[HandlerResult] = []
        self._indicator = ActivityIndicator(context.bot, sender)
        handlers = context.of_handlers(transactions, self._acknowledge)
        self._pool = ThreadPool(partial(answer_claim, context=handlers), self._notify)
        self._woken, self._stopping = asyncio.Event(), False
        self._isolating = False  # a suspect is being answered, or waits until those under way have ended
        self._batches = BatchLoop("workers", monitor, self._run_batch, self._pause)

    def wake(self) -> None:
        """Something was put into the inbox."""
        self._woken.set()

    async def run(self) -> None:
        """Until cancelled."""
        self._loop = asyncio.get_running_loop()
        await self._batches.run()

    async def _pause(self) -> None:
        """Until there is something to do, or it is time to look."""
        end = time.monotonic() + POLL_SECONDS
        while (left := end - time.monotonic()) > 0:
            try:
                async with asyncio.timeout(START_SECONDS if self._pool.start_waiting() else left):
                    await self._woken.wait()
            except TimeoutError:
                continue
            return

    def _acknowledge(self, chat: int, query: str, text: str) -> None:
        self._indicator.acknowledge(self._loop, chat, query, text)

    def _notify(self) -> None:
        """In a thread: an answer has ended."""
        if not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._collect)

    def _collect(self) -> None:
        for result in self._pool.collect():
            self._end(result)

    def _end(self, result: HandlerResult) -> None:
        active = self._active.get(result.claim.chat)
        if active is None or active.claim is not result.claim or active.ended:
            return  # it had taken too long and was given up
        active.ended = True
        if active.typing:
            active.typing.cancel()
        self._ended.append(result)
        self._woken.set()

    async def _run_batch(self) -> int:
        self._woken.clear()
        self._watch()
        ended = list(self._ended)
        busy = set(self._active) - {result.claim.chat for result in ended}
        most = 0 if self._stopping or (self._isolating and busy) else self._context.workers - len(busy)
        if not ended and most < 1:
            return 0
        try:
            written, claims = await self._transactions.run(lambda sql: self._write_and_claim(sql, ended, most, busy))
        except (SQLAlchemyError, ValueError) as error:
            if isinstance(error, OperationalError) or not ended:
                raise
            return await self._write_apart(ended)
        self._finish(ended, written)
        for claim in claims:
            self._begin(claim)
        return len(ended) + len(claims)

    def _watch(self) -> None:
        """Show that long answers are being worked on, and give up those that last too long."""
        now = time.monotonic()
        for active in list(self._active.values()):
            seconds = now - active.since
            if seconds < TYPING_AFTER:
                return  # and so are all that began later
            if active.ended:
                continue
            if seconds > self._context.answer_seconds:
                log.error("handler timed out", reference=f"Q{active.claim.id}")
                error = f"no answer within {self._context.answer_seconds:.0f} s"
                self._end(failure(active.claim, error, self._context.bot, seconds))
            elif active.typing is None:
                active.typing = asyncio.create_task(self._indicator.show_typing(active.claim))

    def _write_and_claim(
        self, sql: Connection, ended: Sequence[HandlerResult], most: int, busy: Collection[int]
    ) -> tuple[set[int], list[Claim]]:
        now = self._transactions.now(sql)
        written = commit_results(sql, self._context, ended, now)
        return written, self._claim(sql, most, busy, now) if most > 0 else []

    def _claim(self, sql: Connection, most: int, busy: Collection[int], now: float) -> list[Claim]:
        claims = inbox.claim(sql, self._context.bot_id, self._context.owner, most, now, busy)
        suspects = [claim for claim in claims if claim.claims >= ISOLATE_FROM_CLAIM]
        self._isolating = bool(suspects)
        if not suspects:
            return claims
        first = min(suspects, key=lambda claim: claim.claims)  # the least suspect
        kept = [claim for claim in claims if claim not in suspects] if busy else [first]
        release_unstarted(sql, self._context, [claim for claim in claims if claim not in kept])
        return kept

    def _begin(self, claim: Claim) -> None:
        self._active[claim.chat] = ActiveChat(claim, time.monotonic())
        hopeless = never_ending(claim, self._context.bot)
        if hopeless:
            self._end(hopeless)
        else:
            self._pool.submit(claim)

    async def _write_apart(self, ended: Sequence[HandlerResult]) -> int:
        """Something of a result cannot be written: that is one failed try, and must not hold up the others."""
        for result in ended:
            write = partial(self._write_and_claim, ended=[result], most=0, busy=())
            try:
                written, _ = await self._transactions.run(write)
            except OperationalError:
                raise
            except (SQLAlchemyError, ValueError) as error:
                log.error("reply cannot be written", reference=f"Q{result.claim.id}", reason=type(error).__name__)
                index = self._ended.index(result)
                self._ended[index] = failure(result.claim, f"not written: {type(error).__name__}", self._context.bot)
            else:
                self._finish([result], written)
        return len(ended)

    def _finish(self, ended: Sequence[HandlerResult], written: Collection[int]) -> None:
        """Forget the results that are written, and those of chats whose lease another process took over."""
        chats = {result.claim.chat for result in ended}
        self._ended = [result for result in self._ended if result.claim.chat not in chats]
        for result in ended:
            del self._active[result.claim.chat]
            if result.claim.id in written:
                self._report(result)
                if result.reply.forget:
                    self._guard.deleted(result.claim.chat)
        if ended:
            self._sender.wake()

    def _report(self, result: HandlerResult) -> None:
        """One log line and the metrics of an answered question."""
        claim, reply = result.claim, result.reply
        status = reply.status if result.error is None else ("dead_letter" if result.dead_letter else "failed")
        delivery = expects_delivery(result)
        if not delivery:  # else it is counted when it has arrived, or was given up
            self._metrics.questions.labels(status).inc()
        self._metrics.answering.observe(result.seconds)
        self._metrics.failures.inc(result.error is not None)
        self._metrics.dead_letters.inc(result.dead_letter)
        log.info(
            "question",
            reference=f"Q{claim.id}",
            conversation=claim.conversation.key[:12],
            status=status,
            delivery="waiting" if delivery else "none",
            waited_ms=round(1000 * max(0.0, time.time() - claim.received - result.seconds)),
            answer_ms=round(1000 * result.seconds),
            parts=len(reply.messages),
            edition=reply.edition,
        )

    async def stop(self, seconds: float) -> None:
        """Let what was begun end, for at most ``seconds``; give the rest back, untouched."""
        self._stopping = True
        await self._batches.finish(lambda: bool(self._active), time.monotonic() + seconds)
        for active in self._active.values():
            if active.typing:
                active.typing.cancel()
        if left := [active.claim for active in self._active.values()]:
            await self._transactions.run(lambda sql: release_unstarted(sql, self._context, left))
