"""Tables whose rows say where each cell ends, in twips: rows of RTF and old Word to a grid with spans."""

from __future__ import annotations

import bisect
from collections.abc import Sequence
from dataclasses import dataclass, replace

from knowledge.readers.structure.grid import COLUMNS
from knowledge.readers.structure.table_cell import Cell

NEAR = 40  # twips (2 points): edges drawn by hand are not quite below each other


@dataclass(frozen=True)
class EdgedCell:
    """A cell's text and right edge (None: not said). ``left``, ``above``: it goes on the cell before, or above it."""

    text: str
    right: int | None = None
    left: bool = False
    above: bool = False


def grid_of(rows: Sequence[Sequence[EdgedCell]], headers: int = 0) -> list[list[Cell]]:
    """Cells with the columns that they span; what goes on from above says the same again. The first ``headers`` rows
    are the header.
    """
    edges = _edges(rows)
    grid: list[list[Cell]] = []
    for number, row in enumerate(rows):
        line: list[Cell] = []
        column = 0
        for cell in row[:COLUMNS]:
            end = column + 1 if cell.right is None else _column(edges, cell.right)
            span = max(1, end - column)
            column += span
            if cell.left and line:
                line[-1] = replace(line[-1], columns=line[-1].columns + span)
                continue
            text = _at(grid[-1], column - span) if cell.above and not cell.text and grid else cell.text
            line.append(Cell(text, span, header=number < headers))
        grid.append(line)
    return grid


def _edges(rows: Sequence[Sequence[EdgedCell]]) -> list[int]:
    edges: list[int] = []
    for edge in sorted({cell.right for row in rows for cell in row if cell.right is not None}):
        if not edges or edge - edges[-1] > NEAR:
            edges.append(edge)
    return edges


def _column(edges: Sequence[int], right: int) -> int:
    """The number of columns that end at ``right`` or before it."""
    return bisect.bisect_right(edges, right)


def _at(row: Sequence[Cell], column: int) -> str:
    for cell in row:
        column -= cell.columns
        if column < 0:
            return cell.text
    return ""
