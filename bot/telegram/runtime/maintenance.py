"""Every few seconds: renew leases, stand for election as poller, free what the dead held, look how much waits."""

from __future__ import annotations

import asyncio
import gc
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Protocol

import structlog
from sqlalchemy import Connection
from sqlalchemy.exc import SQLAlchemyError

from bot.telegram.applications import drafts, telling
from bot.telegram.daily_counts.day_counts import KEPT, CountsKept
from bot.telegram.feedback import votes
from bot.telegram.handoffs import closing, retention
from bot.telegram.monitoring.metrics import HealthMonitor, Metrics, WaitingAge
from bot.telegram.open_questions import open_questions
from bot.telegram.protection.guard import DataGuard
from bot.telegram.protection.set_aside import count_set_aside
from bot.telegram.queue import conversations, inbox, leases, outbox
from bot.telegram.queue.outgoing import delivered_answers
from bot.telegram.queue.timing import stored_times
from bot.telegram.queue.timing.backlog import Backlog, waiting_answers, waiting_questions
from bot.telegram.queue.transactions import TransactionRunner
from bot.telegram.queue.worker_identity import LEASE_SECONDS, RENEW_SECONDS
from bot.telegram.staff import audit
from bot.telegram.updates import question_limits
from knowledge.store.checks.answers import LIVE, REFUSED, CheckResult, check_result
from knowledge.store.database_file import DatabaseGoneError

log = structlog.get_logger()


class Purged(Protocol):
    """Tables of which old rows go; ``purge`` removes some of them and says whether there may be more."""

    def purge(self, sql: Connection, now: float) -> bool:
        """In the transaction of ``sql``."""


PURGE_SECONDS = 3600.0
# Of a round in which old rows go, a slice at a time, and between two of them: leases must be renewed in time, and what
# people wait for goes before.
PURGE_ROUND_SECONDS, REST_SECONDS = 1.0, 0.01
OTHERS: Sequence[Purged] = (delivered_answers, question_limits, votes, drafts, retention, open_questions, audit)
PURGED: Sequence[Purged] = (stored_times, inbox, outbox, conversations, *OTHERS)
CHECK_SECONDS = 6.0  # in which the database and the edition must answer


@dataclass(frozen=True)
class QueueState:
    """What waits and what is set aside. ``now``: by the database's clock."""

    elected: bool
    now: float
    questions: Backlog
    answers: Backlog
    aside: Mapping[str, int]
    check: CheckResult | None  # of the live edition
    refused: bool  # an edition is not published because of its answers


@dataclass(frozen=True)
class MaintenanceContext:
    """What maintenance needs to know.

    ``owner``: the name that leases are held under; ``polls``: whether this replica may become the poller;
    ``oldest_question``, ``oldest_answer``: seconds of waiting from which the inbox and the outbox are ill; ``edition``
    returns what is wrong with the edition or its index, None when nothing is; ``counts``: for how long daily counts are
    kept.
    """

    bot_id: int
    owner: str
    polls: bool
    oldest_question: float
    oldest_answer: float
    edition: Callable[[], str | None]
    counts: CountsKept = KEPT


