"""OFD (GB/T 33190): the text that its pages place, line by line."""

from __future__ import annotations

import posixpath
import re
import zipfile
from pathlib import Path
from xml.etree.ElementTree import Element, ParseError

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import fromstring

from knowledge.readers.errors import ReadError
from knowledge.readers.structure.blocks import BlockType, ParsedFile, TextBlock
from knowledge.readers.structure.outline import starts_item
from knowledge.readers.structure.paragraphs import paragraphs
from knowledge.text.characters import clean

ADVICE = "export it as PDF or .docx from the program that opens it"
PAGE = re.compile(r"(?:^|/)Pages/Page_(\d+)/Content\.xml$", re.I)
SAME_LINE = 1.0  # millimetres


def read_ofd(path: Path) -> ParsedFile:
    """Blocks of the pages' text. Raises ``ReadError`` when the pages hold none, or are damaged."""
    try:
        with zipfile.ZipFile(path) as archive:
            names = sorted((name for name in archive.namelist() if PAGE.search(name)), key=_order)
            pages = [_lines(fromstring(archive.read(name))) for name in names]
    except (zipfile.BadZipFile, ParseError, DefusedXmlException, ValueError, LookupError) as error:
        raise ReadError(f"it is a damaged OFD ({type(error).__name__}); {ADVICE}") from None
    blocks = []
    for number, lines in enumerate(pages, start=1):
        for text in (clean(paragraph) for paragraph in paragraphs(lines)):
            if text:
                blocks.append(
                    TextBlock(text, BlockType.ITEM if starts_item(text) else BlockType.PARAGRAPH, page=number)
                )
    if not blocks:
        raise ReadError(f"it is an OFD whose pages hold pictures or signatures and no text; {ADVICE}")
    return ParsedFile(tuple(blocks))


def _order(name: str) -> tuple[str, int]:
    match = PAGE.search(name)
    return posixpath.dirname(posixpath.dirname(name)), int(match.group(1)) if match else 0


def _lines(page: Element) -> list[str]:
    """Text objects from top to bottom, those of one height joined from left to right."""
    placed: list[tuple[float, float, str]] = []
    for node in page.iter():
        if not node.tag.endswith("}TextObject") and node.tag != "TextObject":
            continue
        text = "".join(code.text or "" for code in node.iter() if code.tag.rpartition("}")[2] == "TextCode")
        x, y = _corner(node.get("Boundary") or "")
        if text.strip():
            placed.append((y, x, text))
    lines: list[list[tuple[float, float, str]]] = []
    for entry in sorted(placed, key=lambda entry: entry[0]):
        if lines and abs(lines[-1][0][0] - entry[0]) <= SAME_LINE:
            lines[-1].append(entry)
        else:
            lines.append([entry])
    return ["".join(text for _, _, text in sorted(line, key=lambda entry: entry[1])) for line in lines]


def _corner(boundary: str) -> tuple[float, float]:
    numbers = re.findall(r"-?\d+(?:\.\d+)?", boundary)
    return (float(numbers[0]), float(numbers[1])) if len(numbers) >= 2 else (0.0, 0.0)
