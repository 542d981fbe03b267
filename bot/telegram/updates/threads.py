"""What a message points at: the answer or question that it replies to; the answer that it has already, when it was
edited or is one more part of an album.
"""

from __future__ import annotations

from dataclasses import replace

from bot.answer import Turn
from bot.telegram.delivery.reply import IncomingQuestion
from bot.telegram.queue.conversations import TURN_SECONDS
from bot.telegram.queue.inbox import Claim
from bot.telegram.queue.outgoing import delivered_answers
from bot.telegram.queue.outgoing.delivered_answers import RememberedAnswer
from bot.telegram.queue.transactions import TransactionRunner
from bot.telegram.update import Message
from knowledge.text.pii import masked

EDIT_SECONDS = 600.0  # after which an edited question is not answered anew


def in_context(
    incoming: IncomingQuestion, claim: Claim, transactions: TransactionRunner, bot_id: int
) -> IncomingQuestion:
    """``incoming`` with the turns that it leans on: those up to the answer that it replies to or whose button it is.

    Of an answer to somebody else that turn alone; of a question that has no answer, that question. A reply to any other
    message of the bot means the bot, and leans on the last turns, unless that message is older than all of them.
    """
    message, now, chat = incoming.update.message, incoming.now, claim.chat_id
    replied = incoming.message.replied if incoming.message else None
    number = replied.id if replied else message.id if message and incoming.update.callback_query else None
    if number is None:
        return incoming
    answer = transactions.run_in_this_thread(lambda sql: delivered_answers.of_message(sql, chat, number, now))
    if answer is None and replied and replied.author != bot_id:
        key = replied.key
        answer = transactions.run_in_this_thread(lambda sql: delivered_answers.to_message(sql, chat, key, now))
        incoming = replace(incoming, pointed_at=replied.text.strip())
    if answer and answer.turn:
        return replace(incoming, before=incoming.conversation.turns_until(answer.turn, now))
    if incoming.pointed_at:
        return replace(incoming, before=(Turn(masked(incoming.pointed_at)[0]),))
    forgotten = replied is not None and replied.date <= now - TURN_SECONDS
    return replace(incoming, before=()) if forgotten else incoming


def earlier_answer(
    incoming: IncomingQuestion, claim: Claim, transactions: TransactionRunner
) -> RememberedAnswer | None:
    """The answer that the message of ``incoming``, or its album, has already."""
    message, now = incoming.message, incoming.now
    if message is None:
        return None
    key = message.key
    return transactions.run_in_this_thread(lambda sql: delivered_answers.to_message(sql, claim.chat_id, key, now))


def says_more(incoming: IncomingQuestion, message: Message, earlier: RememberedAnswer | None) -> bool:
    """Whether an edited message, or one more part of an album, says what is not answered yet."""
    if incoming.update.is_edit:
        changed = earlier is None or earlier.text != masked(message.text)[0]
        return message.edited is not None and bool(message.text) and changed
    return earlier is None or bool(message.text and not earlier.text)


def is_late(message: Message) -> bool:
    """Whether a message was edited so long after it was sent that it is not answered anew."""
    return message.edited is not None and message.edited - message.date > EDIT_SECONDS


def in_place_of(incoming: IncomingQuestion, message: Message, earlier: RememberedAnswer | None) -> IncomingQuestion:
    """``incoming`` as it would have been asked instead of what ``earlier`` answers."""
    if earlier is None:
        return incoming
    talk = incoming.conversation
    before = talk.turns_before(message.key, incoming.now) if earlier.turn else None
    if earlier.introduced:  # who answers here stood in the message that is edited
        talk = replace(talk, notice=None)
    again = earlier.turn is not None
    return replace(incoming, conversation=talk, before=before, replaces=earlier.question, again=again)
