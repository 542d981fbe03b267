"""The edge of the terminal's process: an error is logged under a reference, and whoever asked reads the reference."""

from __future__ import annotations

import secrets
import traceback
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import TypeVar

from knowledge.validity import BEIJING

T = TypeVar("T")
LOG_NAME = "errors.log"


def guarded(attempt: Callable[[], T], otherwise: Callable[[str], T], folder: Path) -> T:
    """What ``attempt`` returns, or what ``otherwise`` makes of a reference that errors.log in ``folder`` explains."""
    try:
        return attempt()
    except Exception as error:  # noqa: BLE001  # the edge of the process
        return otherwise(_record(error, folder))


def _record(error: Exception, folder: Path) -> str:
    """A reference to where the error arose. Its message is left out: it may hold what somebody asked."""
    reference = secrets.token_hex(4)
    frames = "".join(traceback.format_tb(error.__traceback__))
    head = f"{datetime.now(tz=BEIJING).isoformat(timespec='seconds')} {reference} {type(error).__name__}"
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / LOG_NAME).open("a", encoding="utf-8") as file:
        file.write(f"{head}\n{frames}\n")
    return reference
