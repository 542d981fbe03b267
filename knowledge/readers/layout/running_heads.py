"""Lines that stand at the same height of many pages, and page numbers: they belong to the pages, not to the text."""

from __future__ import annotations

import re
import statistics
from collections import Counter
from collections.abc import Iterator, Sequence

from knowledge.readers.layout.letters import Box
from knowledge.readers.layout.lines import TextLine

EDGE = 3  # lines at the top and bottom among which running heads are looked for
MARGIN = 0.15  # of the page's height, in which they stand
HEIGHT = 6.0  # points; running heads of two pages stand no further apart
SHARE = 0.3  # of the pages: heads of left and right pages differ
LARGEST = 1.05  # of the size of the text: what is set larger is a title
PAGE_NUMBER = re.compile(
    r"^[-—–·\s]*(?:第\s*\d{1,4}\s*页(?:\s*+[,，/]?\s*+共\s*\d{1,4}\s*页)?|(?:page\s*)?\d{1,4}(?:\s*(?:/|of)\s*\d{1,4})?)[-—–·\s]*$",
    re.I,
)
Key = tuple[str, bool, int]  # text without numbers, whether at the top, height in steps


class RunningHeads:
    """Looks at the edges of all pages first, then takes off each page what many have."""

    def __init__(self) -> None:
        self._counts: Counter[Key] = Counter()
        self._pages = 0

    def look_at(self, lines: Sequence[TextLine], page: Box) -> None:
        """Note the edges of one page, its lines from the top."""
        self._pages += 1
        keys = {
            near
            for index, line in _edges(lines, page)
            if not _heads_rows(lines, index) and line.size <= LARGEST * _size(lines)
            for near in _keys(line, page)
        }
        self._counts.update(keys)

    def without(self, lines: Sequence[TextLine], page: Box) -> list[TextLine]:
        """The lines of a page, from the top, without running heads and page numbers."""
        taken = set()
        for index, line in _edges(lines, page):
            outermost = index in (0, len(lines) - 1) or index - 1 in taken or index + 1 in taken
            least = max(2 if self._pages == 2 else 3, SHARE * self._pages)
            repeated = max(self._counts[key] for key in _keys(line, page)) >= least and not _heads_rows(lines, index)
            if (repeated and line.size <= LARGEST * _size(lines)) or (outermost and PAGE_NUMBER.match(line.text)):
                taken.add(index)
        return [line for index, line in enumerate(lines) if index not in taken]


def _edges(lines: Sequence[TextLine], page: Box) -> Iterator[tuple[int, TextLine]]:
    """The lines in the margins with their index, the outermost first."""
    height = page[3] - page[1]
    tops = range(min(EDGE, len(lines)))
    bottoms = range(len(lines) - 1, max(len(lines) - 1 - EDGE, -1), -1)
    for index in tops:
        if page[3] - lines[index].top <= MARGIN * height:
            yield index, lines[index]
    for index in bottoms:
        if lines[index].bottom - page[1] <= MARGIN * height:
            yield index, lines[index]


def _keys(line: TextLine, page: Box) -> tuple[Key, Key]:
    """What the line is known by, in this step of height and the next: heights at the border of two must not differ."""
    at_top = page[3] - line.top < line.bottom - page[1]
    step = round((page[3] - line.top if at_top else line.bottom - page[1]) / HEIGHT)
    text = re.sub(r"\d+", "#", line.text)
    return (text, at_top, step), (text, at_top, step + 1)


def _heads_rows(lines: Sequence[TextLine], index: int) -> bool:
    """Whether the line is the header of a table that stands below it: repeated, but what the rows mean."""
    if index + 1 >= len(lines) or len(lines[index].runs) < 2:
        return False
    line, below = lines[index], lines[index + 1]
    return len(below.runs) == len(line.runs) and all(
        min(one.right, other.right) > max(one.left, other.left)
        for one, other in zip(line.runs, below.runs, strict=True)
    )


def _size(lines: Sequence[TextLine]) -> float:
    return statistics.median(line.size for line in lines)
