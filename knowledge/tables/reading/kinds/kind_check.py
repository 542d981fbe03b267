"""Whether the rows below a header are of the kind that the header looks like: two names that fit are no proof."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from itertools import islice

from knowledge.tables.free.header_lines import is_value
from knowledge.tables.reading.cells import Cells, RowError
from knowledge.tables.reading.kinds.columns import NEEDS, SHARED, TELLING
from knowledge.tables.reading.kinds.headers import Header
from knowledge.tables.reading.sheets import Cell, Raw, tidy
from knowledge.tables.reading.value_vocabulary import first_of, level_of, text_of
from knowledge.tables.records import RecordKind
from knowledge.tables.vocabularies import EDUCATION
from knowledge.text.quantities import parse_headcount, parse_length

LOOKED_AT = 30  # rows
# Who a row is of: a column, or said above for all rows.
OWNERS = {RecordKind.PROGRAM: "school"}
READS: Mapping[str, Callable[[Cells, str], object]] = {
    **dict.fromkeys(("pay", "pay_low", "tuition"), lambda cells, name: cells.money(name)),
    **dict.fromkeys(("headcount", "quota"), lambda cells, name: cells.parsed(name, parse_headcount)),
    **dict.fromkeys(("deadline", "posted", "signed_on", "valid_to"), lambda cells, name: cells.day(name)),
    "length": lambda cells, name: cells.parsed(name, lambda said: parse_length(said, unit=cells.header_of(name))),
    "level": lambda cells, name: level_of(cells.text(name) or ""),
    "education": lambda cells, name: first_of(cells.text(name) or "", EDUCATION.cells),
}


def is_of_kind(header: Header, below: Sequence[Raw], stated: Mapping[str, str]) -> bool:
    """Whether the first rows ``below`` a header are rows of its kind: what a row is called is words, what tells the
    kind can mostly be read as what it should be, and most columns are known. ``stated``: what a title says of all rows.
    """
    columns = {column.field: column for column in header.columns if column.field}
    owner = OWNERS.get(header.kind)
    if owner and owner not in columns and owner not in stated:
        return False
    own = [column for column in header.columns if column.field and column.field not in SHARED]
    if len(own) < len({column.header for column in header.unmatched}):
        return False
    rows = [
        cells for cells in islice(map(tidy, below), LOOKED_AT) if len([cell for cell in cells if cell is not None]) > 1
    ]
    read = [Cells(_values(cells, columns), columns, stated) for cells in rows]
    named = [name for cells in read for name in NEEDS[header.kind] if (text := cells.text(name)) and is_value(text)]
    telling = TELLING[header.kind] & columns.keys()
    return not rows or (len(named) * 2 <= len(rows) and any(_mostly(read, name) for name in telling))


def _values(cells: Sequence[Cell], columns: Mapping[str, object]) -> dict[str, Cell]:
    indexes = {name: int(vars(column)["index"]) for name, column in columns.items()}
    return {name: cells[index] for name, index in indexes.items() if index < len(cells)}


def _mostly(rows: Sequence[Cells], name: str) -> bool:
    """Whether a column is empty, or can be read in at least every second row that has it."""
    filled = [cells for cells in rows if text_of(cells.values.get(name)) is not None]
    return sum(_is_read(cells, name) for cells in filled) * 2 >= len(filled)


def _is_read(cells: Cells, name: str) -> bool:
    try:
        return name not in READS or READS[name](cells, name) is not None
    except RowError:
        return False
