"""A grid of cells to a free table: titles above, header, rows, totals, notes below."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from knowledge.models import FreeTable, Grid, TableColumn, TableRow
from knowledge.tables.free.header_lines import Line, columns_of, header_depth, is_value, unit_stated

TOTAL = re.compile(r"^(?:合\s?计|总\s?计|小\s?计|共\s?计|(?:grand |sub)?totals?)(?:[:：\s(（]|$)", re.I)
NOTE = re.compile(r"^(?:备?注|说明|附注|数据来源|资料来源|[※*＊]|notes?\b|remarks?\b|source\b)(?!\w{2,8}[:：]?$)", re.I)
FEWEST = 2  # columns
LONGEST_TITLE = 80  # characters; a longer line above a table is a text about it


@dataclass
class _Body:
    """The rows of a grid below its header, sorted by what they are."""

    rows: list[tuple[int, Line, str]] = field(default_factory=list)  # number, cells, the heading of their group
    notes: list[str] = field(default_factory=list)


def table_of(
    grid: Grid,
    source: str,
    ordinal: int,
    *,
    path: tuple[str, ...] = (),
    above: Sequence[str] = (),
    notes: Sequence[str] = (),
    page: int | None = None,
) -> FreeTable | None:
    """The table in ``grid``; None where nothing in it can be a header, or nothing stands below one.

    ``above``, ``notes``: lines of text directly above and below it.
    """
    rows = _same_width(grid.rows)
    numbers = list(grid.numbers or range(1, len(rows) + 1))
    titles = [line for line in above if line]
    marked = grid.marked
    while rows and (not any(rows[0]) or _alone(rows[0])):
        titles += dict.fromkeys(text for text in rows[0] if text)
        rows, numbers, marked = rows[1:], numbers[1:], max(0, marked - 1)
    depth = header_depth(rows, marked)
    if not depth or len(rows[0]) < FEWEST:
        return None
    unit = next(filter(None, map(unit_stated, titles)), "")
    header, body = rows[:depth], _body(rows[depth:], numbers[depth:], rows[:depth])
    columns = columns_of(header, [cells for _, cells, _ in body.rows], unit)
    if not body.rows or len({column.name for column in columns if column.name}) < FEWEST:
        return None
    columns, read = _unfolded(columns, _ditto(body.rows))
    columns, filled = _grouped(columns, read)
    return FreeTable(
        source=source,
        ordinal=ordinal,
        path=path,
        titles=tuple(dict.fromkeys(title for title in titles if len(title) <= LONGEST_TITLE)),
        columns=columns,
        rows=tuple(TableRow(number, tuple(cells), page, _sums_up(cells)) for number, cells in filled),
        notes=tuple(dict.fromkeys((*body.notes, *notes))),
        page=page,
    )


def _same_width(rows: Sequence[Line]) -> list[Line]:
    """The rows without columns that are empty in all of them."""
    width = max(map(len, rows), default=0)
    padded = [[text.strip() for text in row] + [""] * (width - len(row)) for row in rows]
    kept = [index for index in range(width) if any(row[index] for row in padded)]
    return [[row[index] for index in kept] for row in padded]


def _alone(line: Line) -> bool:
    """Whether a line has one text only, in one cell or over several."""
    return len(line) > 1 and len({text for text in line if text}) == 1


def _body(rows: Sequence[Line], numbers: Sequence[int], header: Sequence[Line]) -> _Body:
    """The rows below the header; where it is repeated, as on every page, it is left out."""
    body, group = _Body(), ""
    last = max((index for index, row in enumerate(rows) if not _alone(row)), default=-1)
    for index, (row, number) in enumerate(zip(rows, numbers, strict=True)):
        if not any(row) or any(list(row) == list(line) for line in header):
            continue
        if not _alone(row) or is_value(row[0]):
            body.rows.append((number, row, group))
            continue
        text = next(filter(None, row))
        if NOTE.match(text) or index > last:
            body.notes.append(text)
        else:
            group = text
    return body


def _ditto(rows: Sequence[tuple[int, Line, str]]) -> list[tuple[int, Line, str]]:
    """The rows; an empty first cell says what stands above it, as where a merged cell was unmade."""
    filled: list[tuple[int, Line, str]] = []
    for number, cells, group in rows:
        above = filled[-1] if filled else None
        if not cells[0] and above and above[2] == group and not is_value(above[1][0]) and not _sums_up(above[1]):
            cells = [above[1][0], *cells[1:]]
        filled.append((number, cells, group))
    return filled


def _unfolded(
    columns: tuple[TableColumn, ...], rows: Sequence[tuple[int, Line, str]]
) -> tuple[tuple[TableColumn, ...], list[tuple[int, Line, str]]]:
    """A table that is laid out several times side by side, to save paper, as one below the other."""
    names = [column.name for column in columns]
    for width in range(FEWEST, len(names) // 2 + 1):
        if len(names) % width == 0 and names == names[:width] * (len(names) // width):
            parts = [
                (number, cells[start : start + width], group)
                for start in range(0, len(names), width)
                for number, cells, group in rows
            ]
            return columns[:width], [part for part in parts if any(part[1])]
    return columns, list(rows)


def _grouped(
    columns: tuple[TableColumn, ...], rows: Sequence[tuple[int, Line, str]]
) -> tuple[tuple[TableColumn, ...], list[tuple[int, Line]]]:
    """Headings between rows as a column of their own, which has no name."""
    if not any(group for _, _, group in rows):
        return columns, [(number, cells) for number, cells, _ in rows]
    return (TableColumn(()), *columns), [(number, [group, *cells]) for number, cells, group in rows]


def _sums_up(cells: Line) -> bool:
    return any(TOTAL.match(text) for text in cells[:2])
