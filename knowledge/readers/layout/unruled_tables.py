"""Tables without borders: lines whose gaps stand below each other."""

from __future__ import annotations

import itertools
import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from knowledge.readers.layout.letters import Letter
from knowledge.readers.layout.lines import TextLine, text_of
from knowledge.readers.layout.merged_names import repeated_names
from knowledge.readers.layout.ruled_tables import PageTable
from knowledge.readers.layout.rulings import Rulings
from knowledge.readers.structure.paragraphs import join_lines
from knowledge.readers.structure.table_cell import Cell

GAP = 0.6  # sizes between two columns at least
HEADER_GAP = 0.1  # sizes between two names of a header that are longer than what stands below
FAR = 4.0  # sizes below the line above: another text
TIGHT = 0.9  # sizes between lines of one cell at most
WORDS = 3  # rows at least, to tell columns from the gaps between words
WORD = 0.2  # sizes between two words
MARK = re.compile(
    r"第\s*[\d一二三四五六七八九十百零〇]{1,6}\s*[编章节条]|[（(][\d一二三四五六七八九十]{1,3}[）)]|[\d一二三四五六七八九十]{1,3}[、.．)）]|[①-⑳•●■◆▪·]"
)
LEADER = re.compile(r"(?<![.．…·])[.．…·]{3,}+\s*+\d{1,4}$")
Gap = tuple[float, float]


def split_tables(lines: Sequence[TextLine], rulings: Rulings, page: int) -> Iterator[PageTable | list[TextLine]]:
    """Lines of one column, from the top: runs of text, and tables between them."""
    text: list[TextLine] = []
    index = 0
    while index < len(lines):
        found = _grown(lines, index)
        if found is None:
            text.append(lines[index])
            index += 1
            continue
        index += len(found.lines)
        headed = _with_header(text[-1], found) if text else None
        if headed is not None:
            text.pop()
        if text:
            yield text
            text = []
        yield _table(headed or found, rulings, page)
    if text:
        yield text


@dataclass(frozen=True)
class _Found:
    """Lines of a table and the gaps between its columns."""

    lines: list[TextLine]
    gaps: list[Gap]


def _grown(lines: Sequence[TextLine], start: int) -> _Found | None:
    """The table that begins with the line at ``start``, as far down as a gap goes through; None when none does."""
    first = lines[start]
    if not _is_row(first):
        return None
    gaps = _gaps(first)
    taken = [first]
    rows, sure = 1, 1  # rows found, and how many of the lines taken end with one
    for line in lines[start + 1 :]:
        if taken[-1].bottom - line.top > FAR * line.size or LEADER.search(line.text):
            break
        left = _narrowed(gaps, line)
        if _is_row(line) or (len(left) == len(gaps) and _fills_columns(line, left)):
            if not left or (len(left) * 2 < len(gaps) and rows > 1):
                break
            gaps, rows = left, rows + 1
            taken.append(line)
            sure = len(taken)
        elif _in_one_column(line, gaps) and taken[-1].bottom - line.top <= TIGHT * line.size:
            taken.append(line)
            sure = len(taken)  # what a cell says further
        elif len(taken) > sure or not _is_between(lines, start + len(taken), gaps):
            break
        else:
            taken.append(line)  # a title between the rows
    return _Found(taken[:sure], gaps) if rows > 1 else None


def _is_row(line: TextLine) -> bool:
    """Whether a line may be a row. The blank behind 第一条 or 1. is none between columns."""
    runs = len(line.runs) - (MARK.fullmatch(line.runs[0].text) is not None)
    return runs > 1 and not LEADER.search(line.text)


def _gaps(line: TextLine) -> list[Gap]:
    return [(one.right, other.left) for one, other in itertools.pairwise(line.runs)]


def _narrowed(gaps: Sequence[Gap], line: TextLine, least: float = GAP) -> list[Gap]:
    """What the line leaves of the gaps: of each the widest piece, if it is wide enough."""
    letters = line.letters
    inner = [(one.right, other.left) for one, other in itertools.pairwise(letters)]
    free = [(-math.inf, line.left), *inner, (line.right, math.inf)]
    left: list[Gap] = []
    for start, end in gaps:
        pieces = [(max(start, one), min(end, other)) for one, other in free if one < end and other > start]
        widest = max(pieces, key=lambda piece: piece[1] - piece[0], default=(0.0, -math.inf))
        if widest[1] - widest[0] >= least * line.size:
            left.append(widest)
    return left


def _fills_columns(line: TextLine, gaps: Sequence[Gap]) -> bool:
    """Whether the line has something in several columns, though its cells stand close together."""
    return sum(map(bool, _cut(line.letters, _middles(gaps)))) > 1 and not LEADER.search(line.text)


def _middles(gaps: Sequence[Gap]) -> list[float]:
    return [(start + end) / 2 for start, end in gaps]


def _in_one_column(line: TextLine, gaps: Sequence[Gap]) -> bool:
    return not any(line.left < (start + end) / 2 < line.right for start, end in gaps)