class Maintenance:
    """Renews this process's leases on chats, and checks whether the database, the edition and the inbox are well."""

    def __init__(
        self,
        context: MaintenanceContext,
        transactions: TransactionRunner,
        guard: DataGuard,
        monitor: HealthMonitor,
        metrics: Metrics,
    ) -> None:
        self._context, self._transactions, self._monitor, self._metrics = context, transactions, monitor, metrics
        self._question_age, self._answer_age = WaitingAge(), WaitingAge()
        self._guard = guard
        self._elected_until = 0.0
        self._purged: float | None = None  # by a clock that nobody sets
        self._to_purge: list[Purged] = []  # what is left of the purge that is under way
        self._database_problem: str | None = None

    @property
    def _lease(self) -> str:
        """The name of the poller's lease."""
        return f"poller {self._context.bot_id}"

    def elected(self) -> bool:
        """Whether this replica polls; by its own clock it stops before the lease ends, and when nothing can be kept."""
        return time.monotonic() < self._elected_until and not self._transactions.database_gone

    async def run(self) -> None:
        """Until cancelled."""
        while True:
            began = time.monotonic()
            self._monitor.heartbeat("maintenance", RENEW_SECONDS + CHECK_SECONDS + 1)
            await asyncio.gather(self._check_database(), self._check_edition())
            await asyncio.sleep(max(0.1, RENEW_SECONDS - (time.monotonic() - began)))

    async def _check_database(self) -> None:
        began = time.monotonic()
        try:
            async with asyncio.timeout(CHECK_SECONDS):
                state = await self._transactions.run(self._renew)
        except (SQLAlchemyError, TimeoutError) as error:
            self._report_database(_problem(error))
            return
        self._report_database(None)
        await self._guard.erase_traces()
        if state.elected and not self.elected():
            log.info("this replica polls")
        self._elected_until = began + LEASE_SECONDS - 1 if state.elected else 0.0
        self._check_queues(state)
        try:
            async with asyncio.timeout(CHECK_SECONDS):
                await self._purge()
        except (SQLAlchemyError, TimeoutError) as error:
            self._report_database(_problem(error))

    def _report_database(self, problem: str | None) -> None:
        if problem is None:
            self._monitor.heartbeat("database")
        else:
            self._monitor.report_problem("database", problem)
        if problem != self._database_problem:
            self._database_problem = problem
            log.warning("database", problem=problem or "none any more")

    def _renew(self, sql: Connection) -> QueueState:
        """Whether this replica polls from now on, and what waits."""
        context, now = self._context, self._transactions.now(sql)
        stored_times.pull_in(sql, now)
        leases.release_dead_owners(sql)
        inbox.renew(sql, context.bot_id, context.owner, now)
        outbox.renew(sql, context.bot_id, context.owner, now)
        self._guard.tidy(sql, now)
        closing.close_overdue(sql, context.bot_id, now)
        telling.tell_senders(sql, context.bot_id, now)
        elected = context.polls and leases.acquire(sql, self._lease, context.owner, now)
        bot = context.bot_id
        questions, answers = waiting_questions(sql, bot), waiting_answers(sql, bot)
        checked, refused = check_result(sql, LIVE), check_result(sql, REFUSED)
        aside = count_set_aside(sql, bot)
        return QueueState(elected, now, questions, answers, aside, checked, refused is not None)

    async def _purge(self) -> None:
        """Every hour, and on in the next round where one does not do."""
        run = self._transactions.run
        if self._purged is None or time.monotonic() - self._purged > PURGE_SECONDS:
            self._to_purge, self._purged = [*PURGED, self._context.counts], time.monotonic()
        end = time.monotonic() + PURGE_ROUND_SECONDS
        while self._to_purge and time.monotonic() < end:
            if await run(partial(self._purge_some, self._to_purge[0])):
                await asyncio.sleep(REST_SECONDS)
                continue
            del self._to_purge[0]
            if not self._to_purge:
                await run(lambda sql: self._guard.purged(sql, self._transactions.now(sql)))
                gc.collect()  # an edition that was replaced is a ring of objects

    def _purge_some(self, tables: Purged, sql: Connection) -> bool:
        return tables.purge(sql, self._transactions.now(sql))

    def _check_queues(self, state: QueueState) -> None:
        question = self._question_age.seconds(state.questions.oldest, state.now)
        answer = self._answer_age.seconds(state.answers.oldest, state.now)
        self._metrics.waiting.set(state.questions.count)
        self._metrics.oldest.set(question)
        self._metrics.unsent.set(state.answers.count)
        self._metrics.oldest_unsent.set(answer)
        self._metrics.set_check(state.check, refused=state.refused)
        for kind, count in state.aside.items():
            self._metrics.set_aside.labels(kind).set(count)
        self._check_age("inbox", "question", question, self._context.oldest_question)
        self._check_age("outbox", "answer", answer, self._context.oldest_answer)

    def _check_age(self, component: str, what: str, age: float, limit: float) -> None:
        if age > limit:
            self._monitor.report_problem(component, f"the oldest {what} has waited for {age:.0f} s")
        else:
            self._monitor.heartbeat(component)

    async def _check_edition(self) -> None:
        try:
            async with asyncio.timeout(CHECK_SECONDS):
                problem = await asyncio.to_thread(self._context.edition)
        except TimeoutError:
            problem = "does not answer"
        if problem:
            self._monitor.report_problem("edition", problem)
        else:
            self._monitor.heartbeat("edition")

    async def stop(self) -> None:
        """Let the next replica poll at once."""
        self._elected_until = 0.0
        name, owner = self._lease, self._context.owner
        try:
            await self._transactions.run(lambda sql: leases.release(sql, name, owner))
        except SQLAlchemyError:
            log.warning("the poller's lease could not be given back; it ends by itself")


def _problem(error: SQLAlchemyError | TimeoutError) -> str:
    if isinstance(error, DatabaseGoneError):
        return error.sentence
    return "unreachable" if isinstance(error, SQLAlchemyError) else "does not answer"
