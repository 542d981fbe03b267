"""OpenDocument texts (.odt) and slides (.odp): headings, lists, tables. Of what was deleted or hidden nothing."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from pathlib import Path
from xml.etree.ElementTree import Element

from knowledge.readers.errors import ReadError
from knowledge.readers.formats.office.odf_styles import TABLE, TEXT, OdfStyles
from knowledge.readers.formats.office.xml_members import number_of, opened, xml_member
from knowledge.readers.structure.blocks import BlockType, ParsedFile, TextBlock
from knowledge.readers.structure.grid import table_blocks
from knowledge.readers.structure.outline import starts_item
from knowledge.readers.structure.table_cell import Cell
from knowledge.text.characters import clean

ADVICE = "open it in the program that made it and save it again, or save it as .docx"
OFFICE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
DRAW = "{urn:oasis:names:tc:opendocument:xmlns:drawing:1.0}"
PRESENTATION = "{urn:oasis:names:tc:opendocument:xmlns:presentation:1.0}"
PAGES = 2_000
LEFT_OUT = frozenset(
    (f"{TEXT}tracked-changes", f"{TEXT}table-of-content", f"{TEXT}note", f"{TEXT}hidden-text", f"{TEXT}bibliography",
     f"{TEXT}hidden-paragraph", f"{OFFICE}annotation", f"{PRESENTATION}notes", f"{OFFICE}forms")
)  # fmt: skip
SPACES = {f"{TEXT}tab": " ", f"{TEXT}line-break": "\n"}


def read_odf(path: Path) -> ParsedFile:
    """Blocks of a text or of slides. Raises ``ReadError``."""
    with opened(path, "OpenDocument file", ADVICE) as archive:
        refuse_encrypted(archive)
        body = xml_member(archive, "content.xml").find(f"{OFFICE}body")
        styles = OdfStyles(archive)
    blocks = () if body is None else tuple(_OdfWalker(styles).blocks(body))
    if not blocks:
        raise ReadError("it has no text; put its text in, or remove it")
    return ParsedFile(blocks)


def refuse_encrypted(archive: zipfile.ZipFile) -> None:
    """Raises ``ReadError`` for a file with a password."""
    if "META-INF/manifest.xml" in archive.NameToInfo and b":encryption-data" in archive.read("META-INF/manifest.xml"):
        raise ReadError("it is protected with a password; save it without one")


class _OdfWalker:
    """Walks a document's XML in reading order, counting slides and the items of lists."""

    def __init__(self, styles: OdfStyles) -> None:
        self._styles = styles
        self._page: int | None = None
        self._counts: dict[tuple[str, int], int] = {}
        self._title = self._in_cell = False

    def blocks(self, parent: Element) -> Iterator[TextBlock]:
        for child in parent:
            tag = child.tag
            if tag in LEFT_OUT or self._styles.is_hidden(child.get(f"{TEXT}style-name", "")):
                continue
            if child.get(f"{TEXT}display") in ("none", "condition"):
                continue
            if tag in (f"{TEXT}p", f"{TEXT}h"):
                yield from self._paragraph(child)
            elif tag == f"{TEXT}list":
                yield from self._list(child, child.get(f"{TEXT}style-name", ""), 1)
            elif tag == f"{TABLE}table":
                yield from self._table(child)
            elif tag == f"{DRAW}page":
                yield from self._slide(child)
            else:
                yield from self.blocks(child)

    def _slide(self, page: Element) -> Iterator[TextBlock]:
        self._page = (self._page or 0) + 1
        if self._page > PAGES:
            raise ReadError(f"it has more than {PAGES} slides; split it")
        for frame in page:
            kind = frame.get(f"{PRESENTATION}class")
            if kind == "title":
                title = clean(" ".join(block.text for block in self.blocks(frame)))
                if title:
                    yield TextBlock(title, BlockType.HEADING, 2 if self._title else 1, self._page)
                    self._title = True
            elif kind not in ("header", "footer", "date-time", "page-number") and frame.tag not in LEFT_OUT:
                yield from self.blocks(frame)

    def _paragraph(self, element: Element, mark: str = "") -> Iterator[TextBlock]:
        level = 0
        if element.tag == f"{TEXT}h":
            level = number_of(element.get(f"{TEXT}outline-level"), 1, 9)
        elif self._styles.is_title(element.get(f"{TEXT}style-name", "")):
            level = 1
        frames: list[Element] = []
        for index, line in enumerate("".join(self._text(element, frames)).split("\n")):
            text = clean(line)
            if not text:
                continue
            bare = index or level or (mark == "- " and starts_item(text))
            text = text if bare else clean(mark + text)
            kind = BlockType.ITEM if (mark and not bare) or starts_item(text) else BlockType.PARAGRAPH
            yield TextBlock(text, BlockType.HEADING if level else kind, level, self._page)
        for frame in frames:
            yield from self.blocks(frame)

    def _text(self, element: Element, frames: list[Element]) -> Iterator[str]:
        yield element.text or ""
        for child in element:
            tag = child.tag
            if tag == f"{TEXT}s":
                yield " " * number_of(child.get(f"{TEXT}c"), 1)
            elif tag in SPACES:
                yield SPACES[tag]
            elif tag.startswith(DRAW):
                frames.append(child)
            elif tag not in LEFT_OUT and not self._is_unseen(child.get(f"{TEXT}style-name", "")):
                yield from self._text(child, frames)
            yield child.tail or ""

    def _is_unseen(self, style: str) -> bool:
        """Hidden, or white on the white page: cells and slides have colours of their own that white stands on."""
        on_page = self._page is None and not self._in_cell
        return self._styles.is_hidden(style) or (on_page and self._styles.is_white(style))

    def _list(self, element: Element, style: str, level: int) -> Iterator[TextBlock]:
        key = (style, level)
        if element.get(f"{TEXT}continue-numbering") != "true":
            self._counts[key] = self._styles.first_number(style, level) - 1
        for item in element:
            numbered = item.tag == f"{TEXT}list-item"
            self._counts[key] = self._counts.get(key, 0) + numbered
            mark = self._styles.mark(style, level, self._counts[key]) if numbered else ""
            for child in item:
                if child.tag == f"{TEXT}list":
                    yield from self._list(child, child.get(f"{TEXT}style-name") or style, level + 1)
                elif child.tag in (f"{TEXT}p", f"{TEXT}h"):
                    yield from self._paragraph(child, mark)
                    mark = ""

    def _table(self, table: Element) -> Iterator[TextBlock]:
        outside, self._in_cell = self._in_cell, True
        yield from self._rows(table)
        self._in_cell = outside

    def _rows(self, table: Element) -> Iterator[TextBlock]:
        heads = {id(row) for group in table.iter(f"{TABLE}table-header-rows") for row in group}
        rows = [list(self._cells(row, id(row) in heads)) for row in rows_of(table)]
        if all(len(row) < 2 for row in rows):  # a frame around text
            for cell in table.iter(f"{TABLE}table-cell"):
                yield from self.blocks(cell)
            return
        yield from table_blocks(rows, self._page)

    def _cells(self, row: Element, header: bool) -> Iterator[Cell]:
        for cell in row:
            if cell.tag == f"{TABLE}table-cell":
                text = " ".join(block.text for block in self.blocks(cell))
                columns = number_of(cell.get(f"{TABLE}number-columns-spanned"), 1)
                spanned = number_of(cell.get(f"{TABLE}number-rows-spanned"), 1, 1_000)
                for _ in range(number_of(cell.get(f"{TABLE}number-columns-repeated"), 1)):
                    yield Cell(text, columns, spanned, header)


def rows_of(table: Element) -> Iterator[Element]:
    """The rows of a table, without those of tables inside of its cells."""
    for child in table:
        if child.tag == f"{TABLE}table-row":
            yield child
        elif child.tag.startswith(f"{TABLE}table-") and child.tag != f"{TABLE}table-cell":
            yield from rows_of(child)
