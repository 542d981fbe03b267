"""What a sheet without a usable header comes nearest to: the kind of table, and the columns that it lacks for that."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from knowledge.tables.reading.kinds.columns import FIELDS, NEEDS, SHARED, TELLING
from knowledge.tables.reading.kinds.headers import Column, match
from knowledge.tables.records import RecordKind

PLURAL = {
    RecordKind.PARTNER: "partners",
    RecordKind.PROGRAM: "programs",
    RecordKind.OPENING: "openings",
    RecordKind.PROCEDURE: "procedures",
    RecordKind.ANSWER: "answers",
}
LEAST = 2  # columns of a kind that a row must have, before it is taken for a header that lacks others
SHOWN = 4  # columns of which any one is enough


def missing_columns(rows: Sequence[Sequence[object]]) -> str | None:
    """Which columns one of ``rows`` lacks to be the header of the kind that it comes nearest to, in words for staff.

    None where no row has two columns of any kind.
    """
    likely = [(columns, kind) for row in rows for kind in RecordKind if len(columns := _own(row, kind)) >= LEAST]
    if not likely:
        return None
    columns, kind = max(likely, key=lambda found: sum(3 if column.exact else 1 for column in found[0]))
    fields = {column.field for column in columns}
    english = all(column.header.isascii() for column in columns)
    lacking = [field for field in FIELDS[kind] if field in NEEDS[kind] - fields]
    if not lacking:
        telling = [field for field in FIELDS[kind] if field in TELLING[kind]]
        return f"it looks most like {PLURAL[kind]}: one of these columns is missing: {_names(kind, telling, english)}"
    if len(lacking) == 1:
        return f"it looks most like {PLURAL[kind]}: the column {_names(kind, lacking, english)} is missing"
    return f"it looks most like {PLURAL[kind]}: these columns are missing: {_names(kind, lacking, english)}"


def _own(row: Sequence[object], kind: RecordKind) -> tuple[Column, ...]:
    """Columns of ``row`` that a table of ``kind`` has, and not every table."""
    cells = ["" if cell is None else cell for cell in row]
    return tuple(column for column in match(cells, kind) if column.field and column.field not in SHARED)


def _names(kind: RecordKind, fields: Iterable[str], english: bool) -> str:
    """What the columns are called, two names each, in the language of the sheet."""
    named = ([name for name in FIELDS[kind][field].split() if name.isascii() == english][:2] for field in fields)
    return ", ".join("/".join(names) for names in list(named)[:SHOWN])
