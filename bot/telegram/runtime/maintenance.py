"""Every few seconds: renew leases, stand for election as poller, free what the dead held, look how much waits."""

from __future__ import annotations

import asyncio
import gc
import time
from collections.abc import Callable
from dataclasses import dataclass

import structlog
from sqlalchemy import Connection
from sqlalchemy.exc import SQLAlchemyError

from bot.telegram.monitoring.metrics import Numbers, Pulse
from bot.telegram.queue import conversations, inbox, leases, outbox
from bot.telegram.queue.inbox import Waiting
from bot.telegram.queue.transactions import Ledger
from bot.telegram.queue.worker_identity import LEASE_SECONDS, RENEW_SECONDS

log = structlog.get_logger()
PURGE_SECONDS = 3600.0
ANSWER_WITHIN = 6.0  # seconds in which the database and the edition must answer


@dataclass(frozen=True)
class Rules:
    """What the heart needs to know. ``edition`` says what is wrong with the edition or index, None when nothing is."""

    bot_id: int
    owner: str
    polls: bool
    oldest_seconds: float
    edition: Callable[[], str | None]


class Heart:
    """Keeps what is ours ours, and knows whether the database, the edition and the line are well."""

    def __init__(self, rules: Rules, ledger: Ledger, pulse: Pulse, numbers: Numbers) -> None:
        self._rules, self._ledger, self._pulse, self._numbers = rules, ledger, pulse, numbers
        self._elected_until = 0.0
        self._purged = 0.0

    @property
    def poller(self) -> str:
        """The name of the poller's lease."""
        return f"poller {self._rules.bot_id}"

    def elected(self) -> bool:
        """Whether this replica polls; by its own clock it stops before the lease ends."""
        return time.monotonic() < self._elected_until

    async def run(self) -> None:
        """Until cancelled."""
        while True:
            began = time.monotonic()
            self._pulse.beat("heart", RENEW_SECONDS + ANSWER_WITHIN + 1)
            await asyncio.gather(self._beat(), self._look_at_edition())
            await asyncio.sleep(max(0.1, RENEW_SECONDS - (time.monotonic() - began)))

    async def _beat(self) -> None:
        began, purged = time.monotonic(), self._purged
        try:
            elected, waiting, age = await asyncio.wait_for(self._ledger.run(self._renew), ANSWER_WITHIN)
        except (SQLAlchemyError, TimeoutError) as error:
            self._pulse.trouble("database", "unreachable" if isinstance(error, SQLAlchemyError) else "does not answer")
            return
        self._pulse.beat("database")
        if elected and not self.elected():
            log.info("this replica polls")
        self._elected_until = began + LEASE_SECONDS - 1 if elected else 0.0
        self._watch(waiting, age)
        if self._purged != purged:
            gc.collect()  # an edition that was replaced is a ring of objects

    def _renew(self, sql: Connection) -> tuple[bool, Waiting, float]:
        one, now = self._rules, self._ledger.now(sql)
        leases.end_the_dead(sql)
        inbox.renew(sql, one.bot_id, one.owner, now)
        outbox.renew(sql, one.bot_id, one.owner, now)
        if now - self._purged > PURGE_SECONDS:
            for part in (inbox, outbox, conversations):
                part.purge(sql, now)
            self._purged = now
        elected = one.polls and leases.take(sql, self.poller, one.owner, now)
        waiting = inbox.waiting(sql, one.bot_id)
        self._numbers.unsent.set(outbox.depth(sql, one.bot_id).get("waiting", 0))
        return elected, waiting, now - waiting.oldest if waiting.oldest else 0.0

    def _watch(self, waiting: Waiting, age: float) -> None:
        self._numbers.waiting.set(waiting.count)
        self._numbers.oldest.set(age)
        if age > self._rules.oldest_seconds:
            self._pulse.trouble("line", f"the oldest question has waited for {age:.0f} s")
        else:
            self._pulse.beat("line")

    async def _look_at_edition(self) -> None:
        try:
            wrong = await asyncio.wait_for(asyncio.to_thread(self._rules.edition), ANSWER_WITHIN)
        except TimeoutError:
            wrong = "does not answer"
        if wrong:
            self._pulse.trouble("edition", wrong)
        else:
            self._pulse.beat("edition")

    async def stop(self) -> None:
        """Let the next replica poll at once."""
        self._elected_until = 0.0
        name, owner = self.poller, self._rules.owner
        try:
            await self._ledger.run(lambda sql: leases.drop(sql, name, owner))
        except SQLAlchemyError:
            log.warning("the poller's lease could not be given back; it ends by itself")
