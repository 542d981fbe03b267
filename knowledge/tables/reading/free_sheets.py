"""A sheet that is none of the kinds of records, as a table of its own."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import time
from itertools import islice

from knowledge.models import FreeTable, Grid
from knowledge.tables.free.grid_reading import table_of
from knowledge.tables.reading.kinds.columns import QUARANTINE
from knowledge.tables.reading.kinds.headers import bare
from knowledge.tables.reading.sheets import Cell, Sheet, tidy
from knowledge.tables.reading.value_vocabulary import text_of
from knowledge.text.numerals import figure

LARGEST = 20_000  # rows; those beyond are not read
UNNAMED = re.compile(r"(?:(?:sheet|table|工作表|表) ?\d*)?", re.I)  # names that programs give, and that say nothing
SHOWN = 12  # names of columns in what staff are told


def free_table(sheet: Sheet, source: str, ordinal: int) -> FreeTable | None:
    """The table on ``sheet``; None where it has no header with rows below."""
    rows = tuple(tuple(map(cell_text, tidy(raw))) for raw in islice(sheet.rows, LARGEST))
    grid = Grid(rows, numbers=tuple(islice(sheet.numbers, LARGEST)))
    table = table_of(grid, source, ordinal, path=() if UNNAMED.fullmatch(sheet.name) else (sheet.name,))
    return _without_personal(table) if table else None


def read_as(table: FreeTable, sheet: Sheet) -> str:
    """What staff are told of it."""
    names = [column.name for column in table.columns if column.name]
    listed = ", ".join(names[:SHOWN]) + (", …" if len(names) > SHOWN else "")
    beyond = f"; rows beyond the first {LARGEST} of the sheet were not read" if len(sheet.rows) > LARGEST else ""
    return f"read as a table of its own: {len(table.rows)} rows, columns {listed}{beyond}"


def cell_text(cell: Cell) -> str:
    """A cell as text; empty when blank. Figures without what reckoning leaves behind: 0.30000000000000004 is 0.3."""
    if isinstance(cell, time):
        return cell.isoformat("minutes")
    if isinstance(cell, float):
        return figure(cell)
    return text_of(cell) or ""


def _without_personal(table: FreeTable) -> FreeTable:
    """Without columns that say of people what is never stored; the first is what rows are of: an age group."""
    kept = [index for index, column in enumerate(table.columns) if not index or not _is_personal(column.levels)]
    columns = tuple(table.columns[index] for index in kept)
    rows = tuple(
        type(row)(row.number, tuple(row.cells[index] for index in kept), row.page, row.total) for row in table.rows
    )
    return FreeTable(table.source, table.ordinal, table.path, table.titles, columns, rows, table.notes, table.page)


def _is_personal(levels: Sequence[str]) -> bool:
    return any(QUARANTINE.search(bare(level)) for level in levels)
