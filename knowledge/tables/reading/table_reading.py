"""What reading one file of rows gives."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from knowledge.models import FreeTable
from knowledge.tables.records import Record, RecordKind
from knowledge.text.pii import masked


@dataclass(frozen=True)
class Row:
    """One record as read. ``digest`` is over the raw cells, so that an unchanged row need not be parsed again."""

    digest: str
    kind: RecordKind
    sheet: str
    number: int  # row of the sheet, from 1
    record: Record


@dataclass(frozen=True)
class Problem:
    """Something staff should know. ``skipped``: the row (or sheet, when ``row`` is 0) was not loaded because of it."""

    file: str
    sheet: str
    row: int  # from 1; 0: the sheet as a whole
    column: str
    value: str
    reason: str
    skipped: bool = False

    @property
    def shown(self) -> str:
        """The value without personal numbers: reports are stored and sent around."""
        return masked(self.value)[0]

    def __str__(self) -> str:
        """One line for staff: file, sheet, row, column, value, reason."""
        location = [self.file]
        location += [f"sheet {self.sheet}"] if self.sheet else []
        location += [f"row {self.row}"] if self.row else []
        location += [f"column {self.column}"] if self.column else []
        value = f" ({self.shown[:60]!r})" if self.value else ""
        return ", ".join(location) + f": {self.reason}{value}" + (" - skipped" if self.skipped else "")


@dataclass(frozen=True)
class TableReading:
    """One file: the digests of all rows that load, the records of those not known before, what staff should know.

    ``known``: how many rows of the file the live edition has, as given before it was read, and ``lost``: the digests
    of those that the file holds no more; None when it was read without that number.
    """

    source: str
    digest: str  # of the file
    digests: Sequence[str]
    rows: tuple[Row, ...]
    problems: tuple[Problem, ...] = ()
    known: int = 0
    lost: tuple[str, ...] | None = None
    late: bool = False  # reading it took too long: nothing of it is known
    free: tuple[FreeTable, ...] = ()  # sheets that are none of the kinds of records
