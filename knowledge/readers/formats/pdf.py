"""PDF with text: lines back to paragraphs and table rows, running heads removed, pages kept."""

from __future__ import annotations

import bisect
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import pypdfium2

from knowledge.readers.errors import ReadError
from knowledge.readers.formats.ocr.recognised import PagesAreAPictureError, Recognised, notices
from knowledge.readers.formats.pdf_page import GAP, TextLine, read_page
from knowledge.readers.structure.blocks import BlockType, ParsedFile, TextBlock
from knowledge.readers.structure.grid import Cell, table_blocks
from knowledge.readers.structure.outline import starts_item
from knowledge.readers.structure.paragraphs import join_lines, paragraph_indexes
from knowledge.text.characters import clean

PAGES = 2_000
EDGE = 2  # lines at the top and bottom in which running heads stand
COLUMN = 6  # line heights: a line that begins further right than this begins another column, not a paragraph
REPEATED = 0.6  # of the pages
OCR = "run it through text recognition (OCR) and save it with text, or type it into a .docx or .md file"
PAGE_NUMBER = re.compile(
    r"^[-—–·\s]*(?:第\s*\d{1,4}\s*页(?:\s*+[,，/]?\s*+共\s*\d{1,4}\s*页)?|(?:page\s*)?\d{1,4}(?:\s*(?:/|of)\s*\d{1,4})?)[-—–·\s]*$",
    re.I,
)
UNMAPPED = re.compile(r"[\ue000-\uf8ff\ufffd\ufffe\x00-\x08\x0e-\x1f]")


def read_pdf(path: Path, recognised: Recognised | None = None) -> ParsedFile:
    """Blocks with their pages; ``recognised``: pages that are pictures. Raises ``ReadError`` for protection, damage,
    and ``PagesAreAPictureError`` where there are such pages and nobody has recognised them yet.
    """
    try:
        document = pypdfium2.PdfDocument(path)
    except pypdfium2.PdfiumError as error:
        raise ReadError(_open_error(error)) from None
    if not 0 < len(document) <= PAGES:
        raise ReadError(f"it has {len(document)} pages; 1 to {PAGES} can be read; split it or export it again")
    pages = []
    scanned: list[int] = []
    for index in range(len(document)):
        lines, scan = read_page(document, index)
        pages.append(lines)
        if scan:
            scanned.append(index + 1)
    if scanned and recognised is None:
        raise PagesAreAPictureError(tuple(scanned), len(pages))
    for number, page in (recognised or {}).items():
        pages[number - 1] = page.text_lines()
    lines = _without_running_heads(pages)
    _check_mapped(lines)
    blocks = tuple(blocks_of_lines(lines))
    if not blocks:
        raise ReadError("; ".join(notices(recognised or {})) or f"it has no text; {OCR}")
    return ParsedFile(blocks)


def _open_error(error: pypdfium2.PdfiumError) -> str:
    if "password" in str(error).lower() or "security" in str(error).lower():
        return "it is protected with a password; save it without one"
    return f"it is damaged or not a PDF ({error}); export it again from its program"


def _without_running_heads(pages: Sequence[Sequence[TextLine]]) -> list[TextLine]:
    edges = Counter(
        text for lines in pages for text in {_without_digits(line) for line in [*lines[:EDGE], *lines[-EDGE:]]}
    )
    least = max(3, REPEATED * len(pages))
    kept = []
    for lines in pages:
        for index, line in enumerate(lines):
            at_edge = index < EDGE or index >= len(lines) - EDGE
            outermost = index in (0, len(lines) - 1)
            repeated = at_edge and edges[_without_digits(line)] >= least
            if not repeated and not (outermost and PAGE_NUMBER.match(line.text)):
                kept.append(line)
    return kept


def _without_digits(line: TextLine) -> str:
    """The line with # for its numbers: page 3 and page 4 look alike."""
    return re.sub(r"\d+", "#", line.text)


def _check_mapped(lines: Sequence[TextLine]) -> None:
    text = "".join(run.text for line in lines for run in line.runs)
    if len(UNMAPPED.findall(text)) > 0.1 * len(text):
        raise ReadError(f"its fonts do not say which characters they show; {OCR}")


def blocks_of_lines(lines: Sequence[TextLine]) -> Iterator[TextBlock]:
    """Lines in reading order to paragraphs and rows of tables."""
    for rows in _tables_and_text(lines):
        if len(rows) > 1 and len(_cells(rows[0])) > 1:
            cells = [[Cell(clean(text)) for _, _, text in _cells(row)] for row in rows]
            yield from table_blocks(cells, page=rows[0].page)
        else:
            yield from _paragraphs(rows)


def _paragraphs(lines: Sequence[TextLine]) -> Iterator[TextBlock]:
    texts = _with_indents(lines)
    for group in paragraph_indexes(texts):
        text = clean(join_lines([texts[index] for index in group]))
        if text:
            yield TextBlock(
                text, BlockType.ITEM if starts_item(text) else BlockType.PARAGRAPH, page=lines[group[0]].page
            )


def _with_indents(lines: Sequence[TextLine]) -> list[str]:
    """Each line's text, with a paragraph's indent where the page shows one: space before it or above it."""
    lefts: dict[int, list[float]] = {}
    for line in lines:
        lefts.setdefault(line.page, []).append(line.runs[0].left)
    edges = {page: sorted(set(values)) for page, values in lefts.items()}
    texts: list[str] = []
    for index, line in enumerate(lines):
        run = line.runs[0]
        above = lines[index - 1].runs[0] if index and lines[index - 1].page == line.page else None
        apart = above is not None and above.bottom - run.top > GAP * run.height
        resized = above is not None and not 0.8 < run.height / above.height < 1.25
        near = edges[line.page][bisect.bisect_left(edges[line.page], run.left - COLUMN * run.height)]
        indented = run.left - near > GAP * run.height
        texts.append(("\u3000\u3000" if apart or resized or indented else "") + line.text)
    return texts


def _tables_and_text(lines: Sequence[TextLine]) -> Iterable[list[TextLine]]:
    """Runs of lines: those of one table together, the text between together."""
    runs: list[list[TextLine]] = []
    for line in lines:
        tabular = len(_cells(line)) > 1
        if runs and tabular and _aligned(runs[-1][-1], line):
            if len(runs[-1]) > 1 and len(_cells(runs[-1][-2])) != len(_cells(line)):
                runs.append([runs[-1].pop()])  # the header stood at the end of the text above
            runs[-1].append(line)
        elif runs and not _ends_table(runs[-1]):
            runs[-1].append(line)
        else:
            runs.append([line])
    return runs


def _ends_table(rows: Sequence[TextLine]) -> bool:
    return len(rows) > 1 and len(_cells(rows[0])) > 1 and _aligned(rows[-2], rows[-1])


def _aligned(first: TextLine, second: TextLine) -> bool:
    above, below = _cells(first), _cells(second)
    if len(above) != len(below) or len(below) < 2:
        return False
    return all(min(a[1], b[1]) > max(a[0], b[0]) for a, b in zip(above, below, strict=True))


def _cells(line: TextLine) -> list[tuple[float, float, str]]:
    """Left edge, right edge and text of what stands together."""
    cells: list[tuple[float, float, str]] = []
    for run in line.runs:
        if cells and run.left - cells[-1][1] <= GAP * run.height:
            left, _, text = cells[-1]
            cells[-1] = (left, run.right, f"{text} {run.text}")
        else:
            cells.append((run.left, run.right, run.text))
    return cells
