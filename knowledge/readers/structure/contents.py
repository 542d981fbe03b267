"""Tables of contents: they name what comes later, say nothing themselves, and are no title."""

from __future__ import annotations

import re
from collections.abc import Sequence

from knowledge.readers.structure.blocks import BlockType, TextBlock, close_up

HEADING = re.compile(r"^(?:(?:内容|章节|文件|全文|手册|本书)?\s*目\s*[录錄次]|(?:Table of )?Contents)\s*[:：]?$", re.I)
LEADER = re.compile(r"(?<![.．…·・_—-])[.．…·・_—-]{3,}+\s*+[(（]?\d{1,4}[)）]?$")
PAGE = re.compile(r"(?:(?<!\s)\s++(?:第\s*+|P\.?+\s*+)?|[(（]第?)\d{1,4}(?:\s*+页)?[)）]?$", re.I)


def without_contents(blocks: Sequence[TextBlock]) -> tuple[TextBlock, ...]:
    """``blocks`` without tables of contents. Entries are lines with leaders, and below a heading also lines with the
    number of a page and those that come again.
    """
    later = _counts(blocks)
    kept: list[TextBlock] = []
    listed = False
    for index, block in enumerate(blocks):
        text = close_up(block.text)
        later[text] -= 1
        if HEADING.match(block.text):
            listed = index + 1 < len(blocks)
        elif _is_entry(block, text, later, below_heading=listed) and index + 1 < len(blocks):
            continue
        else:
            listed = False
            kept.append(block)
    return tuple(kept) if kept else tuple(blocks)


def _counts(blocks: Sequence[TextBlock]) -> dict[str, int]:
    counts: dict[str, int] = {}
    for block in blocks:
        text = close_up(block.text)
        counts[text] = counts.get(text, 0) + 1
    return counts


def _is_entry(block: TextBlock, text: str, later: dict[str, int], *, below_heading: bool) -> bool:
    if block.type is not BlockType.ROW and LEADER.search(text):
        return True
    if not below_heading:
        return False
    bare = PAGE.sub("", LEADER.sub("", text)).strip()
    return bare != text or _comes_again(text, later)


def _comes_again(text: str, later: dict[str, int]) -> bool:
    return later.get(text, 0) > 0
