"""How claims ended, written to SQL: a reply, its buttons, what is remembered and "done" in one transaction."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from sqlalchemy import Connection

from bot.telegram.applications import drafts, handling
from bot.telegram.feedback import votes
from bot.telegram.handoffs import changes, retention
from bot.telegram.open_questions import open_questions
from bot.telegram.queue import conversations, inbox, outbox
from bot.telegram.queue.audience import group_chats
from bot.telegram.queue.audience.personal_data import kept_of
from bot.telegram.queue.inbox import Claim
from bot.telegram.queue.outgoing import delivered_answers
from bot.telegram.queue.outgoing.messages import MessageBatch
from bot.telegram.runtime.counting import count
from bot.telegram.staff import audit
from bot.telegram.updates import question_limits
from bot.telegram.updates.answering import HandlerResult, WorkerContext

RETRY_SECONDS = 0.1  # before the next try of an update whose handler failed


def commit_results(sql: Connection, context: WorkerContext, results: Sequence[HandlerResult], now: float) -> set[int]:
    """Write how claims ended and let go of their chats.

    Returns the ids of what was written: all but what another replica took over or was deleted meanwhile, and what rests
    on a hand-off that has begun or ended meanwhile, or on an application that stands otherwise, which is handled anew.
    """
    if not results:
        return set()
    held = inbox.held(sql, context.bot_id, context.owner, [result.claim.id for result in results])
    held -= changes.outdated(sql, [(one.claim, one.reply.handoff) for one in results if one.claim.id in held])
    held -= _late_deeds(sql, [one for one in results if one.claim.id in held])
    valid = [result for result in results if result.claim.id in held]
    for result in valid:
        if result.error is not None:
            inbox.mark_failed(sql, result.claim.id, result.error, dead_letter=result.dead_letter)
    inbox.mark_done(sql, [result.claim.id for result in valid if result.error is None])
    replies = [(result.claim, result.reply) for result in valid]
    batches = [batch for result in valid for batch in _batches(sql, context.bot_id, result, now)]
    for claim, reply in replies:
        if reply.form:
            drafts.write(sql, reply.form, claim.conversation.person, claim.id, now)
        if reply.agreement:
            open_questions.agree(sql, reply.agreement, claim.conversation.person, claim.chat_id)
    deeds = [reply.staff for _, reply in replies if reply.staff]
    audit.note(sql, deeds, context.facts.staff.audit_days, now)
    outbox.enqueue(sql, context.bot_id, delivered_answers.remember(sql, context.bot_id, batches, now), now)
    remembered = [reply.conversation for claim, reply in replies if reply.conversation != claim.conversation]
    conversations.save(sql, [conversation for conversation in remembered if conversation], now)
    rated, opinions = [one.rated for _, one in replies if one.rated], [one.opinion for _, one in replies if one.opinion]
    votes.add(sql, rated, now)
    events = votes.give(sql, opinions, now)
    events += open_questions.note(sql, rated, context.facts.open_days, now)
    events += open_questions.follow_votes(sql, opinions, context.facts.open_days, now)
    for deed in deeds:
        events += handling.write(sql, deed.change, now) if deed.change else []
    conversations.add_buttons(sql, [button for _, reply in replies for button in reply.buttons], now)
    question_limits.count(sql, [(claim.conversation.person, reply) for claim, reply in replies], now)
    conversations.mark_pressed(sql, [reply.pressed for _, reply in replies if reply.pressed], now)
    again = {result.claim.chat for result in results if result.error and not result.dead_letter}
    inbox.release(sql, context.bot_id, context.owner, {result.claim.chat for result in results} - again, now)
    inbox.release(sql, context.bot_id, context.owner, again, now + RETRY_SECONDS)
    count(sql, context, replies, events, now)
    return held


def _late_deeds(sql: Connection, results: Sequence[HandlerResult]) -> set[int]:
    """The ids of the claims in which staff change an application that somebody else has changed meanwhile."""
    changes = [(one.claim.id, one.reply.staff.change) for one in results if one.reply.staff and one.reply.staff.change]
    late = handling.outdated(sql, [change for _, change in changes])
    return {id for place, (id, _) in enumerate(changes) if place in late}


def expects_delivery(result: HandlerResult) -> bool:
    """Whether a question ends only when its reply has arrived."""
    reply = result.reply
    return result.error is None and bool(reply.messages or reply.forget or reply.show)


def _batches(sql: Connection, bot: int, result: HandlerResult, now: float) -> list[MessageBatch]:
    """What goes to the other side of a hand-off, and then the reply."""
    claim, reply = result.claim, result.reply
    contents, person = reply.messages, claim.conversation.person
    told = changes.write(sql, bot, claim, reply.handoff, now) if reply.handoff else []
    if result.dead_letter and claim.handoff:
        told, contents = changes.not_passed_on(sql, claim, claim.handoff), ()
    if reply.forget is not None:
        gone = conversations.forget(sql, person)
        handed_off, told = retention.forget(sql, person)
        gone = replace(gone, votes=votes.forget(sql, person), forms=drafts.forget(sql, person), handoffs=handed_off)
        contents = (reply.forget(replace(gone, open_questions=open_questions.forget(sql, person))),)
    elif reply.show is not None:
        kept = replace(kept_of(sql, person, now), handoffs=retention.count_of(sql, person))
        kept = replace(kept, open_questions=open_questions.count_of(sql, person))
        contents = (reply.show(replace(kept, forms=drafts.count_of(sql, person))),)
    elif reply.group is not None and not group_chats.note(sql, bot, claim.chat_id, reply.group, now):
        contents = ()
    status = reply.status if expects_delivery(result) else None
    return [*told, MessageBatch(claim.chat_id, person, contents, claim.id, status, reply.notice, reply.answered)]


def release_unstarted(sql: Connection, context: WorkerContext, claims: Sequence[Claim]) -> None:
    """Let go of what was claimed and not begun; it stands in line where it stood before."""
    inbox.undo_claims(sql, inbox.held(sql, context.bot_id, context.owner, [claim.id for claim in claims]))
    for claim in claims:
        inbox.release(sql, context.bot_id, context.owner, [claim.chat], inbox.first_turn(claim.received))
