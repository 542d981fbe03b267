"""What every reader returns: blocks of text in reading order; and the cleaning of their text."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class BlockType(StrEnum):
    """What a block is; ``ITEM``: of a list; ``ROW``: of a table, as "header: value; header: value"."""

    HEADING = "heading"
    PARAGRAPH = "paragraph"
    ITEM = "item"
    ROW = "row"


@dataclass(frozen=True)
class TextBlock:
    """One block of text without line breaks. ``level`` is a heading's, from 1, else 0. ``page`` counts from 1."""

    text: str
    type: BlockType = BlockType.PARAGRAPH
    level: int = 0
    page: int | None = None


@dataclass(frozen=True)
class ParsedFile:
    """A file as its reader parsed it: blocks, and the named fields it has itself (front matter, meta elements).

    ``has_front_matter``: somebody wrote the fields for this program, so nothing is looked for in the text.
    """

    blocks: tuple[TextBlock, ...]
    fields: Mapping[str, object] = field(default_factory=dict)
    has_front_matter: bool = False


# Zero-width and bidirectional marks, soft hyphens, the invisible "tag" alphabet: they change or hide what a text says.
INVISIBLE = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f"
    "\ufeff\ufff9-\ufffb\U000e0000-\U000e0fff]"
)
CONTROLS = re.compile(r"[\x00-\x08\x0e-\x1f\x7f-\x9f]")
SPACES = re.compile(r"[\s\u00a0\u3000]+")
CJK = "\u2e80-\u2fdf\u3400-\u9fff\uf900-\ufaff\U00020000-\U000323af"
SPACED_CJK = re.compile(rf"(?<![^ ])[{CJK}](?: [{CJK}])+(?![^ ])")
LATIN = re.compile(r"[A-Za-z]+")
CHINESE = re.compile(rf"[{CJK}]")


def clean(text: str) -> str:
    """``text`` on one line: composed characters, nothing invisible, single spaces."""
    text = unicodedata.normalize("NFC", text)
    return SPACES.sub(" ", CONTROLS.sub(" ", INVISIBLE.sub("", text))).strip()


def close_up(text: str) -> str:
    """Without the spaces that typesetting puts between single Chinese characters: 总 则 becomes 总则."""
    return SPACED_CJK.sub(lambda match: match.group().replace(" ", ""), text)


def dominant_language(text: str) -> str:
    """``zh`` or ``en``, by which of the two says more: a Chinese character weighs as much as half an English word."""
    return "zh" if len(CHINESE.findall(text)) >= len(LATIN.findall(text)) * 2 or not LATIN.search(text) else "en"
