"""Names that stand once for several rows in the first column of a table without borders."""

from __future__ import annotations

from collections.abc import Sequence

Row = list[str] | str  # a row's texts, or a title over all columns


def repeated_names(rows: Sequence[Row]) -> list[Row]:
    """The rows below the first, which is the header, each with the name that stands for it.

    A row of more than two columns that lacks nothing but its first cell is one of a group. Where the first such row has
    none, names stand in the middle of their groups: in a row or, when these are even in number, in a line between two.
    """
    if len(rows) < 3 or any(isinstance(row, str) for row in rows):
        return list(rows)
    body = [row for row in rows[1:] if isinstance(row, list)]
    width = max(map(len, body))
    if width < 3 or not any(_lacks_name(row) for row in body):
        return list(rows)
    named = _from_the_middle(body) if _lacks_name(body[0]) else _from_the_top(body)
    return [rows[0], *(named if named is not None else body)]


def _lacks_name(row: Sequence[str]) -> bool:
    return not row[0] and all(row[1:])


def _from_the_top(body: Sequence[list[str]]) -> list[list[str]]:
    named: list[list[str]] = []
    above = ""
    for row in body:
        above = row[0] or above
        named.append([above, *row[1:]] if _lacks_name(row) else list(row))
    return named


def _from_the_middle(body: Sequence[list[str]]) -> list[list[str]] | None:
    """None when the groups do not come out even: then nobody can say which row is of which."""
    rows: list[list[str]] = []
    names: list[tuple[float, str]] = []  # where among the rows each stands: 1.5 is between the second and the third
    for row in body:
        if row[0] and not any(row[1:]):
            names.append((len(rows) - 0.5, row[0]))
            continue
        if row[0]:
            names.append((len(rows), row[0]))
        rows.append(list(row))
    first = 0
    for place, name in names:
        last = round(2 * place) - first
        if last < place or last >= len(rows):
            return None
        for index in range(first, last + 1):
            rows[index][0] = name
        first = last + 1
    return rows if first == len(rows) else None
