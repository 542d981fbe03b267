"""What somebody sees before anything goes to staff: what would be sent, when it is read; and that they may agree."""

from __future__ import annotations

import html
import secrets
from dataclasses import replace

from bot.presentation.messages import message
from bot.telegram.delivery.reply import IncomingQuestion, Reply, text_reply, with_notice
from bot.telegram.forms.form_texts import MARK, contacts
from bot.telegram.handoffs.changes import HandoffAct, HandoffChange
from bot.telegram.handoffs.handoff import Handoff
from bot.telegram.handoffs.terms import DAY, HandoffTerms
from bot.telegram.handoffs.wording import DECLINE, SEND, button, history, shortened
from bot.telegram.receipt_numbers import new_number

MOST_QUESTION, MOST_TURN = 1200, 150  # UTF-16 units of each that the preview shows; all of the question is sent
MOST_ANSWER = 1000  # UTF-16 units of an answer that staff see
REFUSALS = 3  # in a row, after which staff are offered


def previewed(incoming: IncomingQuestion, terms: HandoffTerms, question: str = "") -> Reply:
    """What would be sent to staff: ``question``, else the last one, with what was said before."""
    return with_notice(incoming, _preview(incoming, terms, question))


def _preview(incoming: IncomingQuestion, terms: HandoffTerms, question: str) -> Reply:
    handoff = _handoff(incoming, terms, question)
    days = str(round(terms.keep / DAY))
    when = terms.when(incoming.now, incoming.language)
    reply = text_reply(incoming, "handoff.preview", typed=MARK, when=when, days=days)
    sends = button(handoff, SEND, message("handoff.agree", incoming.language))
    declines = button(handoff, DECLINE, message("handoff.decline", incoming.language))
    (shown,) = reply.messages
    text = shown.text.replace(MARK, html.escape(_sent(handoff), quote=False))
    change = HandoffChange(HandoffAct.PREVIEW, handoff.id, handoff)
    messages = (replace(shown, text=text, keyboard=(sends, declines)),)
    return replace(reply, messages=messages, buttons=(), handoff=change)


def _sent(handoff: Handoff) -> str:
    question = shortened(handoff.question, MOST_QUESTION) or message("handoff.no_question", handoff.language)
    before = history(handoff, handoff.language, MOST_TURN)
    return f"{question}\n\n{message('handoff.before', handoff.language)}\n{before}" if before else question


def _handoff(incoming: IncomingQuestion, terms: HandoffTerms, question: str) -> Handoff:
    turns = [(turn.question, turn.answer) for turn in incoming.conversation.recent_turns(incoming.now) if turn.question]
    if not question and turns:
        question = turns[-1][0]
    return Handoff(
        id=secrets.token_urlsafe(12),
        number=new_number(incoming.now),
        person=incoming.conversation.person,
        user_chat=incoming.chat_id,
        staff_chat=terms.staff_chat,
        language=incoming.language,
        staff_language=terms.language,
        question=question,
        turns=tuple((asked, shortened(said, MOST_ANSWER)) for asked, said in turns),
        office=contacts(incoming),
        keep=terms.keep,
    )


def after_refusals(incoming: IncomingQuestion, reply: Reply) -> Reply:
    """``reply``, and below it what would be sent to staff, when it is the third refusal in a row."""
    terms, talk = incoming.staff_terms, reply.conversation
    refusals = talk.refusals(incoming.now) if talk else 0
    if terms is None or talk is None or not refusals or refusals % REFUSALS or incoming.replaces is not None:
        return reply
    offered = _preview(replace(incoming, conversation=talk), terms, "")
    return replace(reply, messages=(*reply.messages, *offered.messages), handoff=offered.handoff)
