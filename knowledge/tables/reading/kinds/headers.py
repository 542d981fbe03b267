"""Which column of a sheet means what, and which kind of table the sheet is."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, lru_cache

from knowledge.tables.reading.kinds.columns import FIELDS, NEEDS, QUARANTINE, SHARED, TELLING
from knowledge.tables.records import RecordKind
from knowledge.text.language import simplified
from knowledge.text.money import Period, period_of

HEADER_ROWS = 10  # the header stands among the first rows that hold anything
COLUMNS = 256  # columns beyond are reported, not read
BRACKETS = re.compile(r"[(（\[【][^()（）\[\]【】]*[)）\]】]")


@dataclass(frozen=True)
class Column:
    """A column of a sheet. ``field`` is None when its header is not known."""

    index: int  # in the row, from 0
    header: str
    field: str | None
    exact: bool = False
    scale: float = 1  # what a figure is multiplied by: 万元 is 10000
    period: Period = Period.UNKNOWN
    quarantined: bool = False


@dataclass(frozen=True)
class Header:
    """The meaning of a sheet's columns."""

    kind: RecordKind
    columns: tuple[Column, ...]

    @property
    def unmatched(self) -> tuple[Column, ...]:
        """Columns whose header is not known."""
        return tuple(column for column in self.columns if not column.field and not column.quarantined)


class HeaderError(ValueError):
    """A row is the header of no single kind of table; the message says why."""


class LackingColumnsError(HeaderError):
    """A row comes near to the header of a kind of table, and lacks columns that it needs."""


class TwoKindsError(HeaderError):
    """A row is a header, but of two kinds of table."""


@lru_cache(maxsize=20_000, typed=True)
def bare(header: object) -> str:
    """A header without marks: normal width, lower case, no spaces, ``*``, brackets or （必填）."""
    text = simplified(unicodedata.normalize("NFKC", str(header)).casefold())
    text = re.sub(r"\(?必填\)?|\(?required\)?|\(?选填\)?|\(?optional\)?", "", text)
    text = BRACKETS.sub("", text)
    return re.sub(r"[\s*:·_/\\\-]+", "", text)


def match(cells: Sequence[object], kind: RecordKind) -> tuple[Column, ...]:
    """What each header cell means in a table of ``kind``: exact names first, then the longest name contained."""
    columns: list[Column | None] = [_quarantined(index, cell) for index, cell in enumerate(cells)]
    taken: set[str] = set()
    for exact in (True, False):
        wanted = [index for index, column in enumerate(columns) if column is None and bare(cells[index])]
        fields = {index: _field(bare(cells[index]), kind, exact) for index in wanted}
        for index, (field, length) in sorted(fields.items(), key=lambda item: -item[1][1]):
            if field and length and field not in taken:
                taken.add(field)
                columns[index] = _column(index, str(cells[index]), field, exact)
    return tuple(
        column or Column(index, str(cells[index]), None)
        for index, column in enumerate(columns)
        if column or bare(cells[index])
    )


def recognise(cells: Sequence[object]) -> Header:
    """The kind and columns of a header row. Raises ``HeaderError`` when no kind fits, or two do."""
    fitting = [header for kind in RecordKind if (header := Header(kind, match(cells, kind))) and _fits(header)]
    fitting.sort(key=_weight, reverse=True)
    if not fitting:
        raise HeaderError("no kind of table fits")
    if len(fitting) > 1 and _rivals(fitting[0], fitting[1]):
        kinds = f"{fitting[0].kind.value} and {fitting[1].kind.value}"
        raise TwoKindsError(f"its columns fit two kinds of table, {kinds}; split it into two sheets")
    return fitting[0]


def _fits(header: Header) -> bool:
    fields = {column.field for column in header.columns}
    return NEEDS[header.kind] <= fields and bool(TELLING[header.kind] & fields)


def _weight(header: Header) -> int:
    return sum(3 if column.exact else 1 for column in header.columns if column.field and column.field not in SHARED)


def _rivals(first: Header, second: Header) -> bool:
    """Whether each explains, exactly, columns that the other does not; or neither explains more."""
    mine, theirs = _explained(first), _explained(second)
    known = {column.index for column in first.columns if column.field}
    known_to_second = {column.index for column in second.columns if column.field}
    return _weight(first) == _weight(second) or (len(mine - known_to_second) >= 2 and len(theirs - known) >= 2)


def _explained(header: Header) -> set[int]:
    return {column.index for column in header.columns if column.field and column.exact and column.field not in SHARED}


def _quarantined(index: int, cell: object) -> Column | None:
    name = bare(cell)
    return Column(index, str(cell), None, quarantined=True) if name and QUARANTINE.search(name) else None


def _column(index: int, header: str, field: str, exact: bool) -> Column:
    text = unicodedata.normalize("NFKC", header).casefold()
    scale = 10000 if "万元" in text else 1000 if "千元" in text or "(k" in text else 1
    period = period_of(text) or Period.UNKNOWN
    return Column(index, header, field, exact, scale, period)


def _field(name: str, kind: RecordKind, exact: bool) -> tuple[str | None, int]:
    """The field that a bare header names, and the length of the name found."""
    if exact:
        field = _names(kind).get(name)
        return field, len(name) if field else 0
    best = max((known for known in _names(kind) if _within(known, name)), key=len, default="")
    return (_names(kind)[best], len(best)) if best else (None, 0)


def _within(known: str, name: str) -> bool:
    """Chinese names may stand anywhere; short English ones would be found inside other words."""
    return known in name and (not known.isascii() or len(known) >= 5) and len(known) >= 2


@cache
def _names(kind: RecordKind) -> dict[str, str]:
    fields = {**SHARED, **FIELDS[kind]}
    return {bare(name): field for field, names in fields.items() for name in names.split()} | {
        bare(field): field for field in fields
    }
