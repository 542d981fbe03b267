"""Word's automatic numbers, which stand in no run of text: 一、 （一） 1. 第一条 …"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from docx.oxml.ns import qn

from knowledge.text.numerals import written

CIRCLED = "①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳"
ROMAN = ((10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i"))
CHINESE_FORMATS = {
    "chineseCounting", "chineseCountingThousand", "chineseLegalSimplified", "ideographDigital", "japaneseCounting",
    "taiwaneseCounting", "taiwaneseCountingThousand", "japaneseDigitalTenThousand",
}  # fmt: skip
Element = Any  # lxml's elements carry no types


@dataclass(frozen=True)
class _NumberingLevel:
    number_format: str
    text: str  # with %1 … %9 for the numbers of the levels
    start: int


class WordNumbering:
    """Counts a document's numbered paragraphs; ask for each paragraph once, in order."""

    def __init__(self, opened: Any) -> None:
        self._abstract: dict[str, dict[int, _NumberingLevel]] = {}
        self._numbers: dict[str, str] = {}
        self._counts: dict[tuple[str, int], int] = {}
        self._styles = {
            style.get(qn("w:styleId")): style for style in opened.styles.element.iterchildren(qn("w:style"))
        }
        part = next((rel.target_part for rel in opened.part.rels.values() if rel.reltype.endswith("/numbering")), None)
        if part is not None:
            self._load(part.element)

    def number(self, paragraph: Element) -> str:
        """What stands before the paragraph's text: "（二）", "3. " or nothing."""
        identity, depth = self._numbering_of(paragraph)
        abstract = self._numbers.get(identity or "")
        level = self._abstract.get(abstract or "", {}).get(depth)
        if identity is None or abstract is None or level is None:
            return ""
        if level.number_format == "bullet":
            return "- "
        self._count(abstract, depth, level)
        levels = self._abstract[abstract]

        def shown(match: re.Match[str]) -> str:
            other_depth = int(match.group(1)) - 1
            other = levels.get(other_depth)
            return _shown(self._counts.get((abstract, other_depth), other.start), other.number_format) if other else ""

        text = re.sub(r"%([1-9])", shown, level.text)
        return text if not text or text.endswith(("、", "）", ")")) else f"{text} "

    def _count(self, abstract: str, depth: int, level: _NumberingLevel) -> None:
        key = (abstract, depth)
        self._counts[key] = self._counts[key] + 1 if key in self._counts else level.start
        for deeper in [key for key in self._counts if key[0] == abstract and key[1] > depth]:
            del self._counts[deeper]

    def _numbering_of(self, paragraph: Element) -> tuple[str | None, int]:
        """The id of the paragraph's numbering (None: not numbered) and its level in it, from 0."""
        numbering = paragraph.find(f"{qn('w:pPr')}/{qn('w:numPr')}")
        style = paragraph.find(f"{qn('w:pPr')}/{qn('w:pStyle')}")
        identity = None if style is None else style.get(qn("w:val"))
        for _ in range(10):  # styles may be based on each other in a ring
            if numbering is not None or identity not in self._styles:
                break
            numbering = self._styles[identity].find(f"{qn('w:pPr')}/{qn('w:numPr')}")
            base = self._styles[identity].find(qn("w:basedOn"))
            identity = None if base is None else base.get(qn("w:val"))
        if numbering is None:
            return None, 0
        number, depth = numbering.find(qn("w:numId")), numbering.find(qn("w:ilvl"))
        level = "0" if depth is None else depth.get(qn("w:val")) or "0"
        return (None if number is None else number.get(qn("w:val"))), int(level) if level.isdigit() else 0

    def _load(self, root: Element) -> None:
        for abstract in root.iterchildren(qn("w:abstractNum")):
            levels = {}
            for level in abstract.iterchildren(qn("w:lvl")):
                depth = level.get(qn("w:ilvl")) or "0"
                start = _value(level, "w:start") or "1"
                levels[int(depth) if depth.isdigit() else 0] = _NumberingLevel(
                    _value(level, "w:numFmt") or "decimal",
                    _value(level, "w:lvlText") or "",
                    int(start) if start.isdigit() and len(start) < 6 else 1,
                )
            self._abstract[abstract.get(qn("w:abstractNumId")) or ""] = levels
        for number in root.iterchildren(qn("w:num")):
            self._numbers[number.get(qn("w:numId")) or ""] = _value(number, "w:abstractNumId") or ""


def _value(element: Element, name: str) -> str | None:
    child = element.find(qn(name))
    return None if child is None else child.get(qn("w:val"))


def _shown(number: int, number_format: str) -> str:
    if number_format in CHINESE_FORMATS:
        return written(number)
    if number_format == "decimalEnclosedCircle" or number_format == "decimalEnclosedCircleChinese":
        return CIRCLED[number - 1] if 1 <= number <= len(CIRCLED) else str(number)
    if number_format in ("lowerLetter", "upperLetter"):
        letter = chr(ord("a") + (number - 1) % 26)
        return letter if number_format == "lowerLetter" else letter.upper()
    if number_format in ("lowerRoman", "upperRoman"):
        return _roman(number) if number_format == "lowerRoman" else _roman(number).upper()
    return "" if number_format == "none" else str(number)


def _roman(number: int) -> str:
    text = ""
    for value, letters in ROMAN:
        text += letters * (number // value)
        number %= value
    return text
