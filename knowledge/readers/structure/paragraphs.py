"""Joins lines to paragraphs: text files, Markdown and PDF break a paragraph where their line was full."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from unicodedata import east_asian_width

from knowledge.readers.structure.blocks import CJK
from knowledge.readers.structure.outline import starts_item

# A closing mark alone ends no sentence: 依照《示例办法》 may go on in the next line.
ENDED = re.compile(r"[。！？；：.!?;:…][”’」』》】）)\"']{0,3}$")
INDENT = re.compile(r"^(?:\u3000|[ \t]{2,}|\u00a0{2,})")
WIDE = re.compile(rf"[{CJK}\u3000-\u303f\uff00-\uffef]")
FULL = 0.75  # of the widest line: a shorter line was ended on purpose
WRAPPED = 160  # columns; text with longer lines was not broken to fit a page


def paragraphs(lines: Sequence[str]) -> list[str]:
    """The paragraphs that consecutive ``lines`` (without blank ones) make up."""
    return [join_lines([lines[index] for index in group]) for group in paragraph_indexes(lines)]


def paragraph_indexes(lines: Sequence[str]) -> list[list[int]]:
    """Indexes of ``lines``, those of one paragraph together."""
    widest = max((display_width(line) for line in lines), default=0)
    groups: list[list[int]] = []
    for index, line in enumerate(lines):
        if index and widest <= WRAPPED and _continues(lines[index - 1], line, widest):
            groups[-1].append(index)
        else:
            groups.append([index])
    return groups


def join_lines(lines: Sequence[str]) -> str:
    """The lines of one paragraph as one."""
    text = ""
    for line in lines:
        text = join_two(text, line.strip()) if text else line.strip()
    return text


def display_width(text: str) -> int:
    """Width in columns of a terminal: a Chinese character takes two."""
    return sum(2 if east_asian_width(character) in "WFA" else 1 for character in text)


def join_two(first: str, second: str) -> str:
    """Two pieces of one paragraph: Chinese needs no space between them."""
    if WIDE.match(first[-1:]) or WIDE.match(second[:1]):
        return first + second
    return first + second if first.endswith("-") else f"{first} {second}"


def runs_between_blank_lines(text: str) -> Iterable[list[str]]:
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


def _continues(before: str, line: str, widest: int) -> bool:
    if starts_item(line) or INDENT.match(line) or ENDED.search(before.rstrip()):
        return False
    return display_width(before.rstrip()) >= FULL * widest
