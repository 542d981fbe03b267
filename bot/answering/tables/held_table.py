"""A free table made ready for questions: what it and its columns are called, in which rows a text stands."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import PurePosixPath

from bot.answering.tables.units import BOUND, UNIT, coded_text
from knowledge.models import FreeTable, Metadata, TableRow
from knowledge.tables.free.header_lines import is_value

PARTS = re.compile(r"[、,，;；/]")
BRACKETED = re.compile(r"[(（\[【][^()（）\[\]【】]*[)）\]】]")
LINES = re.compile(r"(?<=[\u4e00-\u9fff])\s+(?=[\u4e00-\u9fff])")  # of a header, joined where a page shows no borders
# Numbers files, and nothing in them is about it; not one with what it counts, 12路 or 3月.
FILE_NUMBER = re.compile(r"(?<!\d)\d{1,3}(?![\d\u4e00-\u9fff])")
SERIAL = ("序号", "编号", "no", "id", "#")
NAME = 40  # characters up to which a cell is a name by which a row may be asked for
PHONE = re.compile(r"(?:\(?0\d{2,3}\)?[- ]?)?\d{7,8}(?:-\d{1,5})?|1\d{10}|\d{5}")
COMPARABLE = re.compile(r"[¥￥$]?\s?([-+]?\d[\d,]*+(?:\.\d+)?)\s?[^\d\s,.:：/-]{0,4}")
AT = "\x1e"  # between texts of which none goes on in the next


@dataclass(frozen=True)
class HeldTable:
    """``metadata``: of the file that it stands in."""

    table: FreeTable
    metadata: Metadata

    @cached_property
    def title(self) -> str:
        """What the table is called for readers: its document, and what stands above it."""
        own = [*self.table.path, *self.table.titles]
        named = [part for part in own if part not in self.metadata.title]
        return " ".join(dict.fromkeys([self.metadata.title, *named]))

    @cached_property
    def context(self) -> str:
        """The coded texts above the table."""
        file = FILE_NUMBER.sub(" ", PurePosixPath(self.table.source).stem)
        texts = [self.metadata.title, *self.table.path, *self.table.titles, file]
        return AT.join(dict.fromkeys(map(coded_text, texts)))

    @cached_property
    def headers(self) -> tuple[tuple[str, ...], ...]:
        """The coded lines of each column's header, from the top, brackets apart from what stands before them."""
        return tuple(
            tuple(
                coded_text(part)
                for level in column.levels
                for part in (*BRACKETED.findall(level), *LINES.split(BRACKETED.sub("", level)))
            )
            for column in self.table.columns
        )

    @cached_property
    def names(self) -> tuple[int, ...]:
        """The columns of words, by which rows may be asked for; the first column also where it has figures."""
        return tuple(
            number
            for number, cells in enumerate(self._columns)
            if (number == 0 or sum(map(is_value, cells)) * 2 < len(cells)) and number not in self.serials
        )

    @cached_property
    def serials(self) -> frozenset[int]:
        """The columns that only number the rows."""
        return frozenset(
            number
            for number, column in enumerate(self.table.columns)
            if column.levels and column.levels[-1].strip("。.：: ").casefold() in SERIAL
        )

    @cached_property
    def figures(self) -> frozenset[int]:
        """The columns of figures that can be compared."""
        return frozenset(
            number
            for number, cells in enumerate(self._columns)
            if number not in self.serials
            and cells
            and sum(figure_of(cell) is not None for cell in cells) * 4 >= len(cells) * 3
        )

    @cached_property
    def phones(self) -> frozenset[int]:
        """The columns of telephone numbers."""
        return frozenset(
            number
            for number, cells in enumerate(self._columns)
            if number not in self.serials
            and cells
            and sum(PHONE.fullmatch(cell) is not None and len(cell) > 4 for cell in cells) * 2 > len(cells)
        )

    @cached_property
    def _columns(self) -> list[list[str]]:
        rows = [row for row in self.table.rows if not row.total]
        return [[row.cells[number] for row in rows if row.cells[number]] for number in range(len(self.table.columns))]

    @cached_property
    def wholes(self) -> dict[str, list[tuple[int, int]]]:
        """Row and column of each coded name, and of each part of a list of names."""
        found: dict[str, list[tuple[int, int]]] = {}
        for place, number, cell in self._named():
            for variant in dict.fromkeys((cell, BRACKETED.sub("", cell), *PARTS.split(cell))):
                if text := coded_text(variant):
                    found.setdefault(text, []).append((place, number))
        return found

    @cached_property
    def beginnings(self) -> dict[str, list[tuple[int, int, str]]]:
        """Row, column and text of the coded names that begin with the same two letters or the same word."""
        found: dict[str, list[tuple[int, int, str]]] = {}
        for place, number, cell in self._named():
            if text := coded_text(cell):
                found.setdefault(beginning(text), []).append((place, number, text))
        return found

    def _named(self) -> Iterator[tuple[int, int, str]]:
        for place, row in enumerate(self.table.rows):
            for number in self.names:
                if row.cells[number] and len(row.cells[number]) <= NAME:
                    yield place, number, row.cells[number]

    @cached_property
    def everything(self) -> str:
        """All coded texts of the table, to see whether a word stands anywhere in it."""
        cells = dict.fromkeys(cell for row in self.table.rows for cell in row.cells)
        return AT.join([self.context, *(level for levels in self.headers for level in levels), *map(coded_text, cells)])

    def rows(self, places: Sequence[int]) -> list[TableRow]:
        """The rows at ``places``."""
        return [self.table.rows[place] for place in places]


def beginning(text: str) -> str:
    """The first two letters or the first word of a coded text."""
    if text.startswith(BOUND):
        return text[: text.find(BOUND, 1) + 1]
    return text[:2]


def size(text: str) -> int:
    """How many units a coded text has."""
    return len(UNIT.findall(text.replace(BOUND, " ")))


def figure_of(cell: str) -> float | None:
    """The figure that a cell holds, with whatever unit behind it; None for others, and for numbers that are names."""
    found = COMPARABLE.fullmatch(cell)
    return float(found[1].replace(",", "")) if found else None
