"""An HTML tree to blocks, in reading order."""

from __future__ import annotations

import re

from selectolax.lexbor import LexborNode

from knowledge.readers.formats.hidden_content import UNSEEN_TAGS
from knowledge.readers.structure.blocks import BlockType, TextBlock
from knowledge.readers.structure.grid import table_blocks
from knowledge.readers.structure.outline import starts_item
from knowledge.readers.structure.paragraphs import paragraphs
from knowledge.readers.structure.table_cell import Cell
from knowledge.text.characters import clean

BLOCK_TAGS = frozenset(
    ("address", "article", "aside", "blockquote", "body", "center", "dd", "details", "div", "dl", "dt", "fieldset",
     "figcaption", "figure", "footer", "form", "header", "hr", "html", "li", "main", "nav", "ol", "p", "pre", "section",
     "summary", "table", "tbody", "td", "tfoot", "th", "thead", "tr", "ul", "caption")
)  # fmt: skip
HEADINGS = {f"h{level}": level for level in range(1, 7)}
SOFT_BREAK = "\u2028"  # a line end in the source that may or may not end a paragraph


def blocks_of(root: LexborNode) -> list[TextBlock]:
    """The blocks below ``root``."""
    walk = _HtmlWalker()
    walk.inside(root)
    walk.flush()
    return walk.blocks


class _HtmlWalker:
    """Collects blocks; inline text waits in ``_inline`` until an element ends its paragraph."""

    def __init__(self) -> None:
        self.blocks: list[TextBlock] = []
        self._inline: list[str] = []
        self._mark = ""

    def inside(self, node: LexborNode) -> None:
        child = node.first_child
        while child is not None:
            self._visit(child)
            child = child.next

    def flush(self, level: int = 0) -> None:
        text, self._inline = "".join(self._inline), []
        pieces = [piece for piece in (clean(line) for line in text.split(SOFT_BREAK)) if piece]
        if level:
            self._add(" ".join(pieces), BlockType.HEADING, level)
            return
        for piece in paragraphs(pieces):
            mark, self._mark = self._mark, ""
            bare = not mark or (starts_item(piece) and mark == "- ")
            self._add(
                piece if bare else mark + piece, BlockType.ITEM if mark or starts_item(piece) else BlockType.PARAGRAPH
            )

    def _add(self, text: str, block_type: BlockType, level: int = 0) -> None:
        if text:
            self.blocks.append(TextBlock(text, block_type, level))

    def _visit(self, node: LexborNode) -> None:
        tag = node.tag or ""
        if node.is_text_node:
            self._inline.append(re.sub(r"[ \t\r\n\f]+", " ", node.text_content or ""))
        elif not node.is_element_node or tag in UNSEEN_TAGS:
            return
        elif tag == "br":
            self.flush()
        elif tag in HEADINGS:
            self.flush()
            self.inside(node)
            self.flush(HEADINGS[tag])
        elif tag == "table":
            self.flush()
            self._table(node)
        elif tag in BLOCK_TAGS:
            self._block(node, tag)
        else:
            self.inside(node)

    def _block(self, node: LexborNode, tag: str) -> None:
        self.flush()
        if tag == "li":
            self._mark = _item_mark(node)
        if tag == "pre":
            for line in (node.text() or "").split("\n"):
                self._inline.append(line)
                self.flush()
        else:
            self.inside(node)
        self.flush()
        if tag == "li":
            self._mark = ""  # an empty item passes its mark to nobody

    def _table(self, node: LexborNode) -> None:
        rows = _rows(node)
        nested = any(inner.mem_id != node.mem_id for inner in node.css("table"))
        layout = nested or all(len(row) < 2 for row in rows)
        if layout:
            self.inside(node)
            return
        caption = node.css_first("caption")
        if caption is not None:
            self._add(clean(caption.text()), BlockType.PARAGRAPH)
        self.blocks.extend(table_blocks(rows))


def _rows(table: LexborNode) -> list[list[Cell]]:
    rows = []
    for row in table.css("tr"):
        cells = []
        child = row.first_child
        while child is not None:
            if child.tag in ("td", "th"):
                cells.append(
                    Cell(_cell_text(child), _span(child, "colspan"), _span(child, "rowspan"), child.tag == "th")
                )
            child = child.next
        rows.append(cells)
    return rows


def _cell_text(cell: LexborNode) -> str:
    return " ".join(block.text for block in blocks_of(cell))


def _span(cell: LexborNode, name: str) -> int:
    value = (cell.attributes.get(name) or "1").strip()
    return max(1, min(int(value), 1000)) if value.isascii() and value.isdigit() and len(value) < 7 else 1


def _item_mark(item: LexborNode) -> str:
    """ "- " or "3. ", as a visitor sees it."""
    parent = item.parent
    if parent is None or parent.tag != "ol":
        return "- "
    start = parent.attributes.get("start") or "1"
    number = int(start) if start.isascii() and start.isdigit() and len(start) < 7 else 1
    sibling = item.prev
    while sibling is not None:
        number += sibling.tag == "li"
        sibling = sibling.prev
    return f"{number}. "
