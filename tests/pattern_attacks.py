"""Texts on which a regular expression takes longest, made from the expression, and how its time grows on them."""

from __future__ import annotations

import math
import re
import time
from collections.abc import Iterator
from re import _constants as constants  # type: ignore[attr-defined]
from re import _parser as parser  # type: ignore[attr-defined]
from typing import Any

SIZES = (2000, 4000)  # characters
FIRST = (60, 250, 1000)  # tried before: most are quick then, and one that grows like a fourth power never ends at 2,000
FLOOR = 0.02  # CPU seconds at the larger size; what costs less is no matter, however it grows
SLOWEST = 0.1  # CPU seconds at the first sizes; nobody need wait for the others then
REPEATS = (constants.MAX_REPEAT, constants.MIN_REPEAT, getattr(constants, "POSSESSIVE_REPEAT", constants.MAX_REPEAT))
GROUPS = {constants.SUBPATTERN: 3, constants.ASSERT: 1, getattr(constants, "ATOMIC_GROUP", None): None}
CATEGORIES = {
    constants.CATEGORY_DIGIT: "7", constants.CATEGORY_NOT_DIGIT: "a", constants.CATEGORY_SPACE: " ",
    constants.CATEGORY_NOT_SPACE: "a", constants.CATEGORY_WORD: "a", constants.CATEGORY_NOT_WORD: ".",
}  # fmt: skip
MOST = 40  # texts for each expression


def repetitions(pattern: str, flags: int = 0) -> list[str]:
    """Units to be repeated, each led by what must stand before it: ``(head, unit)`` texts joined by a NUL."""
    found: dict[str, None] = {}
    for head, unit in _units(list(parser.parse(pattern, flags)), ""):
        for text in (f"{head[-30:]}\0{unit}", f"\0{unit}", f"\0{head[-30:]}{unit * 3}", f"\0{head[-30:]}"):
            if text.strip("\0"):
                found[text] = None
    return list(found)[:MOST]


def growth(compiled: re.Pattern[str], repetition: str, floor: float = FLOOR) -> float:
    """How many times longer the larger text takes than one of half its size; 1 where it does not take long."""
    head, unit = repetition.split("\0")
    *first, small, large = (head + unit * (size // len(unit)) + "\x01" for size in (*FIRST, *SIZES))
    for text in first:
        if (seconds := _seconds(compiled, text)) > SLOWEST:
            return math.inf
    if seconds < floor / 32:  # with the square of the size it would be half the floor at the largest
        return 1.0
    slow, quick = _seconds(compiled, large), _seconds(compiled, small)
    for _ in range(3):  # the least of several: a busy machine only makes them longer
        slow, quick = min(slow, _seconds(compiled, large)), min(quick, _seconds(compiled, small))
    return slow / quick if slow >= floor else 1.0


def _seconds(compiled: re.Pattern[str], text: str) -> float:
    """CPU seconds for finding everything, or for the whole text, whichever takes longer."""
    began = time.process_time()
    for _ in compiled.finditer(text):
        pass
    found = time.process_time()
    compiled.fullmatch(text)
    return max(found - began, time.process_time() - found)


def _units(nodes: list[Any], head: str) -> Iterator[tuple[str, str]]:
    """What each repeat repeats, with an example of what stands before it; every other example once by itself."""
    start = head
    for kind, value in nodes:
        if kind in REPEATS:
            _, most, inner = value
            if most is constants.MAXREPEAT or most > 3:
                yield from ((head, unit) for unit in _examples(list(inner)))
            yield from _units(list(inner), head)
        elif kind is constants.BRANCH:
            for branch in value[1]:
                yield from _units(list(branch), head)
        elif kind in GROUPS:
            inner = value if GROUPS[kind] is None else value[GROUPS[kind]]
            yield from _units(list(inner), head)
        head += next(iter(_examples([(kind, value)])), "")
    if not start and head:
        yield "", head


def _examples(nodes: list[Any], most: int = 4) -> list[str]:
    """A few texts that ``nodes`` fit."""
    texts = [""]
    for node in nodes:
        parts = _example(*node, most)
        texts = (
            [text + parts[min(place, len(parts) - 1)] for place in range(max(len(parts), 1)) for text in texts[:1]]
            + [text + parts[0] for text in texts[1:]]
            if parts
            else texts
        )
        texts = texts[:most]
    return [text for text in dict.fromkeys(texts) if text]


def _example(kind: Any, value: Any, most: int) -> list[str]:
    if kind is constants.LITERAL:
        return [chr(value)]
    if kind is constants.NOT_LITERAL or kind is constants.ANY:
        return ["a", "中", "1"] if kind is constants.ANY else ["b" if value == ord("a") else "a", "中"]
    if kind is constants.IN:
        return _of_class(value)[:most]
    if kind in REPEATS:
        least, longest, inner = value
        times = max(least, 1 if longest else 0)
        return [text * times for text in _examples(list(inner), most)]
    if kind is constants.BRANCH:
        return [text for branch in value[1] for text in _examples(list(branch), 1)][:most]
    if kind is constants.SUBPATTERN:
        return _examples(list(value[3]), most)
    return []


def _of_class(items: Any) -> list[str]:
    """Some members of a character class."""
    negated = items and items[0][0] is constants.NEGATE
    members: list[str] = []
    for kind, value in items[1:] if negated else items:
        if kind is constants.LITERAL:
            members.append(chr(value))
        elif kind is constants.RANGE:
            members += [chr(value[0]), chr(value[1])]
        elif kind is constants.CATEGORY:
            members.append(CATEGORIES[value])
    if negated:
        return [each for each in "a中1 ，-." if each not in members] or ["☃"]
    spread = members[:1] + members[len(members) // 2 : len(members) // 2 + 1] + members[-1:] + members[1:2]
    return list(dict.fromkeys([*spread, *(each for each in " -17a" if each in members)]))
