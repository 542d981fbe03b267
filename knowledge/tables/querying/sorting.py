"""In which order rows come, and what cannot be compared."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import ColumnElement, Table

from knowledge.tables.querying.query import SortOrder

SORT_COLUMNS: Mapping[SortOrder, tuple[tuple[str, bool], ...]] = {  # columns, and whether the greatest comes first
    SortOrder.NEWEST: (("opens", True),),
    SortOrder.SOONEST: (("closes", False),),
    SortOrder.PAY_HIGHEST: (("pay_top", True), ("pay_floor", True)),
    SortOrder.PAY_LOWEST: (("pay_floor", False), ("pay_top", False)),
    SortOrder.MOST_PEOPLE: (("headcount", True), ("quota", True)),
    SortOrder.CHEAPEST: (("tuition_high", False), ("tuition_low", False)),
    SortOrder.DEAREST: (("tuition_high", True), ("tuition_low", True)),
    SortOrder.SHORTEST: (("years", False),),
    SortOrder.LONGEST: (("years", True),),
    SortOrder.NAME: (("name", False),),
}


def ordered_columns(table: Table, order: SortOrder | None) -> list[ColumnElement[Any]]:
    """The columns that ``order`` goes by, the first one first."""
    return [table.c[name] for name, _ in SORT_COLUMNS.get(order, ()) if name in table.c] if order else []


def order_of(table: Table, order: SortOrder | None, *, nulls: bool = True) -> tuple[ColumnElement[Any], ...]:
    """Rows without a value come last, and ties stand in the order in which they were loaded."""
    wanted = [(table.c[name], down) for name, down in SORT_COLUMNS.get(order, ()) if name in table.c] if order else []
    parts: list[ColumnElement[Any]] = []
    for column, down in wanted:
        parts += [column.is_(None)] if nulls else []
        parts.append(column.desc() if down else column.asc())
    return (*parts, table.c.id.asc())
