"""Free tables of an edition: written as a difference to the edition before, and read again."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import replace

from sqlalchemy import Connection, select

from knowledge.models import FreeTable, TableColumn, TableRow
from knowledge.store.edition_rows import Edition
from knowledge.store.editions import write_rows
from knowledge.store.tables import free_rows, free_tables, in_edition


def publish_free_tables(connection: Connection, edition: Edition, tables: Iterable[FreeTable]) -> None:
    """Make ``tables`` those of ``edition``; inside the transaction that publishes it. Rows that stay are left alone."""
    heads, rows = [], []
    for table in tables:
        heads.append((table.source, table.ordinal, _head(table)))
        rows += [(table.source, table.ordinal, place, _row(row)) for place, row in enumerate(table.rows)]
    write_rows(connection, free_tables, edition.previous, edition.number, heads)
    write_rows(connection, free_rows, edition.previous, edition.number, rows)


def free_tables_of(connection: Connection, number: int) -> tuple[FreeTable, ...]:
    """The free tables of an edition with their rows, by source and ordinal."""
    rows: dict[tuple[str, int], list[tuple[int, TableRow]]] = {}
    query = select(free_rows.c.source, free_rows.c.ordinal, free_rows.c.place, free_rows.c.body)
    for source, ordinal, place, body in connection.execute(query.where(in_edition(free_rows, number))):
        rows.setdefault((source, ordinal), []).append((place, _row_read(body)))
    heads = select(free_tables.c.source, free_tables.c.ordinal, free_tables.c.body)
    found = [_read(*row) for row in connection.execute(heads.where(in_edition(free_tables, number)))]
    whole = (
        replace(
            one, rows=tuple(row for _, row in sorted(rows.get((one.source, one.ordinal), ()), key=lambda each: each[0]))
        )
        for one in found
    )
    return tuple(sorted(whole, key=lambda one: (one.source, one.ordinal)))


def _head(table: FreeTable) -> str:
    columns = [[list(column.levels), column.unit] for column in table.columns]
    named = {"path": table.path, "titles": table.titles, "columns": columns, "notes": table.notes, "page": table.page}
    return json.dumps(named, ensure_ascii=False)


def _read(source: str, ordinal: int, body: str) -> FreeTable:
    named = json.loads(body)
    columns = tuple(TableColumn(tuple(levels), unit) for levels, unit in named["columns"])
    path, titles, notes = (tuple(named[name]) for name in ("path", "titles", "notes"))
    return FreeTable(source, ordinal, path, titles, columns, (), notes, named["page"])


def _row(row: TableRow) -> str:
    return json.dumps([row.number, row.cells, row.page, row.total], ensure_ascii=False)


def _row_read(body: str) -> TableRow:
    number, cells, page, total = json.loads(body)
    return TableRow(number, tuple(cells), page, total)
