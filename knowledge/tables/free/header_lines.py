"""The header of a grid: how many lines it has, what each column is called, in which unit its figures are."""

from __future__ import annotations

import re
from collections.abc import Sequence

from knowledge.models import TableColumn

Line = Sequence[str]
DEEPEST = 3  # lines of a header
FIGURE = re.compile(r"[-+]?[¥￥$]?\d[\d,]*+(?:\.\d+)?%?")
# What begins with a digit, or is of digits and marks alone, is a value: 9:00-17:00, 020-00000001, 2021年, 12月1日.
VALUE = re.compile(r"\A(?:[¥￥$+\-—–~至:：./,%年月日号时分元 ()（）]*+\d)++[\d\W年月日号时分元]*+")
UNIT_NOTE = re.compile(
    r"(?:计量|金额)?单位\s?[:：]\s?([^\s,，;；、()（）]{1,8})|\bunits?\s?: ?([a-z%.]{1,20}(?: [a-z]{1,12})?)", re.I
)
IN_BRACKETS = re.compile(r"[(（\[]\s?([^()（）\[\]]{1,12})\s?[)）\]]\s?$")


def is_value(text: str) -> bool:
    """Whether a cell holds a figure, a number, a day or a time rather than words."""
    return VALUE.fullmatch(text) is not None


def unit_stated(text: str) -> str:
    """The unit that a line above a table states for all its figures; empty when none, or more than one."""
    units = {match[1] or match[2] for match in UNIT_NOTE.finditer(text)}
    return units.pop() if len(units) == 1 else ""


def header_depth(rows: Sequence[Line], marked: int) -> int:
    """How many of the first ``rows`` are the header; 0 when none is. ``marked``: so many are marked as such."""
    if len(rows) < 2:
        return 0
    if marked:
        return min(marked, len(rows) - 1, DEEPEST)
    if not _names_columns(rows[0]):
        return 0
    depth = 1
    while depth < min(DEEPEST, len(rows) - 1) and _goes_on(rows[depth - 1], rows[depth]):
        depth += 1
    return depth


def _names_columns(line: Line) -> bool:
    """Whether a line may be a header: words, and at most a few of its cells empty or years."""
    filled = [cell for cell in line if cell]
    return len(filled) >= 2 and len(filled) * 2 > len(line) and sum(map(is_value, filled)) * 3 <= len(filled)


def _goes_on(upper: Line, lower: Line) -> bool:
    """Whether ``lower`` names parts of what ``upper`` names: below cells that span several columns there are words, and
    elsewhere nothing new, or what stands above once more.
    """
    spanned = [index for index in range(1, len(upper)) if upper[index] in ("", upper[index - 1])]
    if not spanned:
        return False
    parts = {index for index in spanned if lower[index] and lower[index] != upper[index]}
    parts |= {index - 1 for index in parts if lower[index - 1] and lower[index - 1] != upper[index - 1]}
    others = [lower[index] for index in range(len(upper)) if index not in parts]
    pairs = list(zip(others, _without(upper, parts), strict=True))
    # A cell that is merged downwards shows that both lines are header: then what stands beside it may be new.
    merged = any(text and text == above for text, above in pairs)
    alone = merged or all(not text or text == above for text, above in pairs)
    return bool(parts) and alone and not any(map(is_value, filter(None, lower)))


def _without(line: Line, indexes: set[int]) -> list[str]:
    return [text for index, text in enumerate(line) if index not in indexes]


def columns_of(lines: Sequence[Line], body: Sequence[Line], unit: str) -> tuple[TableColumn, ...]:
    """The columns below the header ``lines``; ``unit`` holds where figures have no other of their own."""
    filled = [_spread(line, below) for line, below in zip(lines, [*lines[1:], ()], strict=True)]
    columns = []
    for index in range(len(lines[0])):
        levels = tuple(dict.fromkeys(text for line in filled if (text := line[index])))
        columns.append(_column(levels, [row[index] for row in body if row[index]], unit))
    return tuple(columns)


def _spread(line: Line, below: Line) -> list[str]:
    """A line of a header in which a cell that spans others has left these empty: they have its text where the line
    below names parts.
    """
    spread = list(line)
    for index in range(1, len(spread)):
        if not spread[index] and below and below[index]:
            spread[index] = spread[index - 1]
    return spread


def _column(levels: tuple[str, ...], cells: Sequence[str], unit: str) -> TableColumn:
    """A column; what stands in brackets behind its name is a unit where all below are figures."""
    figures = bool(cells) and sum(FIGURE.fullmatch(cell) is not None for cell in cells) * 4 >= len(cells) * 3
    own = IN_BRACKETS.search(levels[-1]) if levels else None
    if figures and own and own.start():
        return TableColumn((*levels[:-1], levels[-1][: own.start()].rstrip()), own[1].strip())
    shares = any(cell.endswith("%") for cell in cells)
    return TableColumn(levels, unit if figures and not shares and not _counts(levels) else "")


def _counts(levels: Sequence[str]) -> bool:
    """Whether figures below only number the rows."""
    return bool(levels) and levels[-1].strip("。.：: ").casefold() in ("序号", "编号", "no", "id", "#")
