"""What replies change of the daily counts, written last in their transaction."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection

from bot.telegram.applications import applications
from bot.telegram.daily_counts import day_counts
from bot.telegram.daily_counts.day_counts import DayEvent
from bot.telegram.delivery.reply import Reply
from bot.telegram.handoffs import changes
from bot.telegram.queue.inbox import Claim
from bot.telegram.updates.answering import WorkerContext
from bot.telegram.updates.deep_links import STAFF


def count(
    sql: Connection,
    context: WorkerContext,
    replies: Sequence[tuple[Claim, Reply]],
    events: Sequence[DayEvent],
    now: float,
) -> None:
    """Count the questions that ``replies`` answer, what they change, and ``events`` that came of writing them."""
    further = [event for _, reply in replies for event in _events(reply, now)]
    day_counts.add_events(sql, [*events, *further])
    # What somebody writes to staff is no question to the bot, also where it could not be passed on.
    own = [(claim, reply.counted) for claim, reply in replies if reply.counted and claim.handoff is None]
    day_counts.add_questions(sql, [(counted, _role(context, claim)) for claim, counted in own], now)


def _role(context: WorkerContext, claim: Claim) -> str:
    """Whose question it is: staff's in their chats, else as was said before; empty when nothing was."""
    return STAFF if context.facts.of_staff(claim.chat_id) else claim.conversation.role or ""


def _events(reply: Reply, now: float) -> list[DayEvent]:
    sent = [applications.counted(reply.form.sent)] if reply.form and reply.form.sent else []
    return [*sent, *(changes.counted(reply.handoff, now) if reply.handoff else ())]
