"""Workers: claim chats, have each one's next update answered in a thread, write replies and "done".

What ended is written, and what is next is claimed, in one transaction a round: the more ends at a time, the less each
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
from bot.telegram.delivery.typing_indicator import TYPING_AFTER, Signs
from bot.telegram.monitoring.metrics import Numbers, Pulse
from bot.telegram.queue import inbox
from bot.telegram.queue.batch_loop import Rounds
from bot.telegram.queue.inbox import Claim
from bot.telegram.queue.transactions import Ledger
from bot.telegram.runtime.commit import finish, give_back
from bot.telegram.runtime.thread_pool import START_SECONDS, Crew
from bot.telegram.updates.answering import ALONE_FROM, Outcome, Work, answered, ended_too_often, failed
from bot.telegram.updates.handlers import Desk

log = structlog.get_logger()
TICK = 0.25  # seconds between looks at the inbox


@dataclass
class Begun:
    """A chat that is ours. ``over``: how it ended is known, but not yet written."""

    claim: Claim
    since: float
    typing: asyncio.Task[None] | None = None
    over: bool = False


class Workers:
    """Answers up to ``workers`` chats at once, each chat's updates in order."""

    def __init__(self, work: Work, ledger: Ledger, sender: Sender, pulse: Pulse, numbers: Numbers) -> None:
        self._work, self._ledger, self._sender = work, ledger, sender
        self._numbers = numbers
        self._busy: dict[int, Begun] = {}
        self._ended: list[Outcome] = []
        self._signs = Signs(work.bot, sender)
        desk = Desk(work.bot, work.assistant, ledger, self._toast, work.late_after, work.contacts, work.programme)
        self._crew = Crew(partial(answered, desk=desk), self._news)
        self._rung = asyncio.Event()
        self._alone = False  # a suspect is being answered, or waits until those under way have ended
        self._stopping = False
        self._rounds = Rounds("workers", pulse, self._round, self._rest)

    def ring(self) -> None:
        """Something was put into the inbox."""
        self._rung.set()

    async def run(self) -> None:
        """Until cancelled."""
        self._loop = asyncio.get_running_loop()
        await self._rounds.run()

    async def _rest(self) -> None:
        """Until there is something to do, or it is time to look."""
        end = time.monotonic() + TICK
        while (left := end - time.monotonic()) > 0:
            try:
                await asyncio.wait_for(self._rung.wait(), START_SECONDS if self._crew.look() else left)
            except TimeoutError:
                continue
            return

    def _toast(self, query: str, text: str) -> None:
        self._signs.toast(self._loop, query, text)

    def _news(self) -> None:
        """In a thread: an answer has ended."""
        if not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._collect)

    def _collect(self) -> None:
        for outcome in self._crew.collect():
            self._over(outcome)

    def _over(self, outcome: Outcome) -> None:
        begun = self._busy.get(outcome.claim.chat)
        if begun is None or begun.claim is not outcome.claim or begun.over:
            return  # it had taken too long and was given up
        begun.over = True
        if begun.typing:
            begun.typing.cancel()
        self._ended.append(outcome)
        self._rung.set()

    async def _round(self) -> int:
        self._rung.clear()
        self._watch()
        ended = list(self._ended)
        busy = set(self._busy) - {outcome.claim.chat for outcome in ended}
        most = 0 if self._stopping or (self._alone and busy) else self._work.workers - len(busy)
        if not ended and most < 1:
            return 0
        try:
            written, claims = await self._ledger.run(lambda sql: self._turn_over(sql, ended, most, busy))
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
        for begun in list(self._busy.values()):
            if now - begun.since < TYPING_AFTER:
                return  # and so are all that began later
            if begun.over:
                continue
            if now - begun.since > self._work.answer_seconds:
                log.error("handler timed out", reference=f"Q{begun.claim.id}")
                error = f"no answer within {self._work.answer_seconds:.0f} s"
                self._over(failed(begun.claim, error, self._work.bot, now - begun.since))
            elif begun.typing is None:
                begun.typing = asyncio.create_task(self._signs.typing(begun.claim))

    def _turn_over(
        self, sql: Connection, ended: Sequence[Outcome], most: int, busy: Collection[int]
    ) -> tuple[set[int], list[Claim]]:
        now = self._ledger.now(sql)
        written = finish(sql, self._work, ended, now)
        return written, self._claim(sql, most, busy, now) if most > 0 else []

    def _claim(self, sql: Connection, most: int, busy: Collection[int], now: float) -> list[Claim]:
        one = self._work
        claims = inbox.claim(sql, one.bot_id, one.owner, most, now, busy)
        suspects = [claim for claim in claims if claim.claims >= ALONE_FROM]
        self._alone = bool(suspects)
        if not suspects:
            return claims
        first = min(suspects, key=lambda claim: claim.claims)  # the least suspect
        kept = [claim for claim in claims if claim not in suspects] if busy else [first]
        give_back(sql, one, [claim for claim in claims if claim not in kept])
        return kept

    def _begin(self, claim: Claim) -> None:
        self._busy[claim.chat] = Begun(claim, time.monotonic())
        hopeless = ended_too_often(claim, self._work.bot)
        if hopeless:
            self._over(hopeless)
        else:
            self._crew.begin(claim)

    async def _write_apart(self, ended: Sequence[Outcome]) -> int:
        """Something of an outcome cannot be written: that is one failed try, and must not hold up the others."""
        for outcome in ended:
            try:
                written, _ = await self._ledger.run(partial(self._turn_over, ended=[outcome], most=0, busy=()))
            except OperationalError:
                raise
            except (SQLAlchemyError, ValueError) as error:
                log.error("reply cannot be written", reference=f"Q{outcome.claim.id}", reason=type(error).__name__)
                place = self._ended.index(outcome)
                self._ended[place] = failed(outcome.claim, f"not written: {type(error).__name__}", self._work.bot)
            else:
                self._finish([outcome], written)
        return len(ended)

    def _finish(self, ended: Sequence[Outcome], written: Collection[int]) -> None:
        """What is written, or not ours any more, is forgotten."""
        chats = {outcome.claim.chat for outcome in ended}
        self._ended = [outcome for outcome in self._ended if outcome.claim.chat not in chats]
        for outcome in ended:
            del self._busy[outcome.claim.chat]
            if outcome.claim.id in written:
                self._tell(outcome)
        if ended:
            self._sender.ring()

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
        self._stopping = True
        await self._rounds.finish(lambda: bool(self._busy), time.monotonic() + seconds)
        for begun in self._busy.values():
            if begun.typing:
                begun.typing.cancel()
        left = [begun.claim for begun in self._busy.values()]
        if left:
            await self._ledger.run(lambda sql: give_back(sql, self._work, left))