def _is_between(lines: Sequence[TextLine], index: int, gaps: Sequence[Gap]) -> bool:
    """Whether the line at ``index`` is a short title and the rows go on right below it."""
    if index + 1 >= len(lines) or len(lines[index].text) > 30 or lines[index].text.endswith(("。", "：", ":")):
        return False
    following = lines[index + 1]
    return (
        _is_row(following)
        and len(_narrowed(gaps, following)) == len(gaps)
        and lines[index].bottom - following.top <= FAR / 2 * following.size
    )


def _with_header(line: TextLine, found: _Found) -> _Found | None:
    """The table with the line above it, when that has a word for each column, perhaps closer than the rows' texts."""
    if line.bottom - found.lines[0].top > FAR / 2 * line.size or len(line.text) > 60:
        return None
    gaps = _narrowed(found.gaps, line, HEADER_GAP)
    if len(gaps) < len(found.gaps) or not all(_cut(line.letters, _middles(gaps))):
        return None
    return _Found([line, *found.lines], gaps)


def _cut(letters: Sequence[Letter], places: Sequence[float]) -> list[list[Letter]]:
    """Letters by the column that their middle is in."""
    cells: list[list[Letter]] = [[] for _ in range(len(places) + 1)]
    for letter in letters:
        cells[sum(place < (letter.left + letter.right) / 2 for place in places)].append(letter)
    return cells


def _table(found: _Found, rulings: Rulings, page: int) -> PageTable:
    lines = found.lines
    places = _refined(lines, _middles(found.gaps))
    left, right = min(line.left for line in lines), max(line.right for line in lines)
    rows: list[list[str] | str] = []
    before: TextLine | None = None
    ruled = _rules_between(lines, rulings)
    for line in lines:
        texts = [text_of(cell) for cell in _cut(line.letters, places)]
        last = rows[-1] if rows else None
        if len(line.runs) == 1 and len(_narrowed(found.gaps, line, 0.0)) < len(found.gaps):
            rows.append(line.text)
        elif isinstance(last, list) and before is not None and _goes_on(before, line, texts, ruled):
            rows[-1] = [join_lines([part for part in parts if part]) for parts in zip(last, texts, strict=True)]
        else:
            rows.append(texts)
        before = line
    cells = tuple(_cells(repeated_names(rows), len(places) + 1, page))
    box = (left, lines[-1].bottom, right, lines[0].top)
    return PageTable(box, cells, (left, *places, right))


def _refined(lines: Sequence[TextLine], places: Sequence[float]) -> list[float]:
    """The places between columns with those where they stand no further apart than words.

    There all rows must have a word on both sides, the header too: 示例学校 1 below 学校 is one cell.
    """
    rows = [line for line in lines if len(line.runs) > 1]
    if len(rows) < WORDS:
        return list(places)
    found = sorted(places)
    for start, end in _between_words(rows):
        place = (start + end) / 2
        tried = sorted([*found, place])
        if place not in found and all(all(_cut(line.letters, tried)) for line in rows):
            found = tried
    return found


def _between_words(rows: Sequence[TextLine]) -> list[Gap]:
    """Gaps that go through all rows and are as wide as those between words, the widest first."""
    gaps: list[Gap] | None = None
    for line in rows:
        letters = line.letters
        own = [(one.right, other.left) for one, other in itertools.pairwise(letters) if other.left - one.right > 0]
        if gaps is None:
            gaps = own
        else:
            shared = ((max(a, c), min(b, d)) for a, b in gaps for c, d in own if min(b, d) > max(a, c))
            gaps = list(shared)
    least = WORD * rows[0].size
    return sorted((gap for gap in gaps or () if gap[1] - gap[0] >= least), key=lambda gap: gap[0] - gap[1])


def _rules_between(lines: Sequence[TextLine], rulings: Rulings) -> list[float]:
    """Heights of drawn lines within the table; where most rows have one, they alone part the rows."""
    left, right = min(line.left for line in lines), max(line.right for line in lines)
    heights = [
        rule.at
        for rule in rulings.horizontal
        if lines[-1].bottom < rule.at < lines[0].top
        and min(rule.end, right) - max(rule.start, left) > (right - left) / 2
    ]
    return heights if len(heights) >= 3 else []


def _goes_on(before: TextLine, line: TextLine, texts: Sequence[str], ruled: Sequence[float]) -> bool:
    """Whether a line says more of the row above: no rule between, or close below it with its first cell empty."""
    if ruled:
        return not any(line.bottom <= height <= before.top for height in ruled)
    filled = sum(map(bool, texts))
    return before.bottom - line.top <= TIGHT * line.size and (
        (filled == 1 and not texts[0]) or (not texts[0] and filled < len(texts) - 1)
    )


def _cells(rows: Sequence[list[str] | str], width: int, page: int) -> Iterator[tuple[Cell, ...]]:
    for row in rows:
        yield (Cell(row, width, page=page),) if isinstance(row, str) else tuple(Cell(text, page=page) for text in row)
