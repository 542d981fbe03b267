"""What Telegram shows of the bot: commands of each scope, menu button, descriptions, name; for everybody, zh and en.

Telegram takes two-letter languages alone, so readers of Traditional see the Simplified of "zh" before they write.
"""

from __future__ import annotations

import asyncio
import math
import time
from collections import defaultdict
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import TypeVar

import structlog
from telegram import (
    Bot,
    BotCommand,
    BotCommandScope,
    BotCommandScopeAllChatAdministrators,
    BotCommandScopeAllGroupChats,
    BotCommandScopeAllPrivateChats,
    BotCommandScopeChat,
    MenuButton,
    MenuButtonCommands,
)
from telegram.error import BadRequest, Forbidden, InvalidToken, RetryAfter, TelegramError

from bot.presentation.messages import message
from bot.settings import Settings
from bot.telegram.delivery.aiohttp_request import seconds_to_wait
from bot.telegram.delivery.service_facts import Place
from bot.telegram.updates import profile_texts
from bot.telegram.updates.commands import names_for

log = structlog.get_logger()
LONGEST_PAUSE = 60.0
LANGUAGES = (None, "zh", "en")  # None: everybody else, who get Chinese
Shown = TypeVar("Shown")
PRIVATE, GROUP = frozenset({Place.PRIVATE}), frozenset({Place.GROUP})


@dataclass(frozen=True)
class ProfileStep:
    """One thing to set. ``kind``: what Telegram limits together; a window of silence holds for all of a kind."""

    kind: str
    run: Callable[[], Awaitable[None]]


@dataclass(frozen=True)
class ProfileText:
    """A text that Telegram shows in each language. ``field``: of what ``get`` gives; ``wanted``: as it should be."""

    kind: str
    field: str
    get: Callable[[str | None], Awaitable[object]]
    set: Callable[[str, str | None], Awaitable[bool]]
    wanted: Callable[[str, Settings], str]


async def publish_profile(bot: Bot, settings: Settings, quiet: Callable[[], float] = lambda: 0.0) -> None:
    """Set what differs and read it back. Never raises: the bot answers questions without it.

    Each thing by itself and commands first: what Telegram refuses, or wants to be asked for hours later (a name may be
    changed a few times a day), keeps nothing else from being set. ``quiet``: for how many seconds Telegram wants no
    calls of the bot.
    """
    left, pause = list(_steps(bot, settings)), 1.0
    windows: defaultdict[str, float] = defaultdict(lambda: -math.inf)  # until when a kind is not asked for, monotonic
    while left:
        left = [step for step in left if not await _done(step, windows, quiet)]
        if left:
            soonest = min(windows[step.kind] for step in left) - time.monotonic()
            await asyncio.sleep(max(pause, min(soonest, LONGEST_PAUSE)))
            pause = min(LONGEST_PAUSE, 2 * pause)


def _steps(bot: Bot, settings: Settings) -> Iterator[ProfileStep]:
    for scope, places in scopes(settings).items():
        for code in LANGUAGES:
            yield ProfileStep("commands", partial(_list_commands, bot, scope, places, code))
    yield ProfileStep("menu", partial(_set_menu, bot))
    for text in _texts(bot):
        for code in LANGUAGES:
            yield ProfileStep(text.kind, partial(_set, text, code, settings))


async def _done(step: ProfileStep, windows: dict[str, float], quiet: Callable[[], float]) -> bool:
    """Whether ``step`` was carried out; it is not tried while its window of silence holds."""
    while seconds := quiet():
        await asyncio.sleep(seconds)
    if time.monotonic() < windows[step.kind]:
        return False
    try:
        await step.run()
        return True
    except RetryAfter as error:
        windows[step.kind] = time.monotonic() + seconds_to_wait(error) + 1
        return False
    except TelegramError as error:
        log.warning("a part of the profile could not be set", part=step.kind, reason=str(error))
        return False


async def _read(call: Awaitable[Shown]) -> Shown | None:
    """What Telegram shows; None when it refuses to say: then it is set without."""
    try:
        return await call
    except (BadRequest, Forbidden, InvalidToken) as error:  # of a method that a server does not have PTB says the last
        log.warning("Telegram does not say what it shows", reason=str(error))
        return None


def scopes(settings: Settings) -> dict[BotCommandScope | None, frozenset[Place]]:
    """Whose chats get a list of their own, and what these chats count as. Administrators have what members have."""
    private = PRIVATE | {Place.FORMS} if settings.forms.enabled else PRIVATE
    listed: dict[BotCommandScope | None, frozenset[Place]] = {
        None: private,
        BotCommandScopeAllPrivateChats(): private,
        BotCommandScopeAllGroupChats(): GROUP,
        BotCommandScopeAllChatAdministrators(): GROUP,
    }
    if settings.telegram.staff.chat is not None:
        listed[BotCommandScopeChat(settings.telegram.staff.chat)] = GROUP | {Place.STAFF, Place.HANDOFFS}
    return listed


def commands_for(places: frozenset[Place], language: str) -> tuple[BotCommand, ...]:
    """The commands that chats of these kinds list."""
    return tuple(BotCommand(name, message(f"command_{name}", language)) for name in names_for(places))


async def _list_commands(bot: Bot, scope: BotCommandScope | None, places: frozenset[Place], code: str | None) -> None:
    commands = commands_for(places, code or "zh")
    if await _read(bot.get_my_commands(scope, code)) == commands:
        return
    await bot.set_my_commands(commands, scope, code)
    _compare("commands", code, await _read(bot.get_my_commands(scope, code)), commands)


async def _set_menu(bot: Bot) -> None:
    """The button beside the field that one types in opens the list of commands."""
    if await _menu(bot) == MenuButton.COMMANDS:
        return
    await bot.set_chat_menu_button(menu_button=MenuButtonCommands())
    _compare("menu", None, await _menu(bot), MenuButton.COMMANDS)


async def _menu(bot: Bot) -> str | None:
    button = await _read(bot.get_chat_menu_button())
    return None if button is None else str(button.type)


def _texts(bot: Bot) -> tuple[ProfileText, ...]:
    return (
        ProfileText(
            "about",
            "short_description",
            bot.get_my_short_description,
            bot.set_my_short_description,
            profile_texts.about,
        ),
        ProfileText(
            "description", "description", bot.get_my_description, bot.set_my_description, profile_texts.description
        ),
        ProfileText("name", "name", bot.get_my_name, bot.set_my_name, profile_texts.name),
    )


async def _set(text: ProfileText, code: str | None, settings: Settings) -> None:
    wanted = text.wanted(code or "zh", settings)
    if await _shown(text, code) == wanted:
        return
    await text.set(wanted, code)
    _compare(text.kind, code, await _shown(text, code), wanted)


async def _shown(text: ProfileText, code: str | None) -> str | None:
    shown = await _read(text.get(code))
    return None if shown is None else str(getattr(shown, text.field))


def _compare(part: str, code: str | None, shown: object, wanted: object) -> None:
    if shown not in (None, wanted):
        log.warning("Telegram shows something else than was set", part=part, language=code or "default")
