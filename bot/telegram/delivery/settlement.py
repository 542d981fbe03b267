"""One transaction of the sender: how calls ended is written down, and what is due is claimed."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import replace

import structlog
from sqlalchemy import Connection

from bot.telegram.delivery.send_parameters import TOPIC
from bot.telegram.handoffs import deliveries
from bot.telegram.open_questions.open_questions import end_agreements
from bot.telegram.queue import outbox
from bot.telegram.queue.outgoing.messages import Delivery, DueMessages, OutgoingMessage
from bot.telegram.queue.rate_limits import RateLimits
from bot.telegram.queue.timing import flood_windows

log = structlog.get_logger()
NO_CHAT = re.compile(r"chat not found|chat was deactivated|peer_id_invalid", re.IGNORECASE)


def topic_refused(message: OutgoingMessage, reason: str) -> Delivery | None:
    """What becomes of a message to staff when Telegram refuses its topic (``reason``: Telegram's words): the chat has
    none or the bot may not make any, or it was deleted. None where the refusal is about something else.
    """
    content = message.content
    if content.topic is not None and not NO_CHAT.search(reason):
        log.info("staff chat without topics", reason=reason)
        return Delivery(message, topic=0)
    if content.handoff and content.thread and TOPIC.search(reason):
        log.info("topic is made again", reason=reason)
        return Delivery(message, topic_gone=True)
    return None


def settle_and_claim(
    sql: Connection,
    bot: int,
    owner: str,
    limits: RateLimits,
    ended: Sequence[Delivery],
    most: int,
    busy: Collection[int],
    now: float,
) -> DueMessages:
    """Write down ``ended``, and claim at most ``most`` messages, none of ``busy`` chats."""
    told = deliveries.settled(sql, bot, ended, now)
    ends = outbox.settle(sql, bot, owner, ended, limits, now) if ended else ()
    end_agreements(sql, [one.message.chat for one in ended if one.whole_chat])
    outbox.enqueue(sql, bot, told, now)
    if most < 1:
        refused = any(delivery.refused for delivery in ended)
        quiet = flood_windows.bot_window(sql, bot, now) if refused else 0.0
        return DueMessages(quiet=quiet, ended=ends)
    due = outbox.claim(sql, bot, owner, most, limits, now, busy)
    return replace(due, messages=deliveries.addressed(sql, due.messages), ended=ends)
