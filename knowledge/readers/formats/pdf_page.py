"""One page of a PDF: its characters to lines, and whether it is a picture of text."""

from __future__ import annotations

import ctypes
import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import pypdfium2
from pypdfium2 import raw

from knowledge.readers.errors import ReadError
from knowledge.text.characters import clean

FEW = 10  # characters; fewer on a page that a picture covers are a stamp or a page number
COVERED = 0.5  # of the page's area
GAP = 1.5  # line heights: further apart are cells of a table, or paragraphs with space between
WORD = 0.25  # line heights: further apart are words
FAINT = 2.0  # points; smaller letters are not for reading
DRAWN = 2  # objects; fewer are a rule or a frame on an empty page


class TextRun(NamedTuple):
    """Text that stands together on a line; edges in points from the page's left and bottom.

    A tuple because a book has a million letters, each one of these first.
    """

    left: float
    bottom: float
    right: float
    top: float
    text: str

    @property
    def height(self) -> float:
        """Line height in points, at least 1."""
        return max(1.0, self.top - self.bottom)


@dataclass(frozen=True)
class TextLine:
    """Runs at one height, from left to right; ``page`` counts from 1."""

    page: int
    runs: tuple[TextRun, ...]

    @property
    def text(self) -> str:
        """The line's text with single spaces."""
        return clean(" ".join(run.text for run in self.runs))


def read_page(document: pypdfium2.PdfDocument, index: int) -> tuple[list[TextLine], bool]:
    """The page's lines in the file's order, and whether it shows something but no text. Raises ``ReadError``."""
    try:
        page = document[index]
        textpage = page.get_textpage()
        box = page.get_bbox()
    except pypdfium2.PdfiumError as error:
        raise ReadError(f"its page {index + 1} is damaged ({error}); export it again from its program") from None
    letters = [letter for letter in _letters(textpage) if letter.text.isspace() or _is_readable(letter, box)]
    few = sum(not letter.text.isspace() for letter in letters) < FEW
    scan = few and _is_picture(page, box, bool(letters))
    textpage.close()
    page.close()
    return _lines(letters, index + 1), scan


def _letters(textpage: pypdfium2.PdfTextPage) -> Iterator[TextRun]:
    """Every character with its box: the one its font gives it, which is there even when the font is not."""
    rect = raw.FS_RECTF()
    pointer = ctypes.byref(rect)
    high = ""
    for index in range(textpage.count_chars()):
        code = raw.FPDFText_GetUnicode(textpage, index)
        if 0xD800 <= code < 0xDC00:
            high = chr(code)
            continue
        text = (high + chr(code)).encode("utf-16", "surrogatepass").decode("utf-16", "replace")
        high = ""
        if code in (0, 0xFFFE, 0x0D, 0x0A) or not raw.FPDFText_GetLooseCharBox(textpage, index, pointer):
            continue
        yield TextRun(rect.left, min(rect.bottom, rect.top), rect.right, max(rect.bottom, rect.top), text)


def _is_readable(letter: TextRun, box: tuple[float, float, float, float]) -> bool:
    """Whether the letter is on the page and large enough to read."""
    left, bottom, right, top = box
    inside = letter.right > left and letter.left < right and letter.top > bottom and letter.bottom < top
    return inside and letter.height > FAINT


def _is_picture(page: pypdfium2.PdfPage, box: tuple[float, float, float, float], has_text: bool) -> bool:
    """Whether pictures cover the page, or, where it has no text at all, anything is drawn on it."""
    area = max(1.0, (box[2] - box[0]) * (box[3] - box[1]))
    covered = 0.0
    drawn = 0
    for item in page.get_objects(max_depth=3):
        drawn += 1
        if item.type == raw.FPDF_PAGEOBJ_IMAGE:
            left, bottom, right, top = item.get_bounds()
            covered += abs((right - left) * (top - bottom))
    return covered / area >= COVERED or (not has_text and drawn > DRAWN)


def _lines(letters: Sequence[TextRun], page: int) -> list[TextLine]:
    """Letters in the file's order (which keeps columns apart), those at one height together."""
    rows: list[list[TextRun]] = []
    for letter in letters:
        if letter.text.isspace():  # one that pdfium adds between words has a box of no height
            if rows:
                rows[-1][-1] = rows[-1][-1]._replace(text=rows[-1][-1].text.rstrip() + " ")
        elif rows and _beside(rows[-1][-1], letter):
            rows[-1].append(letter)
        else:
            rows.append([letter])
    lines = (tuple(_runs(sorted(row, key=lambda letter: letter.left))) for row in rows)
    return [TextLine(page, runs) for runs in lines if runs]


def _beside(first: TextRun, second: TextRun) -> bool:
    overlap = min(first.top, second.top) - max(first.bottom, second.bottom)
    return overlap >= 0.5 * min(first.height, second.height)


def _runs(letters: Sequence[TextRun]) -> Iterator[TextRun]:
    """Letters of one line to runs, apart where the page leaves a gap."""
    current: list[TextRun] = []
    for letter in letters:
        if current and letter.left - current[-1].right > GAP * letter.height:
            yield _joined(current)
            current = []
        current.append(letter)
    if current:
        yield _joined(current)


def _joined(letters: Sequence[TextRun]) -> TextRun:
    parts = [letters[0].text]
    for before, letter in itertools.pairwise(letters):
        if letter.left - before.right > WORD * letter.height:
            parts.append(" ")
        parts.append(letter.text)
    return TextRun(
        letters[0].left,
        min(letter.bottom for letter in letters),
        max(letter.right for letter in letters),
        max(letter.top for letter in letters),
        "".join(parts).strip(),
    )
