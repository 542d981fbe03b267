"""What the buttons of hand-offs do, and any other button while staff answer."""

from __future__ import annotations

from dataclasses import replace

from bot.presentation.messages import message
from bot.telegram.delivery.reply import NO_REPLY, IncomingQuestion, Reply, TapResult, text_reply
from bot.telegram.handoffs.changes import HandoffAct, HandoffChange
from bot.telegram.handoffs.handoff import EndedBy, Handoff, HandoffState, find
from bot.telegram.handoffs.wording import CLOSE, DECLINE, END, SEND, TOKEN, button
from bot.telegram.queue.inbox import Claim
from bot.telegram.queue.transactions import TransactionRunner
from bot.telegram.update import CallbackQuery


def tapped(
    incoming: IncomingQuestion, query: CallbackQuery, claim: Claim, transactions: TransactionRunner
) -> TapResult | None:
    """What a tap on a button of a hand-off does; of any other button None, but while staff answer in its chat."""
    kind, _, rest = query.data.partition(" ")
    if kind != TOKEN:
        return TapResult(message("handoff.busy", incoming.language)) if claim.handoff else None
    verb, _, id = rest.partition(" ")
    handoff = transactions.run_in_this_thread(lambda sql: find(sql, id))
    if handoff is None:
        return TapResult(message("handoff.old_button", incoming.language))
    if verb == CLOSE:
        return _closed(incoming, handoff, claim.chat_id)
    if handoff.person != incoming.conversation.person or handoff.user_chat != claim.chat_id:
        return TapResult(message("button_foreign", incoming.language))
    return _own(incoming, handoff, verb, claim)


def _own(incoming: IncomingQuestion, handoff: Handoff, verb: str, claim: Claim) -> TapResult:
    if verb == END and handoff.state is HandoffState.OPEN:
        return TapResult("", ended(handoff.id, EndedBy.USER))
    if handoff.state is not HandoffState.PREVIEWED:
        return TapResult(message("handoff.old_button", incoming.language))
    if claim.handoff:
        return TapResult(message("handoff.busy", incoming.language))
    talk = replace(incoming, reply_in=handoff.language)
    if verb == DECLINE:
        return TapResult("", _in_place(talk, handoff, text_reply(talk, "handoff.declined"), HandoffAct.DECLINE))
    terms = incoming.staff_terms
    if verb != SEND or terms is None:
        return TapResult(message("handoff.old_button", incoming.language))
    reply = text_reply(talk, "handoff.opened", when=terms.when(talk.now, talk.language), number=handoff.number)
    ends = button(handoff, END, message("handoff.end", talk.language))
    shown = replace(reply.messages[0], keyboard=(ends,))
    opened = replace(reply, messages=(shown,), buttons=())
    return TapResult("", _in_place(talk, handoff, opened, HandoffAct.OPEN, terms.unanswered))


def _in_place(incoming: IncomingQuestion, handoff: Handoff, reply: Reply, act: HandoffAct, time: float = 0.0) -> Reply:
    """``reply`` where the preview stood."""
    below = incoming.update.message
    shown = replace(reply.messages[0], edits=below.id if below else None)
    return replace(reply, messages=(shown,), handoff=HandoffChange(act, handoff.id, time=time))


def _closed(incoming: IncomingQuestion, handoff: Handoff, chat_id: int) -> TapResult:
    if chat_id != handoff.staff_chat:
        return TapResult(message("button_foreign", incoming.language))
    if handoff.state is not HandoffState.OPEN:
        return TapResult(message("handoff.old_button", handoff.staff_language))
    return TapResult("", ended(handoff.id, EndedBy.STAFF))


def ended(id: str, by: EndedBy) -> Reply:
    """The end of a hand-off; what is said of it is written with the end."""
    return replace(NO_REPLY, handoff=HandoffChange(HandoffAct.END, id, by=by), status="handoff_ended")
