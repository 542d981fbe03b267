"""What a question asks of one table: which rows, which columns, and which of its words that leaves unexplained."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from bot.answering.tables.held_table import HeldTable, beginning, size
from bot.answering.tables.units import Asked, Word, coded, common, runs, whole
from knowledge.text.question_types import Expected

Near = Callable[[str, str], float]  # how near two words are in meaning, up to 1
ALIKE = 0.55  # from which nearness on a word is taken for another one
SURELY = 0.8  # that a header is one of ``PLACE``
PLACE = ("地址", "地点", "位置", "address", "place", "location")
MONEY = ("元", "万元", "千元", "元/人", "yuan", "rmb", "cny", "RMB", "CNY")
WHOLE, BEGINS = 2, 1  # how a cell stands in a question
Units = frozenset[int]
NOTHING: Units = frozenset()


@dataclass(frozen=True)
class TableMatch:
    """``rows``: places of those that are asked for; ``columns``: whose values are asked for, none where nothing tells.

    ``context``, ``named``, ``headers``: the units of the question that the table's titles, these rows' cells, and its
    headers explain, ``columns_at`` those of the columns that are asked for; ``unexplained``: words that nothing of the
    table explains; ``exact``: how well cells fit.
    """

    held: HeldTable
    rows: tuple[int, ...]
    columns: tuple[int, ...]
    context: Units
    named: Units
    headers: Units
    unexplained: tuple[Word, ...]
    exact: int = 0
    columns_at: Units = NOTHING

    @property
    def explained(self) -> Units:
        """All units that the table explains."""
        return self.context | self.named | self.headers


@dataclass(frozen=True)
class RowsFound:
    """Rows whose cells explain most, the units that they explain, by which columns, and how."""

    places: tuple[int, ...]
    units: Units
    columns: frozenset[int]
    exact: int


def rows_named(held: HeldTable, asked: Asked, without: Units = NOTHING) -> RowsFound:
    """The rows that a question names by their cells. ``without``: units that cells need not explain."""
    cells: dict[int, dict[int, tuple[int, Units]]] = {}
    for text, places in _standing(held, asked):
        units = whole(asked, text)
        for place, column in places:
            _note(cells, place, column, WHOLE, units)
    for start in {word.start for word in asked.words}:
        for place, column, text in held.beginnings.get(_beginning_at(asked, start), ()):
            if column not in cells.get(place, {}) and (units := _begins(asked, start, text)):
                _note(cells, place, column, BEGINS, units)
    scored: dict[int, tuple[Units, int]] = {}
    for place, found in cells.items():
        units = frozenset(number for _, own in found.values() for number in own)
        scored[place] = units, sum(how for how, _ in found.values())
    if not scored:
        return RowsFound((), NOTHING, frozenset(), 0)
    best = max((len(units - without), exact) for units, exact in scored.values())
    alike = sorted(place for place, (units, exact) in scored.items() if (len(units - without), exact) == best)
    units = scored[alike[0]][0]
    # Rows that explain other words are others: 铣工中级 is neither a row of 铣工 nor one of 中级.
    chosen = tuple(place for place in alike if scored[place][0] == units)
    columns = frozenset(column for place in chosen for column in cells[place])
    return RowsFound(chosen, units, columns, best[1])


def _note(cells: dict[int, dict[int, tuple[int, Units]]], place: int, column: int, how: int, units: Units) -> None:
    before = cells.setdefault(place, {}).get(column)
    if before is None or (how, len(units)) > (before[0], len(before[1])):
        cells[place][column] = how, units


def _standing(held: HeldTable, asked: Asked) -> Iterable[tuple[str, list[tuple[int, int]]]]:
    """The coded names of rows that stand whole in the question, and where they stand in the table."""
    return ((text, places) for text in asked.spans if (places := held.wholes.get(text)))


def _beginning_at(asked: Asked, start: int) -> str:
    return beginning(coded(asked.units[start : start + 2]))


def _begins(asked: Asked, start: int, text: str) -> Units:
    """The units that a coded cell explains which begins as the question has it at ``start``: all words of the question
    that stand in it; at least the first, and more than half of the cell.
    """
    found = frozenset(number for first, end in runs(asked, text) for number in range(first, end))
    return found if start in found and 2 * len(found) > size(text) else NOTHING


@dataclass(frozen=True)
class ColumnFit:
    """How a header fits a question: units explained, of how many; ``named``: up to the last word of its name."""

    number: int
    units: Units
    length: int
    named: bool


def column_fit(held: HeldTable, number: int, asked: Asked, taken: Units) -> ColumnFit:
    """How the header of a column fits the question but for the units that are ``taken`` by rows."""
    levels = held.headers[number]
    units: Units = NOTHING
    for level in levels:
        units |= common(asked, level)
    units -= taken
    last = levels[-1] if levels else ""
    return ColumnFit(number, units, sum(map(size, levels)), bool(units) and _ends_named(asked, last, units))


def _ends_named(asked: Asked, last: str, units: Units) -> bool:
    """Whether the question names a header to its end, but for a letter."""
    ends = [last.rfind(text) + len(text) for start, end in _spans(units) if (text := _longest(asked, start, end, last))]
    if not ends:
        return False
    return size(last[max(ends) :]) <= 1 or coded(asked.units[min(units) : max(units) + 1]) == last


def _longest(asked: Asked, start: int, end: int, text: str) -> str:
    for first in range(start, end):
        part = coded(asked.units[first:end])
        if part in text:
            return part
    return ""


def _spans(units: Units) -> list[tuple[int, int]]:
    """Runs of units."""
    spans: list[list[int]] = []
    for unit in sorted(units):
        if spans and spans[-1][1] == unit:
            spans[-1][1] = unit + 1
        else:
            spans.append([unit, unit + 1])
    return [(start, end) for start, end in spans]


def columns_asked(held: HeldTable, asked: Asked, rows: RowsFound, left: Sequence[Word], near: Near) -> list[ColumnFit]:
    """The columns whose values are asked for: by their names, by what kind of value is expected, by what is near in
    meaning, or because there is but one.
    """
    candidates = [n for n in range(len(held.table.columns)) if n not in rows.columns and n not in held.serials]
    fits = [column_fit(held, number, asked, rows.units) for number in candidates]
    named = [fit for fit in fits if fit.named]
    if named:
        return _best_named(named)
    typed = _of_expected(held, asked, [fit.number for fit in fits], near)
    if len(typed) == 1:
        return [fit for fit in fits if fit.number in typed]
    open_fits = [fit for fit in fits if not typed or fit.number in typed]
    partly = sorted((fit for fit in open_fits if fit.units), key=lambda fit: (-len(fit.units), fit.length))
    if partly and (len(partly) == 1 or len(partly[0].units) > len(partly[1].units)):
        return partly[:1]
    meant = _by_meaning(held, open_fits, left, near)
    if meant:
        return [meant]
    return open_fits if len(open_fits) == 1 else []


def _best_named(named: list[ColumnFit]) -> list[ColumnFit]:
    """The column named most fully; and others that other words of the question name."""
    chosen: list[ColumnFit] = []
    ordered = sorted(named, key=lambda fit: (-len(fit.units), fit.length - len(fit.units)))
    for fit in ordered:
        rivals = [one for one in chosen if one.units & fit.units]
        same = [one for one in rivals if (one.units, one.length) == (fit.units, fit.length)]
        if not rivals or same:
            chosen.append(fit)
    return sorted(chosen, key=lambda fit: fit.number)


def _of_expected(held: HeldTable, asked: Asked, candidates: Sequence[int], near: Near) -> list[int]:
    """The columns that hold what kind of value the question expects."""
    kinds = asked.kinds
    columns = held.table.columns
    if Expected.CONTACT in kinds and (found := [n for n in candidates if n in held.phones]):
        return found
    if Expected.PLACE in kinds:
        return [
            n
            for n in candidates
            if max((near(name, level) for name in PLACE for level in columns[n].levels), default=0) >= SURELY
        ]
    if Expected.SUM in kinds or Expected.COUNT in kinds:
        figures = [n for n in candidates if n in held.figures]
        priced = [n for n in figures if columns[n].unit in MONEY]
        return priced if Expected.SUM in kinds and priced else figures
    return []


def _by_meaning(held: HeldTable, fits: Sequence[ColumnFit], left: Sequence[Word], near: Near) -> ColumnFit | None:
    """The one column whose name is near in meaning to a word that nothing else explains."""
    scored = [
        (
            max(
                (near(word.text, level) for word in left for level in held.table.columns[fit.number].levels),
                default=0.0,
            ),
            fit,
        )
        for fit in fits
    ]
    scored.sort(key=lambda pair: -pair[0])
    if not scored or scored[0][0] < ALIKE or (len(scored) > 1 and scored[1][0] > scored[0][0] - 0.05):
        return None
    return scored[0][1]


def read(held: HeldTable, asked: Asked, near: Near) -> TableMatch:
    """What ``asked`` asks of a table."""
    context = common(asked, held.context)
    rows = rows_named(held, asked, context)
    fits: list[ColumnFit] = []
    if rows.places:
        fits = columns_asked(held, asked, rows, asked.without(context | rows.units), near)
    headers = NOTHING.union(*(column_fit(held, number, asked, NOTHING).units for number in range(len(held.headers))))
    left = asked.without(context | rows.units | headers)
    columns = tuple(fit.number for fit in fits)
    return TableMatch(
        held,
        rows.places,
        columns,
        context,
        rows.units,
        headers,
        left,
        rows.exact,
        NOTHING.union(*(fit.units for fit in fits)),
    )
