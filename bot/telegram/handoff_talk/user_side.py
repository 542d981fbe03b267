"""What a user writes while staff answer: it goes to them as it is, and the bot says nothing."""

from __future__ import annotations

import html
from dataclasses import replace

from bot.presentation.messages import message
from bot.telegram.delivery.reply import NO_REPLY, IncomingQuestion, Reply, addressed
from bot.telegram.forms.form_texts import contacts
from bot.telegram.handoff_talk.taps import ended
from bot.telegram.handoffs.changes import HandoffAct, HandoffChange
from bot.telegram.handoffs.handoff import EndedBy, Handoff, find
from bot.telegram.handoffs.terms import HandoffTerms
from bot.telegram.handoffs.wording import copied, from_user, help_row
from bot.telegram.queue.inbox import Claim
from bot.telegram.queue.outgoing.messages import MessageContent
from bot.telegram.queue.transactions import TransactionRunner
from bot.telegram.update import ContentKind, Message

ENDS = frozenset({"cancel", "delete_my_data"})  # commands that end it; all others are for staff to read


def passed_on(
    incoming: IncomingQuestion, said: Message, command: str, claim: Claim, transactions: TransactionRunner
) -> Reply | None:
    """What becomes of a message; None where no hand-off is open in its chat."""
    id = claim.handoff
    if id is None:
        return None
    if command in ENDS and not incoming.update.is_edit:
        return ended(id, EndedBy.USER)
    handoff = transactions.run_in_this_thread(lambda sql: find(sql, id))
    if handoff is None:  # its key is gone, and with it whom to ask
        return _unreadable(incoming, id)
    contents = _contents(handoff, incoming, said, claim.chat_id)
    if not contents:
        return NO_REPLY
    time = (incoming.facts.handoffs or HandoffTerms(handoff.staff_chat)).unanswered
    change = HandoffChange(HandoffAct.TO_STAFF, id, contents=contents, time=time)
    return replace(NO_REPLY, handoff=change, status="to_staff")


def _unreadable(incoming: IncomingQuestion, id: str) -> Reply:
    text = message("handoff.ended_unreachable", incoming.language, contacts=contacts(incoming))
    shown = replace(addressed(incoming, html.escape(text, quote=False)), keyboard=help_row(incoming.language))
    return replace(ended(id, EndedBy.UNREACHABLE), messages=(shown,))


def _contents(handoff: Handoff, incoming: IncomingQuestion, said: Message, chat_id: int) -> tuple[MessageContent, ...]:
    if said.kind is ContentKind.SERVICE or (incoming.update.is_edit and said.edited is None):
        return ()  # nobody said anything: a pinned message, a link's preview
    if incoming.update.is_edit:
        return from_user(handoff, said.text, said.id, "handoff.from_user_edited")
    if said.kind is not ContentKind.TEXT:
        return copied(handoff, chat_id, said.id)
    key = "handoff.from_user_forwarded" if said.forwarded else "handoff.from_user"
    return from_user(handoff, said.text, said.id, key)
