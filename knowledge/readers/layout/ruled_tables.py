"""Tables with drawn borders: the lines of a page to cells, the letters inside to their texts."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from knowledge.readers.layout.letters import Box, Letter, upright
from knowledge.readers.layout.lines import TextLine, lines_of
from knowledge.readers.layout.rulings import Rulings, Segment
from knowledge.readers.structure.paragraphs import join_lines
from knowledge.readers.structure.table_cell import Cell

TOUCH = 3.0  # points between lines that meet, and between borders that are one
COVERED = 0.6  # of a cell's side: less of a line is no border of it
MOST = 400  # lines of a table in one direction; a finer grid is squared paper
LONG_CELL = 200  # characters; boxes side by side that hold so much lay out a page


@dataclass(frozen=True)
class PageTable:
    """A table on a page. ``rows`` as ``structure.grid`` takes them; ``columns``: the edges of its columns in points."""

    box: Box
    rows: tuple[tuple[Cell, ...], ...]
    columns: tuple[float, ...]

    @property
    def left(self) -> float:
        """The left edge."""
        return self.box[0]

    @property
    def right(self) -> float:
        """The right edge."""
        return self.box[2]

    @property
    def bottom(self) -> float:
        """The lower edge."""
        return self.box[1]

    @property
    def top(self) -> float:
        """The upper edge."""
        return self.box[3]


def ruled_tables(letters: Sequence[Letter], rulings: Rulings, page: int) -> tuple[list[PageTable], list[Letter]]:
    """The tables that ``rulings`` frame, and the letters outside of them."""
    tables: list[PageTable] = []
    rest = list(letters)
    grids = [_Grid.of(horizontal, vertical) for horizontal, vertical in _connected(rulings)]
    for ruled in [part for grid in grids if grid for part in grid.parts()]:
        inside = [letter for letter in rest if ruled.holds(letter)]
        table = ruled.table(inside, page) if inside else None
        if table is not None:
            tables.append(table)
            rest = [letter for letter in rest if not ruled.holds(letter)]
    return tables, rest


def cell_text(letters: Sequence[Letter]) -> str:
    """The text of one cell: its lines joined, letters of each turn together."""
    texts: list[str] = []
    for turn in sorted({letter.turn for letter in letters}):
        texts += [line.text for line in _lines([letter for letter in letters if letter.turn == turn])]
    return join_lines(texts)


def _lines(letters: Sequence[Letter]) -> list[TextLine]:
    return lines_of(upright(letters) if letters[0].turn else letters)


def _connected(rulings: Rulings) -> Iterator[tuple[list[Segment], list[Segment]]]:
    """The lines that touch each other, table by table."""
    horizontal, vertical = rulings
    if not horizontal or not vertical or max(len(horizontal), len(vertical)) > 10 * MOST:
        return
    owner = list(range(len(horizontal) + len(vertical)))

    def root(index: int) -> int:
        while owner[index] != index:
            owner[index] = owner[owner[index]]
            index = owner[index]
        return index

    for row, across in enumerate(horizontal):
        for column, down in enumerate(vertical, len(horizontal)):
            if (
                across.start - TOUCH <= down.at <= across.end + TOUCH
                and down.start - TOUCH <= across.at <= down.end + TOUCH
            ):
                owner[root(column)] = root(row)
    groups: dict[int, tuple[list[Segment], list[Segment]]] = {}
    for index, segment in enumerate((*horizontal, *vertical)):
        groups.setdefault(root(index), ([], []))[index >= len(horizontal)].append(segment)
    for across_lines, down_lines in groups.values():
        if across_lines and down_lines:
            yield across_lines, down_lines


@dataclass(frozen=True)
class _Grid:
    """The borders of one table: places of its columns from the left and of its rows from the top."""

    xs: tuple[float, ...]
    ys: tuple[float, ...]
    horizontal: Sequence[Segment]
    vertical: Sequence[Segment]

    @classmethod
    def of(cls, horizontal: Sequence[Segment], vertical: Sequence[Segment]) -> _Grid | None:
        """The grid that the lines make; where the outer ones are not drawn, the inner ones end there."""
        xs = _places([line.at for line in vertical] + [end for line in horizontal for end in (line.start, line.end)])
        ys = _places([line.at for line in horizontal] + [end for line in vertical for end in (line.start, line.end)])
        if len(xs) < 3 or len(ys) < 2 or max(len(xs), len(ys)) > MOST:
            return None  # one column is a frame around text, or a list of frames
        return cls(xs, ys[::-1], horizontal, vertical)

    def parts(self) -> list[_Grid]:
        """The tables that touch each other here: a border from edge to edge parts them where no column goes through."""
        cuts = [0]
        for row in range(1, len(self.ys) - 1):
            across = _covered(self.horizontal, self.ys[row], self.xs[0], self.xs[-1], 0.98)
            above, below = self._borders(row - 1), self._borders(row)
            if across and _differ(above, below):
                cuts.append(row)
        cuts.append(len(self.ys) - 1)
        if len(cuts) == 2:
            return [self]
        return [part for first, last in pairwise(cuts) if (part := self._part(first, last))]

    def _borders(self, row: int) -> set[int]:
        """The columns' inner borders that are drawn in a row."""
        return {column for column in range(1, len(self.xs) - 1) if self._is_drawn(column, row)}

    def _is_drawn(self, column: int, row: int) -> bool:
        return _covered(self.vertical, self.xs[column], self.ys[row + 1], self.ys[row])

    def _part(self, first: int, last: int) -> _Grid | None:
        """The rows from ``first`` up to ``last`` with those columns alone that they have."""
        ys = self.ys[first : last + 1]
        rows = range(first, last)
        drawn = [x for column, x in enumerate(self.xs) if any(self._is_drawn(column, row) for row in rows)]
        # A line between two parts is as long as the wider one: how wide this one is, its other lines say.
        own = self.ys[first if first == 0 else first + 1 : last + 1 if last == len(self.ys) - 1 else last]
        ends = [
            end
            for line in self.horizontal
            if any(abs(line.at - y) <= TOUCH for y in own)
            for end in (line.start, line.end)
        ]
        xs = _places([*drawn, *ends])
        return _Grid(xs, ys, self.horizontal, self.vertical) if len(xs) > 2 else None

    def holds(self, letter: Letter) -> bool:
        """Whether the letter's middle is inside."""
        x, y = (letter.left + letter.right) / 2, (letter.bottom + letter.top) / 2
        return self.xs[0] < x < self.xs[-1] and self.ys[-1] < y < self.ys[0]

    def table(self, letters: Sequence[Letter], page: int) -> PageTable | None:
        """The table with the letters' texts; None when the lines are no borders of cells."""
        regions = self._regions()
        texts: dict[int, list[Letter]] = {}
        for letter in letters:
            texts.setdefault(self._region_of(regions, letter), []).append(letter)
        if len({region for line in regions for region in line}) < 2:
            return None
        cells = {region: cell_text(inside) for region, inside in texts.items()}
        if len(regions) == 1 and any(len(text) > LONG_CELL for text in cells.values()):
            return None
        rows = tuple(tuple(self._row(regions, row, cells, page)) for row in range(len(regions)))
        return PageTable((self.xs[0], self.ys[-1], self.xs[-1], self.ys[0]), rows, self.xs)

    def _regions(self) -> list[list[int]]:
        """For each place of the grid the number of its cell: places without a border between them are one."""
        width = len(self.xs) - 1
        owner = list(range((len(self.ys) - 1) * width))

        def root(index: int) -> int:
            while owner[index] != index:
                index = owner[index]
            return index

        for row, (top, bottom) in enumerate(pairwise(self.ys)):
            for column, (left, right) in enumerate(pairwise(self.xs)):
                here = row * width + column
                if column and not _covered(self.vertical, left, bottom, top):
                    owner[root(here)] = root(here - 1)
                if row and not _covered(self.horizontal, top, left, right):
                    owner[root(here)] = root(here - width)
        numbers = [root(index) for index in range(len(owner))]
        return [numbers[start : start + width] for start in range(0, len(numbers), width)]

    def _region_of(self, regions: Sequence[Sequence[int]], letter: Letter) -> int:
        x, y = (letter.left + letter.right) / 2, (letter.bottom + letter.top) / 2
        column = max(0, sum(edge < x for edge in self.xs) - 1)
        row = max(0, sum(edge > y for edge in self.ys) - 1)
        return regions[min(row, len(regions) - 1)][min(column, len(regions[0]) - 1)]

    @staticmethod
    def _row(regions: Sequence[Sequence[int]], row: int, cells: dict[int, str], page: int) -> Iterator[Cell]:
        """The cells that begin in a row, with how far they reach to the right and down."""
        line = regions[row]
        for column, region in enumerate(line):
            if (column and line[column - 1] == region) or (row and regions[row - 1][column] == region):
                continue
            columns = next((index for index, other in enumerate(line[column:]) if other != region), len(line) - column)
            below = (index for index, other in enumerate(regions[row:]) if other[column] != region)
            yield Cell(cells.get(region, ""), columns, next(below, len(regions) - row), page=page)


def _differ(above: set[int], below: set[int]) -> bool:
    """Whether two rows are of different tables: each has borders that the other lacks, and they share hardly any.

    In a header of several lines one row only divides further what the other has.
    """
    return bool(above - below and below - above) and 2 * len(above & below) < min(len(above), len(below))


def _places(values: Sequence[float]) -> tuple[float, ...]:
    """The distinct places among ``values``, sorted; those that nearly meet are one."""
    places: list[list[float]] = []
    for value in sorted(values):
        if places and value - places[-1][0] <= 2 * TOUCH:
            places[-1].append(value)
        else:
            places.append([value])
    return tuple(sum(group) / len(group) for group in places)


def _covered(segments: Sequence[Segment], at: float, start: float, end: float, least: float = COVERED) -> bool:
    """Whether a line at this place runs along most of the way from ``start`` to ``end``."""
    along = sum(
        max(0.0, min(line.end, end) - max(line.start, start)) for line in segments if abs(line.at - at) <= 2 * TOUCH
    )
    return along >= least * (end - start)
