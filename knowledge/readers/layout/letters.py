"""The letters of a PDF page, turned so that its text runs from left to right."""

from __future__ import annotations

import ctypes
import math
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

import pypdfium2
from pypdfium2 import raw

FAINT = 2.0  # points; smaller letters are not for reading
DESCENT = 0.2  # of a letter's size stands below the line it is written on
ASKEW = math.radians(20)  # further from upright, and from lying, is a watermark across the page
Box = tuple[float, float, float, float]  # left, bottom, right, top in points
Point = Callable[[float, float], tuple[float, float]]
TURNS: tuple[Point, ...] = (
    lambda x, y: (x, y),
    lambda x, y: (y, -x),
    lambda x, y: (-x, -y),
    lambda x, y: (-y, x),
)  # by quarters, against which way the text is turned


class Letter(NamedTuple):
    """A character, perhaps with a space after it, in points from the page's left and bottom once it is turned.

    Height is that of the font, not of the shape: 一 is as high as 国. ``turn``: in quarters, against the page's text.
    """

    left: float
    bottom: float
    right: float
    top: float
    text: str
    turn: int = 0

    @property
    def size(self) -> float:
        """Height in points."""
        return self.top - self.bottom


class PageLetters(NamedTuple):
    """What is written on a page. ``turn``: by how many quarters its text was turned; ``box``: the page, turned too."""

    letters: list[Letter]
    turn: int
    box: Box


class FoundLetter(NamedTuple):
    """A letter as the file has it, in points from left and bottom of a page that is not turned yet. ``origin``: where
    it stands on its line; ``turn``: in quarters, against the clock.
    """

    box: Box
    origin: tuple[float, float]
    size: float
    text: str
    turn: int


class _Font(NamedTuple):
    """How a piece of text is set: size in points, turn in quarters, None across the page."""

    size: float
    turn: int | None


def page_letters(page: pypdfium2.PdfPage, textpage: pypdfium2.PdfTextPage) -> PageLetters:
    """The letters that a reader of the page can see."""
    shown = _visible_box(page)
    return on_page(list(_letters(textpage, shown)), shown)


def on_page(found: Sequence[FoundLetter], shown: Box) -> PageLetters:
    """Letters as a file has them, on the page ``shown`` turned so that most of them run from left to right."""
    turns = Counter(turn for *_, turn in found)
    turn = turns.most_common(1)[0][0] if turns else 0
    box = turned(shown, turn)
    return PageLetters([_placed(one, turn) for one in found], turn, box)


def turned(box: Box, turn: int) -> Box:
    """A box on a page whose text was turned by ``turn`` quarters."""
    (x0, y0), (x1, y1) = TURNS[turn](box[0], box[1]), TURNS[turn](box[2], box[3])
    return min(x0, x1), min(y0, y1), max(x0, x1), max(y0, y1)


def upright(letters: Sequence[Letter]) -> list[Letter]:
    """Letters of one turn as a page of their own would have them."""
    return [Letter(*turned(letter[:4], letter.turn), letter.text) for letter in letters]


def _visible_box(page: pypdfium2.PdfPage) -> Box:
    media, crop = page.get_mediabox(), page.get_cropbox()
    return max(media[0], crop[0]), max(media[1], crop[1]), min(media[2], crop[2]), min(media[3], crop[3])


def _letters(textpage: pypdfium2.PdfTextPage, shown: Box) -> Iterator[FoundLetter]:
    """Every visible character in the file's order, a space with the character before it."""
    rect, x, y = raw.FS_RECTF(), ctypes.c_double(), ctypes.c_double()
    fonts: dict[int, _Font] = {}
    high = ""
    waiting: FoundLetter | None = None
    for index in range(textpage.count_chars()):
        code = raw.FPDFText_GetUnicode(textpage, index)
        if 0xD800 <= code < 0xDC00:
            high = chr(code)
            continue
        hyphen = code in (0x02, 0xFFFE)  # what pdfium makes of one at the end of a line
        text = "-" if hyphen else (high + chr(code)).encode("utf-16", "surrogatepass").decode("utf-16", "replace")
        high = ""
        if text.isspace():
            # Blanks that pdfium makes of gaps are left out: which gaps part words the whole line tells better.
            if waiting and not waiting.text.endswith(" ") and raw.FPDFText_IsGenerated(textpage, index) != 1:
                waiting = waiting._replace(text=waiting.text + " ")
            continue
        if code == 0 or not raw.FPDFText_GetLooseCharBox(textpage, index, ctypes.byref(rect)):
            continue
        box = rect.left, min(rect.bottom, rect.top), rect.right, max(rect.bottom, rect.top)
        font = _font(textpage, index, fonts)
        if font.turn is None or not _is_readable(box, font.size, shown):
            continue
        raw.FPDFText_GetCharOrigin(textpage, index, ctypes.byref(x), ctypes.byref(y))
        if waiting:
            yield waiting
        waiting = FoundLetter(box, (x.value, y.value), font.size, text, font.turn)
    if waiting:
        yield waiting


def _font(textpage: pypdfium2.PdfTextPage, index: int, fonts: dict[int, _Font]) -> _Font:
    """Of the piece of text that the character is in, asked once for each piece."""
    piece = raw.FPDFText_GetTextObject(textpage, index)
    address = ctypes.cast(piece, ctypes.c_void_p).value or 0
    if address not in fonts:
        matrix = raw.FS_MATRIX()
        raw.FPDFText_GetMatrix(textpage, index, matrix)
        angle = math.atan2(matrix.b, matrix.a)
        quarter = round(angle / (math.pi / 2))
        askew = abs(angle - quarter * math.pi / 2) > ASKEW
        size = raw.FPDFText_GetFontSize(textpage, index) * math.hypot(matrix.c, matrix.d)
        fonts[address] = _Font(abs(size), None if askew else quarter % 4)
    return fonts[address]


def _is_readable(box: Box, size: float, shown: Box) -> bool:
    inside = box[2] > shown[0] and box[0] < shown[2] and box[3] > shown[1] and box[1] < shown[3]
    return inside and max(size, min(box[3] - box[1], box[2] - box[0])) > FAINT


def _placed(found: FoundLetter, page_turn: int) -> Letter:
    """The letter on the turned page, between the lines that its font is set in."""
    box, origin, size, text, turn = found
    left, bottom, right, top = turned(box, turn)
    size = max(size, 0.8 * (top - bottom)) if size > FAINT else top - bottom
    base = TURNS[turn](*origin)[1]
    if not bottom - size <= base <= top + size:  # set downwards: what it hangs on is no line below it
        base = bottom + DESCENT * size
    upright_box = left, base - DESCENT * size, right, base + (1 - DESCENT) * size
    if turn == page_turn:
        return Letter(*upright_box, text)
    # Back to the page, then the way of the page's text.
    (x0, y0), (x1, y1) = TURNS[-turn % 4](*upright_box[:2]), TURNS[-turn % 4](*upright_box[2:])
    own = min(x0, x1), min(y0, y1), max(x0, x1), max(y0, y1)
    return Letter(*turned(own, page_turn), text, (turn - page_turn) % 4)
