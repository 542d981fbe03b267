"""Delivers the outbox: in order within a chat, within Telegram's limits, never inside a retry_after, never dropping."""

from __future__ import annotations

import asyncio
import re
import time
import traceback
from collections.abc import Collection, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import partial

import structlog
from sqlalchemy import Connection
from sqlalchemy.exc import SQLAlchemyError
from telegram import Bot
from telegram.error import BadRequest, ChatMigrated, Forbidden, InvalidToken, RetryAfter, TelegramError

from bot.telegram.delivery.aiohttp_request import call, seconds_to_wait
from bot.telegram.delivery.known_windows import KnownWindows
from bot.telegram.delivery.send_parameters import is_as_wanted, method_of, parameters, with_less
from bot.telegram.delivery.settlement import settle_and_claim, topic_refused
from bot.telegram.monitoring.metrics import HealthMonitor, Metrics
from bot.telegram.queue.batch_loop import BatchLoop
from bot.telegram.queue.outgoing.answer_ends import GIVEN_UP
from bot.telegram.queue.outgoing.messages import AnswerEnd, Delivery, DueMessages, MessageContent, OutgoingMessage
from bot.telegram.queue.rate_limits import RateLimits
from bot.telegram.queue.timing import flood_windows
from bot.telegram.queue.transactions import TransactionRunner

