"""The workers' side of SQL: a reply, its buttons, what is remembered and "done" in one transaction."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection

from bot.telegram.delivery.reply import Reply
from bot.telegram.queue import conversations, inbox, outbox
from bot.telegram.queue.inbox import Claim
from bot.telegram.queue.outbox import Post
from bot.telegram.updates.answering import Outcome, Work

AGAIN_SECONDS = 0.1  # before the next try of an update whose handler failed


def finish(sql: Connection, work: Work, outcomes: Sequence[Outcome], now: float) -> set[int]:
    """Write how claims ended and let go of their chats.

    Returns the ids of what was written: all but what another replica took over or was deleted meanwhile.
    """
    if not outcomes:
        return set()
    wanted = inbox.held(sql, work.bot_id, work.owner, [outcome.claim.id for outcome in outcomes])
    valid = [outcome for outcome in outcomes if outcome.claim.id in wanted]
    for outcome in valid:
        if outcome.error is not None:
            inbox.mark_failed(sql, outcome.claim.id, outcome.error, aside=outcome.aside)
    inbox.mark_done(sql, [outcome.claim.id for outcome in valid if outcome.error is None])
    replies = [(outcome.claim, outcome.reply) for outcome in valid]
    outbox.enqueue(sql, work.bot_id, [_post(sql, claim, reply) for claim, reply in replies], now)
    talks = [reply.talk for claim, reply in replies if reply.talk and reply.talk != claim.conversation]
    conversations.save(sql, talks, now)
    conversations.add_buttons(sql, [button for _, reply in replies for button in reply.buttons], now)
    conversations.mark_pressed(sql, [reply.pressed for _, reply in replies if reply.pressed], now)
    again = {outcome.claim.chat for outcome in outcomes if outcome.error and not outcome.aside}
    inbox.give_back(sql, work.bot_id, work.owner, {outcome.claim.chat for outcome in outcomes} - again, now)
    inbox.give_back(sql, work.bot_id, work.owner, again, now + AGAIN_SECONDS)
    return wanted


def _post(sql: Connection, claim: Claim, reply: Reply) -> Post:
    messages = reply.messages
    if reply.forget is not None:
        messages = (reply.forget(conversations.forget(sql, claim.conversation.person)),)
    return Post(claim.chat, claim.conversation.person, messages)


def give_back(sql: Connection, work: Work, claims: Sequence[Claim]) -> None:
    """Let go of what was claimed and not begun; it stands in line where it stood before."""
    inbox.mark_unbegun(sql, inbox.held(sql, work.bot_id, work.owner, [claim.id for claim in claims]))
    for claim in claims:
        inbox.give_back(sql, work.bot_id, work.owner, [claim.chat], claim.received)
