"""Whether a table's first row is its header, told from the cells below it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from knowledge.readers.structure.form_card import FIGURES, shape
from knowledge.readers.structure.table_cell import Cell

MOST = 0.6  # of the cells of a column are of one shape where the column is of one kind
YEAR = re.compile(r"(?:19|20)\d\d年?度?")


def has_header(grid: Sequence[Sequence[Cell]]) -> bool:
    """Whether the first row names the columns. Two columns are label and value unless the second is all of one kind."""
    if len(grid) < 2:
        return False
    columns = [[line[column].text for line in grid if column < len(line)] for column in range(len(grid[0]))]
    told = [_told(texts) for texts in columns]
    if len(columns) == 2:
        return len(grid) > 2 and told[1] is True and told[0] is not False
    return True in told or False not in told


def _told(texts: Sequence[str]) -> bool | None:
    """What one column says: True, its first cell is a name; False, a value like the others; None, it does not say."""
    first, below = texts[0], [text for text in texts[1:] if text]
    figures = [shape(text) for text in below if FIGURES.search(text)]
    if not figures or len(figures) < MOST * len(below):
        return None
    common, count = Counter(figures).most_common(1)[0]
    if count < MOST * len(figures):
        return None
    if not FIGURES.search(first) or YEAR.fullmatch(first):
        return True if first else None
    return False if shape(first) == common else None
