"""Lines back to paragraphs: text files, Markdown and PDF break a paragraph where their line was full."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from unicodedata import east_asian_width

from knowledge.readers.structure.blocks import CJK
from knowledge.readers.structure.outline import starts_item

ENDS = tuple("。！？；：.!?;:”」》】…")
INDENT = re.compile(r"^(?:\u3000|[ \t]{2,}|\u00a0{2,})")
WIDE = re.compile(rf"[{CJK}\u3000-\u303f\uff00-\uffef]")
FULL = 0.75  # of the widest line: a line shorter than this was ended on purpose
WRAPPED = 160  # columns; text with longer lines was not broken to fit a page


def paragraphs(lines: Sequence[str]) -> list[str]:
    """The paragraphs that consecutive ``lines`` (without blank ones) make up."""
    return [join_all([lines[place] for place in group]) for group in grouped(lines)]


def grouped(lines: Sequence[str]) -> list[list[int]]:
    """Positions in ``lines``, those of one paragraph together."""
    widest = max((columns(line) for line in lines), default=0)
    groups: list[list[int]] = []
    for place, line in enumerate(lines):
        if place and widest <= WRAPPED and _goes_on(lines[place - 1], line, widest):
            groups[-1].append(place)
        else:
            groups.append([place])
    return groups


def join_all(lines: Sequence[str]) -> str:
    """The lines of one paragraph as one."""
    text = ""
    for line in lines:
        text = joined(text, line.strip()) if text else line.strip()
    return text


def columns(text: str) -> int:
    """Width in columns of a terminal: a Chinese character takes two."""
    return sum(2 if east_asian_width(character) in "WFA" else 1 for character in text)


def joined(first: str, second: str) -> str:
    """Two pieces of one paragraph: Chinese needs no space between them."""
    if WIDE.match(first[-1:]) or WIDE.match(second[:1]):
        return first + second
    return first + second if first.endswith("-") else f"{first} {second}"


def split_blank(text: str) -> Iterable[list[str]]:
    """Runs of lines between blank ones."""
    run: list[str] = []
    for line in text.split("\n"):
        if line.strip():
            run.append(line)
        elif run:
            yield run
            run = []
    if run:
        yield run


def _goes_on(before: str, line: str, widest: int) -> bool:
    if starts_item(line) or INDENT.match(line) or before.rstrip().endswith(ENDS):
        return False
    return columns(before.rstrip()) >= FULL * widest
