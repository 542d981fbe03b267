"""A header of several lines as one, and what the lines around a table say of all its rows."""

from __future__ import annotations

import itertools
import re
import unicodedata
from collections.abc import Collection, Sequence

from knowledge.tables.reading.sheets import Cell
from knowledge.tables.records import RecordKind
from knowledge.text.dates import DATE, day_in

LINES = 3  # that a header has at most
SCHOOL = re.compile(r"[\u4e00-\u9fff]{2,30}?(?:技师学院|技工学校|职业学院|职业技术学院|学校|学院)")
TITLE_YEAR = re.compile(r"(20\d{2})\s*(?:年|学年|-20)")
FILLED_IN = re.compile(
    r"(?:填报|填表|制表|发布|更新|统计|登记|上报|汇总|数据|截至|date|as of|updated|posted)"
    r"\s*+(?:日期|时间|on)?\s*+[:：]?"
    rf"\s*+({DATE})"
)


def stacked(lines: Sequence[tuple[Cell, ...]]) -> tuple[Cell, ...]:
    """Lines of one header as one: 薪资 above 最低值 is 薪资最低值; what is merged downwards counts once."""
    width = max(map(len, lines))
    columns = zip(*(line + (None,) * (width - len(line)) for line in lines), strict=True)
    return tuple("".join(dict.fromkeys(str(cell) for cell in column if cell is not None)) for column in columns)


def further_lines(above: tuple[Cell, ...], below: Sequence[tuple[Cell, ...]]) -> int:
    """How many of the rows ``below`` a header go on with it: they divide what is merged in it, and say nothing else.

    What was merged stands in each of its cells, so that 学费 above 每学年 and 住宿费 stands there twice.
    """
    count = 0
    for row in below[: LINES - 1]:
        if not _divides(above, row):
            break
        count, above = count + 1, row
    return count


def stated_around(kind: RecordKind, fields: Collection[str | None], lines: Sequence[str]) -> dict[str, str]:
    """What titles and notes give for all rows where no column of ``fields`` does: year, school, the day of filling in.

    ``lines``: the sheet's name and the rows above the header, those below the table after them.
    """
    text = unicodedata.normalize("NFKC", " ".join(lines))
    values: dict[str, str] = {}
    if kind is RecordKind.PROGRAM and "school" not in fields and (school := SCHOOL.search(text)):
        values["school"] = school.group()
    if "year" not in fields and (year := TITLE_YEAR.search(text)):
        values["year"] = year.group(1)
    dated = "posted" if kind is RecordKind.OPENING else "as_of"
    if dated not in fields and (day := FILLED_IN.search(text)) and day_in(day.group(1)):
        values[dated] = day.group(1)
    return values


def _divides(above: tuple[Cell, ...], row: tuple[Cell, ...]) -> bool:
    """Whether ``row`` divides a merged cell of the header and, elsewhere, repeats it or is empty."""
    merged = {
        index
        for (index, cell), (following, beside) in itertools.pairwise(enumerate(above))
        if cell is not None and cell == beside
        for index in (index, following)
    }
    if len(merged) == len(above):
        return False  # a title over all columns
    parts = [row[index] if index < len(row) else None for index in sorted(merged)]
    named = [part for part in parts if part is not None]
    if len(set(named)) < 2 or not all(isinstance(part, str) and not part[0].isdigit() for part in named):
        return False
    elsewhere = [(row[index], above[index]) for index in range(min(len(row), len(above))) if index not in merged]
    return all(cell is None or cell == over for cell, over in elsewhere) and len(row) <= len(above)
