"""What every reader returns: blocks of text in reading order; the main language and the spacing of their text."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from knowledge.models import Grid


class BlockType(StrEnum):
    """What a block is; ``ITEM``: of a list; ``ROW``: of a table, as "header: value; header: value"."""

    HEADING = "heading"
    PARAGRAPH = "paragraph"
    ITEM = "item"
    ROW = "row"


@dataclass(frozen=True)
class TextBlock:
    """One block of text without line breaks. ``level`` is a heading's, from 1, else 0. ``page`` counts from 1.

    ``grid``: of a row, the table that it is of.
    """

    text: str
    type: BlockType = BlockType.PARAGRAPH
    level: int = 0
    page: int | None = None
    grid: Grid | None = None


@dataclass(frozen=True)
class ParsedFile:
    """A file as its reader parsed it: blocks, and the named fields it has itself (front matter, meta elements).

    ``has_front_matter``: somebody wrote the fields for this program, so nothing is looked for in the text.
    """

    blocks: tuple[TextBlock, ...]
    fields: Mapping[str, object] = field(default_factory=dict)
    has_front_matter: bool = False


CJK = "\u2e80-\u2fdf\u3400-\u9fff\uf900-\ufaff\U00020000-\U000323af"
SPACED_CJK = re.compile(rf"(?<![^ ])[{CJK}](?: [{CJK}])+(?![^ ])")
LATIN = re.compile(r"[A-Za-z]+")
CHINESE = re.compile(rf"[{CJK}]")


def close_up(text: str) -> str:
    """Without the spaces that typesetting puts between single Chinese characters: 总 则 becomes 总则."""
    return SPACED_CJK.sub(lambda match: match.group().replace(" ", ""), text)


def dominant_language(text: str) -> str:
    """``zh`` or ``en``, by which of the two says more: a Chinese character weighs as much as half an English word."""
    return "zh" if len(CHINESE.findall(text)) >= len(LATIN.findall(text)) * 2 or not LATIN.search(text) else "en"
