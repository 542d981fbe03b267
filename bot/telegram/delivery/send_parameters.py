"""The call that a message is, its parameters, and what is left out one after the other when Telegram refuses them."""

from __future__ import annotations

import html
import re
from dataclasses import replace
from typing import Any

from bot.telegram.queue.outgoing.messages import MessageContent

TAG = re.compile(r"<[^>]*>")
# What a refusal speaks of. Looked for in this order: "can't parse inline keyboard button" is about the keyboard.
NAMED = (
    ("keyboard", re.compile(r"button|keyboard|reply[ _]?markup", re.IGNORECASE)),
    ("preview", re.compile(r"preview", re.IGNORECASE)),
    ("thread", re.compile(r"thread|topic", re.IGNORECASE)),
    ("reply", re.compile(r"repl(?:y|ied)", re.IGNORECASE)),
    ("markup", re.compile(r"parse|entit|markup", re.IGNORECASE)),
)
# What is left out when a refusal names nothing: first what is missed least, in the end everything.
STEPS = (("preview", "reply"), ("keyboard", "thread"), ("markup",), ("edits",))
SAME = re.compile(r"message is not modified", re.IGNORECASE)
NOT_THERE = re.compile(r"message to edit not found|message can't be edited|message_id_invalid", re.IGNORECASE)


def method(content: MessageContent) -> str:
    """The Bot API's method that shows ``content``."""
    if content.deletes:
        return "deleteMessage"
    return "editMessageText" if content.edits else "sendMessage"


def parameters(chat: int, content: MessageContent) -> dict[str, Any]:
    """The parameters of that method."""
    if content.deletes:
        return {"chat_id": chat, "message_id": content.deletes}
    values: dict[str, Any] = {"chat_id": chat, "text": content.text}
    if content.hide_preview:
        values["link_preview_options"] = {"is_disabled": True}
    if content.html:
        values["parse_mode"] = "HTML"
    if content.edits:
        values["message_id"] = content.edits
    elif content.thread:
        values["message_thread_id"] = content.thread
    if content.reply_to and not content.edits:
        values["reply_parameters"] = {"message_id": content.reply_to, "allow_sending_without_reply": True}
    if content.keyboard:
        rows = [[{"text": label, "callback_data": token} for label, token in row] for row in content.keyboard]
        values["reply_markup"] = {"inline_keyboard": rows}
    return values


def is_as_wanted(content: MessageContent, reason: str) -> bool:
    """Whether a refusal (Telegram's words) says that a message is shown so already, or that it is gone."""
    return bool(content.deletes or (content.edits and SAME.search(reason)))


def with_less(content: MessageContent, reason: str) -> MessageContent | None:
    """The same words without a parameter that ``reason`` (Telegram's words) may mean; None when it is bare already.

    A message that can no longer be edited is sent instead.
    """
    if content.edits and NOT_THERE.search(reason):
        return _without(content, "edits")
    for part, pattern in NAMED:
        if pattern.search(reason) and (less := _without(content, part)) != content:
            return less
    for parts in STEPS:
        less = content
        for part in parts:
            less = _without(less, part)
        if less != content:
            return less
    return None


def _without(content: MessageContent, part: str) -> MessageContent:
    if part == "edits":
        return replace(content, edits=None)
    if part == "preview":
        return replace(content, hide_preview=False)
    if part == "thread":
        return replace(content, thread=None)
    if part == "reply":
        return replace(content, reply_to=None)
    if part == "keyboard":
        return replace(content, keyboard=())
    text = html.unescape(TAG.sub("", content.text)) if content.html else content.text
    return replace(content, text=text, html=False)
