"""What the bot reads of an update, from the JSON that Telegram sent (https://core.telegram.org/bots/api#update)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bot.telegram import json_codec

SERVICE_FIELDS = frozenset({
    "new_chat_members", "left_chat_member", "new_chat_title", "new_chat_photo", "pinned_message",
    "group_chat_created", "supergroup_chat_created", "migrate_to_chat_id", "migrate_from_chat_id",
    "forum_topic_created", "forum_topic_edited", "forum_topic_closed",
})  # fmt: skip

LARGEST_NUMBER = 2**52  # Telegram's numbers have at most 52 bits; going on after a larger one would skip all others


@dataclass(frozen=True)
class User:
    """Who sent something. ``language_code``: the IETF tag of their Telegram's language, None when it is not known."""

    id: int
    is_bot: bool
    language_code: str | None


@dataclass(frozen=True)
class Message:
    """A message. ``date``: when it was sent, in seconds since 1970; ``keyboard``: its rows of buttons, each with its
    label and token.
    """

    id: int
    date: float
    text: str
    author: User | None
    sent_as_chat: bool  # in the name of a chat: its author is a stand-in
    thread: int | None  # the forum topic
    replied_to: int | None  # the id of the author of the message that this one replies to
    edited: bool  # by its author, after it was sent
    is_service: bool  # it only tells what happened in the chat: a member came, a title was changed
    keyboard: tuple[tuple[tuple[str, str], ...], ...] = ()


@dataclass(frozen=True)
class CallbackQuery:
    """A pressed button. ``data`` is the token that the bot gave the button."""

    id: str
    data: str


@dataclass(frozen=True)
class IncomingUpdate:
    """An update; all of it is empty for kinds of updates that do not concern the bot."""

    message: Message | None = None  # of a callback query, the one below which the button stands, while Telegram has it
    callback_query: CallbackQuery | None = None
    user: User | None = None
    private: bool = False
    is_edit: bool = False  # the message was there before; what is new may be no more than a link's preview


def update_number(update: object) -> int | None:
    """The number of an update, from which on the next ones are asked for; None when it has none that can be one."""
    number = update.get("update_id") if isinstance(update, dict) else None
    return number if type(number) is int and 0 < number < LARGEST_NUMBER else None


def parse_update(payload: str) -> IncomingUpdate:
    """The update in the JSON of ``payload``. Raises ``ValueError`` when it is not as Telegram describes it."""
    update = _object(json_codec.loads(payload))
    if "callback_query" in update:
        query = _object(update["callback_query"])
        below = _object(query.get("message", {}))
        pressed = CallbackQuery(_text(query.get("id")), _text(query.get("data", "")))
        message = _message(below) if below.get("date") else None
        return IncomingUpdate(message, pressed, _user(query), _is_private(below))
    for name in ("message", "edited_message"):
        if name in update:
            content = _object(update[name])
            message = _message(content)
            return IncomingUpdate(message, None, message.author, _is_private(content), name == "edited_message")
    return IncomingUpdate()


def _message(content: Mapping[str, Any]) -> Message:
    topic = content.get("message_thread_id") if content.get("is_topic_message") else None
    replied = _user(_object(content.get("reply_to_message", {})))
    return Message(
        _number(content.get("message_id")),
        _number(content.get("date")),
        _text(content.get("text", "")),
        _user(content),
        "sender_chat" in content,
        None if topic is None else _number(topic),
        replied.id if replied else None,
        "edit_date" in content,
        not SERVICE_FIELDS.isdisjoint(content),
        _keyboard(content),
    )


def _keyboard(content: Mapping[str, Any]) -> tuple[tuple[tuple[str, str], ...], ...]:
    """The rows of buttons that the bot gave one of its own messages."""
    rows = _object(content.get("reply_markup", {})).get("inline_keyboard", [])
    if not isinstance(rows, list) or not all(isinstance(row, list) for row in rows):
        raise ValueError("rows of buttons were expected")
    shown = (map(_object, row) for row in rows)
    return tuple(
        tuple((_text(one.get("text", "")), _text(one.get("callback_data", ""))) for one in row) for row in shown
    )


def _user(holder: Mapping[str, Any]) -> User | None:
    if "from" not in holder:
        return None
    user = _object(holder["from"])
    return User(_number(user.get("id")), bool(user.get("is_bot")), _text(user.get("language_code", "")) or None)


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
