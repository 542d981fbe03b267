"""What Telegram shows of the bot before the first message: commands and descriptions, for everybody, zh and en."""

from __future__ import annotations

import asyncio

import structlog
from telegram import Bot, BotCommand, BotCommandScope, BotCommandScopeAllGroupChats, BotCommandScopeAllPrivateChats
from telegram.error import RetryAfter, TelegramError

from bot.presentation.messages import message
from bot.telegram.delivery.aiohttp_request import seconds_to_wait
from bot.telegram.updates.commands import COMMANDS
from knowledge.entities.home import wording
from knowledge.settings import Programme

log = structlog.get_logger()
LONGEST_PAUSE = 60.0
LANGUAGES = (None, "zh", "en")  # None: everybody else, who get Chinese
SCOPES: tuple[BotCommandScope, ...] = (BotCommandScopeAllPrivateChats(), BotCommandScopeAllGroupChats())


async def publish_profile(bot: Bot, programme: Programme) -> None:
    """Set what differs and read it back. Never raises: the bot answers questions without it."""
    pause = 1.0
    while True:
        try:
            for code in LANGUAGES:
                await _describe(bot, code, programme)
                await _list_commands(bot, None, code)
                for scope in SCOPES:
                    await _list_commands(bot, scope, code)
            return
        except RetryAfter as error:
            await asyncio.sleep(seconds_to_wait(error) + 1)
        except TelegramError as error:
            log.warning("commands and descriptions could not be set", reason=str(error), again_in_seconds=pause)
            await asyncio.sleep(pause)
            pause = min(LONGEST_PAUSE, 2 * pause)


def commands_for(scope: BotCommandScope | None, language: str) -> tuple[BotCommand, ...]:
    """The commands that a scope lists; those outside of groups are left out there."""
    in_group = isinstance(scope, BotCommandScopeAllGroupChats)
    names = [name for name, command in COMMANDS.items() if command.in_groups or not in_group]
    return tuple(BotCommand(name, message(f"command_{name}", language)) for name in names)


async def _list_commands(bot: Bot, scope: BotCommandScope | None, code: str | None) -> None:
    commands = commands_for(scope, code or "zh")
    if await bot.get_my_commands(scope, code) == commands:
        return
    await bot.set_my_commands(commands, scope, code)
    if await bot.get_my_commands(scope, code) != commands:
        log.warning("Telegram lists other commands than were set", language=code or "default")


def descriptions(language: str, programme: Programme) -> tuple[str, str]:
    """The long and the short text that Telegram shows of the bot."""
    names = wording(programme, language)
    return message("description", language, **names), message("short_description", language, **names)


async def _describe(bot: Bot, code: str | None, programme: Programme) -> None:
    long, short = descriptions(code or "zh", programme)
    if (await bot.get_my_description(code)).description != long:
        await bot.set_my_description(long, code)
    if (await bot.get_my_short_description(code)).short_description != short:
        await bot.set_my_short_description(short, code)
    if (await bot.get_my_description(code)).description != long:
        log.warning("Telegram shows another description than was set", language=code or "default")