log = structlog.get_logger()
POLL_SECONDS = 0.2  # between looks at the outbox when nobody wakes the sender
MOST_CALLS = 100  # under way at once
MARGIN = 0.1  # seconds after a retry_after: clocks are not exact
# When Telegram is back after whatever time, answers go out again within 10 s: of a call that hangs and the pause after.
CALL_SECONDS, LONGEST_PAUSE = 6.0, 3.0
UNREACHABLE = re.compile(
    r"chat not found|user is deactivated|peer_id_invalid|group chat was deactivated|chat_write_forbidden"
    r"|not enough rights|have no rights|chat_restricted|bot can't initiate",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class SenderContext:
    """What the sender works with. ``owner``: the name its claims are held under."""

    bot: Bot
    bot_id: int
    owner: str
    limits: RateLimits


class Sender:
    """Sends what is due, many chats at once and one message of a chat after the other."""

    def __init__(
        self, context: SenderContext, transactions: TransactionRunner, monitor: HealthMonitor, metrics: Metrics
    ) -> None:
        self._context, self._transactions, self._monitor, self._metrics = context, transactions, monitor, metrics
        self._ended: list[Delivery] = []
        self._busy: dict[int, asyncio.Task[Delivery]] = {}
        self._woken = asyncio.Event()
        limit = context.limits.bot[0] if context.limits.bot else None
        self._interval = limit.seconds / limit.count if limit else 0.0  # seconds between the beginnings of two calls
        self._last_call = self._next_look = 0.0
        self._stopping = False
        self._batches = BatchLoop("sender", monitor, self._run_batch, self._pause)
        self.windows = KnownWindows()

    def wake(self) -> None:
        """Something was put into the outbox."""
        self._woken.set()

    async def run(self) -> None:
        """Until cancelled."""
        await self._batches.run()

    async def _run_batch(self) -> int:
        """Write down how calls ended and begin those that are due, in one transaction."""
        self._woken.clear()
        began, ended = time.monotonic(), list(self._ended)
        busy = set(self._busy) - {delivery.message.chat for delivery in ended}
        most = self._calls_allowed(busy)
        busy |= set(self.windows.chats())
        if not ended and most < 1:
            return 0
        due = await self._transactions.run(lambda sql: self._settle_and_claim(sql, ended, most, busy))
        self._ended = self._ended[len(ended) :]  # Telegram took these: until that was written they had to be kept
        for delivery in ended:
            del self._busy[delivery.message.chat]
        self._report(due.ended)
        self.windows.close_bot(due.quiet)
        self._next_look = time.monotonic() + (due.wait or POLL_SECONDS)
        for message in due.messages:
            self._begin(message)
            self._last_call = began  # what the transaction took must not slow the rate
        return len(ended) + len(due.messages)

    def _calls_allowed(self, busy: Collection[int]) -> int:
        """How many calls may begin beside those to ``busy`` chats.

        A crash may repeat every message under way. So the next call begins when the one before it has ended and is
        written down, or has lasted so long that Telegram's rate could not be reached otherwise.
        """
        if self._stopping or self.windows.left():
            return 0
        if not self._interval:
            return MOST_CALLS - len(busy)
        return int(len(busy) < MOST_CALLS and (not busy or time.monotonic() - self._last_call >= self._interval))

    async def _pause(self) -> None:
        """Until there is something to do, or it is time to look."""
        now = time.monotonic()
        until_next_call = self._last_call + self._interval - now if self._busy else 0.0
        pause = until_next_call if until_next_call > 0 else min(POLL_SECONDS, max(0.001, self._next_look - now))
        with suppress(TimeoutError):
            async with asyncio.timeout(pause):  # wait_for of Python 3.11 may swallow a cancellation
                await self._woken.wait()

    def _settle_and_claim(
        self, sql: Connection, ended: Sequence[Delivery], most: int, busy: Collection[int]
    ) -> DueMessages:
        context, now = self._context, self._transactions.now(sql)
        return settle_and_claim(sql, context.bot_id, context.owner, context.limits, ended, most, busy, now)

    def _begin(self, message: OutgoingMessage) -> None:
        task = asyncio.create_task(self._send(message))
        self._busy[message.chat] = task
        task.add_done_callback(partial(self._end, message))

    def _end(self, message: OutgoingMessage, task: asyncio.Task[Delivery]) -> None:
        if task.cancelled():
            return
        error = task.exception()
        if error is not None:
            log.error("sending failed", traceback="".join(traceback.format_exception(error)))
        self._ended.append(task.result() if error is None else Delivery(message, delay=LONGEST_PAUSE))
        self._woken.set()

    async def _send(self, message: OutgoingMessage) -> Delivery:
        if message.wait:
            await asyncio.sleep(message.wait)
        if left := self.windows.left(message.chat):  # another call got a retry_after since this one was claimed
            return Delivery(message, delay=left)
        try:
            values = parameters(message.chat_id, message.content)
            shown = await call(self._context.bot, method_of(message.content), values, read_timeout=CALL_SECONDS)
        except TelegramError as error:
            # An edit that arrived before a crash is tried once more.
            if not (isinstance(error, BadRequest) and is_as_wanted(message.content, str(error))):
                return self._failed(message, error)
            shown = None
        if message.content.topic is not None:
            return Delivery(message, topic=int(shown["message_thread_id"]) if isinstance(shown, dict) else 0)
        self._metrics.sent.inc()
        self._metrics.delivery.observe(max(0.0, time.time() - message.made))
        number = message.content.edits or (shown.get("message_id") if isinstance(shown, dict) else None)
        return Delivery(message, sent=True, number=number if isinstance(number, int) else None)

    def _failed(self, message: OutgoingMessage, error: TelegramError) -> Delivery:
        if isinstance(error, RetryAfter):
            seconds = seconds_to_wait(error)
            self._metrics.retries.labels("RetryAfter").inc()
            self._refused(message.chat, seconds)
            return Delivery(message, delay=seconds + MARGIN, refused=True)
        if isinstance(error, ChatMigrated):
            return Delivery(message, moved_to=error.new_chat_id)
        if isinstance(error, BadRequest) and (waits := topic_refused(message, str(error))):
            return waits
        if isinstance(error, Forbidden) or (isinstance(error, BadRequest) and UNREACHABLE.search(str(error))):
            return self._given_up(message, error, whole_chat=True)
        if isinstance(error, BadRequest) and message.content.markup_of is not None:
            log.info("buttons not changed", reason=str(error))  # they look so already, or the message is gone
            return Delivery(message, sent=True)
        if isinstance(error, BadRequest):
            less = with_less(message.content, str(error))
            if less is None:
                return self._given_up(message, error, whole_chat=False)
            gone = less.edits != message.content.edits  # nobody's fault: users may delete what shall be edited
            tell = log.info if gone else log.error
            tell("message refused, sent with less", reason=str(error), left_out=_left_out(message, less))
            return Delivery(message, replacement=less)
        if isinstance(error, InvalidToken):
            self._monitor.report_problem("sender", "Telegram refuses the token; check TELEGRAM_BOT_TOKEN")
        reason = type(error).__name__
        self._metrics.retries.labels(reason).inc()
        pause = min(LONGEST_PAUSE, 0.5 * 2 ** min(message.tries, 8))
        log.warning("message will be sent again", reason=reason, seconds=pause)
        return Delivery(message, delay=pause)

    def _refused(self, chat: int | None, seconds: float) -> None:
        self.windows.refused(chat, seconds + MARGIN)
        log.warning("told to wait", seconds=seconds, whole_bot=self.windows.left() > 0)

    async def pause_sending(self, seconds: float, chat: int | None = None) -> None:
        """A call that is no message was answered with 429, one to ``chat`` or to none: the window holds for all."""
        self._refused(chat, seconds)
        bot, end, now = self._context.bot_id, seconds + MARGIN, self._transactions.now
        try:
            if chat is None:
                await self._transactions.run(lambda sql: flood_windows.close_bot(sql, bot, end, now(sql)))
            else:
                await self._transactions.run(lambda sql: flood_windows.close_chat(sql, bot, chat, end, now(sql)))
        except SQLAlchemyError:
            log.warning("the other replicas could not be told to wait")

    async def may_call(self, chat: int) -> bool:
        """Whether no window of silence holds for ``chat``, whichever replica was refused."""
        if self.windows.left(chat):
            return False
        bot, now = self._context.bot_id, self._transactions.now
        try:
            return not await self._transactions.run(lambda sql: flood_windows.chat_window(sql, bot, chat, now(sql)))
        except SQLAlchemyError:
            return False

    def _report(self, ended: Sequence[AnswerEnd]) -> None:
        """Count how answers ended, and say which never arrived."""
        for end in ended:
            self._metrics.questions.labels(end.status).inc()
            if end.status == GIVEN_UP:
                log.error("answer given up", reference=f"Q{end.question}", status=end.status)

    def _given_up(self, message: OutgoingMessage, error: TelegramError, *, whole_chat: bool) -> Delivery:
        self._metrics.given_up.inc()
        reference = f"Q{message.question}" if message.question else None  # none in rows of earlier releases
        log.warning("message given up", reference=reference, reason=str(error), whole_chat=whole_chat)
        return Delivery(message, error=str(error), whole_chat=whole_chat)

    async def stop(self, seconds: float) -> None:
        """Let the calls under way end, for at most ``seconds``, and write them down."""
        self._stopping = True
        await self._batches.finish(lambda: bool(self._busy), time.monotonic() + seconds)
        for task in self._busy.values():
            task.cancel()


def _left_out(message: OutgoingMessage, less: MessageContent) -> list[str]:
    """The names of the parameters that ``less`` has no more."""
    return sorted(parameters(message.chat_id, message.content).keys() - parameters(message.chat_id, less).keys())
