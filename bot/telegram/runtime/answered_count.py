"""How many of the open questions the live edition answers, as ``ingest.py`` says after a refresh.

A bot that runs closes them meanwhile: what it closed by this edition counts like what is asked here.
"""

from __future__ import annotations

import json
import logging
import sys
from collections.abc import Sequence

import structlog
from sqlalchemy.exc import SQLAlchemyError

from bot.assistant import Assistant
from bot.settings import Secrets, Settings
from bot.telegram.open_questions.open_questions import CLOSED, OPEN, OpenQuestion, all_of
from bot.telegram.runtime.asking_again import answers_now
from bot.telegram.sealing.keyring import KeyringError
from bot.telegram.sealing.staff_access import opened, prepared
from knowledge.editions.live_edition import LiveEdition
from knowledge.store.database import StoreError
from knowledge.text.characters import harmless


def run_count(settings: Settings, secrets: Secrets) -> int:
    """Print {"open": …, "answered": …, "edition": …} as JSON; returns the exit code, 2 when nothing could be read."""
    try:
        with opened(settings, prepared(settings, secrets)) as sql:
            waiting, closed = list(all_of(sql, OPEN)), list(all_of(sql, CLOSED))
    except (KeyringError, StoreError, SQLAlchemyError) as error:
        print(harmless(str(error).splitlines()[0]), file=sys.stderr)
        return 2
    # What is printed is for a program.
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    live = LiveEdition(settings)
    live.start()
    try:
        number, assistant = live.health.number, Assistant(live.edition, settings)
        closed_now = sum(one.edition == number for one in closed)
        answered = closed_now + _answered(assistant, waiting)
    finally:
        live.close()
    print(harmless(json.dumps({"open": len(waiting) + closed_now, "answered": answered, "edition": number})))
    return 0


def _answered(assistant: Assistant, waiting: Sequence[OpenQuestion]) -> int:
    """How many of ``waiting`` are answered; what was asked in the same words is asked once."""
    wordings = {(one.question, one.language) for one in waiting}
    answers = {wording: assistant.answer(wording[0], interface_language=wording[1]) for wording in sorted(wordings)}
    return sum(answers_now(one, answers[one.question, one.language]) for one in waiting)
