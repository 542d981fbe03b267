# ruff: noqa: E501  # alternatives of one pattern read best on one line
"""What a question reckons from the rows of a table: the largest, the smallest, how many, those above a figure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum

from bot.answering.tables.held_table import HeldTable, figure_of
from bot.answering.tables.reading import ColumnFit, TableMatch, Units, column_fit
from bot.answering.tables.units import UNIT, Asked
from knowledge.text.quantities import ABOVE, AFTER_LEAST, AFTER_MOST, BELOW, LEAST, MOST

LARGEST = r"最(?:高|多|大|贵|长|远|晚|迟)|\b(?:highest|most|largest|biggest|longest|latest|greatest|dearest|top|maximum)\b|\bmost expensive\b"
SMALLEST = r"最(?:低|少|小|便宜|短|近|早|快)|\b(?:lowest|fewest|least|smallest|cheapest|shortest|earliest|minimum)\b"
WHICH = re.compile(r"哪|什么|谁|\b(?:which|what|who|where)\b")
COUNT = re.compile(r"(?:一?共|总共)?有?(?:多少|几)(?:个|家|种|条|所|间|类|项|门|处|座|路|名|位)|\bhow many\b")
NUMBER = r"(\d++(?:\.\d++)?)"
COMPARISONS = (
    (">=", re.compile(rf"(?:{LEAST}) ?{NUMBER}|(?<!\d){NUMBER}[^\d\s,，。]{{0,3}} ?(?:{AFTER_LEAST})")),
    ("<=", re.compile(rf"(?:{MOST}) ?{NUMBER}|(?<!\d){NUMBER}[^\d\s,，。]{{0,3}} ?(?:{AFTER_MOST})")),
    (">", re.compile(rf"(?:{ABOVE}) ?{NUMBER}")),
    ("<", re.compile(rf"(?:{BELOW}) ?{NUMBER}")),
)


class Reckoning(Enum):
    """What is reckoned."""

    LARGEST = "largest"
    SMALLEST = "smallest"
    COUNT = "count"
    FILTER = "filter"


@dataclass(frozen=True)
class Figure:
    """``rows``: places that it comes to; ``column``: compared, or counted; ``units``: of the question that ask for it."""

    reckoning: Reckoning
    rows: tuple[int, ...]
    column: int
    units: Units
    said: tuple[object, ...] = ()


def figure_asked(match: TableMatch, asked: Asked) -> Figure | None:
    """What ``asked`` reckons from the rows of ``match``, which it may name some of; None where nothing."""
    held = match.held
    rows = [place for place in (match.rows or range(len(held.table.rows))) if not held.table.rows[place].total]
    fits = {
        fit.number: fit
        for number in range(len(held.headers))
        if (fit := column_fit(held, number, asked, frozenset())).units
    }
    if not (match.context or fits) or not rows:
        return None
    return _compared(held, asked, rows, fits) or _extreme(held, asked, rows, fits) or _counted(match, asked, rows, fits)


def _compared(held: HeldTable, asked: Asked, rows: list[int], fits: dict[int, ColumnFit]) -> Figure | None:
    """The rows whose figure in a named column, or the only one of figures, is above or below one that is said."""
    for sign, pattern in COMPARISONS:
        found = pattern.search(asked.text)
        column = _figures(held, fits) if found else None
        if found is None or column is None:
            continue
        limit = float(next(group for group in found.groups() if group))
        kept = tuple(place for place in rows if _holds(figure_of(held.table.rows[place].cells[column]), sign, limit))
        return Figure(Reckoning.FILTER, kept, column, _units(asked, found), (column, kept))
    return None


def _holds(figure: float | None, sign: str, limit: float) -> bool:
    if figure is None:
        return False
    return {">=": figure >= limit, "<=": figure <= limit, ">": figure > limit, "<": figure < limit}[sign]


def _extreme(held: HeldTable, asked: Asked, rows: list[int], fits: dict[int, ColumnFit]) -> Figure | None:
    """The rows with the largest or smallest figure of a column: 哪个专业的最低分最高 has both words, and the last tells."""
    if not WHICH.search(asked.text):
        return None
    found = [
        (match.start(), match, kind)
        for kind, pattern in ((Reckoning.LARGEST, LARGEST), (Reckoning.SMALLEST, SMALLEST))
        for match in re.finditer(pattern, asked.text)
    ]
    column = _figures(held, fits)
    if not found or column is None:
        return None
    _, match, kind = max(found, key=lambda one: one[0])
    name = "".join(held.table.columns[column].levels).casefold()
    only = len(found) == 1
    if only and match.group() in name and asked.text.count(match.group()) == 1:
        return None  # it is part of the column's name
    values = {place: value for place in rows if (value := figure_of(held.table.rows[place].cells[column])) is not None}
    if not values:
        return None
    best = max(values.values()) if kind is Reckoning.LARGEST else min(values.values())
    kept = tuple(place for place, value in values.items() if value == best)
    return Figure(kind, kept, column, _units(asked, match), (kind, column, best, kept))


def _figures(held: HeldTable, fits: dict[int, ColumnFit]) -> int | None:
    """The column of figures that is named best; where none is, the only one."""
    named = sorted(
        (fit for number, fit in fits.items() if number in held.figures), key=lambda fit: (-len(fit.units), fit.length)
    )
    if named and (len(named) == 1 or (len(named[0].units), named[0].length) != (len(named[1].units), named[1].length)):
        return named[0].number
    return next(iter(held.figures)) if len(held.figures) == 1 and not named else None


def _counted(match: TableMatch, asked: Asked, rows: list[int], fits: dict[int, ColumnFit]) -> Figure | None:
    """How many different names a column of names has, which the question names, among the rows that it names."""
    found = COUNT.search(asked.text)
    if found is None or (match.columns and match.rows and set(match.columns) & match.held.figures):
        return None
    counted = _units(asked, found)
    behind = max(counted, default=-1) + 1
    after = [fit for number, fit in fits.items() if number in match.held.names and behind in fit.units]
    if len(after) != 1:
        return None
    column = after[0].number
    names = {match.held.table.rows[place].cells[column]: place for place in reversed(rows)}
    names.pop("", None)
    return Figure(Reckoning.COUNT, tuple(sorted(names.values())), column, counted, (column, len(names)))


def _units(asked: Asked, found: re.Match[str]) -> Units:
    """The units of the question that a match in its text covers."""
    before = len(UNIT.findall(asked.text[: found.start()]))
    return frozenset(range(before, before + len(UNIT.findall(found.group()))))
