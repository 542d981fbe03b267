"""The parameters of sendMessage, and what is left out one after the other when Telegram refuses them."""

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
STEPS = (("preview", "reply"), ("keyboard", "thread"), ("markup",))


def method_of(content: MessageContent) -> str:
    """The Bot API's method that shows ``content``."""
    return "sendMessage" if content.markup_of is None else "editMessageReplyMarkup"


def parameters(chat: int, content: MessageContent) -> dict[str, Any]:
    """The parameters of that method."""
    if content.markup_of is not None:
        return {"chat_id": chat, "message_id": content.markup_of, "reply_markup": _markup(content)}
    values: dict[str, Any] = {"chat_id": chat, "text": content.text}
    if content.hide_preview:
        values["link_preview_options"] = {"is_disabled": True}
    if content.html:
        values["parse_mode"] = "HTML"
    if content.thread:
        values["message_thread_id"] = content.thread
    if content.reply_to:
        values["reply_parameters"] = {"message_id": content.reply_to, "allow_sending_without_reply": True}
    if content.keyboard:
        values["reply_markup"] = _markup(content)
    return values


def _markup(content: MessageContent) -> dict[str, Any]:
    rows = [[{"text": label, "callback_data": token} for label, token in row] for row in content.keyboard]
    return {"inline_keyboard": rows}


def with_less(content: MessageContent, reason: str) -> MessageContent | None:
    """The same words without a parameter that ``reason`` (Telegram's words) may mean; None when it is bare already."""
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
