"""The straight lines that a page draws: borders of tables and cells."""

from __future__ import annotations

import ctypes
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

import pypdfium2
from pypdfium2 import raw

from knowledge.readers.layout.letters import TURNS

THIN = 3.0  # points; a filled box no thicker than that is a line
SAME = 2.0  # points between lines that are one, and between the pieces of one
SHORT = 6.0  # points; what is shorter once joined is part of a drawing
OBJECTS = 20_000  # a page that draws more is a map or a plan, and its lines are no borders
POINTS = 200  # of one path; a longer one is a curve
DEPTH = 4
Line = tuple[float, float, float, float]  # from x, y to x, y
Matrix = tuple[float, float, float, float, float, float]
IDENTITY: Matrix = (1, 0, 0, 1, 0, 0)


class Segment(NamedTuple):
    """A line along an axis: where it stands on the other one, and from where to where it goes."""

    at: float
    start: float
    end: float


class Rulings(NamedTuple):
    """The lines of a page, those of one place joined, sorted by place."""

    horizontal: tuple[Segment, ...]
    vertical: tuple[Segment, ...]


def page_rulings(page: pypdfium2.PdfPage, turn: int) -> Rulings:
    """The lines drawn on a page whose text was turned by ``turn`` quarters."""
    return rulings_of(_lines(page) if raw.FPDFPage_CountObjects(page) <= OBJECTS else (), turn)


def rulings_of(lines: Iterable[Line], turn: int) -> Rulings:
    """Those of ``lines`` that run along an axis, on a page whose text was turned by ``turn`` quarters."""
    point = TURNS[turn]
    horizontal: list[Segment] = []
    vertical: list[Segment] = []
    for start_x, start_y, end_x, end_y in lines:
        (x0, y0), (x1, y1) = point(start_x, start_y), point(end_x, end_y)
        if abs(y1 - y0) <= SAME / 2:
            horizontal.append(Segment((y0 + y1) / 2, min(x0, x1), max(x0, x1)))
        elif abs(x1 - x0) <= SAME / 2:
            vertical.append(Segment((x0 + x1) / 2, min(y0, y1), max(y0, y1)))
    return Rulings(_joined(horizontal), _joined(vertical))


def shown_edges(edges: Sequence[Line], *, stroked: bool, filled: bool) -> Iterator[Line]:
    """The straight edges of a path; of a filled box only those of a thin one, which is a line itself."""
    if stroked:
        yield from edges
    elif filled and edges:
        xs = [x for edge in edges for x in edge[::2]]
        ys = [y for edge in edges for y in edge[1::2]]
        if max(ys) - min(ys) <= THIN:
            yield min(xs), (min(ys) + max(ys)) / 2, max(xs), (min(ys) + max(ys)) / 2
        elif max(xs) - min(xs) <= THIN:
            yield (min(xs) + max(xs)) / 2, min(ys), (min(xs) + max(xs)) / 2, max(ys)


def _lines(page: pypdfium2.PdfPage) -> Iterator[Line]:
    for path, matrix in _paths(page):
        for x0, y0, x1, y1 in _edges(path):
            yield (*moved(matrix, x0, y0), *moved(matrix, x1, y1))


def _paths(page: pypdfium2.PdfPage) -> Iterator[tuple[object, Matrix]]:
    count = raw.FPDFPage_CountObjects(page)
    waiting = [(raw.FPDFPage_GetObject(page, index), IDENTITY, 0) for index in range(count)]
    seen = 0
    while waiting and seen < 2 * OBJECTS:
        item, outer, depth = waiting.pop()
        kind = raw.FPDFPageObj_GetType(item)
        seen += 1
        if kind == raw.FPDF_PAGEOBJ_PATH:
            yield item, _times(_matrix(item), outer)
        elif kind == raw.FPDF_PAGEOBJ_FORM and depth < DEPTH:
            inner = _times(_matrix(item), outer)
            parts = min(raw.FPDFFormObj_CountObjects(item), OBJECTS)
            waiting += [(raw.FPDFFormObj_GetObject(item, index), inner, depth + 1) for index in range(parts)]


def _edges(path: object) -> Iterator[Line]:
    fill, stroke = ctypes.c_int(), ctypes.c_int()
    raw.FPDFPath_GetDrawMode(path, ctypes.byref(fill), ctypes.byref(stroke))
    edges = [(*start, *end) for start, end in _points(path)]
    return shown_edges(edges, stroked=bool(stroke.value), filled=bool(fill.value))


def _points(path: object) -> list[tuple[tuple[float, float], tuple[float, float]]]:
    """The path's straight edges, each from where to where."""
    x, y = ctypes.c_float(), ctypes.c_float()
    edges = []
    first = last = (0.0, 0.0)
    count = raw.FPDFPath_CountSegments(path)
    for index in range(count if count <= POINTS else 0):
        segment = raw.FPDFPath_GetPathSegment(path, index)
        raw.FPDFPathSegment_GetPoint(segment, ctypes.byref(x), ctypes.byref(y))
        here = (x.value, y.value)
        kind = raw.FPDFPathSegment_GetType(segment)
        if kind == raw.FPDF_SEGMENT_MOVETO:
            first = here
        elif kind == raw.FPDF_SEGMENT_LINETO:
            edges.append((last, here))
        last = here
        if raw.FPDFPathSegment_GetClose(segment) and last != first:
            edges.append((last, first))
            last = first
    return edges


def _matrix(item: object) -> Matrix:
    matrix = raw.FS_MATRIX()
    raw.FPDFPageObj_GetMatrix(item, matrix)
    return matrix.a, matrix.b, matrix.c, matrix.d, matrix.e, matrix.f


def _times(inner: Matrix, outer: Matrix) -> Matrix:
    a, b, c, d, e, f = inner
    p, q, r, s, t, u = outer
    return a * p + b * r, a * q + b * s, c * p + d * r, c * q + d * s, e * p + f * r + t, e * q + f * s + u


def moved(matrix: Matrix, x: float, y: float) -> tuple[float, float]:
    """The point (x, y) as ``matrix`` places it."""
    a, b, c, d, e, f = matrix
    return a * x + c * y + e, b * x + d * y + f


def _joined(segments: Sequence[Segment]) -> tuple[Segment, ...]:
    """Segments of one place as one where they meet: borders are drawn cell by cell, doubled, or as dashes."""
    rows: list[list[Segment]] = []
    for segment in sorted(segments):
        if rows and segment.at - rows[-1][0].at <= SAME:
            rows[-1].append(segment)
        else:
            rows.append([segment])
    joined: list[Segment] = []
    for row in rows:
        at = sum(segment.at for segment in row) / len(row)
        start, end = 0.0, -1.0
        for segment in sorted(row, key=lambda one: one.start):
            if end >= start and segment.start - end <= SAME:
                end = max(end, segment.end)
                continue
            if end - start >= SHORT:
                joined.append(Segment(at, start, end))
            start, end = segment.start, segment.end
        if end - start >= SHORT:
            joined.append(Segment(at, start, end))
    return tuple(joined)
