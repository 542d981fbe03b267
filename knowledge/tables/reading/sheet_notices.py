"""What staff should know of a sheet beside its rows: what of it is hidden, and what nobody computed."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from knowledge.tables.reading.csv_lines import WIDEST

SHOWN = 20  # rows or columns named in one line


@dataclass(frozen=True)
class SheetNotice:
    """Something about a sheet. ``row``: from 1, 0 for the sheet as a whole; ``column``: its letters."""

    row: int
    column: str
    value: str
    reason: str
    skipped: bool = False


def hidden_sheet() -> SheetNotice:
    """That the sheet as a whole is hidden."""
    return SheetNotice(0, "", "", "the sheet is hidden: not read", True)


def hidden_notices(rows: Sequence[int], columns: Collection[int]) -> Iterator[SheetNotice]:
    """Which rows (from 1) and columns (from 0) are hidden."""
    if rows:
        yield SheetNotice(0, "", _ranges(rows, str), "rows are hidden: not read")
    within = sorted(column for column in columns if column < WIDEST)
    if within:
        yield SheetNotice(0, "", _ranges(within, column_letters), "columns are hidden: not read")


def uncomputed_notices(
    formulas: Mapping[tuple[int, str], str], hidden_rows: Collection[int], hidden_columns: Collection[int]
) -> Iterator[SheetNotice]:
    """Which cells hold a formula whose value the file does not store, so that nobody can read it there."""
    hidden = {column_letters(column) for column in hidden_columns}
    for (row, column), formula in sorted(formulas.items()):
        if row not in hidden_rows and column not in hidden:
            reason = "a formula whose value the file does not hold; open it in Excel or WPS and save it again"
            yield SheetNotice(row, column, formula, reason)


def column_letters(index: int) -> str:
    """A, B … Z, AA for the columns 0, 1 … 25, 26."""
    letters = ""
    while index >= 0:
        index, digit = divmod(index, 26)
        letters = chr(ord("A") + digit) + letters
        index -= 1
    return letters


def _ranges(numbers: Sequence[int], name: Callable[[int], str]) -> str:
    """3, 5-9 for the sorted numbers 3, 5, 6, 7, 8, 9."""
    parts = []
    for _, group in itertools.groupby(enumerate(numbers), lambda pair: pair[1] - pair[0]):
        run = [number for _, number in group]
        parts.append(name(run[0]) if len(run) == 1 else f"{name(run[0])}-{name(run[-1])}")
    return ", ".join(parts[:SHOWN]) + (" …" if len(parts) > SHOWN else "")
