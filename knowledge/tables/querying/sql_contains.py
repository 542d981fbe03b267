"""An SQL function for substring search: instr on SQLite, strpos on PostgreSQL.

LIKE would take half as long again, as it compares both cases of letters.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import Boolean
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement


class holds_text(FunctionElement[bool]):  # noqa: N801  # SQL functions are written so
    """``holds_text(column, text)``: true where the column holds the text."""

    type = Boolean()
    inherit_cache = True


@compiles(holds_text)
def _sqlite(element: FunctionElement[bool], compiler: Any, **options: Any) -> str:
    return f"instr({compiler.process(element.clauses, **options)}) > 0"


@compiles(holds_text, "postgresql")
def _postgresql(element: FunctionElement[bool], compiler: Any, **options: Any) -> str:
    return f"strpos({compiler.process(element.clauses, **options)}) > 0"
