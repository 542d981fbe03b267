"""Image files (.jpg, .png, .webp, .bmp, .tif): what is read of their pages, in paragraphs and rows as of a PDF."""

from __future__ import annotations

from pathlib import Path

from knowledge.readers.errors import ReadError
from knowledge.readers.formats.ocr.engine import is_installed
from knowledge.readers.formats.ocr.pictures import image_pages
from knowledge.readers.formats.ocr.recognised import MISSING, PagesAreAPictureError, Recognised, notices
from knowledge.readers.layout.page import elements_of
from knowledge.readers.layout.running_heads import RunningHeads
from knowledge.readers.layout.text_flow import blocks_of
from knowledge.readers.structure.blocks import ParsedFile

TYPE = "or type what it says into a text or Markdown file and name the official address in it"
LONGEST = 500  # characters of a reason


def read_image(path: Path, recognised: Recognised | None = None) -> ParsedFile:
    """Blocks of the recognised pages. Raises ``PagesAreAPictureError`` as long as there are none."""
    if recognised is None:
        if not is_installed():
            raise ReadError(f"it is an image; {MISSING}; {TYPE}")
        total = image_pages(path)
        raise PagesAreAPictureError(tuple(range(1, total + 1)), total)
    pages = [page.content() for page in recognised.values() if page.letters()]
    if not pages:
        raise ReadError("; ".join(notices(recognised))[:LONGEST])
    return ParsedFile(tuple(blocks_of(list(elements_of(page, RunningHeads())) for page in pages)))
