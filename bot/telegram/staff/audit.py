"""Who of staff did what when, written with what they did, and kept as long as the configuration says."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, select

from bot.telegram import json_codec
from bot.telegram.queue.sql_helpers import delete_some
from bot.telegram.sealing.sealer import UnreadableError, sealer_of
from bot.telegram.staff.acts import StaffDeed
from bot.telegram.staff.tables import staff_acts

CONTENT_COLUMN = "staff_acts.content"  # what the seals of these texts are made for
DAY = 24 * 3600.0


@dataclass(frozen=True)
class AuditEntry:
    """One act. ``by``: Telegram's number of who did it, None where the key is not here; ``at``: seconds since 1970."""

    at: float
    act: str
    allowed: bool
    by: int | None
    about: str


def note(sql: Connection, deeds: Sequence[StaffDeed], days: int, now: float) -> None:
    """Keep for so many ``days`` that this was done."""
    sealer = sealer_of(sql)
    rows = [
        {
            "at": now,
            "act": str(deed.act),
            "allowed": deed.allowed,
            "content": sealer.seal(json_codec.dumps({"by": deed.by, "about": deed.about}), CONTENT_COLUMN),
            "until": now + days * DAY,
        }
        for deed in deeds
    ]
    if rows:
        sql.execute(staff_acts.insert(), rows)


def all_of(sql: Connection) -> Iterator[AuditEntry]:
    """Everything that is kept, the newest first."""
    sealer = sealer_of(sql)
    for row in sql.execute(select(staff_acts).order_by(staff_acts.c.at.desc(), staff_acts.c.id.desc())).all():
        try:
            content = json_codec.loads(sealer.unseal(row.content, CONTENT_COLUMN))
        except UnreadableError:
            content = {"by": None, "about": ""}
        yield AuditEntry(row.at, row.act, row.allowed, content["by"], content["about"])


def purge(sql: Connection, now: float) -> bool:
    """Remove some of what was kept as long as was said; whether there may be more."""
    return delete_some(sql, staff_acts, staff_acts.c.until < now)
