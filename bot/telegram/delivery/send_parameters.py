"""The call that a message is, its parameters, and what is left out one after the other when Telegram refuses them."""

from __future__ import annotations

import base64
import html
import re
from dataclasses import replace
from typing import Any

from telegram import InputFile

from bot.telegram.queue.outgoing.messages import MessageContent

TAG = re.compile(r"<[^<>]*+>")
TOPIC = re.compile(r"thread|topic", re.IGNORECASE)
# What a refusal speaks of. Looked for in this order: "can't parse inline keyboard button" is about the keyboard.
NAMED = (
    ("edits", re.compile(r"message to edit|message can't be edited|message_id_invalid", re.IGNORECASE)),
    ("keyboard", re.compile(r"button|keyboard|reply[ _]?markup", re.IGNORECASE)),
    ("preview", re.compile(r"preview", re.IGNORECASE)),
    ("thread", TOPIC),
    ("reply", re.compile(r"repl(?:y|ied)", re.IGNORECASE)),
    ("markup", re.compile(r"parse|entit|markup", re.IGNORECASE)),
)
# What is left out when a refusal names nothing: first what is missed least, in the end everything.
STEPS = (("preview", "reply"), ("keyboard", "thread"), ("markup",), ("edits",))
UNCHANGED = re.compile(r"message is not modified", re.IGNORECASE)  # the message to edit shows the same already


def method_of(content: MessageContent) -> str:
    """The Bot API's method that shows ``content``."""
    if content.deletes is not None:
        return "deleteMessage"
    if content.markup_of is not None:
        return "editMessageReplyMarkup"
    if content.copies is not None:
        return "copyMessage"
    if content.topic is not None:
        return "createForumTopic"
    if content.deletes_topic is not None:
        return "deleteForumTopic"
    if content.file is not None:
        return "sendPhoto" if _is_picture(content) else "sendDocument"
    return "sendMessage" if content.edits is None else "editMessageText"


def parameters(chat: int, content: MessageContent) -> dict[str, Any]:
    """The parameters of that method. A message that is edited stays in its topic, and a reply to what it replies to."""
    if content.deletes is not None:
        return {"chat_id": chat, "message_id": content.deletes}
    if content.markup_of is not None:
        return {"chat_id": chat, "message_id": content.markup_of, "reply_markup": _markup(content)}
    if content.topic is not None:
        return {"chat_id": chat, "name": content.topic}
    if content.deletes_topic is not None:
        return {"chat_id": chat, "message_thread_id": content.deletes_topic}
    if content.copies is not None:
        copied = {"chat_id": chat, "from_chat_id": content.copies_from, "message_id": content.copies}
        return copied | _place(content)
    values = {"chat_id": chat} | (_text(content) if content.file is None else _file(content, content.file))
    if content.html:
        values["parse_mode"] = "HTML"
    if content.edits is not None:
        values["message_id"] = content.edits
    else:
        values |= _place(content)
    if content.keyboard:
        values["reply_markup"] = _markup(content)
    return values


def _text(content: MessageContent) -> dict[str, Any]:
    shown: dict[str, Any] = {"text": content.text}
    return shown | ({"link_preview_options": {"is_disabled": True}} if content.hide_preview else {})


def _file(content: MessageContent, encoded: str) -> dict[str, Any]:
    field = "photo" if _is_picture(content) else "document"
    file = InputFile(base64.b64decode(encoded), filename=content.file_name)
    return {field: file} | ({"caption": content.text} if content.text else {})


def _is_picture(content: MessageContent) -> bool:
    return content.file_name.endswith(".png")


def _place(content: MessageContent) -> dict[str, Any]:
    """Where a new message stands: in which topic, below what."""
    values: dict[str, Any] = {"message_thread_id": content.thread} if content.thread else {}
    if content.reply_to:
        values["reply_parameters"] = {"message_id": content.reply_to, "allow_sending_without_reply": True}
    return values


def _markup(content: MessageContent) -> dict[str, Any]:
    return {"inline_keyboard": [[_button(label, target) for label, target in row] for row in content.keyboard]}


def _button(label: str, target: str) -> dict[str, str]:
    """``target``: the token of a button that comes back when it is tapped, or an address that is opened."""
    return {"text": label, "url" if target.startswith("https://") else "callback_data": target}


def is_as_wanted(content: MessageContent, reason: str) -> bool:
    """Whether a refusal (Telegram's words) says that a message is shown so already, or that it is gone."""
    goes = content.deletes is not None or content.deletes_topic is not None
    return goes or bool(UNCHANGED.search(reason))


def with_less(content: MessageContent, reason: str) -> MessageContent | None:
    """The same words without a parameter that ``reason`` (Telegram's words) may mean; None when it is bare already, or
    a copy, which has none to spare.
    """
    if content.copies is not None:
        return None
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
