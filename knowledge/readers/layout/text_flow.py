"""Placed lines to paragraphs, over columns and pages; tables that go on on the next page to one."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import takewhile

from knowledge.readers.layout.lines import TextLine
from knowledge.readers.layout.page import PlacedLine
from knowledge.readers.layout.ruled_tables import PageTable
from knowledge.readers.layout.unruled_tables import LEADER
from knowledge.readers.structure.blocks import BlockType, TextBlock
from knowledge.readers.structure.grid import spread, table_blocks
from knowledge.readers.structure.outline import starts_item
from knowledge.readers.structure.paragraphs import ENDED, WIDE, join_lines
from knowledge.text.characters import clean

OPEN = re.compile(r"[，、,]$")  # nothing ends with these
PAIRS = ("（）", "()", "《》", "“”", "〔〕")  # nor between these
INDENT = 1.2  # sizes
ROOM = 2.0  # letters: Chinese lines end so far from the edge, since some marks may not begin a line
SPACED = 1.5  # usual distances between lines: further apart are paragraphs
SAME_EDGE = 12.0  # points between the columns of a table on two pages
HEADER = 3  # rows of a header that may be repeated on each page
Element = PageTable | list[PlacedLine]


def blocks_of(pages: Iterable[Sequence[Element]]) -> Iterator[TextBlock]:
    """The blocks of a document from what stands on its pages, in reading order."""
    lines: list[PlacedLine] = []
    table: PageTable | None = None
    for elements in pages:
        for index, element in enumerate(elements):
            if isinstance(element, list):
                if table is not None:
                    yield from table_blocks(table.rows)
                    table = None
                lines += element
                continue
            yield from paragraphs_of(lines)
            lines = []
            if table is not None and index == 0 and _is_continued(table, element):
                table = _continued(table, element)
                continue
            if table is not None:
                yield from table_blocks(table.rows)
            table = element
    if table is not None:
        yield from table_blocks(table.rows)
    yield from paragraphs_of(lines)


def paragraphs_of(lines: Sequence[PlacedLine]) -> Iterator[TextBlock]:
    """The paragraphs that lines make up; each knows the page on which it begins."""
    groups: list[list[PlacedLine]] = []
    for index, line in enumerate(lines):
        if index and _continues(lines[index - 1], line):
            groups[-1].append(line)
        else:
            groups.append([line])
    for group in groups:
        text = clean(join_lines([placed.line.text for placed in group]))
        if text:
            yield TextBlock(text, BlockType.ITEM if starts_item(text) else BlockType.PARAGRAPH, page=group[0].page)


def _continues(before: PlacedLine, after: PlacedLine) -> bool:
    """Whether a paragraph goes on from one line to the next."""
    above, below = before.line, after.line
    if starts_item(below.text) or LEADER.search(above.text) or not 0.8 < below.size / above.size < 1.25:
        return False
    together = before.region is after.region and before.page == after.page
    if together and above.bottom - below.bottom > max(SPACED * before.region.pitch, SPACED * above.size):
        return False
    if OPEN.search(above.text) or any(above.text.count(pair[0]) > above.text.count(pair[1]) for pair in PAIRS):
        return True
    return not ENDED.search(above.text) and _is_full(before, below) and not _is_indented(before, after)


def _is_full(before: PlacedLine, below: TextLine) -> bool:
    """Whether the first word of the next line would not have found room in the line."""
    size = before.line.size
    word = list(takewhile(lambda letter: not letter.text.endswith(" "), below.runs[0].letters))
    needed = ROOM * size
    if word and not WIDE.match(word[0].text):
        last = next((index for index, letter in enumerate(word) if WIDE.match(letter.text)), len(word)) - 1
        needed = max(needed, word[last].right - word[0].left + 2 * size / 3)
    return before.region.right - before.line.right <= needed


def _is_indented(before: PlacedLine, after: PlacedLine) -> bool:
    """Whether the next line begins a paragraph by its indent, and is not the rest of an item that hangs."""
    indent = after.line.left - after.region.left
    if indent <= INDENT * after.line.size:
        return False
    centred = abs(before.line.left + before.line.right - after.line.left - after.line.right) <= after.line.size
    hangs = (
        centred
        or starts_item(before.line.text)
        or abs(before.line.left - before.region.left - indent) <= after.line.size / 2
    )
    return not hangs


def _is_continued(table: PageTable, following: PageTable) -> bool:
    return len(table.columns) == len(following.columns) and all(
        abs((one - table.left) - (other - following.left)) <= SAME_EDGE
        for one, other in zip(table.columns, following.columns, strict=True)
    )


def _continued(table: PageTable, following: PageTable) -> PageTable:
    """Both as one: without the header that is repeated, and with what is merged over the end of the page."""
    repeated = 0
    for above, below in zip(table.rows[:HEADER], following.rows, strict=False):
        if [cell.text for cell in above] != [cell.text for cell in below] or not any(cell.text for cell in below):
            break
        repeated += 1
    rows = list(following.rows[repeated:])
    last = spread(table.rows)[-1:] if rows else []
    if rows and last and not rows[0][0].text and last[0][0].rows > 1 and any(cell.text for cell in rows[0]):
        rows[0] = (replace(rows[0][0], text=last[0][0].text), *rows[0][1:])
    return replace(following, rows=(*table.rows, *rows))
