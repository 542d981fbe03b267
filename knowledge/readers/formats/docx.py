"""Word documents (.docx) in document order: headings, numbering, tables with merged cells."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import docx
from docx.opc.exceptions import PackageNotFoundError
from docx.oxml.ns import qn
from lxml import etree

from knowledge.readers.errors import ReadError
from knowledge.readers.formats.word_numbering import WordNumbering
from knowledge.readers.formats.word_text import outermost_boxes, value, visible_text
from knowledge.readers.structure.blocks import BlockType, ParsedFile, TextBlock
from knowledge.readers.structure.grid import table_blocks
from knowledge.readers.structure.outline import starts_item
from knowledge.readers.structure.table_cell import Cell
from knowledge.text.characters import clean

DAMAGED = "it is damaged or not a Word document ({}); open it in Word or WPS and save it again as .docx"
HEADING_NAME = re.compile(r"^(?:heading|标题)\s*([1-9])$", re.I)
Element = Any  # lxml's elements carry no types


def read_docx(path: Path) -> ParsedFile:
    """Blocks of the document's body. Raises ``ReadError``."""
    try:
        opened = docx.Document(str(path))
    except (
        PackageNotFoundError,
        AttributeError,
        KeyError,
        ValueError,
        etree.XMLSyntaxError,
        zipfile.BadZipFile,
        OSError,
    ) as error:
        raise ReadError(DAMAGED.format(type(error).__name__)) from None
    body = opened.element.find(qn("w:body"))
    blocks = tuple(_DocumentWalker(opened).blocks(body)) if body is not None else ()
    if not blocks:
        pictures = body is not None and any(body.iter(qn("w:drawing"), qn("w:pict")))
        raise ReadError(
            "it holds only pictures; type what they say into it"
            if pictures
            else "it has no text; put its text in, or remove it"
        )
    return ParsedFile(blocks)


class _DocumentWalker:
    """Walks a document's XML in reading order; one walk for one document, since it counts numbered paragraphs."""

    def __init__(self, opened: Any) -> None:
        self._levels = _heading_levels(opened)
        self._contents = {
            style.get(qn("w:styleId"))
            for style in opened.styles.element.iterchildren(qn("w:style"))
            if re.match(r"toc \d", value(style, "w:name") or "", re.I)
        }
        self._numbering = WordNumbering(opened)

    def blocks(self, parent: Element) -> Iterator[TextBlock]:
        for child in parent.iterchildren():
            if child.tag == qn("w:p"):
                yield from self._paragraph(child)
            elif child.tag == qn("w:tbl"):
                yield from self._table(child)
            elif _is_contents(child):
                continue
            elif child.tag in (qn("w:sdt"), qn("w:sdtContent"), qn("w:ins"), qn("w:customXml"), qn("w:smartTag")):
                yield from self.blocks(child)

    def _paragraph(self, element: Element) -> Iterator[TextBlock]:
        number = self._numbering.number(element)
        style = value(element, "w:pPr/w:pStyle")
        if style in self._contents:
            return
        outline = value(element, "w:pPr/w:outlineLvl")
        level = self._levels.get(style or "", 0)
        if outline is not None and outline.isdigit() and int(outline) < 9:
            level = int(outline) + 1
        for index, line in enumerate(visible_text(element).split("\n")):
            text = clean(number + line if index == 0 else line)
            if clean(line):
                block_type = (
                    BlockType.HEADING
                    if level and len(text) <= 120
                    else BlockType.ITEM
                    if starts_item(text)
                    else BlockType.PARAGRAPH
                )
                yield TextBlock(text, block_type, level if block_type is BlockType.HEADING else 0)
        for box in outermost_boxes(element):
            yield from self.blocks(box)

    def _table(self, table: Element) -> Iterator[TextBlock]:
        rows = [row for row in table.iterdescendants(qn("w:tr")) if _table_of(row) is table and not _hidden_row(row)]
        cells = [list(self._cells(row)) for row in rows]
        if all(len(row) < 2 for row in cells):  # a frame around text
            for cell in table.iterdescendants(qn("w:tc")):
                if _table_of(cell) is table:
                    yield from self.blocks(cell)
            return
        # What a table inside a row says is more than a cell can: the row's cells come one after the other.
        plain: list[list[tuple[Cell, str | None]]] = []
        for row, texts in zip(rows, cells, strict=True):
            if not any(True for _ in row.iterdescendants(qn("w:tbl"))):
                plain.append(texts)
                continue
            yield from table_blocks(_with_merged_rows(plain))
            plain = []
            for cell in row.iterchildren(qn("w:tc")):
                yield from self.blocks(cell)
        yield from table_blocks(_with_merged_rows(plain))

    def _cells(self, row: Element) -> Iterator[tuple[Cell, str | None]]:
        header = row.find(f"{qn('w:trPr')}/{qn('w:tblHeader')}") is not None
        before = value(row, "w:trPr/w:gridBefore") or "0"
        if before.isdigit() and 0 < int(before) < 100:
            yield Cell("", int(before)), None
        for cell in row.iterdescendants(qn("w:tc")):
            if _row_of(cell) is not row:
                continue
            span = value(cell, "w:tcPr/w:gridSpan") or "1"
            merge = cell.find(f"{qn('w:tcPr')}/{qn('w:vMerge')}")
            state = None if merge is None else merge.get(qn("w:val")) or "continue"
            text = " ".join(block.text for block in self.blocks(cell))
            yield Cell(text, min(int(span), 100) if span.isdigit() and len(span) < 5 else 1, header=header), state


