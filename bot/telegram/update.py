"""What the bot reads of an update, from the JSON that Telegram sent (https://core.telegram.org/bots/api#update)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from bot.telegram import json_codec


class ContentKind(StrEnum):
    """What somebody sent; SERVICE: nobody sent anything, the message only tells what happened in the chat."""

    TEXT = "text"
    FILE = "file"
    SPEECH = "speech"
    STICKER = "sticker"
    PLACE = "place"
    CONTACT = "contact"
    POLL = "poll"
    OTHER = "other"
    SERVICE = "service"


# By the field that holds it. A message without any of these is a service message, of whatever kind Telegram adds.
CONTENT_FIELDS: Mapping[str, ContentKind] = {
    "text": ContentKind.TEXT,
    "photo": ContentKind.FILE,
    "live_photo": ContentKind.FILE,
    "video": ContentKind.FILE,
    "animation": ContentKind.FILE,
    "document": ContentKind.FILE,
    "audio": ContentKind.FILE,
    "paid_media": ContentKind.FILE,
    "voice": ContentKind.SPEECH,
    "video_note": ContentKind.SPEECH,
    "sticker": ContentKind.STICKER,
    "dice": ContentKind.STICKER,
    "venue": ContentKind.PLACE,
    "location": ContentKind.PLACE,
    "contact": ContentKind.CONTACT,
    "poll": ContentKind.POLL,
    "checklist": ContentKind.OTHER,
    "story": ContentKind.OTHER,
    "game": ContentKind.OTHER,
    "invoice": ContentKind.OTHER,
}

LARGEST_NUMBER = 2**52  # Telegram's numbers have at most 52 bits; going on after a larger one would skip all others


@dataclass(frozen=True)
class User:
    """Who sent something. ``language_code``: the IETF tag of their Telegram's language, None when it is not known."""

    id: int
    is_bot: bool
    language_code: str | None


@dataclass(frozen=True)
class RepliedMessage:
    """The message that another one replies to. ``text``: what was quoted of it, else its text or caption."""

    id: int
    key: str
    date: float
    author: int | None
    text: str


@dataclass(frozen=True)
class Message:
    """A message. ``date``, ``edited``: when it was sent and last changed by its author, in seconds since 1970.

    ``text``: what it says, a caption too. ``key``: names it in its chat together with the other parts of its album.
    """

    id: int
    key: str
    date: float
    text: str
    kind: ContentKind
    author: User | None
    sent_as_chat: bool  # in the name of a chat: its author is a stand-in
    thread: int | None  # the forum topic
    replied: RepliedMessage | None
    edited: float | None
    album: bool  # one of several pictures or files that were sent together
    keyboard: tuple[tuple[tuple[str, str], ...], ...] = ()  # the rows of its buttons, each with its label and token
    forwarded: bool = False  # somebody else wrote it, or its sender elsewhere


@dataclass(frozen=True)
class CallbackQuery:
    """A pressed button. ``data`` is the token that the bot gave the button."""

    id: str
    data: str


@dataclass(frozen=True)
class Membership:
    """The bot's own place in a chat has changed. ``may_go_on``: it left a group that may live on under another id."""

    in_group: bool  # the chat is a group; else it is a private chat or a channel
    was_in: bool
    is_in: bool
    may_go_on: bool


@dataclass(frozen=True)
class IncomingUpdate:
    """An update; all of it is empty for kinds of updates that do not concern the bot."""

    message: Message | None = None  # of a callback query, the one below which the button stands, while Telegram has it
    callback_query: CallbackQuery | None = None
    user: User | None = None
    private: bool = False
    is_edit: bool = False  # the message was there before; what is new may be no more than a link's preview
    membership: Membership | None = None
    moved_to: int | None = None  # the new id of a group that became a supergroup


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
        message = replace(_message(below), keyboard=_keyboard(below)) if below.get("date") else None
        return IncomingUpdate(message, pressed, _user(query), _is_private(below))
    for name in ("message", "edited_message"):
        if name in update:
            content = _object(update[name])
            message = _message(content)
            moved_to = _number(content["migrate_to_chat_id"]) if "migrate_to_chat_id" in content else None
            edited = name == "edited_message"
            return IncomingUpdate(message, None, message.author, _is_private(content), edited, moved_to=moved_to)
    if "my_chat_member" in update:
        change = _object(update["my_chat_member"])
        return IncomingUpdate(user=_user(change), private=_is_private(change), membership=_membership(change))
    return IncomingUpdate()


def _membership(change: Mapping[str, Any]) -> Membership:
    kind = _text(_object(change.get("chat")).get("type"))
    new = _object(change.get("new_chat_member"))
    return Membership(
        in_group=kind in ("group", "supergroup"),
        was_in=_is_member(_object(change.get("old_chat_member"))),
        is_in=_is_member(new),
        may_go_on=kind == "group" and new.get("status") == "left",
    )


def _is_member(member: Mapping[str, Any]) -> bool:
    status = _text(member.get("status"))
    return member.get("is_member") is True if status == "restricted" else status not in ("left", "kicked")


def _message(content: Mapping[str, Any]) -> Message:
    topic = content.get("message_thread_id") if content.get("is_topic_message") else None
    edited = content.get("edit_date")
    return Message(
        _number(content.get("message_id")),
        _key(content),
        _number(content.get("date")),
        _said(content),
        next((kind for field, kind in CONTENT_FIELDS.items() if field in content), ContentKind.SERVICE),
        _user(content),
        "sender_chat" in content,
        None if topic is None else _number(topic),
        _replied(content),
        None if edited is None else _number(edited),
        "media_group_id" in content,
        forwarded="forward_origin" in content,
    )


def _keyboard(content: Mapping[str, Any]) -> tuple[tuple[tuple[str, str], ...], ...]:
    """The rows of buttons that the bot gave one of its own messages."""
    rows = _object(content.get("reply_markup", {})).get("inline_keyboard", [])
    if not isinstance(rows, list) or not all(isinstance(row, list) for row in rows):
        raise ValueError("rows of buttons were expected")
    shown = (map(_object, row) for row in rows)
    return tuple(
        tuple((_text(one.get("text", "")), _text(one.get("callback_data", one.get("url", "")))) for one in row)
        for row in shown
    )


def _replied(content: Mapping[str, Any]) -> RepliedMessage | None:
    replied = _object(content.get("reply_to_message", {}))
    if not replied or "forum_topic_created" in replied:  # every message of a topic replies to the topic's beginning
        return None
    author, quote = _user(replied), _object(content.get("quote", {}))
    text = _text(quote["text"]) if "text" in quote else _said(replied)
    number, date = _number(replied.get("message_id")), _number(replied.get("date", 0))
    return RepliedMessage(number, _key(replied), date, author.id if author else None, text)


def _said(content: Mapping[str, Any]) -> str:
    return _text(content.get("text", content.get("caption", "")))


def _key(content: Mapping[str, Any]) -> str:
    album = content.get("media_group_id")
    return f"album {_text(album)}" if album is not None else str(_number(content.get("message_id")))


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
