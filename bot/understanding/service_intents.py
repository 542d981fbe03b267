"""Wishes that no document answers: told from a message as a whole, each with its own text and a next step."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import yaml

from bot.answer import Status
from bot.understanding.guardrails import Verdict

if TYPE_CHECKING:
    from knowledge.editions.open_edition import OpenEdition

FILE = Path(__file__).with_name("service_intents.yaml")


def service_verdict(edition: OpenEdition, text: str, alone: str, day: date) -> Verdict | None:
    """How a message ends that is about the service itself or nothing that the base could hold; None for all others, and
    where it is likelier for documents, which answer it, or names a place in them. It must be so as typed (``text``)
    and standing ``alone``.
    """
    intents = edition.intents(text)
    if intents.service is None or edition.intents(alone).service is None:
        return None
    findings = edition.search(alone, day=day)
    if findings.names_place:
        return None
    for_base = findings.probability * (1 - intents.of_service)
    return service_verdicts()[intents.service] if for_base <= intents.of_service else None


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
        name,
    )
