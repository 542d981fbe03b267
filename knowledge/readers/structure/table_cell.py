"""A cell of a table inside a document."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Cell:
    """One cell as marked up; spans count columns and rows, 1 for an ordinary cell. ``page``: that it stands on."""

    text: str
    columns: int = 1
    rows: int = 1
    header: bool = False
    page: int | None = None
