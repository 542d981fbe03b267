"""From an update to a reply. Runs in a thread; everything that is asked of the outside goes through ``Desk``."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from dataclasses import dataclass, replace

from telegram import Bot, Message, Update

from bot.answer import Choice
from bot.messages import message
from bot.settings import Contact

from . import commands, conversations
from .commands import COMMANDS, OURS
from .conversations import DOUBLE_TAP_SECONDS, Button
from .inbox import Claim
from .ledger import Ledger
from .replies import SILENT, Asked, Assistant, Reply, question_of, say, show


@dataclass(frozen=True)
class Desk:
    """What handlers work with. ``toast`` answers a callback query (its id, a text) and does not wait."""

    bot: Bot
    assistant: Assistant
    ledger: Ledger
    toast: Callable[[str, str], None]
    late_after: float
    contacts: tuple[Contact, ...] = ()


def handle(claim: Claim, desk: Desk) -> Reply:
    """The reply to a claimed update. Raises whatever goes wrong."""
    update = Update.de_json(json.loads(claim.payload), desk.bot)
    now = time.time()
    if update.callback_query:
        return _pressed(_asked(update, claim, desk, now), claim, desk)
    if update.edited_message:
        return _edited(_asked(update, claim, desk, now))
    if update.message is None:
        return SILENT
    asked = _asked(update, claim, desk, now)
    return _message(asked, desk) if _is_for_us(asked, desk.bot) else SILENT


def _asked(update: Update, claim: Claim, desk: Desk, now: float) -> Asked:
    origin = update.effective_message
    origin = origin if isinstance(origin, Message) else None
    chat = update.effective_chat
    sent = origin.date.timestamp() if origin and not update.callback_query else claim.received
    late = now - max(min(sent, claim.received), 0) > desk.late_after
    text = (origin.text or "") if origin and not update.callback_query else ""
    return Asked(
        update, origin, text, bool(chat and chat.type == "private"), claim.conversation, now, late, desk.contacts
    )


def _is_for_us(asked: Asked, bot: Bot) -> bool:
    """In private everything; in a group commands, replies to the bot, and its name."""
    origin, user = asked.message, asked.update.effective_user
    if origin is None or (user and user.is_bot and not origin.sender_chat) or _is_notice(origin):
        return False
    if asked.private or asked.text.startswith("/"):
        return True
    replied = origin.reply_to_message
    to_bot = bool(replied and replied.from_user and replied.from_user.id == bot.id)
    return to_bot or f"@{bot.username}".lower() in asked.text.lower()


def _is_notice(origin: Message) -> bool:
    """Whether it only tells what happened in the chat: somebody joined, a pin, a new title."""
    joined = origin.new_chat_members or origin.left_chat_member or origin.group_chat_created
    topic = origin.forum_topic_created or origin.forum_topic_edited or origin.forum_topic_closed
    changed = origin.pinned_message or origin.new_chat_title or origin.new_chat_photo or origin.migrate_from_chat_id
    return bool(joined or topic or changed or origin.migrate_to_chat_id or origin.supergroup_chat_created)


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


def _edited(asked: Asked) -> Reply:
    """A question that was changed afterwards is not answered again; in private the user hears how to ask anew."""
    origin = asked.message
    if not asked.private or origin is None or not origin.text or origin.edit_date is None:
        return SILENT
    return say(asked, "edited")


def _pressed(asked: Asked, claim: Claim, desk: Desk) -> Reply:
    query = asked.update.callback_query
    assert query is not None
    button = desk.ledger.carry_out(lambda sql: conversations.find_button(sql, query.data or ""))
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
        update = Update.de_json(json.loads(claim.payload), bot)
        asks = _is_for_us(asked := _asked_simply(update, claim), bot) or bool(update.callback_query)
    except (ValueError, TypeError, KeyError, AttributeError):
        return _blind_notice(claim, reference)
    return say(asked, "error", reference=reference) if asks else SILENT


def _asked_simply(update: Update, claim: Claim) -> Asked:
    origin = update.effective_message if isinstance(update.effective_message, Message) else None
    private = bool(update.effective_chat and update.effective_chat.type == "private")
    text = (origin.text or "") if origin else ""
    return Asked(update, origin, text, private, claim.conversation, time.time())


def _blind_notice(claim: Claim, reference: str) -> Reply:
    """For an update that cannot even be read: only private chats, whose ids are positive, get a word."""
    if claim.chat <= 0 or "message" not in claim.payload:
        return SILENT
    asked = Asked(Update(0), None, "", True, claim.conversation, time.time())
    return say(asked, "error", Choice("/help", f"{OURS}open help"), reference=reference)
