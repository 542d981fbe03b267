"""From an update to a reply. Runs in a thread; everything that is asked of the outside goes through ``Desk``."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, replace

from telegram import Bot

from bot.answer import Choice
from bot.presentation.messages import message
from bot.settings import Contact
from bot.telegram.delivery.reply import SILENT, Asked, Assistant, Reply, question_of, say, show
from bot.telegram.queue import conversations
from bot.telegram.queue.conversations import DOUBLE_TAP_SECONDS, Button
from bot.telegram.queue.inbox import Claim
from bot.telegram.queue.transactions import Ledger
from bot.telegram.update import Heard, Origin, heard
from bot.telegram.updates import commands
from bot.telegram.updates.commands import COMMANDS, OURS
from knowledge.settings import NO_PROGRAMME, Programme


@dataclass(frozen=True)
class Desk:
    """What handlers work with. ``toast`` answers a callback query (its id, a text) and does not wait."""

    bot: Bot
    assistant: Assistant
    ledger: Ledger
    toast: Callable[[str, str], None]
    late_after: float
    contacts: tuple[Contact, ...] = ()
    programme: Programme = NO_PROGRAMME


def handle(claim: Claim, desk: Desk) -> Reply:
    """The reply to a claimed update. Raises whatever goes wrong."""
    update, now = heard(claim.payload), time.time()
    if update.query:
        return _pressed(_asked(update, claim, desk, now), claim, desk)
    if update.origin is None:
        return SILENT
    asked = _asked(update, claim, desk, now)
    if update.edit:
        return _edited(asked, update.origin)
    return _message(asked, desk) if _is_for_us(asked, update.origin, desk.bot) else SILENT


def _asked(update: Heard, claim: Claim, desk: Desk, now: float) -> Asked:
    origin = None if update.query else update.origin
    sent = min(origin.sent, claim.received) if origin else claim.received
    late = now - max(sent, 0) > desk.late_after
    return Asked(update, origin.text if origin else "", claim.conversation, now, late, desk.contacts, desk.programme)


def _is_for_us(asked: Asked, origin: Origin, bot: Bot) -> bool:
    """In private everything; in a group commands, replies to the bot, and its name."""
    user = asked.heard.user
    if (user and user.is_bot and not origin.for_chat) or origin.notice:
        return False
    if asked.private or asked.text.startswith("/"):
        return True
    return origin.replied_to == bot.id or f"@{bot.username}".lower() in asked.text.lower()


def _message(asked: Asked, desk: Desk) -> Reply:
    name, target, rest = _command(asked.text)
    if name:
        if target and target.lower() != (desk.bot.username or "").lower():
            return SILENT
        command = COMMANDS.get(name.lower())
        if command is None:
            return commands.unknown(asked, desk.assistant, rest)
        if not asked.private and not command.in_groups:
            return say(asked, "in_private_only")
        return command.handler(asked, desk.assistant, rest)
    if not asked.text:
        return say(asked, "text_only")
    mention = f"@{desk.bot.username}"
    text = asked.text if asked.private else _without(asked.text, mention)
    return commands.question(replace(asked, text=text), desk.assistant) if text else say(asked, "ask_empty")


def _without(text: str, mention: str) -> str:
    place = text.lower().find(mention.lower())
    return text.strip() if place < 0 else (text[:place] + text[place + len(mention) :]).strip()


def _command(text: str) -> tuple[str, str, str]:
    """The command's name, the bot it is meant for, and what follows; empty texts when it is none."""
    if not text.startswith("/"):
        return "", "", ""
    head, *more = text[1:].split(None, 1) if text[1:2].strip() else [""]
    name, _, target = head.partition("@")
    known = name.replace("_", "").isascii() and name.replace("_", "").isalnum()
    return (name, target, "".join(more).strip()) if known else ("", "", "")


def _edited(asked: Asked, origin: Origin) -> Reply:
    """A question that was changed afterwards is not answered again; in private the user hears how to ask anew."""
    return say(asked, "edited") if asked.private and asked.text and origin.changed else SILENT


def _pressed(asked: Asked, claim: Claim, desk: Desk) -> Reply:
    query = asked.heard.query
    assert query is not None
    button = desk.ledger.carry_out(lambda sql: conversations.find_button(sql, query.token))
    verdict = _verdict(button, asked)
    if claim.claims == 1:  # Telegram takes one answer to a query; another try must not give a second
        desk.toast(query.id, message(verdict, asked.language) if verdict else "")
    if verdict or button is None:
        return SILENT
    return replace(_carry_out(asked, button.request, desk), pressed=button.token)


def _verdict(button: Button | None, asked: Asked) -> str:
    """The text for a tap that changes nothing, empty when the tap counts."""
    if button is None:
        return "button_stale"
    if button.person != asked.talk.person:
        return "button_foreign"
    double = button.pressed is not None and asked.now - button.pressed < DOUBLE_TAP_SECONDS
    return "button_again" if double else ""


def _carry_out(asked: Asked, request: str, desk: Desk) -> Reply:
    if not request.startswith(OURS):
        turns = asked.talk.turns(asked.now)
        answer = desk.assistant.press(request, turns, interface_language=asked.language)
        return show(asked, answer, question_of(request))
    verb, _, what = request[len(OURS) :].partition(" ")
    if verb == "role":
        return commands.role(asked, what)
    if verb == "language":
        return commands.set_language(asked, what)
    if verb == "open":
        return COMMANDS[what].handler(asked, desk.assistant, "")
    if verb == "delete" and what == "yes":
        return commands.delete_all(asked)
    return say(asked, "delete_kept")


def failure_notice(claim: Claim, bot: Bot, reference: str) -> Reply:
    """An honest word on an update that was put aside, if it was somebody's question and not just an event."""
    try:
        update = heard(claim.payload)
    except ValueError:
        return _blind_notice(claim, reference)
    asked = Asked(update, update.origin.text if update.origin else "", claim.conversation, time.time())
    asks = update.query is not None or (update.origin is not None and _is_for_us(asked, update.origin, bot))
    return say(asked, "error", reference=reference) if asks else SILENT


def _blind_notice(claim: Claim, reference: str) -> Reply:
    """For an update that cannot even be read: only private chats, whose ids are positive, get a word."""
    if claim.chat <= 0 or "message" not in claim.payload:
        return SILENT
    asked = Asked(Heard(private=True), "", claim.conversation, time.time())
    return say(asked, "error", Choice("/help", f"{OURS}open help"), reference=reference)
