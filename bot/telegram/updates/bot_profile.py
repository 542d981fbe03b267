"""What Telegram shows of the bot before the first message: commands and descriptions, for everybody, zh and en."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from functools import partial
from typing import TypeVar

import structlog
from telegram import Bot, BotCommand, BotCommandScope, BotCommandScopeAllGroupChats, BotCommandScopeAllPrivateChats
from telegram.error import BadRequest, Forbidden, InvalidToken, RetryAfter, TelegramError

from bot.presentation.messages import message
from bot.telegram.delivery.aiohttp_request import seconds_to_wait
from bot.telegram.updates.commands import COMMANDS
from knowledge.entities.home import wording
from knowledge.settings import Programme

log = structlog.get_logger()
LONGEST_PAUSE = 60.0
LANGUAGES = (None, "zh", "en")  # None: everybody else, who get Chinese
Step = Callable[[], Awaitable[None]]
Shown = TypeVar("Shown")
SCOPES: tuple[BotCommandScope, ...] = (BotCommandScopeAllPrivateChats(), BotCommandScopeAllGroupChats())


async def publish_profile(bot: Bot, programme: Programme, quiet: Callable[[], float] = lambda: 0.0) -> None:
    """Set what differs and read it back. Never raises: the bot answers questions without it.

    Each thing by itself and commands first: what Telegram refuses keeps nothing else from being set. ``quiet``: for how
    many seconds Telegram wants no calls of the bot.
    """
    left, pause = list(_steps(bot, programme)), 1.0
    while left:
        left = [step for step in left if not await _done(step, quiet)]
        if left:
            await asyncio.sleep(pause)
            pause = min(LONGEST_PAUSE, 2 * pause)


def _steps(bot: Bot, programme: Programme) -> Iterator[Step]:
    for scope in (None, *SCOPES):
        for code in LANGUAGES:
            yield partial(_list_commands, bot, scope, code)
    for describe in (_describe, _describe_shortly):
        for code in LANGUAGES:
            yield partial(describe, bot, code, programme)


async def _done(step: Step, quiet: Callable[[], float]) -> bool:
    """Whether ``step`` was carried out; a window of silence is waited for."""
    while True:
        while seconds := quiet():
            await asyncio.sleep(seconds)
        try:
            await step()
            return True
        except RetryAfter as error:
            await asyncio.sleep(seconds_to_wait(error) + 1)
        except TelegramError as error:
            log.warning("a command list or description could not be set", reason=str(error))
            return False


async def _read(call: Awaitable[Shown]) -> Shown | None:
    """What Telegram shows; None when it refuses to say: then it is set without."""
    try:
        return await call
    except (BadRequest, Forbidden, InvalidToken) as error:  # of a method that a server does not have PTB says the last
        log.warning("Telegram does not say what it shows", reason=str(error))
        return None


def commands_for(scope: BotCommandScope | None, language: str) -> tuple[BotCommand, ...]:
    """The commands that a scope lists; those outside of groups are left out there."""
    in_group = isinstance(scope, BotCommandScopeAllGroupChats)
    names = [name for name, command in COMMANDS.items() if command.in_groups or not in_group]
    return tuple(BotCommand(name, message(f"command_{name}", language)) for name in names)


async def _list_commands(bot: Bot, scope: BotCommandScope | None, code: str | None) -> None:
    commands = commands_for(scope, code or "zh")
    if await _read(bot.get_my_commands(scope, code)) == commands:
        return
    await bot.set_my_commands(commands, scope, code)
    if await _read(bot.get_my_commands(scope, code)) not in (None, commands):
        log.warning("Telegram lists other commands than were set", language=code or "default")


def descriptions(language: str, programme: Programme) -> tuple[str, str]:
    """The long and the short text that Telegram shows of the bot."""
    names = wording(programme, language)
    return message("description", language, **names), message("short_description", language, **names)


async def _describe(bot: Bot, code: str | None, programme: Programme) -> None:
    text, _ = descriptions(code or "zh", programme)
    shown = await _read(bot.get_my_description(code))
    if shown is not None and shown.description == text:
        return
    await bot.set_my_description(text, code)
    shown = await _read(bot.get_my_description(code))
    if shown is not None and shown.description != text:
        log.warning("Telegram shows another description than was set", language=code or "default")


async def _describe_shortly(bot: Bot, code: str | None, programme: Programme) -> None:
    _, text = descriptions(code or "zh", programme)
    shown = await _read(bot.get_my_short_description(code))
    if shown is None or shown.short_description != text:
        await bot.set_my_short_description(text, code)
