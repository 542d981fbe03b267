"""Who and what exists on the fake's side: people, chats, messages, buttons. Guarded by one lock."""

from __future__ import annotations

import itertools
import threading
import time
from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any

BOT_ID = 7_000_001


class RefusedError(Exception):
    """What the Bot API answers instead of a result."""

    def __init__(self, code: int, description: str, **parameters: int) -> None:
        super().__init__(description)
        self.code, self.description, self.parameters = code, description, parameters


@dataclass
class Chat:
    """A private chat (id of the person), a group, or a supergroup with topics.

    ``administered``: the bot is an administrator of the group and sees every message in it; ``forum``: it has topics.
    """

    id: int
    kind: str = "private"
    title: str = ""
    person: dict[str, Any] = field(default_factory=dict)
    topics: set[int] = field(default_factory=set)
    blocked: bool = False
    started: bool = False
    moved_to: int | None = None
    administered: bool = False
    forum: bool = False

    def shown(self) -> dict[str, Any]:
        if self.kind == "private":
            return {"id": self.id, "type": "private", "first_name": self.person["first_name"]}
        return {"id": self.id, "type": self.kind, "title": self.title} | (
            {"is_forum": True} if self.topics or self.forum else {}
        )


@dataclass(frozen=True)
class Line:
    """One line of a transcript: what the user saw, when, from whom."""

    who: str  # "bot" or the person's name
    text: str
    at: float  # time.time()
    message_id: int
    kind: str = "message"  # message, edit, markup (only the buttons), delete, draft, action, toast
    source: str = ""  # the markup that made the text
    keyboard: tuple[tuple[tuple[str, str], ...], ...] = ()  # its lines: label and callback data or address
    reply_to: int | None = None
    thread: int | None = None

    @property
    def buttons(self) -> tuple[tuple[str, str], ...]:
        """All of the keyboard, one after the other."""
        return tuple(button for line in self.keyboard for button in line)


class World:
    """Everything the fake remembers."""

    def __init__(self, username: str = "huadu_test_bot") -> None:
        self.lock = threading.RLock()
        self.username = username
        self.bot = {"id": BOT_ID, "is_bot": True, "first_name": "花都", "username": username}
        self.chats: dict[int, Chat] = {}
        self.messages: dict[tuple[int, int], dict[str, Any]] = {}
        self.transcripts: dict[int, list[Line]] = defaultdict(list)
        self.queries: dict[str, dict[str, Any]] = {}  # callback queries not yet answered
        self.commands: dict[tuple[str, str], list[dict[str, str]]] = {}
        self.descriptions: dict[tuple[str, str], str] = {}
        self.menu_buttons: dict[Any, dict[str, Any]] = {}  # by chat; None: the default
        self.files: dict[str, bytes] = {}
        self.numbers = itertools.count(1)

    def chat(self, given: Any) -> Chat:
        """The chat of a request; raises the refusals that Telegram has for it."""
        try:
            chat = self.chats.get(int(given))
        except (TypeError, ValueError):
            chat = None
        if chat is None:
            raise RefusedError(400, "Bad Request: chat not found")
        if chat.moved_to:
            text = "Bad Request: group chat was upgraded to a supergroup chat"
            raise RefusedError(400, text, migrate_to_chat_id=chat.moved_to)
        if chat.blocked:
            words = "bot was blocked by the user" if chat.kind == "private" else "bot was kicked from the group chat"
            raise RefusedError(403, f"Forbidden: {words}")
        if chat.kind == "private" and not chat.started:
            raise RefusedError(403, "Forbidden: bot can't initiate conversation with a user")
        return chat

    def message(self, chat: Chat, sender: dict[str, Any], **content: Any) -> dict[str, Any]:
        """A new message in ``chat``, numbered and kept."""
        message = {
            "message_id": next(self.numbers),
            "date": int(time.time()),
            "chat": chat.shown(),
            "from": sender,
            **{key: value for key, value in content.items() if value is not None},
        }
        self.messages[chat.id, message["message_id"]] = message
        return message

    def remove_topic(self, chat: Chat, topic: int) -> None:
        """A topic goes, and its messages."""
        chat.topics.discard(topic)
        gone = [
            key for key, one in self.messages.items() if key[0] == chat.id and one.get("message_thread_id") == topic
        ]
        for key in gone:
            del self.messages[key]
            self.transcripts[chat.id].append(Line("bot", "", time.time(), key[1], "delete"))

    def show(self, chat: Chat, message: dict[str, Any], kind: str = "message", source: str = "") -> None:
        """Write ``message`` into the transcript of its chat."""
        sender = message["from"]
        self.transcripts[chat.id].append(
            Line(
                who="bot" if sender["id"] == BOT_ID else sender["first_name"],
                text=message.get("text", message.get("caption", "")),
                at=time.time(),
                message_id=message["message_id"],
                kind=kind,
                source=source,
                keyboard=tuple(
                    tuple((button["text"], button.get("callback_data") or button.get("url") or "") for button in row)
                    for row in message.get("reply_markup", {}).get("inline_keyboard", [])
                ),
                reply_to=message.get("reply_to_message", {}).get("message_id"),
                thread=message.get("message_thread_id"),
            )
        )
