"""The visible text of a Word paragraph, and its text boxes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from docx.oxml.ns import qn

FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
TEXT_BOX = qn("w:txbxContent")
Element = Any  # lxml's elements carry no types


def visible_text(paragraph: Element) -> str:
    """The paragraph's visible text: with insertions, without deletions, field codes, text boxes and hidden runs."""
    parts: list[str] = []
    skip = {qn("w:del"), qn("w:moveFrom"), qn("w:pPr"), FALLBACK, TEXT_BOX}

    def walk(element: Element) -> None:
        for child in element.iterchildren():
            if child.tag in skip or (child.tag == qn("w:r") and _hidden(child)):
                continue
            if child.tag == qn("w:t"):
                parts.append(child.text or "")
            elif child.tag == qn("w:tab"):
                parts.append(" ")
            elif child.tag == qn("w:noBreakHyphen"):
                parts.append("-")
            elif child.tag in (qn("w:br"), qn("w:cr")):
                parts.append("\n")
            else:
                walk(child)

    walk(paragraph)
    return "".join(parts)


def _hidden(run: Element) -> bool:
    """Whether a reader of the page cannot see the run: hidden, white on white, or one point high."""
    properties = run.find(qn("w:rPr"))
    if properties is None:
        return False
    vanish = properties.find(qn("w:vanish"))
    if vanish is not None and vanish.get(qn("w:val")) not in ("0", "false"):
        return True
    size = value(run, "w:rPr/w:sz") or "24"
    if size.isdigit() and int(size) <= 4:  # in half points
        return True
    white = (value(run, "w:rPr/w:color") or "").upper() == "FFFFFF"
    backed = properties.find(qn("w:shd")) is not None or properties.find(qn("w:highlight")) is not None
    in_shade = any(a.find(f"{qn('w:tcPr')}/{qn('w:shd')}") is not None for a in run.iterancestors(qn("w:tc")))
    return white and not backed and not in_shade


def outermost_boxes(paragraph: Element) -> Iterator[Element]:
    """The text boxes that a paragraph holds, without those inside of others."""
    for box in paragraph.iterdescendants(TEXT_BOX):
        ancestors = {ancestor.tag for ancestor in box.iterancestors()}
        inner = next((a for a in box.iterancestors() if a.tag == TEXT_BOX), None)
        if FALLBACK not in ancestors and (inner is None or paragraph in inner.iterdescendants()):
            yield box


def value(element: Element, path: str) -> str | None:
    """The w:val of the element at a path like ``w:pPr/w:pStyle``."""
    target = element.find("/".join(qn(step) for step in path.split("/")))
    return None if target is None else target.get(qn("w:val"))
