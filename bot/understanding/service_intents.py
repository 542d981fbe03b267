"""Wishes that no document answers: told from a message as a whole, each with its own text and a next step."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path

import yaml

from bot.answer import Status
from bot.understanding.guardrails import Verdict
from knowledge.intents.message_reader import Intents

FILE = Path(__file__).with_name("service_intents.yaml")


def service_verdict(intents: Intents) -> Verdict | None:
    """How a message ends that is about the service itself or nothing that the base could hold; None for all others."""
    name = intents.service
    return service_verdicts()[name] if name else None


@cache
def service_verdicts() -> Mapping[str, Verdict]:
    """The verdict of each intent of the service, from ``service_intents.yaml``."""
    entries = yaml.safe_load(FILE.read_text(encoding="utf-8"))
    return {name: _verdict(name, entry) for name, entry in entries.items()}


def _verdict(name: str, entry: Mapping[str, object]) -> Verdict:
    offer = entry.get("offer")
    return Verdict(
        Status(str(entry.get("status", Status.ANSWERED))),
        str(entry.get("message", f"service.{name}")),
        dict(offer) if isinstance(offer, Mapping) else {},
    )
