"""What an OFD page draws: letters where they stand, and straight lines, in points from its left and bottom."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from unicodedata import east_asian_width
from xml.etree.ElementTree import Element

from knowledge.readers.formats.ofd.container import Area, local_name, numbers
from knowledge.readers.layout.letters import ASKEW, DESCENT, FAINT, Box, FoundLetter
from knowledge.readers.layout.rulings import IDENTITY, OBJECTS, POINTS, Line, Matrix, moved, shown_edges

POINT = 72 / 25.4  # points in a millimetre
NARROW = 0.5  # of a letter's size is the width of one that is not Chinese
AFTER = {"M": 2, "S": 2, "L": 2, "Q": 4, "B": 6, "A": 7, "C": 0}  # numbers that follow each step of a path
MOST_STEPS = 40_000  # from letter to letter of one text


def drawn(root: Element) -> Iterator[Element]:
    """The texts and paths below ``root`` that are shown, in the order in which they are drawn."""
    waiting = [root]
    while waiting:
        node = waiting.pop()
        if node.get("Visible", "true").lower() == "false" or node.get("Alpha") == "0":
            continue
        if local_name(node) in ("TextObject", "PathObject"):
            yield node
        else:
            waiting += reversed(node)


def edges(area: Area) -> Box:
    """The edges of a page in points."""
    return 0.0, 0.0, area[2] * POINT, area[3] * POINT


def letters(text: Element, area: Area) -> Iterator[FoundLetter]:
    """The letters of a text, blanks with the letter before them."""
    place = _place(text, area)
    box = numbers(text.get("Boundary"))
    size = float(text.get("Size") or (box[3] if len(box) == 4 else 0))
    turn = _turn(place, float(text.get("ReadDirection") or 0))
    if turn is None or size * _scale(place) <= FAINT:
        return
    for code in text.iter():
        if local_name(code) == "TextCode":
            yield from _written(code, size, float(text.get("HScale") or 1), place, turn)


def lines(path: Element, area: Area) -> Iterator[Line]:
    """The straight lines of a path."""
    place = _place(path, area)
    steps = next((node.text for node in path.iter() if local_name(node) == "AbbreviatedData"), None)
    found = [(*moved(place, *start), *moved(place, *end)) for start, end in _straight((steps or "").split())]
    stroked, filled = (
        path.get(name, usual).lower() == "true" for name, usual in (("Stroke", "true"), ("Fill", "false"))
    )
    return shown_edges(found, stroked=stroked, filled=filled)


def all_lines(paths: Sequence[Element], area: Area) -> Iterator[Line]:
    """Those of ``paths``; none where a page draws so many that it is a map or a plan."""
    if len(paths) <= OBJECTS:
        for path in paths:
            yield from lines(path, area)


def _place(node: Element, area: Area) -> Matrix:
    """From what an object says of itself, in millimetres from the top, to points of the page."""
    box, own = numbers(node.get("Boundary")), numbers(node.get("CTM"))
    x, y = (box[0], box[1]) if len(box) == 4 else (0.0, 0.0)
    a, b, c, d, e, f = own if len(own) == 6 else IDENTITY
    left, top = x + e - area[0], area[3] - (y + f - area[1])
    return a * POINT, -b * POINT, c * POINT, -d * POINT, left * POINT, top * POINT


def _scale(place: Matrix) -> float:
    return math.hypot(place[2], place[3])


def _turn(place: Matrix, direction: float) -> int | None:
    """In quarters against the clock; None across the page."""
    angle = math.atan2(place[1], place[0]) - math.radians(direction)
    quarter = round(angle / (math.pi / 2))
    return None if abs(angle - quarter * math.pi / 2) > ASKEW else quarter % 4


def _written(code: Element, size: float, stretch: float, place: Matrix, turn: int) -> Iterator[FoundLetter]:
    x, y = float(code.get("X") or 0), float(code.get("Y") or 0)
    right, down = _steps(code.get("DeltaX")), _steps(code.get("DeltaY"))
    waiting: FoundLetter | None = None
    text = (code.text or "").strip("\r\n\t")
    for index, letter in enumerate(text):
        usual = size * stretch * (1.0 if east_asian_width(letter) in "WF" else NARROW)
        step = right[index] if index < len(right) else (0.0 if index < len(down) else usual)
        width = step if 0 < step <= size else usual
        if letter.isspace():
            waiting = waiting and waiting._replace(text=waiting.text.rstrip() + " ")
        else:
            if waiting:
                yield waiting
            (x0, y0), (x1, y1) = moved(place, x, y + DESCENT * size), moved(place, x + width, y - (1 - DESCENT) * size)
            box = min(x0, x1), min(y0, y1), max(x0, x1), max(y0, y1)
            waiting = FoundLetter(box, moved(place, x, y), size * _scale(place), letter, turn)
        x, y = x + step, y + (down[index] if index < len(down) else 0.0)
    if waiting:
        yield waiting


def _steps(text: str | None) -> list[float]:
    """Distances from letter to letter; ``g 4 3.5`` stands for four of 3.5."""
    parts = iter((text or "").split())
    steps: list[float] = []
    for part in parts:
        if part == "g":
            count, step = int(next(parts, "0")), float(next(parts, "0"))
            steps += [step] * min(count, MOST_STEPS)
        else:
            steps.append(float(part))
    return steps


Point = tuple[float, float]


def _straight(steps: Sequence[str]) -> Iterator[tuple[Point, Point]]:
    """The straight steps of a path, each from where to where. Raises ``ValueError``."""
    first = last = (0.0, 0.0)
    position = 0
    while position < len(steps) and position <= 3 * POINTS:
        step = steps[position]
        count = AFTER.get(step)
        if count is None:
            raise ValueError(f"a path with the step {step[:10]!r}")
        values = [float(value) for value in steps[position + 1 : position + 1 + count]]
        position += 1 + count
        here = (values[-2], values[-1]) if len(values) >= 2 else first
        if step in ("M", "S"):
            first = here
        elif step == "L" or (step == "C" and here != last):
            yield last, here
        last = here
