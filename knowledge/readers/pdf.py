"""PDF with text: lines back to paragraphs and table rows, running heads removed, pages kept."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import pypdfium2
from pypdfium2 import raw

from knowledge.readers.blocks import Block, Form, Reading, clean
from knowledge.readers.errors import ReadError
from knowledge.readers.grid import Cell, table_blocks
from knowledge.readers.lines import grouped, join_all
from knowledge.readers.outline import starts_item

PAGES = 2_000
FEW = 10  # characters; fewer on a page that a picture covers are a stamp or a page number
COVERED = 0.5  # of the page's area
EDGE = 2  # lines at the top and bottom in which running heads stand
REPEATED = 0.6  # of the pages
GAP = 1.5  # line heights: further apart are cells of a table, or paragraphs with space between
OCR = "run it through text recognition (OCR) and save it with text, or type it into a .docx or .md file"
PAGE_NUMBER = re.compile(
    r"^[-—–·\s]*(?:第\s*\d{1,4}\s*页(?:\s*[,，/]?\s*共\s*\d{1,4}\s*页)?|(?:page\s*)?\d{1,4}(?:\s*(?:/|of)\s*\d{1,4})?)[-—–·\s]*$",
    re.I,
)
UNMAPPED = re.compile(r"[\ue000-\uf8ff\ufffd\ufffe\x00-\x08\x0e-\x1f]")


@dataclass(frozen=True)
class _Run:
    """Text that stands together on a line; edges in points from the page's left and bottom."""

    left: float
    bottom: float
    right: float
    top: float
    text: str

    @property
    def height(self) -> float:
        return max(1.0, self.top - self.bottom)


@dataclass(frozen=True)
class _Line:
    page: int
    runs: tuple[_Run, ...]

    @property
    def text(self) -> str:
        return clean(" ".join(run.text for run in self.runs))


def read_pdf(path: Path) -> Reading:
    """Blocks with their pages. Raises ``ReadError`` for scans, protection, damage."""
    try:
        document = pypdfium2.PdfDocument(path)
    except pypdfium2.PdfiumError as error:
        raise ReadError(_why_closed(error)) from None
    if not 0 < len(document) <= PAGES:
        raise ReadError(f"it has {len(document)} pages; 1 to {PAGES} can be read; split it or export it again")
    pages = []
    scanned: list[int] = []
    for index in range(len(document)):
        lines, scan = _page(document, index)
        pages.append(lines)
        if scan:
            scanned.append(index + 1)
    if scanned:
        raise ReadError(f"{_named(scanned, len(pages))} without text, as in a scan; {OCR}")
    lines = _without_running_heads(pages)
    _check_mapped(lines)
    blocks = tuple(_blocks(lines))
    if not blocks:
        raise ReadError(f"it has no text; {OCR}")
    return Reading(blocks)


def _named(pages: Sequence[int], total: int) -> str:
    if len(pages) == total:
        return f"all its {total} pages are pictures" if total > 1 else "its only page is a picture"
    shown = ", ".join(map(str, pages[:10])) + (" …" if len(pages) > 10 else "")
    return f"page {shown} of {total} is a picture" if len(pages) == 1 else f"pages {shown} of {total} are pictures"


def _why_closed(error: pypdfium2.PdfiumError) -> str:
    if "password" in str(error).lower() or "security" in str(error).lower():
        return "it is protected with a password; save it without one"
    return f"it is damaged or not a PDF ({error}); export it again from its program"


def _page(document: pypdfium2.PdfDocument, index: int) -> tuple[list[_Line], bool]:
    """The page's lines in reading order, and whether it shows something but no text."""
    try:
        page = document[index]
        textpage = page.get_textpage()
        runs = [_run(textpage, place) for place in range(textpage.count_rects())]
        box = page.get_bbox()
    except pypdfium2.PdfiumError as error:
        raise ReadError(f"its page {index + 1} is damaged ({error}); export it again from its program") from None
    shown = [run for run in runs if run.text.strip() and _on_page(run, box)]
    scan = sum(len(run.text.strip()) for run in shown) < FEW and _pictured(page, box, bool(shown))
    textpage.close()
    page.close()
    return _lines(shown, index + 1), scan


def _run(textpage: pypdfium2.PdfTextPage, place: int) -> _Run:
    left, bottom, right, top = textpage.get_rect(place)
    return _Run(left, bottom, right, top, textpage.get_text_bounded(left, bottom, right, top).replace("\r\n", " "))


def _on_page(run: _Run, box: tuple[float, float, float, float]) -> bool:
    left, bottom, right, top = box
    return run.right > left and run.left < right and run.top > bottom and run.bottom < top


def _pictured(page: pypdfium2.PdfPage, box: tuple[float, float, float, float], has_text: bool) -> bool:
    """Whether pictures cover the page, or, where it has no text at all, anything is drawn on it."""
    area = max(1.0, (box[2] - box[0]) * (box[3] - box[1]))
    covered = 0.0
    drawn = 0
    for item in page.get_objects(max_depth=3):
        drawn += 1
        if item.type == raw.FPDF_PAGEOBJ_IMAGE:
            left, bottom, right, top = item.get_bounds()
            covered += abs((right - left) * (top - bottom))
    return covered / area >= COVERED or (not has_text and drawn > EDGE)


