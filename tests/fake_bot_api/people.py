"""The users' side of the fake: they write, press, edit, block; what they see is the transcript."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Sequence
from typing import Any

from ..patience import until
from .markup import units
from .updates import Updates
from .world import Chat, Line, World

PHOTO = [{"file_id": "p", "file_unique_id": "p", "width": 90, "height": 60}]
COMMAND = re.compile(r"^/[A-Za-z0-9_]+(?:@\w+)?")


class People:
    """Acts of users, and what they see. Every act is an update that the bot may or may not be shown."""

    def __init__(self, world: World, updates: Updates) -> None:
        self.world, self.updates = world, updates
        self._presses = self._albums = 0

    def person(self, number: int, name: str = "", language: str | None = "zh") -> dict[str, Any]:
        """A user with a private chat of the same id."""
        person = {"id": number, "is_bot": False, "first_name": name or f"user{number}"}
        person |= {"language_code": language} if language else {}
        with self.world.lock:
            self.world.chats.setdefault(number, Chat(number, person=person))
        return person

    def group(
        self,
        number: int,
        title: str = "技校群",
        kind: str = "supergroup",
        topics: tuple[int, ...] = (),
        *,
        administered: bool = False,
        forum: bool = False,
    ) -> Chat:
        """A group that the bot is a member of, or an administrator; a ``forum`` has topics."""
        chat = Chat(number, kind, title, topics=set(topics), started=True, administered=administered, forum=forum)
        with self.world.lock:
            self.world.chats[number] = chat
        return chat

    def say(
        self,
        person: dict[str, Any],
        text: str,
        chat: Chat | None = None,
        *,
        reply_to: int | None = None,
        thread: int | None = None,
        ago: int = 0,
        forwarded: bool = False,
        **content: Any,
    ) -> dict[str, Any]:
        """A message from ``person``, in private or in ``chat``, sent so many seconds ``ago``. ``content`` replaces the
        text (photo=…, voice=…); ``forwarded``: somebody else wrote it.
        """
        place = chat or self.world.chats[person["id"]]
        with self.world.lock:
            place.started = True
            replied = self.world.messages.get((place.id, reply_to)) if reply_to else None
            more = content or {"text": text, "entities": _entities(text) or None}
            more |= {"message_thread_id": thread, "is_topic_message": True if thread else None}
            if forwarded:
                more["forward_origin"] = {
                    "type": "hidden_user",
                    "date": int(time.time()),
                    "sender_user_name": "someone",
                }
            shown = replied and {key: value for key, value in replied.items() if key != "reply_to_message"}
            message = self.world.message(place, person, reply_to_message=shown, **more)
            message["date"] -= ago
            self.world.show(place, message)
        if self._seen(place, str(content.get("caption", text)), replied):
            self.updates.add({"message": dict(message)})
        return message

    def album(
        self, person: dict[str, Any], captions: Sequence[str], chat: Chat | None = None, *, reply_to: int | None = None
    ) -> list[dict[str, Any]]:
        """Pictures that ``person`` sends together, "" for one without a caption: a message for each."""
        with self.world.lock:
            self._albums += 1
            group = str(13_000_000_000_000_000 + self._albums)
        return [
            self.say(person, "", chat, reply_to=reply_to, photo=PHOTO, media_group_id=group, caption=caption or None)
            for caption in captions
        ]

    def _seen(self, chat: Chat, text: str, replied: dict[str, Any] | None) -> bool:
        """Privacy mode: of a group the bot sees commands that are meant for it, and replies to its messages."""
        if chat.kind == "private" or chat.administered:
            return True
        command = COMMAND.match(text)
        named = command.group().partition("@")[2] if command else ""
        meant = bool(command) and named.lower() in ("", self.world.username)
        return meant or bool(replied and replied["from"]["id"] == self.world.bot["id"])

    def edit(self, person: dict[str, Any], message: dict[str, Any], text: str, *, after: float = 1) -> None:
        """The user changes the text or caption of a message, ``after`` seconds since it was sent."""
        self._change(message, {_words_of(message): text, "edit_date": message["date"] + max(1, int(after))})

    def preview(self, message: dict[str, Any]) -> None:
        """Telegram adds the preview of a link to a message: an edit by nobody."""
        self._change(message, {"link_preview_options": {"url": "https://example.org/"}})

    def _change(self, message: dict[str, Any], changes: dict[str, Any]) -> None:
        chat = message["chat"]["id"]
        with self.world.lock:
            key = (chat, message["message_id"])
            changed = self.world.messages[key] = {**self.world.messages.get(key, message), **changes}
        if self._seen(
            self.world.chats[chat], str(changed.get(_words_of(changed), "")), changed.get("reply_to_message")
        ):
            self.updates.add({"edited_message": dict(changed)})

    def delete(self, chat: int, message_id: int) -> None:
        """The user removes a message, the bot's too, from the chat; the bot is not told."""
        with self.world.lock:
            del self.world.messages[chat, message_id]

    def delete_topic(self, chat: Chat, topic: int) -> None:
        """Somebody removes a topic with all that stands in it; the bot is not told."""
        with self.world.lock:
            self.world.remove_topic(chat, topic)

    def keyboard(self, chat: int, message_id: int) -> list[list[tuple[str, str]]]:
        """The buttons below a message as they are now, line by line: label and callback data."""
        with self.world.lock:
            lines = self.world.messages[chat, message_id].get("reply_markup", {}).get("inline_keyboard", [])
            return [[(button["text"], button["callback_data"]) for button in line] for line in lines]

    def press(self, person: dict[str, Any], chat: int, data: str, message_id: int | None = None) -> str:
        """The user presses a button (``data`` may be forged); the id of the query."""
        with self.world.lock:
            self._presses += 1
            number = f"q{self._presses}"
            place = self.world.chats[chat]
            message = self.world.messages.get((chat, message_id or 0)) or {
                "message_id": message_id or 1,
                "chat": place.shown(),
                "date": 0,
            }
            self.world.queries[number] = {"chat": chat}
        self.updates.add({"callback_query": {
            "id": number, "from": person, "chat_instance": "1", "message": message, "data": data
        }})  # fmt: skip
        return number

    def block(self, chat: int, blocked: bool = True) -> None:
        """The user blocks the bot, or removes it from the group."""
        self.world.chats[chat].blocked = blocked

    def add_bot(self, person: dict[str, Any], chat: Chat, payload: str | None = None) -> None:
        """The user makes the bot a member of a group; through a ?startgroup= link with its payload."""
        chat.blocked, chat.started = False, True
        self._membership(person, chat, "left", "member")
        if payload is not None:
            self.say(person, f"/start@{self.world.username} {payload}".rstrip(), chat)

    def remove_bot(self, person: dict[str, Any], chat: Chat, status: str = "kicked") -> None:
        """The user removes the bot from a group."""
        chat.blocked = True
        self._membership(person, chat, "member", status)

    def _membership(self, person: dict[str, Any], chat: Chat, old: str, new: str) -> None:
        change = {"chat": chat.shown(), "from": person, "date": int(time.time())}
        user = self.world.bot
        until = {"until_date": 0} if new == "kicked" else {}
        members = {
            "old_chat_member": {"user": user, "status": old},
            "new_chat_member": {"user": user, "status": new, **until},
        }
        self.updates.add({"my_chat_member": change | members})

    def upgrade(self, old: int, new: int) -> None:
        """A group becomes a supergroup with another id."""
        group = self.world.chats[old]
        self.group(new, group.title)
        group.moved_to = new

    def showing(self, chat: int) -> list[str]:
        """What stands in ``chat`` of the bot's messages now: edited as they are, without those that were deleted."""
        with self.world.lock:
            mine = [message for (place, _), message in sorted(self.world.messages.items()) if place == chat]
            return [_said(message) for message in mine if message["from"]["id"] == self.world.bot["id"]]

    def transcript(self, chat: int, *kinds: str) -> list[Line]:
        """What was seen in ``chat``: by default messages and edits of both sides."""
        wanted = kinds or ("message", "edit")
        with self.world.lock:
            return [line for line in self.world.transcripts[chat] if line.kind in wanted]

    def heard(self, chat: int, *kinds: str) -> list[Line]:
        """What the bot said in ``chat``."""
        return [line for line in self.transcript(chat, *kinds) if line.who == "bot"]

    def wait(self, condition: Callable[[], bool], seconds: float = 10, what: str = "") -> None:
        """Until ``condition`` holds; a limit as in ``tests/patience.py``."""
        until(condition, seconds, what)

    def wait_heard(self, chat: int, count: int = 1, seconds: float = 10) -> list[Line]:
        """The bot's messages in ``chat``, once there are ``count``."""
        self.wait(lambda: len(self.heard(chat)) >= count, seconds, f"{count} messages in {chat}: {self.heard(chat)}")
        return self.heard(chat)


def _words_of(message: dict[str, Any]) -> str:
    """The field in which its words stand."""
    return "text" if "text" in message else "caption"


def _said(message: dict[str, Any]) -> str:
    """Its words, none below a picture without a caption."""
    return str(message.get(_words_of(message), ""))


def _entities(text: str) -> list[dict[str, Any]]:
    command = COMMAND.match(text)
    return [{"type": "bot_command", "offset": 0, "length": units(command.group())}] if command else []
