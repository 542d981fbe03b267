"""The methods of the Bot API that this bot's kind needs, each as strict as Telegram's."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from typing import Any

from .markup import MarkupError, Parsed, parse_html, units
from .profile import ProfileMethods
from .world import Chat, Line, RefusedError

ACTIONS = frozenset(
    [
        "typing",
        "upload_photo",
        "record_video",
        "upload_video",
        "record_voice",
        "upload_voice",
        "upload_document",
        "choose_sticker",
        "find_location",
        "record_video_note",
        "upload_video_note",
    ]
)
# What Telegram takes for nothing (td/telegram/misc.cpp, strip_empty_characters): of a text of these alone nobody sees
# anything, and it is refused as if it were empty.
UNSEEN = re.compile(r"[\s\u180e\u200b-\u200f\u202e\u2800\ufeff\ufffc\U000e0000-\U000e007f]+")
COUNTED = frozenset(
    {
        "sendMessage",
        "copyMessage",
        "sendDocument",
        "sendPhoto",
        "editMessageText",
        "editMessageReplyMarkup",
        "sendMessageDraft",
    }
)  # by the flood limits
# What a copy shows; a message that has none of it cannot be copied.
COPIED = frozenset({"text", "caption", "photo", "video", "document", "audio", "animation", "voice", "video_note",
                    "sticker", "location", "venue", "contact", "dice"})  # fmt: skip
SAME = (
    "Bad Request: message is not modified: specified new message content and reply markup are exactly the same as a "
    "current content and reply markup of the message"
)


def parsed(params: dict[str, Any], key: str = "text", limit: int = 4096) -> Parsed:
    """The text of a request as the user will read it."""
    source = str(params.get(key, ""))
    mode = str(params.get("parse_mode") or "").lower()
    if mode not in ("", "html"):
        raise RefusedError(400, "Bad Request: unsupported parse_mode")
    try:
        result = parse_html(source) if mode == "html" else Parsed(source, ())
    except MarkupError as error:
        raise RefusedError(400, f"Bad Request: can't parse entities: {error}") from None
    if units(result.text) > limit:
        raise RefusedError(400, "Bad Request: message is too long")
    if key == "text" and not UNSEEN.sub("", result.text):
        raise RefusedError(400, "Bad Request: message text is empty")
    return Parsed(result.text.strip(), result.entities)


def keyboard(params: dict[str, Any]) -> dict[str, Any] | None:
    """A checked ``reply_markup``."""
    markup = params.get("reply_markup")
    if markup is None:
        return None
    if not isinstance(markup, dict):
        raise RefusedError(400, "Bad Request: object expected as reply markup")
    for button in (button for row in markup.get("inline_keyboard", []) for button in row):
        if not UNSEEN.sub("", str(button.get("text", ""))):
            raise RefusedError(400, "Bad Request: can't parse inline keyboard button: Text must be non-empty")
        if "callback_data" in button and not 1 <= len(str(button["callback_data"]).encode()) <= 64:
            raise RefusedError(400, "Bad Request: BUTTON_DATA_INVALID")
        if "url" in button and not re.match(r"(?:https?|tg)://[^\s/]", str(button["url"])):
            raise RefusedError(400, "Bad Request: inline keyboard button URL is invalid")
        if ("callback_data" in button) == ("url" in button):
            raise RefusedError(
                400,
                "Bad Request: can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard",
            )
    return markup


class Methods(ProfileMethods):
    """Each public method is a Bot API method: parameters in, result out, ``RefusedError`` raised."""

    def find(self, name: str) -> tuple[str, Callable[[dict[str, Any]], Any]] | None:
        """The method by its name, in any case, as Telegram takes it."""
        table = {key.lower(): key for key in dir(self) if key[0] != "_" and key != "find"}
        key = table.get(name.lower())
        return (key, getattr(self, key)) if key else None

    def getMe(self, params: dict[str, Any]) -> Any:  # noqa: N802
        return self.world.bot | {
            "can_join_groups": True,
            "can_read_all_group_messages": False,
            "supports_inline_queries": False,
        }

    def sendMessage(self, params: dict[str, Any]) -> Any:  # noqa: N802
        return self._send(params, parsed(params), "text")

    def sendDocument(self, params: dict[str, Any]) -> Any:  # noqa: N802
        content = params.get("document")
        if not isinstance(content, bytes):
            raise RefusedError(400, "Bad Request: there is no document in the request")
        number = f"file{len(self.world.files) + 1}"
        self.world.files[number] = content
        document = {"file_id": number, "file_unique_id": number, "file_size": len(content)}
        return self._send(params, parsed(params, "caption", 1024), "caption", document=document)

    def sendPhoto(self, params: dict[str, Any]) -> Any:  # noqa: N802
        content = params.get("photo")
        if not isinstance(content, bytes) or not content.startswith(b"\x89PNG"):
            raise RefusedError(400, "Bad Request: IMAGE_PROCESS_FAILED")
        number = f"file{len(self.world.files) + 1}"
        self.world.files[number] = content
        sizes = [{"file_id": number, "file_unique_id": number, "file_size": len(content), "width": 90, "height": 90}]
        return self._send(params, parsed(params, "caption", 1024), "caption", photo=sizes)

    def copyMessage(self, params: dict[str, Any]) -> Any:  # noqa: N802
        world = self.world
        source = world.messages.get((int(params["from_chat_id"]), int(params["message_id"])))
        if source is None:
            raise RefusedError(400, "Bad Request: message to copy not found")
        if "poll" in source or not COPIED & source.keys():
            raise RefusedError(400, "Bad Request: message can't be copied")
        chat, content = world.chat(params.get("chat_id")), {name: source[name] for name in COPIED & source.keys()}
        thread = self._thread(chat, params)
        more = {"message_thread_id": thread, "is_topic_message": True if thread else None}
        message = world.message(chat, world.bot, reply_to_message=self._replied(chat, params), **content, **more)
        world.show(chat, message)
        return {"message_id": message["message_id"]}

    def createForumTopic(self, params: dict[str, Any]) -> Any:  # noqa: N802
        chat = self.world.chat(params.get("chat_id"))
        if not chat.forum:
            raise RefusedError(400, "Bad Request: the chat is not a forum")
        if not chat.administered:
            raise RefusedError(400, "Bad Request: not enough rights to create a topic")
        if not 1 <= len(str(params.get("name", ""))) <= 128:
            raise RefusedError(400, "Bad Request: topic name is invalid")
        topic = next(self.world.numbers)
        chat.topics.add(topic)
        return {"message_thread_id": topic, "name": params["name"], "icon_color": 7322096}

    def deleteForumTopic(self, params: dict[str, Any]) -> Any:  # noqa: N802
        chat, topic = self.world.chat(params.get("chat_id")), int(params.get("message_thread_id", 0))
        if topic not in chat.topics:
            raise RefusedError(400, "Bad Request: message thread not found")
        self.world.remove_topic(chat, topic)
        return True

    @staticmethod
    def _thread(chat: Chat, params: dict[str, Any]) -> int | None:
        thread = params.get("message_thread_id")
        if thread is not None and int(thread) not in chat.topics:
            raise RefusedError(400, "Bad Request: message thread not found")
        return thread and int(thread)

    def _send(self, params: dict[str, Any], text: Parsed, field: str, **more: Any) -> Any:
        world = self.world
        chat = world.chat(params.get("chat_id"))
        thread = self._thread(chat, params)
        more |= {field: text.text, "entities": list(text.entities) or None, "reply_markup": keyboard(params)}
        more |= {"message_thread_id": thread, "is_topic_message": True if thread else None}
        message = world.message(chat, world.bot, reply_to_message=self._replied(chat, params), **more)
        world.show(chat, message, source=str(params.get(field, "")))
        return message

    def _replied(self, chat: Chat, params: dict[str, Any]) -> dict[str, Any] | None:
        wanted = params.get("reply_parameters")
        if not wanted:
            return None
        message = self.world.messages.get((chat.id, int(wanted["message_id"])))
        if message is None and not wanted.get("allow_sending_without_reply"):
            raise RefusedError(400, "Bad Request: message to be replied not found")
        return message and {key: value for key, value in message.items() if key != "reply_to_message"}

    def editMessageText(self, params: dict[str, Any]) -> Any:  # noqa: N802
        text, markup = parsed(params), keyboard(params)
        new = {"text": text.text, "entities": list(text.entities) or None, "reply_markup": markup}
        return self._edited(params, new, "edit")

    def editMessageReplyMarkup(self, params: dict[str, Any]) -> Any:  # noqa: N802
        return self._edited(params, {"reply_markup": keyboard(params)}, "markup")

    def _edited(self, params: dict[str, Any], new: dict[str, Any], kind: str) -> Any:
        chat = self.world.chat(params.get("chat_id"))
        if not params.get("message_id"):
            raise RefusedError(400, "Bad Request: message identifier is not specified")
        message = self.world.messages.get((chat.id, int(params["message_id"])))
        if message is None:
            raise RefusedError(400, "Bad Request: message to edit not found")
        if message["from"]["id"] != self.world.bot["id"]:
            raise RefusedError(400, "Bad Request: message can't be edited")
        if "text" in new and "text" not in message:
            raise RefusedError(400, "Bad Request: there is no text in the message to edit")
        if all(message.get(key) == value for key, value in new.items()):
            raise RefusedError(400, SAME)
        for key, value in new.items():
            message.pop(key, None) if value is None else message.__setitem__(key, value)
        message["edit_date"] = int(time.time())
        self.world.show(chat, message, kind, str(params.get("text", "")))
        return message

    def deleteMessage(self, params: dict[str, Any]) -> Any:  # noqa: N802
        chat = self.world.chat(params.get("chat_id"))
        key = (chat.id, int(params.get("message_id", 0)))
        message = self.world.messages.get(key)
        if message is None:
            raise RefusedError(400, "Bad Request: message to delete not found")
        mine = message["from"]["id"] == self.world.bot["id"]
        if time.time() - message["date"] > 48 * 3600 or not (mine or chat.kind == "private" or chat.administered):
            raise RefusedError(400, "Bad Request: message can't be deleted")
        del self.world.messages[key]
        self.world.transcripts[chat.id].append(Line("bot", "", time.time(), key[1], "delete"))
        return True

    def sendMessageDraft(self, params: dict[str, Any]) -> Any:  # noqa: N802
        chat = self.world.chat(params.get("chat_id"))
        if chat.kind != "private":
            raise RefusedError(400, "Bad Request: drafts can be sent to private chats only")
        if not int(params.get("draft_id", 0)):
            raise RefusedError(400, "Bad Request: draft_id must be non-zero")
        text = parsed(params)
        self.world.transcripts[chat.id].append(Line("bot", text.text, time.time(), 0, "draft"))
        return True

    def sendChatAction(self, params: dict[str, Any]) -> Any:  # noqa: N802
        chat = self.world.chat(params.get("chat_id"))
        if params.get("action") not in ACTIONS:
            raise RefusedError(400, "Bad Request: wrong parameter action in request")
        self.world.transcripts[chat.id].append(Line("bot", str(params["action"]), time.time(), 0, "action"))
        return True

    def answerCallbackQuery(self, params: dict[str, Any]) -> Any:  # noqa: N802
        query = self.world.queries.pop(str(params.get("callback_query_id")), None)
        if query is None:
            raise RefusedError(400, "Bad Request: query is too old and response timeout expired or query ID is invalid")
        text = str(params.get("text", ""))
        if units(text) > 200:
            raise RefusedError(400, "Bad Request: MESSAGE_TOO_LONG")
        self.world.transcripts[query["chat"]].append(Line("bot", text, time.time(), 0, "toast"))
        return True

    def getChat(self, params: dict[str, Any]) -> Any:  # noqa: N802
        chat = self.world.chat(params.get("chat_id"))
        return chat.shown() | {"accent_color_id": 0, "max_reaction_count": 11, "accepted_gift_types": {}}

    def getFile(self, params: dict[str, Any]) -> Any:  # noqa: N802
        number = str(params.get("file_id"))
        if number not in self.world.files:
            raise RefusedError(400, "Bad Request: wrong file_id or the file is temporarily unavailable")
        size = len(self.world.files[number])
        return {"file_id": number, "file_unique_id": number, "file_size": size, "file_path": f"documents/{number}"}
