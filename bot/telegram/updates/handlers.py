"""From an update to a reply. Runs in a thread; whatever it needs of the outside stands in ``HandlerContext``."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, replace

from telegram import Bot

from bot.answering.next_steps import PERSON, wanted_by
from bot.presentation.messages import message
from bot.settings import Contact
from bot.telegram.delivery.reply import (
    NO_REPLY,
    AssistantProtocol,
    IncomingQuestion,
    Reply,
    answer_reply,
    question_of,
    text_reply,
)
from bot.telegram.feedback import votes
from bot.telegram.feedback.vote_buttons import tap_of
from bot.telegram.queue import conversations
from bot.telegram.queue.conversations import DOUBLE_TAP_SECONDS, Button
from bot.telegram.queue.inbox import Claim
from bot.telegram.queue.transactions import TransactionRunner
from bot.telegram.update import CallbackQuery, IncomingUpdate, Message, parse_update
from bot.telegram.updates import commands
from bot.telegram.updates.commands import COMMANDS, GUIDED_LISTS, OWN_PREFIX, Command
from bot.telegram.updates.question_limits import (
    NO_LIMITS,
    QuestionLimits,
    Refusing,
    TooManyQuestionsError,
    refused_reply,
)
from bot.telegram.updates.voting import CountedTap, counted
from knowledge.settings import NO_PROGRAMME, Programme


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


def handle(claim: Claim, context: HandlerContext) -> Reply:
    """The reply to a claimed update. Raises whatever goes wrong."""
    update, now = parse_update(claim.payload), time.time()
    if full := context.questions.full(claim, now):
        context = replace(context, assistant=Refusing(full))
    try:
        return _reply(update, claim, context, now)
    except TooManyQuestionsError as error:
        return refused_reply(_incoming(update, claim, context, now), error.window)


def _reply(update: IncomingUpdate, claim: Claim, context: HandlerContext, now: float) -> Reply:
    if update.callback_query:
        return _on_button(_incoming(update, claim, context, now), update.callback_query, claim, context)
    if update.message is None:
        return NO_REPLY
    incoming = _incoming(update, claim, context, now)
    if update.is_edit:
        return _on_edit(incoming, update.message)
    return _on_message(incoming, context) if _is_for_us(incoming, update.message, context.bot) else NO_REPLY


def _incoming(update: IncomingUpdate, claim: Claim, context: HandlerContext, now: float) -> IncomingQuestion:
    asked = None if update.callback_query else update.message
    sent = min(asked.date, claim.received) if asked else claim.received
    late = now - max(sent, 0) > context.late_after
    return IncomingQuestion(
        update, asked.text if asked else "", claim.conversation, now, late, context.contacts, context.programme
    )


def _is_for_us(incoming: IncomingQuestion, question: Message, bot: Bot) -> bool:
    """In private everything; in a group commands, replies to the bot, and its name."""
    user = incoming.update.user
    if (user and user.is_bot and not question.sent_as_chat) or question.is_service:
        return False
    if incoming.private or incoming.text.startswith("/"):
        return True
    return question.replied_to == bot.id or f"@{bot.username}".lower() in incoming.text.lower()


def _on_message(incoming: IncomingQuestion, context: HandlerContext) -> Reply:
    name, target, rest = _command(incoming.text)
    if name:
        if target and target.lower() != (context.bot.username or "").lower():
            return NO_REPLY
        command = COMMANDS.get(name.lower())
        if command is None:
            return commands.unknown(incoming, context.assistant, rest)
        if not incoming.private and not command.in_groups:
            return text_reply(incoming, "in_private_only")
        return command.handler(incoming, context.assistant, rest)
    if not incoming.text:
        return text_reply(incoming, "text_only")
    text = incoming.text if incoming.private else _without(incoming.text, f"@{context.bot.username}")
    if not text:
        return text_reply(incoming, "ask_empty")
    return commands.answer_question(replace(incoming, text=text), context.assistant)


def _without(text: str, mention: str) -> str:
    start = text.lower().find(mention.lower())
    return text.strip() if start < 0 else (text[:start] + text[start + len(mention) :]).strip()


def _command(text: str) -> tuple[str, str, str]:
    """The command's name, the bot it is meant for, and what follows; empty texts when it is none."""
    if not text.startswith("/"):
        return "", "", ""
    head, *more = text[1:].split(None, 1) if text[1:2].strip() else [""]
    name, _, target = head.partition("@")
    known = name.replace("_", "").isascii() and name.replace("_", "").isalnum()
    return (name, target, "".join(more).strip()) if known else ("", "", "")


