"""What staff order besides a refresh: withdrawals, the maintenance sentence, and the history of what was done."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection, Row, delete, insert, select

from knowledge.store.staff_tables import maintenance, staff_history, withdrawals


class Action(StrEnum):
    """What the history knows of."""

    PUBLISH = "publish"
    ROLLBACK = "rollback"
    WITHDRAW = "withdraw"
    LIFT = "lift"
    MAINTENANCE_ON = "maintenance on"
    MAINTENANCE_OFF = "maintenance off"
    ACCEPT = "accept warnings"


@dataclass(frozen=True)
class Withdrawal:
    """A file, a section (``path``: its headings) or a row of one (what it is called), that users do not get until it is
    lifted.

    ``digest``: of the file, and ``texts``: digests of its withdrawn texts or rows, when it was withdrawn. ``at``:
    seconds since 1970.
    """

    id: int
    source: str
    path: tuple[str, ...]
    digest: str
    texts: frozenset[str]
    at: float
    by: str
    note: str
    row: tuple[str, ...] = ()

    @property
    def subject(self) -> str:
        """What is withdrawn, for people."""
        return subject_of(self.source, self.path, self.row)


def subject_of(source: str, path: Sequence[str] = (), row: Sequence[str] = ()) -> str:
    """A file, or what is meant of it, for people."""
    return f"{source}#{' · '.join(filter(None, row))}" if row else " › ".join((source, *path))


@dataclass(frozen=True)
class MaintenanceSentence:
    """What stands above every answer while staff have switched it on, in Chinese and English."""

    zh: str
    en: str


@dataclass(frozen=True)
class StaffOrders:
    """The orders that hold now."""

    withdrawals: tuple[Withdrawal, ...] = ()
    maintenance: MaintenanceSentence | None = None


@dataclass(frozen=True)
class HistoryEntry:
    """Something that was done. ``at``: seconds since 1970; ``by``: who did it, empty where nobody noted it.

    ``changes``: what a publication changed, JSON-able; None for all else, and for those of earlier versions.
    """

    at: float
    by: str
    action: Action
    subject: str
    note: str
    changes: Mapping[str, Any] | None = None


def staff_orders(connection: Connection) -> StaffOrders:
    """The orders that hold now."""
    held = tuple(map(_withdrawal, connection.execute(select(withdrawals).order_by(withdrawals.c.id))))
    shown = connection.execute(select(maintenance.c.zh, maintenance.c.en)).first()
    return StaffOrders(held, MaintenanceSentence(shown.zh, shown.en) if shown else None)


def _withdrawal(row: Row[tuple[object, ...]]) -> Withdrawal:
    names = tuple(json.loads(row.row or "[]"))
    lists = {"path": tuple(json.loads(row.path)), "texts": frozenset(json.loads(row.texts)), "row": names}
    return Withdrawal(**{**row._mapping, **lists})


def add_withdrawal(
    connection: Connection,
    source: str,
    path: Sequence[str],
    digest: str,
    texts: Sequence[str],
    by: str,
    note: str,
    row: Sequence[str] = (),
) -> None:
    """Withdraw a file, the section at ``path``, or the row that is called ``row``; noted in the history."""
    values = {"source": source, "path": json.dumps(path, ensure_ascii=False), "digest": digest}
    values["row"] = json.dumps(row, ensure_ascii=False)
    more = {"texts": json.dumps(sorted(set(texts))), "at": time.time(), "by": by, "note": note}
    connection.execute(insert(withdrawals).values(**values, **more))
    note_in_history(connection, Action.WITHDRAW, subject_of(source, path, row), by, note)


def lift_withdrawal(connection: Connection, withdrawal: Withdrawal, by: str, note: str) -> None:
    """Users get it again; noted in the history."""
    connection.execute(delete(withdrawals).where(withdrawals.c.id == withdrawal.id))
    note_in_history(connection, Action.LIFT, withdrawal.subject, by, note)


def set_maintenance(connection: Connection, sentence: MaintenanceSentence | None, by: str, note: str) -> None:
    """Show ``sentence`` above every answer, or none; noted in the history."""
    connection.execute(delete(maintenance))
    if sentence is None:
        note_in_history(connection, Action.MAINTENANCE_OFF, "", by, note)
        return
    connection.execute(insert(maintenance).values(id=1, zh=sentence.zh, en=sentence.en))
    note_in_history(connection, Action.MAINTENANCE_ON, f"{sentence.zh} / {sentence.en}", by, note)


def note_in_history(
    connection: Connection,
    action: Action,
    subject: str,
    by: str,
    note: str = "",
    changes: Mapping[str, Any] | None = None,
) -> None:
    """One more line of the history."""
    values = {"at": time.time(), "by": by, "action": action.value, "subject": subject, "note": note}
    noted = json.dumps(changes, ensure_ascii=False) if changes is not None else None
    connection.execute(insert(staff_history).values(**values, changes=noted))


def history(connection: Connection, limit: int) -> tuple[HistoryEntry, ...]:
    """The last ``limit`` things that were done, the newest first."""
    columns = (staff_history.c[name] for name in ("at", "by", "action", "subject", "note", "changes"))
    rows = connection.execute(select(*columns).order_by(staff_history.c.id.desc()).limit(limit))
    return tuple(map(_history_entry, rows))


def _history_entry(row: Row[tuple[Any, ...]]) -> HistoryEntry:
    changes = json.loads(row.changes) if row.changes else None
    return HistoryEntry(row.at, row.by, Action(row.action), row.subject, row.note, changes)
