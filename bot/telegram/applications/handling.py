"""What staff do with applications, written in the transaction of the reply that says so.

Two of staff may do something at the same time. What one of them was shown is compared, with the row locked, with how it
stands now; where it stands otherwise nothing is written, and the later one is shown how it stands.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from sqlalchemy import Connection, select, update

from bot.telegram.applications.applications import (
    DAY,
    Application,
    ApplicationState,
    StaffNote,
    application_of,
    sealed_content,
)
from bot.telegram.applications.tables import applications
from bot.telegram.daily_counts import day_counts
from bot.telegram.daily_counts.day_counts import DayEvent, Event, moved


@dataclass(frozen=True)
class ApplicationChange:
    """What somebody of staff (``by``, Telegram's number) does with the application ``number``.

    ``seen``: how it stood when they were shown it (``standing``), None: however it stands; ``state``, ``assigned``: as
    it shall be, None to leave it; ``note``: for the others of staff; ``handled_days``: for which it is kept once staff
    are done with it.
    """

    number: str
    by: int
    seen: str | None = None
    state: ApplicationState | None = None
    assigned: int | None = None
    note: str = ""
    handled_days: int = 30


def standing(application: Application) -> str:
    """How far it is and whose, in a word that buttons carry."""
    return f"{application.state}.{application.assigned or 0}"


def outdated(sql: Connection, changes: Sequence[ApplicationChange]) -> set[int]:
    """Which of ``changes`` (by their place) rest on what no longer holds. Locks the rows of the others."""
    late: set[int] = set()
    touched: set[str] = set()  # by an earlier one of these
    for place, change in enumerate(changes):
        now = _locked(sql, change.number)
        stale = now is None or (change.seen is not None and (change.number in touched or change.seen != standing(now)))
        if stale:
            late.add(place)
        else:
            touched.add(change.number)
    return late


def write(sql: Connection, change: ApplicationChange, now: float) -> list[DayEvent]:
    """Carry out ``change``, where there is such an application whose key is here; what changes of the daily counts."""
    before = _locked(sql, change.number)
    if before is None:
        return []
    state = change.state or before.state
    notes = (*before.notes, StaffNote(now, change.by, change.note)) if change.note else before.notes
    after = replace(before, state=state, assigned=change.assigned or before.assigned, notes=notes)
    values: dict[str, object] = {"content": sealed_content(sql, after)}
    sql.execute(update(applications).where(applications.c.number == change.number).values(**values))
    return _moved_to(sql, change.number, state, now, change.handled_days) or []


def set_state(sql: Connection, number: str, state: ApplicationState, now: float, handled_days: int) -> bool:
    """Note how far staff are, which its sender is told; whether there is such an application. Once staff are done with
    it, it goes earlier. In the daily counts it stands on the day when it came, in its state as it is now.
    """
    events = _moved_to(sql, number, state, now, handled_days)
    day_counts.add_events(sql, events or [])
    return events is not None


def _moved_to(
    sql: Connection, number: str, state: ApplicationState, now: float, handled_days: int
) -> list[DayEvent] | None:
    """What changes of the daily counts, which the caller writes last; None when there is no such application."""
    this = applications.c.number == number
    row = sql.execute(select(applications).where(this).with_for_update()).one_or_none()
    if row is None:
        return None
    until = min(row.until, now + handled_days * DAY) if state.ended else row.until
    values = {"state": str(state), "changed": now, "until": until, "untold": row.state != state or row.untold}
    sql.execute(update(applications).where(this).values(**values))
    return list(moved(Event.APPLICATION, (row.form, row.form), (row.state, str(state)), row.made))


def _locked(sql: Connection, number: str) -> Application | None:
    """The application, nobody else changing it before the end of this transaction; None: none whose key is here."""
    row = sql.execute(select(applications).where(applications.c.number == number).with_for_update()).one_or_none()
    found = application_of(sql, row) if row else None
    return found if found and found.readable else None
