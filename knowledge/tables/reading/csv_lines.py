"""The rows of a CSV: whole lines where they can stand so, since an unchanged row need not be cut; else cells."""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Sequence

from knowledge.readers.encoding import decode
from knowledge.readers.errors import ReadError

APART = "\x1f"  # between the cells of a line that was not cut yet
WIDEST = 256  # columns read; what lies beyond is reported
LONGEST = 1_000_000  # characters in a cell, bytes in a line that is not cut
HEAD = 20_000  # bytes that tell the delimiter
CONTROLS = bytes({*range(32), 0x7F} - {0x09, 0x0A, 0x0D})


def lines_or_cells(content: bytes) -> tuple[Sequence[bytes] | None, Sequence[Sequence[str]]]:
    """The lines of a CSV in UTF-8, or None and the cells of its rows. There are none when all are empty.

    Raises ``ReadError`` when it is no text or no sound CSV.
    """
    body = _sure(content) or decode(content).encode()
    head = body[:HEAD].decode(errors="ignore")
    delimiter = max("\t,;|", key=lambda mark: (_steady(head, mark), mark == ","))
    whole = b'"' not in body and APART.encode() not in body
    lines = _lines(body, delimiter) if whole else None
    return lines, _cells(body.decode(), delimiter) if lines is None else ()


def _sure(content: bytes) -> bytes | None:
    """Content that says and shows that it is UTF-8 and only text; None leaves it to ``decode``, which is slow."""
    body = content.removeprefix(codecs.BOM_UTF8)
    if len(body) == len(content) or len(body.translate(None, CONTROLS)) < len(body):
        return None
    if any(mark in body for mark in (b"\xc2", b"\xef\xbf\xbd")):  # among them further controls, and what was lost
        return None
    try:
        body.decode()
    except UnicodeDecodeError:
        return None
    return body.replace(b"\r\n", b"\n").replace(b"\r", b"\n")


def _lines(body: bytes, delimiter: str) -> Sequence[bytes] | None:
    """The lines as they stand; None where one is too long or too wide."""
    apart = APART.encode()
    lines = body.replace(delimiter.encode(), apart).split(b"\n")
    longest = max(map(len, lines))
    if longest > LONGEST or (longest >= WIDEST and any(line.count(apart) >= WIDEST for line in lines)):
        return None
    return lines if body.strip(f"{delimiter}{APART} \n".encode()) else ()


def _cells(text: str, delimiter: str) -> list[list[str]]:
    csv.field_size_limit(LONGEST)
    try:
        return list(csv.reader(io.StringIO(text), delimiter=delimiter))
    except csv.Error as error:
        raise ReadError(f"it is no sound CSV ({error}); save it again") from None


def _steady(head: str, mark: str) -> int:
    """How many cells the most common width of rows gives, when cut at ``mark``."""
    widths = [len(row) for row in csv.reader(io.StringIO(head), delimiter=mark) if row]
    return max(widths.count(width) * (width - 1) for width in widths) if widths else 0
