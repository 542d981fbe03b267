"""What was read of a page that is a picture: its lines with their places, and how sure the reader is."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from knowledge.readers.errors import ReadError
from knowledge.readers.layout.letters import Letter, PageLetters
from knowledge.readers.layout.page import PageContent
from knowledge.readers.layout.rulings import Rulings
from knowledge.readers.structure.paragraphs import WIDE

INSTALL = "pip install -e '.[ocr]'"
MISSING = f"text recognition (OCR) is not installed; run: {INSTALL}, then: python ingest.py --all"
LISTED = 10  # pages
SURE = 0.8  # from 0 to 1: a line below it is not published
DOUBTFUL = 0.1  # of a page's characters: with more of them in such lines nothing of the page is published
WIDE_LETTER = 2  # of another one's width
SHOWN = 5  # words of a line in a notice


@dataclass(frozen=True)
class RecognisedLine:
    """A line's box in points from the page's left and bottom, its text, and how sure the reader is, from 0 to 1."""

    left: float
    bottom: float
    right: float
    top: float
    text: str
    sureness: float


@dataclass(frozen=True)
class RecognisedPage:
    """A page, from 1, as it was read; ``failure``: why it was not."""

    number: int
    lines: tuple[RecognisedLine, ...] = ()
    failure: str = ""

    @property
    def doubtful(self) -> tuple[RecognisedLine, ...]:
        """Lines of which the reader is not sure: for staff, not for users."""
        return tuple(line for line in self.lines if line.sureness < SURE)

    @property
    def is_published(self) -> bool:
        """Whether users get what the page says: enough of it is sure."""
        every = sum(len(line.text) for line in self.lines)
        return not self.failure and sum(len(line.text) for line in self.doubtful) <= DOUBTFUL * every

    @property
    def notice(self) -> str:
        """What staff should know of the page; empty when all is well, or when it was not read at all."""
        if self.failure:
            return ""
        if not self.lines:
            return f"page {self.number} is a picture in which no text was found"
        if not self.doubtful:
            return ""
        lines = ", ".join(f"“{line.text[:20]}”" for line in self.doubtful[:SHOWN])
        if not self.is_published:
            return f"page {self.number} is a picture that cannot be read well enough and is not published ({lines})"
        return f"page {self.number} was read by machine without {len(self.doubtful)} lines that are not clear ({lines})"

    def letters(self) -> list[Letter]:
        """The letters of its sure lines, each line's width shared among them; none where nothing is published."""
        sure = [line for line in self.lines if line.sureness >= SURE] if self.is_published else []
        return [letter for line in sure for letter in _letters(line)]

    def content(self) -> PageContent:
        """The page as one whose text it carries itself: letters on a page as large as what is written on it."""
        letters = self.letters()
        box = (0.0, 0.0, max(one.right for one in letters), max(one.top for one in letters))
        return PageContent(self.number, PageLetters(letters, 0, box), Rulings((), ()), scan=False, garbled=False)


Recognised = Mapping[int, RecognisedPage]  # by page, from 1


class PagesAreAPictureError(ReadError):
    """Pages can only be read by text recognition; ``pages`` count from 1, ``total`` is how many there are."""

    def __init__(self, pages: tuple[int, ...], total: int) -> None:
        everything = "its only page is a picture" if total == 1 else f"all its {total} pages are pictures"
        start = everything if len(pages) == total else f"{_counted(pages)} (of {total})"
        super().__init__(f"{start} without text, as in a scan; {MISSING}")
        self.pages, self.total = pages, total


def notices(pages: Recognised) -> tuple[str, ...]:
    """What staff should know of the ``pages``: those that could not be read for the same reason together."""
    failures: dict[str, list[int]] = {}
    for page in pages.values():
        if page.failure:
            failures.setdefault(page.failure, []).append(page.number)
    told = [f"{_counted(numbers)} and not published: {reason}" for reason, numbers in failures.items()]
    return (*told, *(page.notice for page in pages.values() if page.notice))


def not_installed(pages: Iterable[int]) -> Recognised:
    """The pages, none of which was read because the extra is not installed."""
    return {number: RecognisedPage(number, failure=MISSING) for number in pages}


def _counted(pages: Sequence[int]) -> str:
    shown = ", ".join(map(str, pages[:LISTED])) + (" …" if len(pages) > LISTED else "")
    return f"page {shown} is a picture" if len(pages) == 1 else f"pages {shown} are pictures"


def _letters(line: RecognisedLine) -> Iterable[Letter]:
    """Chinese letters are twice as wide as others; a blank is a gap."""
    widths = [WIDE_LETTER if WIDE.match(letter) else 1 for letter in line.text]
    step = (line.right - line.left) / max(1, sum(widths))
    left = line.left
    for letter, width in zip(line.text, widths, strict=True):
        right = left + width * step
        if not letter.isspace():
            yield Letter(left, line.bottom, right, line.top, letter)
        left = right
