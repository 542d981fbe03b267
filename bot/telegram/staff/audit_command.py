"""The command on what staff did in the chat: who did what when, for whoever answers for the service."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Sequence

from sqlalchemy.exc import SQLAlchemyError

from bot.settings import Secrets, Settings
from bot.staff_settings import StaffSettings
from bot.telegram.sealing.keyring import KeyringError
from bot.telegram.sealing.staff_access import opened, prepared
from bot.telegram.staff.audit import AuditEntry, all_of
from knowledge.store.database import StoreError
from knowledge.text.characters import harmless
from knowledge.validity import minute

UNREADABLE = "(sealed with a key that is not here)"


def run_audit(settings: Settings, secrets: Secrets, *, as_json: bool) -> int:
    """The command; returns its exit code, 2 when nothing could be read."""
    try:
        with opened(settings, prepared(settings, secrets)) as sql:
            entries = list(all_of(sql))
    except (KeyringError, StoreError, SQLAlchemyError) as error:
        print(harmless(str(error).splitlines()[0]), file=sys.stderr)
        return 2
    staff = settings.telegram.staff
    for line in _json_lines(entries, staff) if as_json else _lines(entries, staff):
        print(harmless(line))
    return 0


def _json_lines(entries: Sequence[AuditEntry], staff: StaffSettings) -> Iterator[str]:
    """One JSON object for each act, the newest first."""
    for one in entries:
        values = {
            "at": minute(one.at),
            "act": one.act,
            "allowed": one.allowed,
            "by": one.by,
            "name": staff.name_of(one.by),
            "about": one.about,
        }
        yield json.dumps(values, ensure_ascii=False)


def _lines(entries: Sequence[AuditEntry], staff: StaffSettings) -> Iterator[str]:
    if not entries:
        yield "staff have done nothing in the chat yet"
    for one in entries:
        who = UNREADABLE if one.by is None else f"{staff.name_of(one.by)} ({one.by})"
        yield "  ".join((minute(one.at), who, one.act if one.allowed else f"{one.act} REFUSED", one.about)).rstrip()
