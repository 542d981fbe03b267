"""PDF with text: pages to blocks in reading order, and which pages have no text that can be read."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import pypdfium2

from knowledge.readers.errors import ReadError
from knowledge.readers.layout.page import PageContent, elements_of, read_page
from knowledge.readers.layout.running_heads import RunningHeads
from knowledge.readers.layout.text_flow import Element, blocks_of
from knowledge.readers.structure.blocks import ParsedFile

PAGES = 2_000
HELD = 300_000  # letters; pages beyond are read twice rather than held in memory
OCR = "run it through text recognition (OCR) and save it with text, or type it into a .docx or .md file"
GARBLED = f"its fonts do not say which characters they show; {OCR}"


def read_pdf(path: Path) -> ParsedFile:
    """Blocks with their pages. Raises ``ReadError`` for protection and damage, and when no page has a text."""
    try:
        document = pypdfium2.PdfDocument(path)
    except pypdfium2.PdfiumError as error:
        raise ReadError(_open_error(error)) from None
    total = len(document)
    if not 0 < total <= PAGES:
        raise ReadError(f"it has {total} pages; 1 to {PAGES} can be read; split it or export it again")
    first = _FirstLook(document)
    if len(first.pages_without_text) == total:
        raise ReadError(GARBLED if first.garbled else f"{_pictured(total)} without text, as in a scan; {OCR}")
    blocks = tuple(blocks_of(first.elements()))
    if not blocks:
        raise ReadError(
            f"{_pictured(total)} without text, as in a scan; {OCR}" if first.scanned else f"it has no text; {OCR}"
        )
    return ParsedFile(blocks, pages_without_text=tuple(first.pages_without_text))


class _FirstLook:
    """Looks at all pages: which have a text, and what runs along their edges. Text recognition begins here."""

    def __init__(self, document: pypdfium2.PdfDocument) -> None:
        self.pages_without_text: list[int] = []  # from 1: pictures of text, and texts that are not what they show
        self.scanned = self.garbled = False
        self._document = document
        self._heads = RunningHeads()
        self._pages: list[PageContent | int] = []  # those with text; the index of one that is not held in memory
        letters = 0
        for index in range(len(document)):
            page = read_page(document, index)
            self.scanned, self.garbled = self.scanned or page.scan, self.garbled or page.garbled
            if page.scan or page.garbled:
                self.pages_without_text.append(page.number)
                continue
            self._heads.look_at(page.lines, page.edges)
            letters += len(page.letters.letters)
            self._pages.append(page if letters <= HELD else index)

    def elements(self) -> Iterator[Sequence[Element]]:
        """What stands on the pages that have a text, page by page."""
        for page in self._pages:
            read = read_page(self._document, page) if isinstance(page, int) else page
            yield list(elements_of(read, self._heads))


def _pictured(total: int) -> str:
    return f"all its {total} pages are pictures" if total > 1 else "its only page is a picture"


def _open_error(error: pypdfium2.PdfiumError) -> str:
    if "password" in str(error).lower() or "security" in str(error).lower():
        return "it is protected with a password; save it without one"
    return f"it is damaged or not a PDF ({error}); export it again from its program"
