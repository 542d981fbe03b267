"""Open questions are asked of every new edition: what it answers is closed, and whoever wants to know is told once.

Closing a question and the message about it are one transaction, so that a crash repeats both or neither; and of several
replicas one at a time asks.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

import structlog
from sqlalchemy import Connection
from sqlalchemy.exc import SQLAlchemyError

from bot.answer import Answer, Status
from bot.telegram.daily_counts import day_counts
from bot.telegram.daily_counts.day_counts import DayEvent, Event
from bot.telegram.delivery.answer_reply import digest_of
from bot.telegram.delivery.answered_question import answered_messages
from bot.telegram.delivery.reply import AssistantProtocol
from bot.telegram.monitoring.metrics import HealthMonitor
from bot.telegram.open_questions import open_questions
from bot.telegram.open_questions.open_questions import OpenQuestion, Why
from bot.telegram.queue import conversations, leases, outbox
from bot.telegram.queue.audience.staff_stretches import with_staff
from bot.telegram.queue.outgoing.messages import MessageBatch
from bot.telegram.queue.transactions import TransactionRunner

log = structlog.get_logger()
LOOK_SECONDS = 2.0  # between looks whether another edition answers
REST_SECONDS = 0.2  # between questions: what people ask now goes before
COMPONENT, ALLOWED_SECONDS = "open questions", 120.0  # as /health names it; the longest that one question may take
AT_ONCE = 20  # questions read at a time


@dataclass(frozen=True)
class AskingContext:
    """``owner``: under which name a replica asks; ``edition``: the number of the one that answers, None when none
    does; ``wake``: something waits to be sent.
    """

    bot_id: int
    owner: str
    assistant: AssistantProtocol
    edition: Callable[[], int | None]
    wake: Callable[[], None]


class AskingAgain:
    """Asks what is open of the edition that answers, until that was asked all."""

    def __init__(self, context: AskingContext, transactions: TransactionRunner, monitor: HealthMonitor) -> None:
        self._context, self._transactions, self._monitor = context, transactions, monitor
        self._lease = f"open questions {context.bot_id}"
        self._done: int | None = None  # the edition that was asked all

    async def run(self) -> None:
        """Until cancelled."""
        while True:
            self._monitor.heartbeat(COMPONENT, ALLOWED_SECONDS)
            edition = self._context.edition()
            if edition is not None and edition != self._done:
                try:
                    await self._ask_all(edition)
                except SQLAlchemyError as error:
                    log.warning("open questions are asked later", reason=type(error).__name__)
            await asyncio.sleep(LOOK_SECONDS)

    async def _ask_all(self, edition: int) -> None:
        while self._context.edition() == edition:
            questions = await self._transactions.run(lambda sql: self._next(sql, edition))
            if questions is None:  # another replica asks, and may end before it is done; or staff answer in those chats
                return
            if not questions:
                self._done = edition
                return
            for _, alike in groupby(sorted(questions, key=_wording), key=_wording):
                self._monitor.heartbeat(COMPONENT, ALLOWED_SECONDS)
                await self._ask(list(alike), edition)
                await asyncio.sleep(REST_SECONDS)

    def _next(self, sql: Connection, edition: int) -> list[OpenQuestion] | None:
        """What is to be asked now, nothing when all was; None where it has to wait."""
        if not leases.acquire(sql, self._lease, self._context.owner, self._transactions.now(sql)):
            return None
        start = 0
        while questions := open_questions.to_ask(sql, edition, AT_ONCE, start):
            if free := _free(sql, questions):
                return free
            start += AT_ONCE
        return None if start else []

    async def _ask(self, alike: Sequence[OpenQuestion], edition: int) -> None:
        """Ask one question that several people may have asked in the same words."""
        one = alike[0]
        answering = asyncio.to_thread(self._context.assistant.answer, one.question, interface_language=one.language)
        [answer] = await asyncio.gather(answering, return_exceptions=True)
        if isinstance(answer, BaseException):
            log.error("an open question could not be asked", error=type(answer).__name__)
        answers = {each.token: answer for each in alike if isinstance(answer, Answer) and answers_now(each, answer)}
        if await self._transactions.run(lambda sql: self._settle(sql, alike, answers, edition)):
            self._context.wake()

    def _settle(
        self, sql: Connection, alike: Sequence[OpenQuestion], answers: Mapping[str, Answer], edition: int
    ) -> int:
        """Close what is answered and put what is to be told into the outbox; how many people are told."""
        now, told, closed = self._transactions.now(sql), 0, 0
        open_questions.asked_of(sql, [one.token for one in alike if one.token not in answers], edition)
        for one in _free(sql, alike):
            answer = answers.get(one.token)
            if answer is None or not open_questions.close(sql, one, edition, sources_of(answer), now):
                continue
            closed += 1
            log.info("open question answered", edition=edition, told=one.chat_id is not None)
            if one.chat_id is not None:
                contents, buttons = answered_messages(one, answer)
                conversations.add_buttons(sql, buttons, now)
                outbox.enqueue(sql, self._context.bot_id, [MessageBatch(one.chat_id, one.person, contents)], now)
                told += 1
        day_counts.add_events(sql, [DayEvent(Event.GAP, day_counts.CLOSED, now, count=closed)])
        return told


def _free(sql: Connection, questions: Sequence[OpenQuestion]) -> list[OpenQuestion]:
    """Those whose answer may be told: no staff answer in that chat. The others are asked when staff are done."""
    busy = with_staff(sql, [one.chat_id for one in questions if one.chat_id is not None])
    return [one for one in questions if one.chat_id not in busy]


def answers_now(one: OpenQuestion, answer: Answer) -> bool:
    """Whether ``answer`` closes a question; what was called wrong must be answered otherwise."""
    return answer.status is Status.ANSWERED and not (one.why is Why.WRONG and digest_of(answer) == one.said)


def sources_of(answer: Answer) -> tuple[str, ...]:
    """What an answer cites, each document once."""
    return tuple(dict.fromkeys(citation.title for citation in answer.citations))


def _wording(one: OpenQuestion) -> tuple[str, str]:
    return one.question, one.language
