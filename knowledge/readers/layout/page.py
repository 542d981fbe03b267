"""One page of a PDF: what stands on it in reading order, and whether it has a text at all."""

from __future__ import annotations

import statistics
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise

import pypdfium2
from pypdfium2 import raw

from knowledge.readers.errors import ReadError
from knowledge.readers.layout.columns import Item, in_reading_order
from knowledge.readers.layout.letters import Box, PageLetters, page_letters, upright
from knowledge.readers.layout.lines import TextLine, lines_of
from knowledge.readers.layout.ruled_tables import PageTable, ruled_tables
from knowledge.readers.layout.rulings import Rulings, page_rulings
from knowledge.readers.layout.running_heads import RunningHeads
from knowledge.readers.layout.text_layer import is_usable
from knowledge.readers.layout.unruled_tables import split_tables

FEW = 10  # characters; fewer on a page that a picture covers are a stamp or a page number
COVERED = 0.5  # of the page's area
DRAWN = 2  # objects; fewer are a rule or a frame on an empty page
LEAST_WIDTH = 0.7  # of the page between equal margins: lines that are all shorter were ended on purpose


@dataclass(frozen=True)
class Region:
    """Where lines of text stand: from which edge to which they run, and how far their feet are apart, in points."""

    left: float
    right: float
    pitch: float


@dataclass(frozen=True)
class PlacedLine:
    """A line of text on its page (from 1)."""

    line: TextLine
    region: Region
    page: int


@dataclass(frozen=True)
class PageContent:
    """A page as read. ``scan``: it shows something and has no text; ``garbled``: its text is not what it shows."""

    number: int
    letters: PageLetters
    rulings: Rulings
    scan: bool
    garbled: bool

    @property
    def lines(self) -> list[TextLine]:
        """Its lines from the top, columns and tables cut through."""
        return lines_of([letter for letter in self.letters.letters if letter.turn == 0])

    @property
    def edges(self) -> Box:
        """The page's edges, its text upright."""
        return self.letters.box


def read_page(document: pypdfium2.PdfDocument, index: int) -> PageContent:
    """The page at ``index`` (from 0). Raises ``ReadError``."""
    try:
        page = document[index]
        textpage = page.get_textpage()
        found = page_letters(page, textpage)
    except pypdfium2.PdfiumError as error:
        raise ReadError(f"its page {index + 1} is damaged ({error}); export it again from its program") from None
    text = "".join(letter.text for letter in found.letters)
    few = len(found.letters) < FEW
    scan = few and _is_picture(page, found.box, bool(found.letters))
    garbled = not scan and not is_usable(text)
    rulings = page_rulings(page, found.turn) if found.letters else Rulings((), ())
    textpage.close()
    page.close()
    return PageContent(index + 1, found, rulings, scan, garbled)


def elements_of(page: PageContent, heads: RunningHeads) -> Iterator[PageTable | list[PlacedLine]]:
    """What stands on the page in reading order, without its running heads: tables, and lines of text between them."""
    tables, rest = ruled_tables(page.letters.letters, page.rulings, page.number)
    lines = heads.without(lines_of([letter for letter in rest if letter.turn == 0]), page.edges)
    regions = in_reading_order([*lines, *tables])
    width = page.edges[2] - page.edges[0]
    for region in regions:
        yield from _elements(region, page, width if len(regions) == 1 else 0.0)
    for turn in (1, 2, 3):
        sideways = upright([letter for letter in rest if letter.turn == turn])
        if sideways:
            yield from _elements(lines_of(sideways), page, 0.0)


def _elements(items: Sequence[Item], page: PageContent, width: float) -> Iterator[PageTable | list[PlacedLine]]:
    texts = [item for item in items if isinstance(item, TextLine)]
    region = _region(texts, page.edges[0], width) if texts else None
    for is_table, group in groupby(items, key=lambda item: isinstance(item, PageTable)):
        if is_table:
            yield from (item for item in group if isinstance(item, PageTable))
            continue
        lines = [item for item in group if isinstance(item, TextLine)]
        for part in split_tables(lines, page.rulings, page.number):
            if isinstance(part, PageTable):
                yield part
            elif region is not None:
                yield [PlacedLine(line, region, page.number) for line in part]


def _region(lines: Sequence[TextLine], edge: float, width: float) -> Region:
    """``edge`` and ``width``: of the page, where the lines are all of its text."""
    left, right = min(line.left for line in lines), max(line.right for line in lines)
    if width:
        right = max(right, left + LEAST_WIDTH * (width - 2 * (left - edge)))
    steps = [above.bottom - below.bottom for above, below in pairwise(lines) if above.bottom > below.bottom]
    return Region(left, right, statistics.median(steps) if steps else 0.0)


def _is_picture(page: pypdfium2.PdfPage, box: Box, has_text: bool) -> bool:
    """Whether pictures cover the page, or, where it has no text at all, anything is drawn on it."""
    area = max(1.0, (box[2] - box[0]) * (box[3] - box[1]))
    covered = 0.0
    drawn = 0
    for item in page.get_objects(max_depth=3):
        drawn += 1
        if item.type == raw.FPDF_PAGEOBJ_IMAGE:
            left, bottom, right, top = item.get_bounds()
            covered += abs((right - left) * (top - bottom))
    return covered / area >= COVERED or (not has_text and drawn > DRAWN)
