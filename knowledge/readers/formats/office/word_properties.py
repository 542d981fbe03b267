"""Where an old Word document keeps what its characters and paragraphs look like: runs with property lists."""

from __future__ import annotations

import bisect
import struct
from collections.abc import Iterator
from dataclasses import dataclass

from knowledge.readers.formats.office.table_edges import EdgedCell

PAGE = 512  # bytes of a page of formatting
STYLE, IN_TABLE, ROW_END, OUTLINE = 0x4600, 0x2416, 0x2417, 0x2640
DELETED, HIDDEN, SIZE, COLOR, RGB = 0x0800, 0x083C, 0x4A43, 0x2A42, 0x6870
OPERANDS = {0: 1, 1: 1, 2: 2, 3: 4, 4: 2, 5: 2, 7: 3}  # bytes, by the top bits of the property's number
TABLE_DEFINITION = 0xD608  # the only one with a length of two bytes
ELSEWHERE = (0x6645, 0x6646)  # a list too long for its page: where it stands in the data stream
MERGED, MERGED_DOWN, MERGE_STARTS = 0x0002, 0x0020, 0x0040
WHITE, WHITE_RGB = 8, 0x00FFFFFF
HEADINGS = {**{level: level for level in range(1, 10)}, 62: 1}  # built-in styles: the headings and the title


@dataclass(frozen=True)
class FormattedRun:
    """Bytes ``start`` to ``end`` of the main stream, their style (paragraphs), and property number -> operand."""

    start: int
    end: int
    style: int
    properties: dict[int, bytes]

    def value(self, number: int, default: int = 0) -> int:
        """The operand of the property ``number`` as a whole number without a sign."""
        operand = self.properties.get(number)
        return default if operand is None else int.from_bytes(operand, "little")

    @property
    def cell_ends(self) -> list[EdgedCell]:
        """Of a row's end: the edges of its cells, which have no text yet."""
        definition = self.properties.get(TABLE_DEFINITION, b"")
        count = definition[0] if definition else 0
        edges = 1 + 2 * (count + 1)
        if len(definition) < edges:
            return []
        rights = struct.unpack_from(f"<{count}h", definition, 3)
        flags = [
            int.from_bytes(definition[edges + 20 * each : edges + 20 * each + 2], "little") for each in range(count)
        ]
        return [
            EdgedCell("", right, bool(flag & MERGED), bool(flag & MERGED_DOWN) and not flag & MERGE_STARTS)
            for right, flag in zip(rights, flags, strict=True)
        ]


class FormattedRuns:
    """The runs of one kind, sorted, to be asked for what holds at a byte."""

    def __init__(self, runs: list[FormattedRun]) -> None:
        self._runs = sorted(runs, key=lambda run: run.start)
        self._starts = [run.start for run in self._runs]

    def at(self, position: int) -> FormattedRun | None:
        """The run that holds the byte at ``position``."""
        index = bisect.bisect_right(self._starts, position) - 1
        return self._runs[index] if index >= 0 and position < self._runs[index].end else None


@dataclass(frozen=True)
class WordStreams:
    """The streams of a document: its text, its tables of contents, and lists too long for a page."""

    main: bytes
    table: bytes
    data: bytes


def formatted_runs(streams: WordStreams, start: int, length: int, *, paragraphs: bool) -> FormattedRuns:
    """The runs that the list at ``start`` of the table stream names. Raises ``struct.error`` when it is cut off."""
    count = max(0, (length - 4) // 8)
    pages = struct.unpack_from(f"<{count}I", streams.table, start + 4 * (count + 1)) if count else ()
    runs: list[FormattedRun] = []
    for number in dict.fromkeys(page & 0x3FFFFF for page in pages):
        page = streams.main[number * PAGE : (number + 1) * PAGE]
        if len(page) == PAGE:
            runs += _runs_of(page, streams.data, paragraphs)
    return FormattedRuns(runs)


def _runs_of(page: bytes, data: bytes, paragraphs: bool) -> Iterator[FormattedRun]:
    count = page[PAGE - 1]
    size = 13 if paragraphs else 1  # bytes that point to the properties of a run
    if 4 * (count + 1) + size * count > PAGE:
        return
    edges = struct.unpack_from(f"<{count + 1}I", page)
    for index in range(count):
        offset = 2 * page[4 * (count + 1) + size * index]
        style, content = _list_at(page, offset, paragraphs) if offset else (0, b"")
        properties = dict(property_list(content))
        for operand in [properties[number] for number in ELSEWHERE if number in properties]:
            begin = int.from_bytes(operand, "little")
            length = int.from_bytes(data[begin : begin + 2], "little")
            properties |= dict(property_list(data[begin + 2 : begin + 2 + length]))
        yield FormattedRun(edges[index], edges[index + 1], style, properties)


def _list_at(page: bytes, offset: int, paragraphs: bool) -> tuple[int, bytes]:
    """The style, and the bytes of the property list at ``offset``."""
    length, start = page[offset], offset + 1
    if not paragraphs:
        return 0, page[start : start + length]
    length = 2 * length - 1
    if page[offset] == 0:
        length, start = 2 * page[offset + 1], offset + 2
    return int.from_bytes(page[start : start + 2], "little"), page[start + 2 : start + length]


def property_list(content: bytes) -> Iterator[tuple[int, bytes]]:
    """Number and operand of each property in a list, an operand of changing length without its length."""
    position = 0
    while position + 2 <= len(content):
        number = int.from_bytes(content[position : position + 2], "little")
        position += 2
        size = OPERANDS.get(number >> 13)
        if size is None:
            head = 2 if number == TABLE_DEFINITION else 1
            size = max(0, int.from_bytes(content[position : position + head], "little") - (head == 2))
            position += head
        yield number, content[position : position + size]
        position += size


def heading_levels(table: bytes, start: int, length: int) -> dict[int, int]:
    """Heading level by style for the styles that are headings or the title, or based on one. ``start`` as above."""
    sheet = table[start : start + length]
    position = 2 + int.from_bytes(sheet[:2], "little")
    known: dict[int, int] = {}
    bases: dict[int, int] = {}
    for style in range(int.from_bytes(sheet[2:4], "little")):
        size = int.from_bytes(sheet[position : position + 2], "little")
        if size >= 4:
            kind, base = struct.unpack_from("<HH", sheet, position + 2)
            bases[style] = base >> 4
            if kind & 0x0FFF in HEADINGS:
                known[style] = HEADINGS[kind & 0x0FFF]
        position += 2 + size + size % 2
    return {style: level for style in bases if (level := _inherited(style, known, bases))}


def _inherited(style: int, known: dict[int, int], bases: dict[int, int]) -> int:
    for _ in range(10):  # styles may be based on each other in a ring
        if style in known:
            return known[style]
        style = bases.get(style, -1)
    return 0
