"""Where a sheet's header is, what it and the lines around it say, and which rows below it are none."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice

from knowledge.tables.reading.csv_lines import APART
from knowledge.tables.reading.kinds.header_lines import LINES, further_lines, stacked, stated_around
from knowledge.tables.reading.kinds.headers import (
    HEADER_ROWS,
    Header,
    HeaderError,
    LackingColumnsError,
    TwoKindsError,
    bare,
    recognise,
)
from knowledge.tables.reading.kinds.kind_check import is_of_kind
from knowledge.tables.reading.kinds.nearest_kind import missing_columns
from knowledge.tables.reading.sheets import Cell, Raw, Sheet, tidy
from knowledge.towns import Town

FORMAT = "3"  # raised when rows are parsed differently, so that unchanged rows are parsed again
NOTE = re.compile(
    r"^(?:注|备注|说明|(?:填表|填报|制表|审核|联系)(?:人|单位|部门|日期|时间)?|数据来源|合计|总计|小计|共计|note|notes|remark|total|source)(?:[:：\s(（\d]|$)",
    re.I,
)
NOTES = 5  # rows at the end of a sheet among which notes are looked for
TOTAL = re.compile(r"(?:合|总|小|共)\s*计|sub-?total|total", re.I)


@dataclass(frozen=True)
class SheetLayout:
    """Where a sheet's header is and what it and the title above it say."""

    source: str
    header: Header
    index: int  # of the header among the sheet's rows, from 0
    cells: tuple[Cell, ...]
    defaults: Mapping[str, str]
    towns: tuple[Town, ...]

    def __post_init__(self) -> None:
        names = "|".join(f"{column.field or ''}={column.header}" for column in self.header.columns)
        defaults = "|".join(f"{name}={value}" for name, value in sorted(self.defaults.items()))
        towns = "".join(f"|{town.zh}={town.en}" for town in self.towns)  # other towns: the rows are parsed again
        read_as = f"{FORMAT}|{self.source}|{self.header.kind}|{names}|{defaults}{towns}"
        mark = hashlib.blake2b(read_as.encode(), digest_size=12)
        object.__setattr__(self, "mark", mark)
        object.__setattr__(self, "bare", [bare(cell) for cell in self.cells if cell is not None])

    mark: hashlib.blake2b = field(init=False, repr=False, compare=False)
    bare: list[str] = field(init=False, repr=False, compare=False)

    def digests(self, rows: Sequence[Raw]) -> Iterator[str]:
        """Digests of rows' raw cells under this header: the same for a line and for the texts it would be cut into."""
        copy = self.mark.copy
        for raw in rows:
            digest = copy()
            digest.update(raw if type(raw) is bytes else _written(raw).encode())
            yield digest.hexdigest()


def _written(raw: Sequence[Cell]) -> str:
    texts = [cell for cell in raw if isinstance(cell, str)]
    return APART.join(texts) if len(texts) == len(raw) else repr(raw)


def layout_of(sheet: Sheet, source: str, towns: tuple[Town, ...]) -> SheetLayout:
    """Where the header of ``sheet`` is. Raises ``HeaderError`` where it has none of one kind of rows."""
    filled = ((index, cells) for index, raw in enumerate(sheet.rows) if (cells := tidy(raw)))
    indexes, rows = zip(*islice(filled, HEADER_ROWS + LINES), strict=True)
    for number in range(min(len(rows), HEADER_ROWS)):
        for lines in _candidates(rows, number):
            try:
                header = recognise(stacked(lines))
            except TwoKindsError:
                raise
            except HeaderError:
                continue
            first = number - (1 if lines[0] is not rows[number] else 0)
            last = first + len(lines) - 1
            defaults = _stated(sheet, rows[:first], header)
            if not is_of_kind(header, sheet.rows[indexes[last] + 1 :], defaults):
                raise HeaderError("its columns have names of a kind of table, and its rows are of none")
            return SheetLayout(source, header, indexes[last], lines[-1], defaults, towns)
    if lacking := missing_columns(rows):
        raise LackingColumnsError(
            f"{lacking}; add what is missing, or begin with a template: python ingest.py templates"
        )
    kinds = "partners, programs, openings or procedures"
    raise HeaderError(f"no header of {kinds} in its first {HEADER_ROWS} rows; see documents/README.md")


def _candidates(rows: Sequence[tuple[Cell, ...]], index: int) -> Iterator[Sequence[tuple[Cell, ...]]]:
    """Rows that may be the header: the row with those that divide its merged cells, and joined to the one above."""
    yield rows[index : index + 1 + further_lines(rows[index], rows[index + 1 :])]
    if index:
        yield rows[index - 1 : index + 1]


def _stated(sheet: Sheet, above: Sequence[tuple[Cell, ...]], header: Header) -> dict[str, str]:
    """What the sheet's name, the lines above the header and the notes below the table give for all rows."""
    last = [cells for raw in sheet.rows[-NOTES:] if (cells := tidy(raw)) and NOTE.match(str(cells[0]))]
    titles = [str(cell) for cells in (*above, *last) for cell in dict.fromkeys(cells) if cell is not None]
    return stated_around(header.kind, {column.field for column in header.columns}, [sheet.name, *titles])


def is_note(cells: tuple[Cell, ...], layout: SheetLayout) -> bool:
    """Whether a row is a note, a total, a repeated header or a title rather than a record."""
    filled = [cell for cell in cells if cell is not None]
    if isinstance(filled[0], str) and NOTE.match(filled[0]):
        return True
    if any(isinstance(cell, str) and TOTAL.fullmatch(cell) for cell in filled[:3]):
        return True  # a sum whose row has a number, too
    if len(layout.header.columns) >= 3 and cells[0] is not None and len(set(map(str, filled))) == 1:
        return True  # a title over all columns
    return cells[0] is not None and _repeats_header(filled, layout.bare)


def _repeats_header(filled: list[Cell], header: list[str]) -> bool:
    """Whether the cells say what the header says. A figure that is no header tells that soonest."""
    pairs = zip(map(str, filled), header, strict=False)
    if len(filled) != len(header) or any(text.isdigit() and text != name for text, name in pairs):
        return False
    return list(map(bare, filled)) == header
