"""The command on applications: what people sent in forms, for staff. What they wrote is shown harmless to screens."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy.exc import SQLAlchemyError

from bot.settings import Secrets, Settings
from bot.telegram.applications import applications, handling
from bot.telegram.applications.applications import Application, ApplicationState
from bot.telegram.applications.workbook import write_workbook
from bot.telegram.sealing.keyring import KeyringError
from bot.telegram.sealing.staff_access import opened, prepared
from knowledge.store.database import StoreError
from knowledge.text.characters import harmless
from knowledge.validity import minute

UNREADABLE = "(sealed with a key that is not here)"


class ApplicationsError(Exception):
    """What staff asked for cannot be done; the message says why and what mends it."""


@dataclass(frozen=True)
class ApplicationsRequest:
    """What staff want. ``find``: a number, company, telephone or other answer, or a part of it; ``number`` with
    ``state``: whose state is set; ``xlsx``: a table to be written.
    """

    find: str | None = None
    number: str | None = None
    state: str | None = None
    xlsx: Path | None = None
    as_json: bool = False


def run_applications(request: ApplicationsRequest, settings: Settings, secrets: Secrets) -> int:
    """The command; returns its exit code: 1 when nothing fits, 2 when nothing could be read or written."""
    try:
        _check(request)
        with opened(settings, prepared(settings, secrets)) as sql:
            if request.number and request.state:
                state = ApplicationState(request.state)
                handling.set_state(sql, request.number, state, time.time(), settings.forms.handled_days)
            kept = list(applications.all_of(sql))
        chosen = _chosen(kept, request)
        if request.xlsx and chosen:
            write_workbook(request.xlsx, chosen)
    except (ApplicationsError, KeyringError, StoreError, SQLAlchemyError, OSError) as error:
        print(harmless(str(error).splitlines()[0]), file=sys.stderr)
        return 2
    for line in _json_lines(chosen) if request.as_json else _lines(chosen, request):
        print(harmless(line))
    return 0 if chosen or not (request.number or request.find) else 1


def _check(request: ApplicationsRequest) -> None:
    states = ", ".join(ApplicationState)
    if request.state is not None and request.state not in set(ApplicationState):
        raise ApplicationsError(f"--state {request.state}: unknown; {states} are known")
    if request.state is not None and not request.number:
        raise ApplicationsError(f"--state {request.state}: whose? give --number NUMBER too")
    if request.xlsx is not None and request.xlsx.suffix.lower() != ".xlsx":
        raise ApplicationsError(f"--xlsx {request.xlsx}: the name of the table must end in .xlsx")


def _chosen(kept: Sequence[Application], request: ApplicationsRequest) -> list[Application]:
    chosen = [one for one in kept if request.number is None or one.number == request.number]
    return applications.found(chosen, request.find) if request.find is not None else chosen


def _json_lines(chosen: Sequence[Application]) -> Iterator[str]:
    """One JSON object for each application, the newest first."""
    for one in chosen:
        values = {
            "number": one.number,
            "form": one.form,
            "state": one.state,
            "made": minute(one.made),
            "changed": minute(one.changed),
            "until": minute(one.until),
            "age": one.age,
            "language": one.language,
            "consent": {"version": one.consent[0], "at": minute(one.consent[1])} if one.readable else None,
            "answers": dict(one.answers) if one.readable else None,
        }
        yield json.dumps(values, ensure_ascii=False)


def _lines(chosen: Sequence[Application], request: ApplicationsRequest) -> Iterator[str]:
    if not chosen:
        yield "no application fits" if request.number or request.find else "no applications yet"
        return
    counts = ((state, sum(one.state is state for one in chosen)) for state in ApplicationState)
    yield ", ".join(f"{state} {count}" for state, count in counts if count)
    for one in chosen:
        yield f"{one.number}  {one.form}  {one.state}  {minute(one.made)}  kept until {minute(one.until)[:10]}"
        if not one.readable:
            yield f"    {UNREADABLE}"
        for name, answer in one.answers.items():
            yield f"    {one.labels.get(name, name)}: {answer or '-'}"
    if request.xlsx:
        yield f"written: {request.xlsx}; it holds personal data in clear: keep it as safe as you would a file of papers"
