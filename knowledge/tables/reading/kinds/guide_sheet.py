"""Sheets for people: how to fill in a table. The first cell says that the sheet is not read; its name never does."""

from __future__ import annotations

from collections.abc import Sequence

MARKS = {"zh": "本工作表是填写说明，不会被读取", "en": "This sheet is a guide and is not read"}


def is_guide(rows: Sequence[object]) -> bool:
    """Whether the first cell of the first row that holds anything is one of the marks."""
    first = rows[0] if rows else None
    return isinstance(first, tuple) and bool(first) and isinstance(first[0], str) and first[0].strip() in MARKS.values()
