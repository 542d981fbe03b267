"""In which order rows come, and what cannot be compared."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import ColumnElement, Table

from knowledge.tables.querying.query import Order

ORDERS: Mapping[Order, tuple[tuple[str, bool], ...]] = {  # columns, and whether the greatest comes first
    Order.NEWEST: (("opens", True),),
    Order.SOONEST: (("closes", False),),
    Order.PAY_HIGHEST: (("pay_top", True), ("pay_floor", True)),
    Order.PAY_LOWEST: (("pay_floor", False), ("pay_top", False)),
    Order.MOST_PEOPLE: (("headcount", True), ("quota", True)),
    Order.CHEAPEST: (("tuition_high", False), ("tuition_low", False)),
    Order.DEAREST: (("tuition_high", True), ("tuition_low", True)),
    Order.SHORTEST: (("years", False),),
    Order.LONGEST: (("years", True),),
    Order.NAME: (("name", False),),
}


def ordered_columns(table: Table, order: Order | None) -> list[ColumnElement[Any]]:
    """The columns that ``order`` goes by, the first one first."""
    return [table.c[name] for name, _ in ORDERS.get(order, ()) if name in table.c] if order else []


def order_of(table: Table, order: Order | None, *, nulls: bool = True) -> tuple[ColumnElement[Any], ...]:
    """Rows without a value come last, and ties stand in the order in which they were loaded."""
    wanted = [(table.c[name], down) for name, down in ORDERS.get(order, ()) if name in table.c] if order else []
    parts: list[ColumnElement[Any]] = []
    for column, down in wanted:
        parts += [column.is_(None)] if nulls else []
        parts.append(column.desc() if down else column.asc())
    return (*parts, table.c.id.asc())
