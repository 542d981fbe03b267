"""Delivers the outbox: in order within a chat, within Telegram's limits, never inside a retry_after, never dropping."""

from __future__ import annotations

import asyncio
import html
import re
import time
import traceback
from collections.abc import Collection, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import structlog
from sqlalchemy import Connection
from sqlalchemy.exc import SQLAlchemyError
from telegram import Bot
from telegram.error import BadRequest, ChatMigrated, Forbidden, InvalidToken, RetryAfter, TelegramError

from bot.telegram.delivery.aiohttp_request import call, seconds_to_wait
from bot.telegram.monitoring.metrics import Numbers, Pulse
from bot.telegram.queue import outbox
from bot.telegram.queue.batch_loop import Rounds
from bot.telegram.queue.outbox import Delivery, Due, Outgoing, Parcel
from bot.telegram.queue.rate_limits import Paces
from bot.telegram.queue.transactions import Ledger

log = structlog.get_logger()
TICK = 0.2  # seconds between looks at the outbox when nobody rings
AT_ONCE = 100
MARGIN = 0.1  # seconds after a retry_after: clocks are not exact
LONGEST_PAUSE = 30.0
GONE = re.compile(
    r"chat not found|user is deactivated|peer_id_invalid|group chat was deactivated|chat_write_forbidden"
    r"|not enough rights|have no rights|topic_closed|chat_restricted|bot can't initiate",
    re.IGNORECASE,
)
TAG = re.compile(r"<[^>]*>")


@dataclass(frozen=True)
class Sending:
    """What the sender needs to know."""

    bot: Bot
    bot_id: int
    owner: str
    paces: Paces


