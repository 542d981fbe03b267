"""Slides (.pptx): titles as headings, tables as tables, the slide's number as the page. Notes are left out."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from pathlib import Path
from xml.etree.ElementTree import Element

from knowledge.readers.errors import ReadError
from knowledge.readers.formats.office.xml_members import number_of, opened, targets, xml_member
from knowledge.readers.structure.blocks import BlockType, ParsedFile, TextBlock
from knowledge.readers.structure.grid import table_blocks
from knowledge.readers.structure.outline import starts_item
from knowledge.readers.structure.table_cell import Cell
from knowledge.text.characters import clean
from knowledge.text.numerals import written

ADVICE = "open it in PowerPoint or WPS and save it again as .pptx"
SLIDES = 2_000
P = "{http://schemas.openxmlformats.org/presentationml/2006/main}"
A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
DIAGRAM = "{http://schemas.openxmlformats.org/drawingml/2006/diagram}"
ALTERNATIVES = "{http://schemas.openxmlformats.org/markup-compatibility/2006}AlternateContent"
PRESENTATION = "ppt/presentation.xml"
TITLES = {"title", "ctrTitle"}
FURNITURE = {"dt", "ftr", "hdr", "sldNum"}  # date, footer, header and number, the same on every slide
FAINT = 200  # hundredths of a point; smaller letters are not for reading
CIRCLED = "①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳"


def read_pptx(path: Path) -> ParsedFile:
    """Blocks of the slides that are shown. Raises ``ReadError``."""
    with opened(path, "presentation", ADVICE) as archive:
        root = xml_member(archive, PRESENTATION)
        links = targets(archive, PRESENTATION)
        names = [links[slide.get(f"{R}id", "")] for slide in root.iter(f"{P}sldId")]
        if len(names) > SLIDES:
            raise ReadError(f"it has {len(names)} slides, more than the {SLIDES} that can be read; split it")
        size = root.find(f"{P}sldSz")
        blocks = [
            block
            for number, name in enumerate(names, start=1)
            for block in _Slide(archive, name, number, size).blocks()
        ]
    if not blocks:
        raise ReadError("its slides hold pictures and no text; save them as PDF, or type what they say into a document")
    first = next((block for block in blocks if block.type is BlockType.HEADING), None)
    return ParsedFile(tuple(TextBlock(b.text, b.type, 1, b.page) if b is first else b for b in blocks))


class _Slide:
    """One slide; ``number`` from 1, ``size`` the element that gives the deck's width and height."""

    def __init__(self, archive: zipfile.ZipFile, name: str, number: int, size: Element | None) -> None:
        self._archive, self._name, self._number = archive, name, number
        self._root = xml_member(archive, name)
        self._width = number_of(None if size is None else size.get("cx"), 0, 10**9)
        self._height = number_of(None if size is None else size.get("cy"), 0, 10**9)

    def blocks(self) -> list[TextBlock]:
        """The title first, the rest in the file's order; nothing of a slide that is hidden."""
        tree = self._root.find(f"{P}cSld/{P}spTree")
        if tree is None or self._root.get("show") in ("0", "false"):
            return []
        blocks = list(self._shapes(tree))
        return sorted(blocks, key=lambda block: block.type is not BlockType.HEADING)

    def _shapes(self, parent: Element) -> Iterator[TextBlock]:
        for shape in parent:
            if shape.tag == ALTERNATIVES:  # the first is what the program that saved it shows
                yield from self._shapes(shape[0] if len(shape) else shape)
            elif self._is_unseen(shape):
                continue
            elif shape.tag == f"{P}grpSp":
                yield from self._shapes(shape)
            elif shape.tag == f"{P}sp":
                yield from self._text(shape)
            elif shape.tag == f"{P}graphicFrame":
                yield from self._graphic(shape)

    def _is_unseen(self, shape: Element) -> bool:
        """Whether the shape is hidden or lies beside the slide."""
        named = shape.find(f"*/{P}cNvPr")
        if named is not None and named.get("hidden") in ("1", "true"):
            return True
        offset, extent = shape.find(f".//{A}off"), shape.find(f".//{A}ext[@cx]")
        if shape.tag != f"{P}sp" or offset is None or extent is None or not self._width:
            return False
        x, y = (_signed(offset.get(axis)) for axis in "xy")
        right, bottom = x + number_of(extent.get("cx"), 0, 10**9), y + number_of(extent.get("cy"), 0, 10**9)
        return right <= 0 or bottom <= 0 or x >= self._width or y >= self._height

    def _text(self, shape: Element) -> Iterator[TextBlock]:
        placeholder = shape.find(f"{P}nvSpPr/{P}nvPr/{P}ph")
        kind = "" if placeholder is None else placeholder.get("type", "body")
        body = shape.find(f"{P}txBody")
        if body is None or kind in FURNITURE:
            return
        if kind in TITLES:
            title = clean(" ".join(_paragraphs(body)).replace("\n", " "))
            if title:
                yield TextBlock(title, BlockType.HEADING, 2, self._number)
            return
        yield from self._lines(body)

    def _lines(self, body: Element) -> Iterator[TextBlock]:
        for paragraph in _paragraphs(body):
            for text in map(clean, paragraph.split("\n")):
                if text:
                    kind = BlockType.ITEM if starts_item(text) else BlockType.PARAGRAPH
                    yield TextBlock(text, kind, page=self._number)

    def _graphic(self, frame: Element) -> Iterator[TextBlock]:
        for table in frame.iter(f"{A}tbl"):
            yield from table_blocks([list(_row(row, table)) for row in table.iter(f"{A}tr")], self._number)
        for diagram in frame.iter(f"{DIAGRAM}relIds"):
            member = targets(self._archive, self._name).get(diagram.get(f"{R}dm", ""))
            if member in self._archive.NameToInfo:
                for point in xml_member(self._archive, str(member)).iter(f"{DIAGRAM}t"):
                    yield from self._lines(point)


