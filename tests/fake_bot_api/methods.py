"""The methods of the Bot API that this bot's kind needs, each as strict as Telegram's."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from typing import Any

from .markup import MarkupError, Parsed, parse_html, units
from .world import Chat, Line, RefusedError, World

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
COUNTED = frozenset(
    {"sendMessage", "sendDocument", "editMessageText", "editMessageReplyMarkup", "sendMessageDraft"}
)  # by the flood limits
SAME = (
    "Bad Request: message is not modified: specified new message content and reply markup are exactly the same as a "
    "current content and reply markup of the message"
)
LENGTHS = {
    "MyDescription": ("description", 512),
    "MyShortDescription": ("short_description", 120),
    "MyName": ("name", 64),
}


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
    if key == "text" and not result.text.strip():
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
        if not str(button.get("text", "")).strip():
            raise RefusedError(400, "Bad Request: can't parse inline keyboard button: Text must be non-empty")
        if "callback_data" in button and not 1 <= len(str(button["callback_data"]).encode()) <= 64:
            raise RefusedError(400, "Bad Request: BUTTON_DATA_INVALID")
        if "callback_data" not in button and "url" not in button:
            raise RefusedError(
                400,
                "Bad Request: can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard",
            )
    return markup


class Methods:
    """Each public method is a Bot API method: parameters in, result out, ``RefusedError`` raised."""

    def __init__(self, world: World) -> None:
        self.world = world

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

    def _send(self, params: dict[str, Any], text: Parsed, field: str, **more: Any) -> Any:
        world = self.world
        chat = world.chat(params.get("chat_id"))
        thread = params.get("message_thread_id")
        if thread is not None and int(thread) not in chat.topics:
            raise RefusedError(400, "Bad Request: message thread not found")
        more |= {field: text.text, "entities": list(text.entities) or None, "reply_markup": keyboard(params)}
        more |= {"message_thread_id": thread and int(thread), "is_topic_message": True if thread else None}
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
        message = self.world.messages.get((chat.id, int(params.get("message_id", 0))))
        if message is None:
            raise RefusedError(400, "Bad Request: message to edit not found")
        if message["from"]["id"] != self.world.bot["id"]:
            raise RefusedError(400, "Bad Request: message can't be edited")
        if all(message.get(key) == value for key, value in new.items()):
            raise RefusedError(400, SAME)
        for key, value in new.items():
            message.pop(key, None) if value is None else message.__setitem__(key, value)
        message["edit_date"] = int(time.time())
        self.world.show(chat, message, kind, str(params.get("text", "")))
        return message

    def deleteMessage(self, params: dict[str, Any]) -> Any:  # noqa: N802
        chat = self.world.chat(params.get("chat_id"))
        if self.world.messages.pop((chat.id, int(params.get("message_id", 0))), None) is None:
            raise RefusedError(400, "Bad Request: message to delete not found")
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

    def setMyCommands(self, params: dict[str, Any]) -> Any:  # noqa: N802
        commands = params.get("commands")
        if not isinstance(commands, list) or len(commands) > 100:
            raise RefusedError(400, "Bad Request: expected an Array of BotCommand")
        for command in commands:
            if not re.fullmatch(r"[a-z0-9_]{1,32}", str(command.get("command"))):
                raise RefusedError(400, "Bad Request: BOT_COMMAND_INVALID")
            if not 1 <= len(str(command.get("description", ""))) <= 256:
                raise RefusedError(400, "Bad Request: BOT_COMMAND_DESCRIPTION_INVALID")
        self.world.commands[_place(params)] = commands
        return True

    def getMyCommands(self, params: dict[str, Any]) -> Any:  # noqa: N802
        return self.world.commands.get(_place(params), [])

    def deleteMyCommands(self, params: dict[str, Any]) -> Any:  # noqa: N802
        self.world.commands.pop(_place(params), None)
        return True

    def setMyDescription(self, params: dict[str, Any]) -> Any:  # noqa: N802
        return self._describe("MyDescription", params)

    def setMyShortDescription(self, params: dict[str, Any]) -> Any:  # noqa: N802
        return self._describe("MyShortDescription", params)

    def getMyDescription(self, params: dict[str, Any]) -> Any:  # noqa: N802
        return {"description": self.world.descriptions.get(("MyDescription", _language(params)), "")}

    def getMyShortDescription(self, params: dict[str, Any]) -> Any:  # noqa: N802
        return {"short_description": self.world.descriptions.get(("MyShortDescription", _language(params)), "")}

    def _describe(self, what: str, params: dict[str, Any]) -> bool:
        key, limit = LENGTHS[what]
        if len(str(params.get(key, ""))) > limit:
            raise RefusedError(400, f"Bad Request: {key} is too long")
        self.world.descriptions[what, _language(params)] = str(params.get(key, ""))
        return True


def _language(params: dict[str, Any]) -> str:
    code = str(params.get("language_code") or "")
    if code and not re.fullmatch(r"[a-z]{2}", code):
        raise RefusedError(400, "Bad Request: invalid language code specified")
    return code


def _place(params: dict[str, Any]) -> tuple[str, str]:
    scope = params.get("scope") or {"type": "default"}
    known = {"default", "all_private_chats", "all_group_chats", "all_chat_administrators", "chat"}
    if scope.get("type") not in known:
        raise RefusedError(400, "Bad Request: unsupported BotCommandScope type")
    return f"{scope['type']}{scope.get('chat_id', '')}", _language(params)
