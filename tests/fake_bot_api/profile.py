"""What Telegram shows of a bot: commands by scope and language, descriptions, name, menu button."""

from __future__ import annotations

import re
from typing import Any

from .world import RefusedError, World

LENGTHS = {
    "MyDescription": ("description", 512),
    "MyShortDescription": ("short_description", 120),
    "MyName": ("name", 64),
}


class ProfileMethods:
    """The methods of the Bot API that set what is shown of a bot, and read it back."""

    def __init__(self, world: World) -> None:
        self.world = world

    def setMyCommands(self, params: dict[str, Any]) -> Any:  # noqa: N802
        commands = params.get("commands")
        if not isinstance(commands, list) or len(commands) > 100:
            raise RefusedError(400, "Bad Request: expected an Array of BotCommand")
        for command in commands:
            if not re.fullmatch(r"[a-z0-9_]{1,32}", str(command.get("command"))):
                raise RefusedError(400, "Bad Request: BOT_COMMAND_INVALID")
            if not 1 <= len(str(command.get("description", ""))) <= 256:
                raise RefusedError(400, "Bad Request: BOT_COMMAND_DESCRIPTION_INVALID")
        self.world.commands[_place(self.world, params)] = commands
        return True

    def getMyCommands(self, params: dict[str, Any]) -> Any:  # noqa: N802
        return self.world.commands.get(_place(self.world, params), [])

    def deleteMyCommands(self, params: dict[str, Any]) -> Any:  # noqa: N802
        self.world.commands.pop(_place(self.world, params), None)
        return True

    def setMyDescription(self, params: dict[str, Any]) -> Any:  # noqa: N802
        return self._describe("MyDescription", params)

    def setMyShortDescription(self, params: dict[str, Any]) -> Any:  # noqa: N802
        return self._describe("MyShortDescription", params)

    def getMyDescription(self, params: dict[str, Any]) -> Any:  # noqa: N802
        return {"description": self.world.descriptions.get(("MyDescription", _language(params)), "")}

    def getMyShortDescription(self, params: dict[str, Any]) -> Any:  # noqa: N802
        return {"short_description": self.world.descriptions.get(("MyShortDescription", _language(params)), "")}

    def setMyName(self, params: dict[str, Any]) -> Any:  # noqa: N802
        return self._describe("MyName", params)

    def getMyName(self, params: dict[str, Any]) -> Any:  # noqa: N802
        named = self.world.descriptions.get(("MyName", _language(params)), "")
        return {"name": named or self.world.bot["first_name"]}

    def setChatMenuButton(self, params: dict[str, Any]) -> Any:  # noqa: N802
        button = params.get("menu_button") or {"type": "default"}
        if not isinstance(button, dict) or button.get("type") not in ("default", "commands", "web_app"):
            raise RefusedError(400, "Bad Request: MenuButton has unsupported type")
        self.world.menu_buttons[params.get("chat_id")] = button
        return True

    def getChatMenuButton(self, params: dict[str, Any]) -> Any:  # noqa: N802
        return self.world.menu_buttons.get(params.get("chat_id"), {"type": "default"})

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


def _place(world: World, params: dict[str, Any]) -> tuple[str, str]:
    scope = params.get("scope") or {"type": "default"}
    known = {"default", "all_private_chats", "all_group_chats", "all_chat_administrators", "chat"}
    if scope.get("type") == "chat" and int(scope.get("chat_id", 0)) not in world.chats:
        raise RefusedError(400, "Bad Request: chat not found")
    if scope.get("type") not in known:
        raise RefusedError(400, "Bad Request: unsupported BotCommandScope type")
    return f"{scope['type']}{scope.get('chat_id', '')}", _language(params)
