"""Files whose new version waits until staff have accepted what it was warned of, and what they have accepted."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from sqlalchemy import Connection, delete, insert, select

from knowledge.store.edition_rows import HeldFile, held_file
from knowledge.store.staff_tables import accepted_warnings, held_files


def files_held(connection: Connection) -> dict[str, HeldFile]:
    """The versions that wait, by source."""
    rows = connection.execute(select(held_files).order_by(held_files.c.source))
    return {row.source: held_file(row.source, row.digest, row.warnings) for row in rows}


def replace_held(connection: Connection, held: Iterable[HeldFile]) -> None:
    """From now on ``held`` wait, and no others."""
    connection.execute(delete(held_files))
    rows = [{"source": one.source, "digest": one.digest, "warnings": one.as_json()} for one in held]
    if rows:
        connection.execute(insert(held_files), rows)


def accepted(connection: Connection) -> Mapping[str, frozenset[str]]:
    """Keys of the warnings that staff have accepted, by source."""
    keys: dict[str, set[str]] = {}
    for source, key in connection.execute(select(accepted_warnings.c.source, accepted_warnings.c.key)):
        keys.setdefault(source, set()).add(key)
    return {source: frozenset(known) for source, known in keys.items()}


def accept(connection: Connection, held: HeldFile) -> None:
    """From now on what ``held`` was warned of is published without a question."""
    known = accepted(connection).get(held.source, frozenset())
    fresh = sorted({warning.key for warning in held.warnings} - known)
    if fresh:
        connection.execute(insert(accepted_warnings), [{"source": held.source, "key": key} for key in fresh])
