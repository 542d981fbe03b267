"""The command: which links there are, written as files that can be printed."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

from telegram import Bot
from telegram.error import TelegramError

from bot.settings import Secrets, Settings
from bot.telegram.delivery.aiohttp_request import AiohttpRequest
from bot.telegram.links.entry_links import entry_links, write_codes
from bot.telegram.links.poster import BROWSERS, PrintingError, browser, poster, print_pdf
from knowledge.text.characters import harmless

FAILED = 2
UNNAMED = "telegram.username: not set, and there is no TELEGRAM_BOT_TOKEN to ask Telegram with; set one of them"


def run_links(folder: Path, settings: Settings, secrets: Secrets) -> int:
    """Write links, codes and the sheet into ``folder``, and say what was written. Returns the exit code."""
    try:
        username = settings.telegram.username or _ask_telegram(settings, secrets)
    except TelegramError as error:
        return _failed(f"Telegram does not say what the bot is called: {type(error).__name__}; set telegram.username")
    if not username:
        return _failed(UNNAMED)
    links = entry_links(username)
    page = folder / "poster.html"
    try:
        written = [*write_codes(links, folder), page]
        page.write_text(poster(links, username, settings), encoding="utf-8")
    except OSError as error:
        return _failed(f"{folder}: {error.strerror}")
    for line in (*(f"{link.name}: {link.address}" for link in links), *(f"written: {path}" for path in written)):
        print(harmless(line))
    return _print(page)


def _print(page: Path) -> int:
    program = browser()
    if program is None:
        print(harmless(f"no PDF: none of {', '.join(BROWSERS)} is installed; print {page} from a browser"))
        return 0
    pdf = page.with_suffix(".pdf")
    try:
        print_pdf(page, pdf, program)
    except PrintingError as error:
        return _failed(f"no PDF: {program}: {error}; print {page} from a browser")
    print(harmless(f"written: {pdf}"))
    return 0


def _failed(problem: str) -> int:
    print(harmless(problem), file=sys.stderr)
    return FAILED


def _ask_telegram(settings: Settings, secrets: Secrets) -> str:
    """The bot's user name by getMe; empty without a token. Raises ``TelegramError``."""
    if secrets.telegram_token is None:
        return ""
    token, base = secrets.telegram_token.get_secret_value(), settings.telegram.base_url.rstrip("/")

    async def ask() -> str:
        async with Bot(token, base_url=f"{base}/bot", request=AiohttpRequest()) as bot:
            return bot.username

    return asyncio.run(ask())
