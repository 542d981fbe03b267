"""Everything in a text by which one person can be found: where it stands and of which kind it is."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from knowledge.text.personal import context
from knowledge.text.personal.codes import codes
from knowledge.text.personal.digit_groups import Candidate, DigitGroup, candidates, groups_of, runs
from knowledge.text.personal.handles import handles
from knowledge.text.personal.numbers import kind_of
from knowledge.text.personal.plain_view import plain_view

EXTENSION = re.compile(r"(?:-|\s?(?:转|轉|ext\.?)\s?)\d{1,5}(?!\d)")
LETTER = re.compile("[A-Za-z]")
LAST_X = re.compile(r"\s?[xX](?![A-Za-z0-9])")
MOBILE_DIGITS = 11
TAIL = re.compile("[\u20e3\ufe0f]+")


@dataclass(frozen=True)
class Personal:
    """``text[start:end]`` is somebody's. ``kind``: identity, card, phone, mail, handle, plate, credit_code.

    ``office``: a phone line of the kind that documents print for the public.
    """

    start: int
    end: int
    kind: str
    office: bool = False


def personal(text: str) -> list[Personal]:
    """What of ``text`` is somebody's, in its order, none inside another. Time in proportion to the text."""
    view = plain_view(text)
    found = sorted(_all(text, view), key=lambda one: (one.start, -one.end))
    apart: list[Personal] = []
    for one in found:
        if not apart or one.start >= apart[-1].end:
            apart.append(one)
        elif one.end > apart[-1].end:
            apart[-1] = Personal(apart[-1].start, one.end, apart[-1].kind, apart[-1].office and one.office)
    return apart


def asked_about(text: str, one: Personal) -> bool:
    """Whether a phone line in a question is an office's: its words say so, and not that it is the writer's own."""
    before = text[max(0, one.start - context.WINDOW) : one.start].casefold()
    return one.office and context.of_office(before, text[one.end : one.end + context.WINDOW])


def _all(text: str, view: str) -> Iterator[Personal]:
    yield from (Personal(*found) for found in handles(view))
    yield from (Personal(*found) for found in codes(view))
    for run in runs(view, groups_of(text, view)):
        yield from _numbers(view, run)


def _numbers(view: str, run: list[DigitGroup]) -> Iterator[Personal]:
    """The numbers in one run of groups: from each group the longest that is one."""
    first = 0
    while first < len(run):
        behind = first + 1
        for after, candidate in candidates(view, run, first):
            if not _cut_off(view, candidate) and (kind := kind_of(candidate)):
                start, end = _with_signs(view, candidate, kind.name)
                yield Personal(start, end, kind.name, kind.office)
                behind = after
                break
        first = behind


def _cut_off(view: str, one: Candidate) -> bool:
    """Whether ``one`` is part of something longer: of a decimal fraction, or of a word or code in letters."""
    start, end = one.start, one.end
    if one.marks == "." and len(one.shape) == 2 and not one.before.phone:
        return True
    if start > 1 and view[start - 1] == "." and view[start - 2].isdigit():
        return True
    if end + 1 < len(view) and view[end] == "." and view[end + 1].isdigit():
        return True
    before = start > 0 and LETTER.match(view, start - 1)
    behind = end < len(view) and LETTER.match(view, end) and not LAST_X.match(view, end)
    return bool(before and behind) or (bool(before or behind) and len(one.digits) != MOBILE_DIGITS)


def _with_signs(view: str, one: Candidate, kind: str) -> tuple[int, int]:
    """Where ``one`` begins and ends with its brackets, its plus, its last X and its extension."""
    start, end = one.start, one.end
    if start and view[start - 1] == "(" and ")" in one.marks:
        start -= 1
    if start and view[start - 1] == "+":
        start -= 1
    if kind == "identity" and len(one.digits) in (15, 17) and (last := LAST_X.match(view, end)):
        end = last.end()
    if kind == "phone" and (extension := EXTENSION.match(view, end)):
        end = extension.end()
    if tail := TAIL.match(view, end):
        end = tail.end()
    return start, end
