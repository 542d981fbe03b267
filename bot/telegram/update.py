"""An update as far as the bot looks at it, read from the JSON that Telegram sent."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bot.telegram import json_codec

NOTICES = frozenset({
    "new_chat_members", "left_chat_member", "new_chat_title", "new_chat_photo", "pinned_message",
    "group_chat_created", "supergroup_chat_created", "migrate_to_chat_id", "migrate_from_chat_id",
    "forum_topic_created", "forum_topic_edited", "forum_topic_closed",
})  # fmt: skip


@dataclass(frozen=True)
class Person:
    """Who sent something. ``code`` is the language of their Telegram."""

    id: int
    is_bot: bool
    code: str | None


@dataclass(frozen=True)
class Origin:
    """A message. ``sent``: in seconds since 1970; ``notice``: it only tells what happened in the chat."""

    id: int
    sent: float
    text: str
    author: Person | None
    for_chat: bool  # sent in the name of a chat: its author is a stand-in
    thread: int | None  # the topic
    replied_to: int | None  # the author of the message that this one replies to
    changed: bool  # by its author, after it was sent
    notice: bool


@dataclass(frozen=True)
class Query:
    """A pressed button."""

    id: str
    token: str


@dataclass(frozen=True)
class Heard:
    """What an update says, all of it empty for kinds of updates that do not concern the bot."""

    origin: Origin | None = None  # of a query, the message below which the button stands, while Telegram has it
    query: Query | None = None
    user: Person | None = None
    private: bool = False
    edit: bool = False  # the message was there before; what is new may be no more than a preview


def heard(payload: str) -> Heard:
    """The update of ``payload``. Raises ``ValueError`` when it is not as Telegram describes it."""
    update = _object(json_codec.read(payload))
    if "callback_query" in update:
        query = _object(update["callback_query"])
        message = _object(query.get("message", {}))
        pressed = Query(_text(query.get("id")), _text(query.get("data", "")))
        return Heard(_origin(message) if message.get("date") else None, pressed, _person(query), _is_private(message))
    for name in ("message", "edited_message"):
        if name in update:
            message = _object(update[name])
            origin = _origin(message)
            return Heard(origin, None, origin.author, _is_private(message), name == "edited_message")
    return Heard()


def _origin(message: Mapping[str, Any]) -> Origin:
    topic = message.get("message_thread_id") if message.get("is_topic_message") else None
    replied = _person(_object(message.get("reply_to_message", {})))
    return Origin(
        _number(message.get("message_id")),
        _number(message.get("date")),
        _text(message.get("text", "")),
        _person(message),
        "sender_chat" in message,
        None if topic is None else _number(topic),
        replied.id if replied else None,
        "edit_date" in message,
        not NOTICES.isdisjoint(message),
    )


def _person(holder: Mapping[str, Any]) -> Person | None:
    if "from" not in holder:
        return None
    person = _object(holder["from"])
    return Person(_number(person.get("id")), bool(person.get("is_bot")), _text(person.get("language_code", "")) or None)


def _is_private(message: Mapping[str, Any]) -> bool:
    return bool(message) and _text(_object(message.get("chat")).get("type")) == "private"


def _object(value: Any) -> Mapping[str, Any]:
    if not isinstance(value, dict):
        raise ValueError(f"an object was expected, not {type(value).__name__}")
    return value


def _number(value: Any) -> int:
    if not isinstance(value, int):
        raise ValueError(f"a number was expected, not {type(value).__name__}")
    return value


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise ValueError(f"a text was expected, not {type(value).__name__}")
    return value
