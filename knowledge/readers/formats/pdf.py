"""PDF with text: pages to blocks in reading order, and which pages have no text that can be read."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import pypdfium2

from knowledge.readers.errors import ReadError
from knowledge.readers.formats.ocr.recognised import PagesAreAPictureError, Recognised, notices
from knowledge.readers.layout.page import PageContent, elements_of, read_page
from knowledge.readers.layout.running_heads import RunningHeads
from knowledge.readers.layout.text_flow import Element, blocks_of
from knowledge.readers.structure.blocks import ParsedFile

PAGES = 2_000
HELD = 300_000  # letters; pages beyond are read twice rather than held in memory
OCR = "run it through text recognition (OCR) and save it with text, or type it into a .docx or .md file"


def read_pdf(path: Path, recognised: Recognised | None = None) -> ParsedFile:
    """Blocks with their pages; ``recognised``: pages that have no usable text, as they were read by machine.

    Raises ``ReadError`` for protection, damage and where no page says anything, and ``PagesAreAPictureError`` where
    there are pages without a text and nobody has recognised them yet.
    """
    try:
        document = pypdfium2.PdfDocument(path)
    except pypdfium2.PdfiumError as error:
        raise ReadError(_open_error(error)) from None
    total = len(document)
    if not 0 < total <= PAGES:
        raise ReadError(f"it has {total} pages; 1 to {PAGES} can be read; split it or export it again")
    pages = _Pages(document, recognised or {})
    if pages.without_text and recognised is None:
        raise PagesAreAPictureError(tuple(pages.without_text), total)
    blocks = tuple(blocks_of(pages.elements()))
    if not blocks:
        raise ReadError("; ".join(notices(recognised or {})) or f"it has no text; {OCR}")
    return ParsedFile(blocks)


class _Pages:
    """Looks at all pages first: which have a text, or were recognised, and what runs along their edges."""

    def __init__(self, document: pypdfium2.PdfDocument, recognised: Recognised) -> None:
        self.without_text: list[int] = []  # from 1: pictures of text, and texts that are not what they show
        self._document = document
        self._heads = RunningHeads()
        self._pages: list[PageContent | int] = []  # those with text; the index of one that is not held in memory
        letters = 0
        for index in range(len(document)):
            page = read_page(document, index)
            is_picture = page.scan or page.garbled
            if is_picture:
                self.without_text.append(page.number)
                if page.number not in recognised or not recognised[page.number].letters():
                    continue
                page = recognised[page.number].content()
            self._heads.look_at(page.lines, page.edges)
            letters += len(page.letters.letters)
            self._pages.append(page if letters <= HELD or is_picture else index)

    def elements(self) -> Iterator[Sequence[Element]]:
        """What stands on the pages that have a text, page by page."""
        for page in self._pages:
            read = read_page(self._document, page) if isinstance(page, int) else page
            yield list(elements_of(read, self._heads))


def _open_error(error: pypdfium2.PdfiumError) -> str:
    if "password" in str(error).lower() or "security" in str(error).lower():
        return "it is protected with a password; save it without one"
    return f"it is damaged or not a PDF ({error}); export it again from its program"