def _row(row: Element, table: Element) -> Iterator[Cell]:
    properties = table.find(f"{A}tblPr")
    header = properties is not None and properties.get("firstRow") == "1" and row is table.find(f"{A}tr")
    for cell in row.iter(f"{A}tc"):
        if cell.get("hMerge") or cell.get("vMerge"):
            continue
        text = clean(" ".join(_paragraphs(cell)).replace("\n", " "))
        yield Cell(text, number_of(cell.get("gridSpan"), 1), number_of(cell.get("rowSpan"), 1, 1_000), header)


def _paragraphs(body: Element) -> Iterator[str]:
    """The text of each paragraph, with the number that it shows; \\n where a line is broken."""
    counts: dict[int, int] = {}
    for paragraph in body.iter(f"{A}p"):
        text = "".join(_runs(paragraph))
        properties = paragraph.find(f"{A}pPr")
        level = number_of(None if properties is None else properties.get("lvl"), 0, 8)
        numbered = None if properties is None else properties.find(f"{A}buAutoNum")
        counts = {depth: count for depth, count in counts.items() if depth <= level}
        if numbered is None:
            counts.pop(level, None)
        elif text.strip():
            counts[level] = counts.get(level, number_of(numbered.get("startAt"), 1, 10_000) - 1) + 1
            text = _mark(numbered.get("type", ""), counts[level]) + text
        yield text


def _runs(paragraph: Element) -> Iterator[str]:
    for child in paragraph:
        if child.tag == f"{A}br":
            yield "\n"
        elif child.tag in (f"{A}r", f"{A}fld"):
            properties = child.find(f"{A}rPr")
            size = None if properties is None else properties.get("sz")
            if number_of(size, FAINT + 1, 10**6) > FAINT:
                yield child.findtext(f"{A}t") or ""


def _mark(kind: str, number: int) -> str:
    if kind.startswith("circle"):
        return CIRCLED[number - 1] if number <= len(CIRCLED) else f"{number}. "
    if kind.startswith("ea1Ch"):
        return f"{written(number)}、"
    if kind.startswith("alpha"):
        letter = chr(ord("a") + (number - 1) % 26)
        return f"{letter.upper() if 'Uc' in kind else letter}. "
    return (
        f"（{number}）" if kind.endswith("ParenBoth") else f"{number}) " if kind.endswith("ParenR") else f"{number}. "
    )


def _signed(value: str | None) -> int:
    text = value or "0"
    return -number_of(text[1:], 0, 10**9) if text.startswith("-") else number_of(text, 0, 10**9)
