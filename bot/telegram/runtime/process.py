"""The bot's process: from settings to a running bot."""

from __future__ import annotations

import re
import sys
import threading
from collections.abc import Callable
from pathlib import Path

from sqlalchemy.exc import SQLAlchemyError

from bot.assistant import Assistant
from bot.settings import Secrets, Settings
from bot.telegram.delivery.service_facts import forms_of
from bot.telegram.monitoring.logs import set_up_logs
from bot.telegram.runtime.dependencies import Dependencies
from bot.telegram.runtime.signals import leave, leave_when_terminated, serve
from bot.telegram.sealing.keyring import KeyringError, open_keyring
from knowledge.editions.live_edition import LiveEdition, NoEdition
from knowledge.embedding.embedder import Embedder
from knowledge.private_files import keep_private
from knowledge.settings import ConfigError
from knowledge.store.database import StoreError, engine, upgrade
from knowledge.text.characters import harmless, harmless_lines

CLOSE_SECONDS = 1.0  # a copy of an edition that is left is cleared away by the next start
TOKEN = re.compile(r"\A\d{3,}+:[A-Za-z0-9_-]{10,}")
SECRET = re.compile(r"[A-Za-z0-9_-]{1,256}")
NOT_CONFIGURED = (
    "TELEGRAM_BOT_TOKEN is not set. Get a token from @BotFather in Telegram (/newbot) and put it into .env as"
    " TELEGRAM_BOT_TOKEN=…; without one, `python -m bot chat` answers in this terminal."
)


def run_process(settings: Settings, secrets: Secrets, config_folder: Path) -> int:
    """Everything from the database to Telegram.

    Returns the exit code when something keeps it from starting; a bot that ran ends the process by itself.
    """
    problem = _problem(settings, secrets)
    if problem:
        print(harmless_lines(problem), file=sys.stderr)
        return 2
    token = secrets.telegram_token.get_secret_value() if secrets.telegram_token else ""
    hook = secrets.webhook_secret.get_secret_value() if secrets.webhook_secret else None
    keys = secrets.sealing_keys.get_secret_value() if secrets.sealing_keys else None
    try:
        keyring = open_keyring(keys, settings.sealing.key_file)
    except KeyringError as error:
        print(harmless_lines(str(error)), file=sys.stderr)
        return 2
    set_up_logs((token, hook or "", *(key.text for key in keyring.keys)))
    leave_when_terminated()
    keep_private(settings)
    try:
        upgrade(settings.database.url)
    except (StoreError, SQLAlchemyError, OSError) as error:
        print(harmless(f"database.url: {_first_line(error)}"), file=sys.stderr)
        return 2
    # Several questions are answered at once here: they keep the cores busy without two threads for each.
    single = settings.embedding.model_copy(update={"threads": 1})
    live = LiveEdition(settings.model_copy(update={"embedding": single}))
    live.start()
    assistant = Assistant(live.edition, settings, maintenance=live.maintenance)
    database = engine(settings.database.url)
    try:
        code = serve(
            Dependencies(
                settings,
                token,
                assistant,
                database,
                keyring,
                hook,
                edition=edition_of(live),
                edition_number=lambda: live.health.number,
                embedder=lambda: model_of(live),
            )
        )
    finally:
        closing = threading.Thread(target=live.close, daemon=True)  # it waits for an edition that is being opened
        closing.start()
        closing.join(CLOSE_SECONDS)
    return leave(code)


def edition_of(live: LiveEdition) -> Callable[[], str | None]:
    """A check for /health: what is wrong with the live edition or its index, None when nothing is."""

    def check() -> str | None:
        try:
            with live.edition() as edition:
                edition.check()
        except NoEdition as error:
            return str(error)
        return live.health.problem

    return check


def model_of(live: LiveEdition) -> Embedder:
    """The embedding model of the edition that answers. Raises ``NoEdition``."""
    with live.edition() as edition:
        return edition.embedder


def _problem(settings: Settings, secrets: Secrets) -> str | None:
    """What keeps the bot from starting, in words for whoever starts it."""
    if secrets.telegram_token is None:
        return NOT_CONFIGURED
    if not TOKEN.fullmatch(secrets.telegram_token.get_secret_value()):
        return "TELEGRAM_BOT_TOKEN: not a bot token; expected digits, a colon and letters, as @BotFather shows it"
    try:
        forms_of(settings)
    except ConfigError as error:
        return str(error)
    if settings.telegram.mode == "polling":
        return None
    if not settings.telegram.webhook.url:
        return "telegram.webhook.url: missing; telegram.mode is webhook, which needs the public https address"
    if secrets.webhook_secret is None or not SECRET.fullmatch(secrets.webhook_secret.get_secret_value()):
        return "TELEGRAM_WEBHOOK_SECRET: needed in webhook mode; 1 to 256 letters, digits, _ and -"
    return None


def _first_line(error: Exception) -> str:
    return re.sub(r"://[^@/\s]*@", "://…@", str(error).splitlines()[0])