def _lines(runs: Sequence[_Run], page: int) -> list[_Line]:
    """Runs in the file's order (which keeps columns apart), those at one height together."""
    rows: list[list[_Run]] = []
    for run in runs:
        if rows and _beside(rows[-1][-1], run):
            rows[-1].append(run)
        else:
            rows.append([run])
    return [_Line(page, tuple(sorted(row, key=lambda run: run.left))) for row in rows]


def _beside(first: _Run, second: _Run) -> bool:
    overlap = min(first.top, second.top) - max(first.bottom, second.bottom)
    return overlap >= 0.5 * min(first.height, second.height)


def _without_running_heads(pages: Sequence[Sequence[_Line]]) -> list[_Line]:
    edges = Counter(key for lines in pages for key in {_shape(line) for line in [*lines[:EDGE], *lines[-EDGE:]]})
    least = max(3, REPEATED * len(pages))
    kept = []
    for lines in pages:
        for place, line in enumerate(lines):
            at_edge = place < EDGE or place >= len(lines) - EDGE
            outermost = place in (0, len(lines) - 1)
            repeated = at_edge and edges[_shape(line)] >= least
            if not repeated and not (outermost and PAGE_NUMBER.match(line.text)):
                kept.append(line)
    return kept


def _shape(line: _Line) -> str:
    """The line with its numbers blotted out: page 3 and page 4 look alike."""
    return re.sub(r"\d+", "#", line.text)


def _check_mapped(lines: Sequence[_Line]) -> None:
    text = "".join(run.text for line in lines for run in line.runs)
    if len(UNMAPPED.findall(text)) > 0.1 * len(text):
        raise ReadError(f"its fonts do not say which characters they show; {OCR}")


def _blocks(lines: Sequence[_Line]) -> Iterator[Block]:
    for rows in _tables_and_text(lines):
        if len(rows) > 1 and len(_cells(rows[0])) > 1:
            cells = [[Cell(clean(text)) for _, _, text in _cells(row)] for row in rows]
            yield from table_blocks(cells, page=rows[0].page)
        else:
            yield from _paragraphs(rows)


def _paragraphs(lines: Sequence[_Line]) -> Iterator[Block]:
    texts = _with_indents(lines)
    for group in grouped(texts):
        text = clean(join_all([texts[place] for place in group]))
        if text:
            yield Block(text, Form.ITEM if starts_item(text) else Form.PARAGRAPH, page=lines[group[0]].page)


def _with_indents(lines: Sequence[_Line]) -> list[str]:
    """Each line's text, with a paragraph's indent where the page shows one: space before it or above it."""
    margins: dict[int, float] = {}
    for line in lines:
        margins[line.page] = min(margins.get(line.page, line.runs[0].left), line.runs[0].left)
    texts: list[str] = []
    for place, line in enumerate(lines):
        run = line.runs[0]
        above = lines[place - 1].runs[0] if place and lines[place - 1].page == line.page else None
        apart = above is not None and above.bottom - run.top > GAP * run.height
        resized = above is not None and not 0.8 < run.height / above.height < 1.25
        indented = run.left - margins[line.page] > GAP * run.height
        texts.append(("\u3000\u3000" if apart or resized or indented else "") + line.text)
    return texts


def _tables_and_text(lines: Sequence[_Line]) -> Iterable[list[_Line]]:
    """Runs of lines: those of one table together, the text between together."""
    found: list[list[_Line]] = []
    for line in lines:
        tabular = len(_cells(line)) > 1
        if found and tabular and _aligned(found[-1][-1], line):
            if len(found[-1]) > 1 and len(_cells(found[-1][-2])) != len(_cells(line)):
                found.append([found[-1].pop()])  # the header stood at the end of the text above
            found[-1].append(line)
        elif found and not _ends_table(found[-1]):
            found[-1].append(line)
        else:
            found.append([line])
    return found


def _ends_table(rows: Sequence[_Line]) -> bool:
    return len(rows) > 1 and len(_cells(rows[0])) > 1 and _aligned(rows[-2], rows[-1])


def _aligned(first: _Line, second: _Line) -> bool:
    above, below = _cells(first), _cells(second)
    if len(above) != len(below) or len(below) < 2:
        return False
    return all(min(a[1], b[1]) > max(a[0], b[0]) for a, b in zip(above, below, strict=True))


def _cells(line: _Line) -> list[tuple[float, float, str]]:
    """Left edge, right edge and text of what stands together."""
    cells: list[tuple[float, float, str]] = []
    for run in line.runs:
        if cells and run.left - cells[-1][1] <= GAP * run.height:
            left, _, text = cells[-1]
            cells[-1] = (left, run.right, f"{text} {run.text}")
        else:
            cells.append((run.left, run.right, run.text))
    return cells
