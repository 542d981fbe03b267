"""The order in which a page is read: columns of text one after the other, whatever their order in the file."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence

from knowledge.readers.layout.lines import TextLine
from knowledge.readers.layout.ruled_tables import PageTable

Item = TextLine | PageTable
NEAR = 4  # lines below each other among which gaps between columns are looked for
GUTTERS = 12  # places that are tried, the most frequent ones
LINES = 3  # that a column has at least
NARROW = 8  # letters: a narrower column is one of a table
FULL = 0.8  # of a column's width
HALF = 0.5  # of a column's lines
BESIDE = 0.35  # sizes: lines whose feet are nearer to each other stand beside each other
STATES = re.compile(r"[。；;！？!?]$|[.](?!\d)$")
DEPTH = 3


def in_reading_order(items: Sequence[Item], depth: int = 0) -> list[list[Item]]:
    """The parts of a page from the top, those of one column together."""
    ordered = sorted(items, key=lambda item: -item.top)
    split = _best_split(ordered) if depth < DEPTH else None
    if split is None:
        return [ordered] if ordered else []
    regions: list[list[Item]] = []
    for stretch, gutter in split:
        if gutter is None:
            regions += in_reading_order(stretch, depth + 1) if len(split) > 1 else [stretch]
        else:
            for side in _sides(stretch, gutter):
                regions += in_reading_order(side, depth + 1)
    return regions


Split = list[tuple[list[Item], float | None]]


def _best_split(items: Sequence[Item]) -> Split | None:
    """The page cut into stretches, with the place between the columns of each; None when there are no columns."""
    best: tuple[int, Split] | None = None
    for gutter in _gutters(items):
        split = list(_stretches(items, gutter))
        lines = sum(len(stretch) for stretch, place in split if place is not None)
        if lines and (best is None or lines > best[0]):
            best = lines, split
    return best[1] if best else None


def _gutters(items: Sequence[Item]) -> list[float]:
    """Places between texts that stand beside each other, the most frequent first."""
    places: Counter[int] = Counter()
    lines = [item for item in items if isinstance(item, TextLine)]
    for index, line in enumerate(lines):
        runs = [run for near in lines[index : index + NEAR] for run in near.runs]
        for run in line.runs:
            following = min((other.left for other in runs if other.left >= run.right), default=None)
            if following is not None and following - run.right >= HALF * line.size:
                places[round((run.right + following) / 2 / 3)] += 1
    return [place * 3.0 for place, _ in places.most_common(GUTTERS)]


def _stretches(items: Sequence[Item], gutter: float) -> Iterator[tuple[list[Item], float | None]]:
    """Items from the top: those that cross the gutter, and between them the columns on its sides."""
    full: list[Item] = []
    beside: list[Item] = []
    for item in [*items, None]:
        if item is not None and not _crosses(item, gutter):
            beside.append(item)
            continue
        before, beside, after = _trimmed(beside, gutter)
        full += before
        if beside and _are_columns(*_sides(beside, gutter)):
            if full:
                yield full, None
            yield beside, gutter
            full = []
        else:
            full += beside
        full += after
        beside = []
        if item is not None:
            full.append(item)
    if full:
        yield full, None


def _trimmed(items: Sequence[Item], gutter: float) -> tuple[list[Item], list[Item], list[Item]]:
    """``items`` without what is above and below the columns: from a table on that has nothing beside or below it."""
    left, right = _sides(items, gutter)
    if not left or not right:
        return [], list(items), []
    top = min(max(item.top for item in side) for side in (left, right))
    bottom = max(min(item.bottom for item in side) for side in (left, right))
    first = max(
        (i + 1 for i, item in enumerate(items) if isinstance(item, PageTable) and item.bottom >= top), default=0
    )
    last = next((i for i, item in enumerate(items) if isinstance(item, PageTable) and item.top <= bottom), len(items))
    return list(items[:first]), list(items[first:last]), list(items[max(first, last) :])


def _crosses(item: Item, gutter: float) -> bool:
    if isinstance(item, PageTable):
        return item.left < gutter < item.right
    return any(run.left < gutter < run.right for run in item.runs)


def _sides(items: Sequence[Item], gutter: float) -> tuple[list[Item], list[Item]]:
    left: list[Item] = []
    right: list[Item] = []
    for item in items:
        if isinstance(item, PageTable):
            (left if item.right <= gutter else right).append(item)
            continue
        for side, runs in (
            (left, [run for run in item.runs if run.right <= gutter]),
            (right, [run for run in item.runs if run.left >= gutter]),
        ):
            if runs:
                side.append(item.part(runs))
    return left, right


def _are_columns(left: Sequence[Item], right: Sequence[Item]) -> bool:
    """Whether both sides are running text, or lines that do not stand beside each other as cells of rows do."""
    first, second = ([item for item in side if isinstance(item, TextLine)] for side in (left, right))
    if min(len(first), len(second)) < LINES:
        return False
    if _is_prose(first) and _is_prose(second):
        return True
    feet = sorted(line.bottom for line in second)
    rows = sum(any(abs(foot - line.bottom) <= BESIDE * line.size for foot in feet) for line in first)
    return rows < HALF * min(len(first), len(second))


def _is_prose(lines: Sequence[TextLine]) -> bool:
    """Whether lines fill the width of their column, or say something; and are not cut into cells all the way down."""
    width = max(line.right for line in lines) - min(line.left for line in lines)
    if width < NARROW * min(line.size for line in lines):
        return False
    filled = sum(line.right - line.left >= FULL * width for line in lines)
    stating = sum(STATES.search(line.text) is not None for line in lines)
    cut = sum(len(line.runs) > 1 for line in lines)
    if cut > HALF * len(lines):
        return _best_split(lines) is not None
    return filled >= HALF * len(lines) or stating * 3 >= len(lines)
