"""What the commands of orders say: lines for people, values for programs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import TYPE_CHECKING, Any

from knowledge.validity import BEIJING

if TYPE_CHECKING:
    from knowledge.ingestion.orders.withdrawal import HeldWithdrawal, WithdrawalOutcome
    from knowledge.store.staff_orders import HistoryEntry, MaintenanceSentence

SOON = "a running bot heeds it within five seconds"


def withdrawn_lines(outcome: WithdrawalOutcome) -> Iterator[str]:
    """What was withdrawn."""
    yield f"Withdrawn: {outcome.subject}; {SOON}. It stays withdrawn, whatever is refreshed, until it is lifted."
    for name in outcome.translations:
        yield f"  its other language version stays: {name}"


def lifted_lines(outcome: WithdrawalOutcome) -> Iterator[str]:
    """What users get again."""
    yield f"Lifted: {outcome.subject}; {SOON}."


def maintenance_lines(sentence: MaintenanceSentence | None) -> Iterator[str]:
    """The sentence that users read from now on."""
    if sentence is None:
        yield f"Maintenance sentence off; {SOON}."
        return
    yield f"Maintenance sentence on, above every answer; {SOON}:"
    yield f"  {sentence.zh}"
    yield f"  {sentence.en}"


def standing_lines(held: Sequence[HeldWithdrawal], sentence: MaintenanceSentence | None) -> Iterator[str]:
    """The orders that hold, whatever is published."""
    if held:
        yield f"Withdrawn until lifted: {len(held)}"
    for one in held:
        state = " (not in the documents now; holds if it comes back)" if one.missing else ""
        state = (
            " (no such section any more: the WHOLE FILE is withdrawn until this is lifted)" if one.widened else state
        )
        yield f"  x {one.subject}{state}, {_when(one.at)}, {one.by}" + (f": {one.note}" if one.note else "")
    if sentence:
        yield f"Maintenance sentence on: {sentence.zh} / {sentence.en}"


def history_lines(entries: Sequence[HistoryEntry]) -> Iterator[str]:
    """What was done, a line each, the newest first."""
    for entry in entries:
        about = " ".join(filter(None, (entry.action.value, entry.subject)))
        yield f"{_when(entry.at)}  {entry.by or '—'}  {about}" + (f": {entry.note}" if entry.note else "")


def history_values(entries: Sequence[HistoryEntry]) -> dict[str, Any]:
    """The same for programs."""
    return {"history": [{**asdict(entry), "at": _when(entry.at)} for entry in entries]}


def standing_values(held: Sequence[HeldWithdrawal], sentence: MaintenanceSentence | None) -> dict[str, Any]:
    """The orders that hold, for programs."""
    withdrawn = [{**asdict(one), "at": _when(one.at)} for one in held]
    return {"withdrawals": withdrawn, "maintenance": asdict(sentence) if sentence else None}


def _when(seconds: float) -> str:
    """A moment on Beijing's clock, to the second."""
    return f"{datetime.fromtimestamp(seconds, tz=BEIJING):%Y-%m-%d %H:%M:%S}"
