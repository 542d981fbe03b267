"""The Telegram face: everything is imported when it is run, so that the terminal chat never loads it."""

from __future__ import annotations

from pathlib import Path

from bot.settings import Secrets, Settings


def run(settings: Settings, secrets: Secrets, config_folder: Path) -> int:
    """Answer in Telegram until stopped (SIGTERM, SIGINT). 0 after a stop, 2 when it cannot start as configured."""
    from bot.telegram.runtime.process import run_process

    return run_process(settings, secrets, config_folder)
