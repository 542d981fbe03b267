"""Signs of life while an answer is computed: "typing", and the answer to a tap. Nobody waits for them."""

from __future__ import annotations

import asyncio
from functools import partial

import structlog
from telegram import Bot
from telegram.error import RetryAfter, TelegramError

from bot.telegram import json_codec
from bot.telegram.delivery.aiohttp_request import seconds_to_wait
from bot.telegram.delivery.sender import Sender
from bot.telegram.queue.inbox import Claim

log = structlog.get_logger()
TYPING_AFTER, TYPING_EVERY = 0.6, 4.0  # seconds; Telegram shows it for five
LONGEST_TOAST = 200


class ActivityIndicator:
    """Shows that the bot is at work. Inside a ``retry_after`` it shows nothing: such calls count too."""

    def __init__(self, bot: Bot, sender: Sender) -> None:
        self._bot, self._sender = bot, sender
        self._running: set[asyncio.Task[None]] = set()

    def acknowledge(self, loop: asyncio.AbstractEventLoop, chat: int, query: str, text: str) -> None:
        """Answer the callback query with the id ``query`` of ``chat`` (its hash); from any thread, without waiting."""
        loop.call_soon_threadsafe(partial(self._begin, chat, query, text))

    def _begin(self, chat: int, query: str, text: str) -> None:
        task = asyncio.create_task(self._answer_query(chat, query, text))
        self._running.add(task)
        task.add_done_callback(self._running.discard)

    async def _answer_query(self, chat: int, query: str, text: str) -> None:
        if not await self._sender.may_call(chat):
            return
        try:
            await self._bot.answer_callback_query(query, text=text[:LONGEST_TOAST] or None, read_timeout=5)
        except RetryAfter as error:
            await self._sender.pause_sending(seconds_to_wait(error), chat or None)
        except TelegramError as error:
            log.info("tap not acknowledged", reason=str(error))

    async def show_typing(self, claim: Claim) -> None:
        """Show "typing" in the claim's chat until cancelled."""
        update = json_codec.loads(claim.payload)
        message = (update.get("callback_query") or update).get("message") or update.get("edited_message") or {}
        thread = message.get("message_thread_id") if message.get("is_topic_message") else None
        while claim.chat_id and message:
            await self._show_typing_once(claim, thread)
            await asyncio.sleep(TYPING_EVERY)

    async def _show_typing_once(self, claim: Claim, thread: int | None) -> None:
        if not await self._sender.may_call(claim.chat):
            return
        try:
            await self._bot.send_chat_action(claim.chat_id, "typing", message_thread_id=thread, read_timeout=3)
        except RetryAfter as error:
            await self._sender.pause_sending(seconds_to_wait(error), claim.chat)
        except TelegramError as error:
            log.info("typing not shown", reason=str(error))
