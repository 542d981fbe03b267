"""OFD to blocks: its pages are laid out as those of a PDF are, with tables, columns and running heads."""

from __future__ import annotations

import zipfile
from itertools import islice
from pathlib import Path
from xml.etree.ElementTree import ParseError

from defusedxml.common import DefusedXmlException

from knowledge.readers.errors import ReadError
from knowledge.readers.formats.ofd.container import OfdPage, local_name, pages_of
from knowledge.readers.formats.ofd.page_graphics import all_lines, drawn, edges, letters
from knowledge.readers.layout.letters import on_page
from knowledge.readers.layout.page import PageContent, elements_of
from knowledge.readers.layout.rulings import rulings_of
from knowledge.readers.layout.running_heads import RunningHeads
from knowledge.readers.layout.text_flow import blocks_of
from knowledge.readers.layout.text_layer import is_usable
from knowledge.readers.structure.blocks import ParsedFile

ADVICE = "export it as PDF or .docx from the program that opens it"
PAGES = 2_000


def read_ofd(path: Path) -> ParsedFile:
    """Blocks with their pages. Raises ``ReadError`` when the pages hold no text, or another than they show, or are
    damaged.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            pages = [
                _content(page, number) for number, page in enumerate(islice(pages_of(archive), PAGES + 1), start=1)
            ]
    except (zipfile.BadZipFile, ParseError, DefusedXmlException, ValueError, LookupError, ArithmeticError) as error:
        raise ReadError(f"it is a damaged OFD ({type(error).__name__}); {ADVICE}") from None
    if len(pages) > PAGES:
        raise ReadError(f"it has more than {PAGES} pages; split it or export it again")
    garbled = [page.number for page in pages if page.garbled]
    if garbled:
        raise ReadError(f"the text of its page {garbled[0]} is not what the page shows; {ADVICE}")
    heads = RunningHeads()
    for page in pages:
        heads.look_at(page.lines, page.edges)
    blocks = tuple(blocks_of(list(elements_of(page, heads)) for page in pages))
    if not blocks:
        raise ReadError(f"it is an OFD whose pages hold pictures or signatures and no text; {ADVICE}")
    return ParsedFile(blocks)


def _content(page: OfdPage, number: int) -> PageContent:
    every = [node for layer in page.layers for node in drawn(layer)]
    texts = [node for node in every if local_name(node) == "TextObject"]
    paths = [node for node in every if local_name(node) == "PathObject"]
    found = on_page([letter for text in texts for letter in letters(text, page.area)], edges(page.area))
    garbled = not is_usable("".join(letter.text for letter in found.letters))
    return PageContent(number, found, rulings_of(all_lines(paths, page.area), found.turn), False, garbled)