class Sender:
    """Sends what is due, many chats at once and one message of a chat after the other."""

    def __init__(self, sending: Sending, ledger: Ledger, pulse: Pulse, numbers: Numbers) -> None:
        self._sending, self._ledger, self._pulse, self._numbers = sending, ledger, pulse, numbers
        self._ended: list[Delivery] = []
        self._busy: dict[int, asyncio.Task[Delivery]] = {}
        self._rung = asyncio.Event()
        pace = sending.paces.bot[0] if sending.paces.bot else None
        self._apart = pace.seconds / pace.count if pace else 0.0  # seconds between the beginnings of two calls
        self._last = self._look_again = 0.0
        self._stopping = False
        self._rounds = Rounds("sender", pulse, self._round, self._rest)
        self.quiet_until = 0.0  # by this machine's clock, for calls that are not worth waiting for

    def ring(self) -> None:
        """Something was put into the outbox."""
        self._rung.set()

    async def run(self) -> None:
        """Until cancelled."""
        await self._rounds.run()

    async def _round(self) -> int:
        """Write down how calls ended and begin those that are due, in one transaction."""
        self._rung.clear()
        began, ended = time.monotonic(), list(self._ended)
        busy = set(self._busy) - {delivery.parcel.chat for delivery in ended}
        most = self._room(busy)
        if not ended and most < 1:
            return 0
        due = await self._ledger.run(lambda sql: self._turn_over(sql, ended, most, busy))
        self._ended = self._ended[len(ended) :]  # Telegram took these: until that was written they had to be kept
        for delivery in ended:
            del self._busy[delivery.parcel.chat]
        self.quiet_until = max(self.quiet_until, min(due.quiet_until, time.time() + TICK))
        self._look_again = time.monotonic() + (due.wait or TICK)
        for parcel in due.parcels:
            self._begin(parcel)
            self._last = began  # what the transaction took must not slow the rate
        return len(ended) + len(due.parcels)

    def _room(self, busy: Collection[int]) -> int:
        """How many calls may begin beside those to ``busy`` chats.

        A crash may repeat every message under way. So the next call begins when the one before it has ended and is
        written down, or has lasted so long that Telegram's rate could not be reached otherwise.
        """
        if self._stopping or self.quiet_until > time.time():
            return 0
        if not self._apart:
            return AT_ONCE - len(busy)
        return int(len(busy) < AT_ONCE and (not busy or time.monotonic() - self._last >= self._apart))

    async def _rest(self) -> None:
        """Until there is something to do, or it is time to look."""
        now = time.monotonic()
        apart = self._last + self._apart - now if self._busy else 0.0
        pause = apart if apart > 0 else min(TICK, max(0.001, self._look_again - now))
        with suppress(TimeoutError):
            await asyncio.wait_for(self._rung.wait(), pause)

    def _turn_over(self, sql: Connection, ended: Sequence[Delivery], most: int, busy: Collection[int]) -> Due:
        one, now = self._sending, self._ledger.now(sql)
        if ended:
            outbox.settle(sql, one.bot_id, one.owner, ended, one.paces, now)
        return outbox.claim(sql, one.bot_id, one.owner, most, one.paces, now, busy) if most > 0 else Due()

    def _begin(self, parcel: Parcel) -> None:
        task = asyncio.create_task(self._send(parcel))
        self._busy[parcel.chat] = task
        task.add_done_callback(partial(self._over, parcel))

    def _over(self, parcel: Parcel, task: asyncio.Task[Delivery]) -> None:
        if task.cancelled():
            return
        error = task.exception()
        if error is not None:
            log.error("sending failed", traceback="".join(traceback.format_exception(error)))
        self._ended.append(task.result() if error is None else Delivery(parcel, delay=LONGEST_PAUSE))
        self._rung.set()

    async def _send(self, parcel: Parcel) -> Delivery:
        if parcel.wait:
            await asyncio.sleep(parcel.wait)
        if self.quiet_until > time.time():  # another call was told to wait since this one was claimed
            return Delivery(parcel, delay=self.quiet_until - time.time())
        try:
            await self._call(parcel.chat, parcel.message)
        except TelegramError as error:
            return await self._failed(parcel, error)
        self._numbers.sent.inc()
        self._numbers.delivery.observe(max(0.0, time.time() - parcel.made))
        return Delivery(parcel, sent=True)

    async def _call(self, chat: int, message: Outgoing) -> None:
        wanted: dict[str, Any] = {"chat_id": chat, "text": message.text, "link_preview_options": {"is_disabled": True}}
        if message.html:
            wanted["parse_mode"] = "HTML"
        if message.thread:
            wanted["message_thread_id"] = message.thread
        if message.reply_to:
            wanted["reply_parameters"] = {"message_id": message.reply_to, "allow_sending_without_reply": True}
        if message.keyboard:
            rows = [[{"text": label, "callback_data": data} for label, data in row] for row in message.keyboard]
            wanted["reply_markup"] = {"inline_keyboard": rows}
        await call(self._sending.bot, "sendMessage", wanted)

    async def _failed(self, parcel: Parcel, error: TelegramError) -> Delivery:
        if isinstance(error, RetryAfter):
            self._numbers.resent.labels("RetryAfter").inc()
            await self.told_to_wait(seconds_to_wait(error))
            return Delivery(parcel, delay=seconds_to_wait(error) + MARGIN)
        if isinstance(error, ChatMigrated):
            return Delivery(parcel, moved_to=error.new_chat_id)
        if isinstance(error, Forbidden) or (isinstance(error, BadRequest) and GONE.search(str(error))):
            return self._given_up(parcel, error, whole_chat=True)
        if isinstance(error, BadRequest):
            simpler = _simpler(parcel.message)
            if simpler == parcel.message:
                return self._given_up(parcel, error, whole_chat=False)
            log.error("message refused, sent plainly", reason=str(error))
            return Delivery(parcel, change=simpler)
        if isinstance(error, InvalidToken):
            self._pulse.trouble("sender", "Telegram refuses the token; check TELEGRAM_BOT_TOKEN")
        reason = type(error).__name__
        self._numbers.resent.labels(reason).inc()
        pause = min(LONGEST_PAUSE, 0.5 * 2 ** min(parcel.tries, 8))
        log.warning("message will be sent again", reason=reason, seconds=pause)
        return Delivery(parcel, delay=pause)

    async def told_to_wait(self, seconds: float) -> None:
        """Any call was answered with 429: nobody sends until it is over. Telegram does not say whom it means."""
        self.quiet_until = max(self.quiet_until, time.time() + seconds + MARGIN)
        log.warning("told to wait", seconds=seconds)
        number = self._sending.bot_id
        try:
            await self._ledger.run(lambda sql: outbox.be_quiet(sql, number, self._ledger.now(sql) + seconds + MARGIN))
        except SQLAlchemyError:
            log.warning("the other replicas could not be told to wait")

    def _given_up(self, parcel: Parcel, error: TelegramError, *, whole_chat: bool) -> Delivery:
        self._numbers.given_up.inc()
        log.warning("message given up", reason=str(error), whole_chat=whole_chat)
        return Delivery(parcel, error=str(error), whole_chat=whole_chat)

    async def stop(self, seconds: float) -> None:
        """Let the calls under way end, for at most ``seconds``, and write them down."""
        self._stopping = True
        await self._rounds.finish(lambda: bool(self._busy), time.monotonic() + seconds)
        for task in self._busy.values():
            task.cancel()


def _simpler(message: Outgoing) -> Outgoing:
    """The same words without what Telegram may refuse: markup, a topic that is gone, a reply to what is gone."""
    text = html.unescape(TAG.sub("", message.text)) if message.html else message.text
    return replace(message, text=text, html=False, thread=None, reply_to=None)
