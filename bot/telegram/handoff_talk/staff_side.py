"""What staff write in their chat: in the topic of a hand-off, in reply to one of its messages, or by its number."""

from __future__ import annotations

from dataclasses import replace

from sqlalchemy import Connection

from bot.telegram.delivery.reply import NO_REPLY, IncomingQuestion, Reply, addressed
from bot.telegram.handoff_talk.taps import ended
from bot.telegram.handoffs.changes import HandoffAct, HandoffChange
from bot.telegram.handoffs.handoff import EndedBy, Handoff, HandoffState, of_message, of_number, of_topic
from bot.telegram.handoffs.terms import HandoffTerms
from bot.telegram.handoffs.wording import copied, from_staff, note
from bot.telegram.queue.inbox import Claim
from bot.telegram.queue.outgoing.messages import MessageContent
from bot.telegram.queue.transactions import TransactionRunner
from bot.telegram.receipt_numbers import NUMBER
from bot.telegram.update import ContentKind, Message, RepliedMessage

REPLY, CLOSE = "reply", "close"
AMONG_STAFF = "//"  # begins what the user is not to read


def routed(
    incoming: IncomingQuestion, said: Message, typed: tuple[str, str], claim: Claim, transactions: TransactionRunner
) -> Reply | None:
    """What becomes of a message in the staff chat; None where it is of no hand-off. ``typed``: its command, and what
    follows it.
    """
    terms, (command, rest) = incoming.facts.handoffs, typed
    if terms is None or claim.chat_id != terms.staff_chat or not _of_people(said):
        return None
    number, _, text = rest.partition(" ") if command == REPLY else ("", "", said.text)
    handoff = transactions.run_in_this_thread(lambda sql: _found(sql, terms.staff_chat, said, number))
    if handoff is None or (command and command not in (REPLY, CLOSE)):
        return None
    if handoff.state is not HandoffState.OPEN:
        return _told(incoming, handoff, "handoff.note_over")
    if command == CLOSE:
        return ended(handoff.id, EndedBy.STAFF)
    if command == REPLY and not text.strip():
        return _told(incoming, handoff, "handoff.note_reply_how")
    contents = _contents(handoff, incoming, said, text, terms)
    if not contents:
        return NO_REPLY
    change = HandoffChange(HandoffAct.TO_USER, handoff.id, contents=contents, time=terms.silent)
    return replace(NO_REPLY, handoff=change, status="to_user")


def _of_people(said: Message) -> bool:
    """Whether somebody wrote it, if only in the name of the chat; not a bot, and not Telegram."""
    by_bot = said.author is not None and said.author.is_bot and not said.sent_as_chat
    return not by_bot and said.kind is not ContentKind.SERVICE


def _found(sql: Connection, staff_chat: int, said: Message, number: str) -> Handoff | None:
    if number:
        return of_number(sql, number)
    if said.replied and (handoff := _of_reply(sql, staff_chat, said.replied)):
        return handoff
    if not said.thread:
        return None
    return of_topic(sql, staff_chat, said.thread) or of_message(sql, staff_chat, said.thread)  # a topic of before


def _of_reply(sql: Connection, staff_chat: int, replied: RepliedMessage) -> Handoff | None:
    """By the message's id; of one that a crash has sent twice, only the second is known by it, both by their number."""
    named = NUMBER.search(replied.text)
    return of_message(sql, staff_chat, replied.id) or (of_number(sql, named[0]) if named else None)


def _contents(
    handoff: Handoff, incoming: IncomingQuestion, said: Message, text: str, terms: HandoffTerms
) -> tuple[MessageContent, ...]:
    if said.text.startswith(AMONG_STAFF) or (incoming.update.is_edit and said.edited is None):
        return ()
    if incoming.update.is_edit:
        return from_staff(handoff, text, said.id, "handoff.from_staff_edited")
    if said.kind is not ContentKind.TEXT:
        return copied(handoff, terms.staff_chat, said.id)
    return from_staff(handoff, text, said.id)


def _told(incoming: IncomingQuestion, handoff: Handoff, key: str) -> Reply:
    """A note to staff below what they wrote."""
    (shown,) = note(handoff, key)
    return replace(NO_REPLY, messages=(replace(addressed(incoming, shown.text), handoff=None),), status="handoff_note")
