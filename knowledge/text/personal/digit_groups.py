"""Digits that may be one number: groups of them, and marks between."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import accumulate, pairwise

from knowledge.text.personal.context import Before
from knowledge.text.personal.shapes import plausible

_SPOKEN = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "oh")
WORDS = {word: str(value % 10) for value, word in enumerate(_SPOKEN)}
HIDDEN = "?"  # stands for a digit that the writer has hidden: 138****7788
GROUP = re.compile(
    rf"[0-9]+|\*{{3,}}|(?<![A-Za-z])[xX]{{3,}}(?![A-Za-z])|(?<![A-Za-z])(?:{'|'.join(WORDS)})(?![A-Za-z])", re.I
)
SCRIPTS = re.compile(r"[\u3007\u4e00-\u9fff○]+|[^\u3007\u4e00-\u9fff○]+")
COMPLETE = 11  # digits of a mobile number
LOOSE = frozenset(" -_.·~()\u20e3\ufe0f\u200b\u200d\u00ad\u00a0")
STRICT = frozenset(",;/、:。…|*\\杠横")
BETWEEN = LOOSE | STRICT
WIDEST = 3  # characters between two groups of a number
SHORTEST, LONGEST = 5, 22  # digits
MOST_GROUPS = 9
UNIT_WIDTH = 8  # characters behind a number in which its unit stands


@dataclass(frozen=True)
class DigitGroup:
    """Digits without anything between them."""

    start: int
    end: int
    digits: str


@dataclass(frozen=True)
class Candidate:
    """Groups that may be one number, ``text[start:end]``. ``shape``: how many digits each group has."""

    start: int
    end: int
    digits: str
    shape: tuple[int, ...]
    marks: str  # what stands between the groups, once each
    before: Before
    after: str  # the characters behind, folded

    @property
    def whole(self) -> bool:
        """Whether nothing stands between the digits."""
        return not self.marks

    @property
    def strict(self) -> bool:
        """Whether the marks also part one figure from the next: commas, strokes."""
        return any(mark in STRICT for mark in self.marks)


def groups_of(text: str, view: str) -> list[DigitGroup]:
    """The groups of ``view``, parted also where ``text`` goes from one script to another."""
    found: list[DigitGroup] = []
    for match in GROUP.finditer(view):
        if match[0].isdigit():
            found.extend(_of_one_script(text, view, match.start(), match.end()))
        else:
            word = WORDS.get(match[0].casefold(), HIDDEN * len(match[0]))
            found.append(DigitGroup(match.start(), match.end(), word))
    return found


def _of_one_script(text: str, view: str, start: int, end: int) -> Iterator[DigitGroup]:
    """Digits in two scripts are one number (138二二二一7788), unless one is a number by itself (第一13812345678)."""
    stretch = text[start:end]
    parts = [] if stretch.isascii() else list(SCRIPTS.finditer(stretch))
    if all(len(part[0]) < COMPLETE for part in parts):
        yield DigitGroup(start, end, view[start:end])
        return
    for part in parts:
        yield DigitGroup(start + part.start(), start + part.end(), view[start + part.start() : start + part.end()])


def runs(view: str, groups: list[DigitGroup]) -> Iterator[list[DigitGroup]]:
    """Groups that nothing but marks part."""
    run: list[DigitGroup] = []
    for group in groups:
        if run and not _joins(view[run[-1].end : group.start]):
            yield run
            run = []
        run.append(group)
    if run:
        yield run


def _joins(between: str) -> bool:
    return len(between) <= WIDEST and BETWEEN.issuperset(between)


def candidates(view: str, run: list[DigitGroup], first: int) -> Iterator[tuple[int, Candidate]]:
    """What may be a number from the group ``first`` of ``run`` on, longest first, each with the group behind it.

    Digits one by one are a number only all together, so that thousands of them cost no more than in proportion.
    """
    singles = _singles(run, first)
    before = Before(view, run[first].start)
    if singles > 1:
        if first and len(run[first - 1].digits) == 1:
            return
        sizes = [singles] if singles <= LONGEST else []
    else:
        sizes = list(_sizes(run, first, before))
    for size in sizes:
        own = run[first : first + size]
        marks = "".join(view[one.end : other.start] for one, other in pairwise(own))
        digits = "".join(group.digits for group in own)
        shape = tuple(len(group.digits) for group in own)
        start, end = own[0].start, own[-1].end
        after = view[end : end + UNIT_WIDTH].casefold()
        yield first + size, Candidate(start, end, digits, shape, "".join(dict.fromkeys(marks)), before, after)


def _sizes(run: list[DigitGroup], first: int, before: Before) -> Iterator[int]:
    """How many groups from ``first`` on may be a number, most first."""
    own = run[first : first + MOST_GROUPS]
    shape = tuple(len(group.digits) for group in own)
    lengths = list(accumulate(shape))
    announced = before.words.endswith("+") or before.account or before.identity
    for size in range(len(own), 0, -1):
        if SHORTEST <= lengths[size - 1] <= LONGEST and (
            announced or plausible(own[0].digits, shape[:size]) or HIDDEN in own[size - 2].digits
        ):
            yield size


def _singles(run: list[DigitGroup], first: int) -> int:
    """How many groups of one digit follow each other from ``first`` on, as far as a number can reach."""
    count = 0
    while count <= LONGEST and first + count < len(run) and len(run[first + count].digits) == 1:
        count += 1
    return count
