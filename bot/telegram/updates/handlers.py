"""From an update to a reply. Runs in a thread; whatever it needs of the outside stands in ``HandlerContext``."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, replace

from telegram import Bot

from bot.answering.next_steps import OF_KINDS, PERSON, wanted_by
from bot.presentation.messages import message
from bot.settings import Contact
from bot.telegram.applications.drafts import NOTHING_KEPT, kept_forms
from bot.telegram.delivery.answer_reply import answer_reply, asked_by
from bot.telegram.delivery.reply import NO_REPLY, AssistantProtocol, IncomingQuestion, Reply, TapResult, text_reply
from bot.telegram.delivery.service_facts import NO_FACTS, Place, ServiceFacts
from bot.telegram.forms import form_entry, form_talk, form_taps
from bot.telegram.forms.requests import tap_of as tap_of_form
from bot.telegram.handoff_talk import staff_side, taps, user_side
from bot.telegram.queue import conversations
from bot.telegram.queue.audience.group_chats import GroupChange, GroupEvent
from bot.telegram.queue.conversations import DOUBLE_TAP_SECONDS, Button
from bot.telegram.queue.inbox import Claim
from bot.telegram.queue.transactions import TransactionRunner
from bot.telegram.staff_talk import entry
from bot.telegram.staff_talk.desk import StaffDesk
from bot.telegram.staff_talk.requests import tap_of as tap_of_staff
from bot.telegram.typed_text import command_of, without
from bot.telegram.update import CallbackQuery, ContentKind, IncomingUpdate, Message, parse_update
from bot.telegram.updates import commands, own_data, threads, voting, welcome
from bot.telegram.updates.commands import COMMANDS
from bot.telegram.updates.question_limits import (
    NO_LIMITS,
    QuestionLimits,
    Refusing,
    TooManyQuestionsError,
    refused_reply,
)
from bot.telegram.updates.welcome import OWN_PREFIX
from knowledge.settings import NO_PROGRAMME, Programme

NOTICES = {  # the text for what somebody sent without words
    ContentKind.FILE: "media_file",
    ContentKind.SPEECH: "media_speech",
    ContentKind.STICKER: "media_sticker",
    ContentKind.PLACE: "media_place",
    ContentKind.CONTACT: "media_contact",
    ContentKind.POLL: "media_poll",
}


@dataclass(frozen=True)
class HandlerContext:
    """What handlers work with. ``acknowledge`` answers a callback query (chat, id, text) and does not wait.

    ``late_after``: seconds of waiting after which an answer says that it is late.
    """

    bot: Bot
    assistant: AssistantProtocol
    transactions: TransactionRunner
    acknowledge: Callable[[int, str, str], None]
    late_after: float
    contacts: tuple[Contact, ...] = ()
    programme: Programme = NO_PROGRAMME
    questions: QuestionLimits = NO_LIMITS
    facts: ServiceFacts = NO_FACTS
    desk: StaffDesk | None = None


def handle(claim: Claim, context: HandlerContext) -> Reply:
    """The reply to a claimed update. Raises whatever goes wrong."""
    update, now = parse_update(claim.payload), time.time()
    if full := context.questions.full(claim, now):
        context = replace(context, assistant=Refusing(full))
    try:
        incoming = _incoming(update, claim, context, now)
        return form_entry.beside(incoming, _reply(incoming, claim, context))
    except TooManyQuestionsError as error:
        return refused_reply(_incoming(update, claim, context, now), error.window)


def _reply(incoming: IncomingQuestion, claim: Claim, context: HandlerContext) -> Reply:
    update = incoming.update
    if update.callback_query:
        return _on_button(incoming, update.callback_query, claim, context)
    if update.membership:
        return welcome.on_membership(incoming, update.membership)
    if update.moved_to is not None:
        return Reply(group=GroupEvent(GroupChange.MOVED, update.moved_to))
    if update.message is None:
        return NO_REPLY
    name, target, rest = command_of(incoming.text)
    if target.lower() not in ("", (context.bot.username or "").lower()):
        return NO_REPLY
    if (reply := _with_staff(incoming, update.message, (name.lower(), rest), claim, context)) is not None:
        return reply
    if not is_for_us(incoming, update.message, context.bot):
        return NO_REPLY
    if not update.is_edit and not name and (reply := form_talk.typed(incoming, update.message)):
        return reply
    if update.is_edit or update.message.album:
        return _on_more(incoming, update.message, claim, context)
    return _on_message(incoming, update.message, claim, context)


def _with_staff(
    incoming: IncomingQuestion, said: Message, typed: tuple[str, str], claim: Claim, context: HandlerContext
) -> Reply | None:
    """What becomes of a message of a hand-off, whichever side wrote it, and of what staff do; None for any other."""
    command, _ = typed
    reply = user_side.passed_on(incoming, said, command, claim, context.transactions)
    if reply is None:
        routed = staff_side.routed(incoming, said, typed, claim, context.transactions)
        return routed or entry.asked(incoming, said, typed, context.bot.id, context.desk, context.transactions)
    if command == "delete_my_data" and reply.handoff:  # which ends it, and then is asked as ever
        return replace(commands.run(command, incoming, context.assistant), handoff=reply.handoff)
    return reply


def _incoming(update: IncomingUpdate, claim: Claim, context: HandlerContext, now: float) -> IncomingQuestion:
    asked = None if update.callback_query else update.message
    sent = min(asked.edited or asked.date, claim.received) if asked else claim.received
    late = now - max(sent, 0) > context.late_after
    places = context.facts.places(claim.chat_id, private=update.private)
    person = claim.conversation.person
    kept = Place.FORMS in places and context.transactions.run_in_this_thread(lambda sql: kept_forms(sql, person))
    return IncomingQuestion(
        update,
        asked.text if asked else "",
        claim.conversation,
        now,
        late,
        context.contacts,
        context.programme,
        context.facts,
        places,
        context.bot.username or "",
        kept=kept or NOTHING_KEPT,
        chat_id=claim.chat_id,
    )


def is_for_us(incoming: IncomingQuestion, question: Message, bot: Bot) -> bool:
    """Whether a message is for the bot: in private all are; in a group commands, replies to it, and its name."""
    user = incoming.update.user
    if (user and user.is_bot and not question.sent_as_chat) or question.kind is ContentKind.SERVICE:
        return False
    if incoming.private or incoming.text.startswith("/"):
        return True
    to_bot = question.replied is not None and question.replied.author == bot.id
    return to_bot or f"@{bot.username}".lower() in incoming.text.lower()


def _on_more(incoming: IncomingQuestion, question: Message, claim: Claim, context: HandlerContext) -> Reply:
    """A message that was edited, or one more part of an album: of both there is one answer."""
    earlier = threads.earlier_answer(incoming, claim, context.transactions)
    if not threads.says_more(incoming, question, earlier):
        return NO_REPLY
    if incoming.update.is_edit and earlier is None and (reply := form_talk.typed(incoming, question)):
        return reply
    if incoming.update.is_edit and threads.is_late(question):
        return text_reply(incoming, "edited") if incoming.private and earlier else NO_REPLY
    return _on_message(threads.in_place_of(incoming, question, earlier), question, claim, context)


def _on_message(incoming: IncomingQuestion, question: Message, claim: Claim, context: HandlerContext) -> Reply:
    incoming = threads.in_context(incoming, claim, context.transactions, context.bot.id)
    name, _, rest = command_of(incoming.text)
    if name:
        return commands.run(name.lower(), incoming, context.assistant, rest)
    if not incoming.text:
        return text_reply(incoming, NOTICES.get(question.kind, "text_only"))
    text = incoming.text if incoming.private else without(incoming.text, f"@{context.bot.username}")
    return commands.ask(incoming, context.assistant, text)


def _on_button(incoming: IncomingQuestion, query: CallbackQuery, claim: Claim, context: HandlerContext) -> Reply:
    own = taps.tapped(incoming, query, claim, context.transactions)
    button = None if own else _public(query, incoming) or _kept(query, context)
    refusal = "" if own else _refusal(button, incoming)
    if button and not refusal:
        own = _own_tap(incoming, button, context)
    toast = message(refusal, incoming.language) if refusal else own.toast if own else ""
    if claim.claims == 1:  # Telegram takes one answer to a query; another try must not give a second
        context.acknowledge(claim.chat, query.id, toast)
    if own:
        return own.reply
    if refusal or button is None:
        return NO_REPLY
    incoming = threads.in_context(incoming, claim, context.transactions, context.bot.id)
    below = incoming.update.message
    edits = below.id if below and button.in_place else None
    return replace(_carry_out(incoming, button.request, context, edits), pressed=button.token)


def _kept(query: CallbackQuery, context: HandlerContext) -> Button | None:
    return context.transactions.run_in_this_thread(lambda sql: conversations.find_button(sql, query.data))


def _public(query: CallbackQuery, incoming: IncomingQuestion) -> Button | None:
    """A button that means the same to everybody, below a message after which nothing may be kept of its reader."""
    if query.data != conversations.PUBLIC_HELP:
        return None
    return Button(query.data, incoming.conversation.person, f"{OWN_PREFIX}open help")


def _own_tap(incoming: IncomingQuestion, button: Button, context: HandlerContext) -> TapResult | None:
    """What a vote button, the one to be told or one of a form does; None for any other."""
    if vote := voting.tapped(incoming, button, context.transactions):
        return vote
    if of_staff := tap_of_staff(button.request):
        page = entry.tapped(incoming, of_staff, context.desk, context.transactions)
        return TapResult("", replace(page, pressed=button.token)) if page else None
    tap = tap_of_form(button.request)
    if tap is None:
        return None
    done = form_taps.tapped(incoming, tap)
    return replace(done, reply=replace(done.reply, pressed=button.token))


def _refusal(button: Button | None, incoming: IncomingQuestion) -> str:
    """The key of the text for a tap that changes nothing, empty when the tap counts."""
    if button is None:
        return "button_stale"
    if button.person != incoming.conversation.person:
        return "button_foreign"
    # A tap of the future is none of just now: the clock was set back since.
    double = button.pressed is not None and abs(incoming.now - button.pressed) < DOUBLE_TAP_SECONDS
    return "button_again" if double else ""


def _carry_out(incoming: IncomingQuestion, request: str, context: HandlerContext, edits: int | None) -> Reply:
    opened = wanted_by(request).get("open")
    by_command = isinstance(context.assistant, Refusing) or incoming.staff_terms is not None
    in_language_of_talk = (*OF_KINDS.values(), *(() if by_command else (PERSON,)))
    if opened in COMMANDS and opened not in in_language_of_talk:
        return commands.run(str(opened), incoming, context.assistant)
    if not request.startswith(OWN_PREFIX):
        answer = context.assistant.press(request, incoming.turns, interface_language=incoming.language)
        return answer_reply(incoming, answer, asked_by(request), edits)
    verb, _, what = request[len(OWN_PREFIX) :].partition(" ")
    if verb == "role":
        return welcome.role(incoming, what)
    if verb == "language":
        return commands.set_language(incoming, what)
    if verb == "open":
        return commands.run(what, incoming, context.assistant)
    return own_data.decide_deletion(incoming, what)