def _on_edit(incoming: IncomingQuestion, question: Message) -> Reply:
    """A question that was changed afterwards is not answered again; in private the user hears how to ask anew."""
    return text_reply(incoming, "edited") if incoming.private and incoming.text and question.edited else NO_REPLY


def _on_button(incoming: IncomingQuestion, query: CallbackQuery, claim: Claim, context: HandlerContext) -> Reply:
    button = _public(query, incoming) or context.transactions.run_in_this_thread(
        lambda sql: conversations.find_button(sql, query.data)
    )
    refusal = _refusal(button, incoming)
    vote = _vote(incoming, button, context) if button and not refusal else None
    toast = message(refusal, incoming.language) if refusal else vote.toast if vote else ""
    if claim.claims == 1:  # Telegram takes one answer to a query; another try must not give a second
        context.acknowledge(claim.chat, query.id, toast)
    if refusal or button is None:
        return NO_REPLY
    return vote.reply if vote else replace(_carry_out(incoming, button.request, context), pressed=button.token)


def _public(query: CallbackQuery, incoming: IncomingQuestion) -> Button | None:
    """A button that means the same to everybody, below a message after which nothing may be kept of its reader."""
    if query.data != conversations.PUBLIC_HELP:
        return None
    return Button(query.data, incoming.conversation.person, f"{OWN_PREFIX}open help")


def _vote(incoming: IncomingQuestion, button: Button, context: HandlerContext) -> CountedTap | None:
    """What a vote button does; None for any other. It may be pressed again and again: that changes the vote."""
    tap, person = tap_of(button.request), incoming.conversation.person
    if tap is None:
        return None
    found = context.transactions.run_in_this_thread(lambda sql: votes.standing(sql, tap.token, person))
    return counted(incoming, button.token, tap, found)


def _refusal(button: Button | None, incoming: IncomingQuestion) -> str:
    """The key of the text for a tap that changes nothing, empty when the tap counts."""
    if button is None:
        return "button_stale"
    if button.person != incoming.conversation.person:
        return "button_foreign"
    # A tap of the future is none of just now: the clock was set back since.
    double = button.pressed is not None and abs(incoming.now - button.pressed) < DOUBLE_TAP_SECONDS
    return "button_again" if double else ""


def _carry_out(incoming: IncomingQuestion, request: str, context: HandlerContext) -> Reply:
    opened = wanted_by(request).get("open")
    in_language_of_talk = (*GUIDED_LISTS, *(() if isinstance(context.assistant, Refusing) else (PERSON,)))
    if opened in COMMANDS and opened not in in_language_of_talk:
        return _opened(incoming, COMMANDS[str(opened)], context)
    if not request.startswith(OWN_PREFIX):
        turns = incoming.conversation.recent_turns(incoming.now)
        answer = context.assistant.press(request, turns, interface_language=incoming.language)
        return answer_reply(incoming, answer, question_of(request))
    verb, _, what = request[len(OWN_PREFIX) :].partition(" ")
    if verb == "role":
        return commands.role(incoming, what)
    if verb == "language":
        return commands.set_language(incoming, what)
    if verb == "open":
        return _opened(incoming, COMMANDS[what], context)
    if verb == "delete" and what == "yes":
        return commands.delete_all(incoming)
    return text_reply(incoming, "delete_kept")


def _opened(incoming: IncomingQuestion, command: Command, context: HandlerContext) -> Reply:
    if not incoming.private and not command.in_groups:
        return text_reply(incoming, "in_private_only")
    return command.handler(incoming, context.assistant, "")


def failure_notice(claim: Claim, bot: Bot, reference: str) -> Reply:
    """An honest word on an update whose last try failed, if it was somebody's question and not just an event."""
    try:
        update = parse_update(claim.payload)
    except ValueError:
        return _blind_notice(claim, reference)
    question = update.message
    incoming = IncomingQuestion(update, question.text if question else "", claim.conversation, time.time())
    asks = update.callback_query is not None or (question is not None and _is_for_us(incoming, question, bot))
    return text_reply(incoming, "error", reference=reference) if asks else NO_REPLY


def _blind_notice(claim: Claim, reference: str) -> Reply:
    """For an update that cannot even be read: only private chats, whose ids are positive, get a word."""
    if claim.chat_id <= 0 or "message" not in claim.payload:
        return NO_REPLY
    incoming = IncomingQuestion(IncomingUpdate(private=True), "", claim.conversation, time.time())
    return text_reply(incoming, "error", reference=reference)