def _with_merged_rows(rows: list[list[tuple[Cell, str | None]]]) -> list[list[Cell]]:
    """Word marks each row of a cell merged downwards; here the first one takes all, as in HTML."""
    merged: list[list[Cell]] = []
    starts: dict[int, tuple[int, int]] = {}  # grid column -> row and index in ``merged`` of the cell above
    for row in rows:
        line: list[Cell] = []
        column = 0
        for cell, state in row:
            if state == "continue" and column in starts:
                above, index = starts[column]
                first = merged[above][index]
                merged[above][index] = Cell(first.text, first.columns, first.rows + 1, first.header)
            else:
                starts.pop(column, None)
                if state == "restart":
                    starts[column] = (len(merged), len(line))
                line.append(cell)
            column += cell.columns
        merged.append(line)
    return merged


def _row_of(cell: Element) -> Element:
    return next(cell.iterancestors(qn("w:tr")))


def _table_of(element: Element) -> Element:
    return next(element.iterancestors(qn("w:tbl")))


def _hidden_row(row: Element) -> bool:
    hidden = row.find(f"{qn('w:trPr')}/{qn('w:hidden')}")
    return hidden is not None and hidden.get(qn("w:val")) not in ("0", "false")


def _is_contents(element: Element) -> bool:
    """Whether it is the table of contents that Word made itself."""
    gallery = element.find(f"{qn('w:sdtPr')}/{qn('w:docPartObj')}/{qn('w:docPartGallery')}")
    return gallery is not None and gallery.get(qn("w:val")) == "Table of Contents"


def _heading_levels(opened: Any) -> dict[str, int]:
    """Heading level by style id, from the style's name, its outline level or the style it is based on."""
    own: dict[str, int] = {}
    based: dict[str, str] = {}
    for style in opened.styles.element.iterchildren(qn("w:style")):
        identity = style.get(qn("w:styleId")) or ""
        name = value(style, "w:name") or ""
        match = HEADING_NAME.match(name)
        outline = value(style, "w:pPr/w:outlineLvl") or ""
        if name.lower() in {"title", "标题"}:
            own[identity] = 1
        elif match:
            own[identity] = int(match.group(1))
        elif outline.isdigit() and int(outline) < 9:
            own[identity] = int(outline) + 1
        based[identity] = value(style, "w:basedOn") or ""
    return {identity: level for identity in based if (level := _inherited(identity, own, based))}


def _inherited(identity: str, own: dict[str, int], based: dict[str, str]) -> int:
    for _ in range(10):  # styles may be based on each other in a ring
        if identity in own:
            return own[identity]
        identity = based.get(identity, "")
    return 0
