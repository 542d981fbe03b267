"""Letters to lines, wherever in the file they stand."""

from __future__ import annotations

import itertools
import statistics
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from knowledge.readers.layout.letters import Letter
from knowledge.readers.structure.paragraphs import WIDE
from knowledge.text.characters import clean

BESIDE = 0.3  # of the larger letter's size: lines whose feet differ more are two
RAISED = 0.75  # of the size of a line's letters: smaller ones may stand higher or lower in it
OPEN = 6  # lines to which a letter may still belong: columns may be set at different heights
APART = 0.8  # sizes: further apart are cells, or columns
WORD = 0.22  # sizes: further apart are words
MIXED = 0.4  # sizes: the same between a Chinese letter and another one


@dataclass(frozen=True)
class TextRun:
    """Letters that stand together, from left to right; edges in points."""

    letters: tuple[Letter, ...]
    left: float
    right: float
    text: str


@dataclass(frozen=True)
class TextLine:
    """Runs on one line, from left to right; edges in points from the page's left and bottom."""

    runs: tuple[TextRun, ...]
    bottom: float
    top: float
    text: str = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "text", clean(" ".join(run.text for run in self.runs)))

    @property
    def left(self) -> float:
        """The left edge."""
        return self.runs[0].left

    @property
    def right(self) -> float:
        """The right edge."""
        return self.runs[-1].right

    @property
    def size(self) -> float:
        """Height of its letters in points."""
        return max(1.0, self.top - self.bottom)

    @property
    def letters(self) -> list[Letter]:
        """All letters, from left to right."""
        return [letter for run in self.runs for letter in run.letters]

    def part(self, runs: Sequence[TextRun]) -> TextLine:
        """The line with these of its runs alone."""
        return TextLine(tuple(runs), self.bottom, self.top)


def lines_of(letters: Sequence[Letter]) -> list[TextLine]:
    """The lines that ``letters`` (of one turn) make up, from the top."""
    rows: list[list[Letter]] = []
    for letter in sorted(letters, key=lambda one: (-one.bottom, one.left)):
        row = next((row for row in rows[: -OPEN - 1 : -1] if _on_line(row[0], letter)), None)
        if row is None:
            rows.append([letter])
        else:
            row.append(letter)
    lines = [line_of(row) for row in rows]
    return sorted(lines, key=lambda line: (-line.top, line.left))


def line_of(letters: Sequence[Letter]) -> TextLine:
    """One line of these letters."""
    row = _without_doubles(sorted(letters, key=lambda letter: letter.left))
    spacing = _spacing(row)
    runs: list[list[Letter]] = []
    for letter in row:
        if runs and letter.left - runs[-1][-1].right <= APART * letter.size + spacing:
            runs[-1].append(letter)
        else:
            runs.append([letter])
    largest = max(row, key=lambda letter: letter.size)
    return TextLine(tuple(_run(run, spacing) for run in runs), largest.bottom, largest.top)


def text_of(letters: Sequence[Letter]) -> str:
    """The text of letters that stand on one line."""
    return line_of(letters).text if letters else ""


def _on_line(first: Letter, letter: Letter) -> bool:
    if letter.size < RAISED * first.size:
        return first.bottom <= (letter.bottom + letter.top) / 2 <= first.top
    size = max(first.size, letter.size)
    feet = abs((first.bottom + 0.2 * first.size) - (letter.bottom + 0.2 * letter.size))
    return feet <= BESIDE * size


def _without_doubles(row: Sequence[Letter]) -> list[Letter]:
    """Without letters set twice at one place, as programs make bold ones."""
    kept: list[Letter] = []
    for letter in row:
        for before in kept[-2:]:
            shared = min(before.right, letter.right) - max(before.left, letter.left)
            same = before.text.strip() == letter.text.strip()
            if same and shared > 0.6 * max(0.1, letter.right - letter.left):
                break
        else:
            kept.append(letter)
    return kept


def _spacing(row: Sequence[Letter]) -> float:
    """How far apart the letters of a line are set as a rule, in points; never so far that no word would stand apart."""
    gaps = [max(0.0, second.left - first.right) for first, second in itertools.pairwise(row)]
    return min(statistics.median(gaps), row[0].size) if len(gaps) > 3 else 0.0


def _run(letters: Sequence[Letter], spacing: float) -> TextRun:
    return TextRun(
        tuple(letters), letters[0].left, max(letter.right for letter in letters), "".join(_spaced(letters, spacing))
    )


def _spaced(letters: Sequence[Letter], spacing: float) -> Iterator[str]:
    yield letters[0].text.strip()
    for before, letter in itertools.pairwise(letters):
        chinese = [WIDE.match(one.text) is not None for one in (before, letter)]
        # Programs set 2027年 with a little space that is no blank; and Chinese letters are spread with blanks.
        word = MIXED if any(chinese) and not all(chinese) else WORD
        apart = letter.left - before.right > word * letter.size + spacing
        if apart or (before.text.endswith(" ") and not all(chinese)):
            yield " "
        yield letter.text.strip()
