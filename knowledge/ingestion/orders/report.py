"""What the commands of orders say: lines for people, values for programs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import TYPE_CHECKING, Any

from knowledge.ingestion.messages import say
from knowledge.validity import BEIJING

if TYPE_CHECKING:
    from knowledge.ingestion.orders.withdrawal import HeldWithdrawal, WithdrawalOutcome
    from knowledge.store.staff_orders import MaintenanceSentence


def withdrawn_lines(outcome: WithdrawalOutcome) -> Iterator[str]:
    """What was withdrawn."""
    yield say(
        "Withdrawn: {subject}; {soon}. It stays withdrawn, whatever is refreshed, until it is lifted.",
        subject=outcome.subject,
        soon=_soon(),
    )
    for name in outcome.translations:
        yield say("  its other language version stays: {file}", file=name)


def lifted_lines(outcome: WithdrawalOutcome) -> Iterator[str]:
    """What users get again."""
    yield say("Lifted: {subject}; {soon}.", subject=outcome.subject, soon=_soon())


def maintenance_lines(sentence: MaintenanceSentence | None) -> Iterator[str]:
    """The sentence that users read from now on."""
    if sentence is None:
        yield say("Maintenance sentence off; {soon}.", soon=_soon())
        return
    yield say("Maintenance sentence on, above every answer; {soon}:", soon=_soon())
    yield f"  {sentence.zh}"
    yield f"  {sentence.en}"


def standing_lines(held: Sequence[HeldWithdrawal], sentence: MaintenanceSentence | None) -> Iterator[str]:
    """The orders that hold, whatever is published."""
    if held:
        yield say("Withdrawn until lifted: {count}", count=len(held))
    for one in held:
        line = say(
            "{subject}{state}, {when}, {by}", subject=one.subject, state=_state(one), when=_when(one.at), by=one.by
        )
        yield f"  x {line}" + (say(": {note}", note=one.note) if one.note else "")
    if sentence:
        yield say("Maintenance sentence on: {zh} / {en}", zh=sentence.zh, en=sentence.en)


def standing_values(held: Sequence[HeldWithdrawal], sentence: MaintenanceSentence | None) -> dict[str, Any]:
    """The orders that hold, for programs."""
    withdrawn = [{**asdict(one), "at": _when(one.at)} for one in held]
    return {"withdrawals": withdrawn, "maintenance": asdict(sentence) if sentence else None}


def _soon() -> str:
    return say("a running bot heeds it within five seconds")


def _state(one: HeldWithdrawal) -> str:
    if one.widened:
        return say(" (no such section any more: the WHOLE FILE is withdrawn until this is lifted)")
    return say(" (not in the documents now; holds if it comes back)") if one.missing else ""


def _when(seconds: float) -> str:
    """A moment on Beijing's clock, to the second."""
    return f"{datetime.fromtimestamp(seconds, tz=BEIJING):%Y-%m-%d %H:%M:%S}"
