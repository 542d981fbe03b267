"""The text of an old Word document (.doc): its pieces in reading order, each character with its place in the file."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from knowledge.readers.errors import ReadError
from knowledge.readers.formats.office.compound_file import opened
from knowledge.readers.formats.office.word_properties import FormattedRuns, WordStreams, formatted_runs, heading_levels

ADVICE = "open it in Word or WPS and save it as .docx"
MAGIC, OLDEST = 0xA5EC, 0xC1  # of Word 97; what is older has another layout
ENCRYPTED, SECOND_TABLE = 0x0100, 0x0200
STYLES, CHARACTERS, PARAGRAPHS, PIECES = (
    0xA2,
    0xFA,
    0x102,
    0x1A2,
)  # where the header names these lists: start and length
SINGLE = 0x40000000  # of a piece: one byte a character
WESTERN = "cp1252"


@dataclass(frozen=True)
class Piece:
    """Text that stands together: characters, the byte of the first, and how many bytes each takes."""

    text: str
    start: int
    width: int


@dataclass(frozen=True)
class WordText:
    """The body of a document, and what its characters and paragraphs look like, by bytes of the main stream."""

    pieces: tuple[Piece, ...]
    characters: FormattedRuns
    paragraphs: FormattedRuns
    levels: dict[int, int]  # of headings, by style


def word_text(path: Path) -> WordText:
    """The body of the document at ``path``. Raises ``ReadError``."""
    with opened(path, "a Word document", ADVICE) as file:
        main = file.openstream("WordDocument").read()
        magic, version, flags = struct.unpack_from("<HH6xH", main)
        if magic != MAGIC or version < OLDEST:
            raise ReadError(f"it is a Word document from before 1997; {ADVICE}")
        if flags & ENCRYPTED:
            raise ReadError("it is protected with a password; save it without one")
        table = file.openstream("1Table" if flags & SECOND_TABLE else "0Table").read()
        length = struct.unpack_from("<I", main, 0x4C)[0]
        pieces = tuple(_pieces(main, table, length))
        data = file.openstream("Data").read() if file.exists("Data") else b""
        streams = WordStreams(main, table, data)
        characters, paragraphs = (
            formatted_runs(streams, *struct.unpack_from("<II", main, kind), paragraphs=kind == PARAGRAPHS)
            for kind in (CHARACTERS, PARAGRAPHS)
        )
        levels = heading_levels(table, *struct.unpack_from("<II", main, STYLES))
    return WordText(pieces, characters, paragraphs, levels)


def _pieces(main: bytes, table: bytes, length: int) -> Iterator[Piece]:
    """The pieces of the body: its first ``length`` characters; notes, headers and comments follow them."""
    edges, starts = _piece_table(table, *struct.unpack_from("<II", main, PIECES))
    for index, start in enumerate(starts):
        first, last = edges[index], min(edges[index + 1], length)
        if not edges[index] <= edges[index + 1]:
            raise ValueError("its pieces are out of order")
        single = bool(start & SINGLE)
        begin = (start & ~SINGLE) // 2 if single else start & ~SINGLE
        count = max(0, last - first)
        content = main[begin : begin + count * (1 if single else 2)]
        if len(content) < count * (1 if single else 2):
            raise ValueError("its text is cut off")
        if content:
            text = content.decode(WESTERN, "replace") if single else content.decode("utf-16-le", "surrogatepass")
            yield Piece(text, begin, 1 if single else 2)


def _piece_table(table: bytes, start: int, length: int) -> tuple[tuple[int, ...], list[int]]:
    """Edges in characters, and where in the main stream each piece begins."""
    position, end = start, start + length
    while position < end and table[position] == 1:  # lists of properties stand before it
        position += 3 + struct.unpack_from("<H", table, position + 1)[0]
    if position >= end or table[position] != 2:
        raise ValueError("it has no table of pieces")
    count = (struct.unpack_from("<I", table, position + 1)[0] - 4) // 12
    edges = struct.unpack_from(f"<{count + 1}I", table, position + 5)
    pieces = position + 5 + 4 * (count + 1)
    return edges, [struct.unpack_from("<I", table, pieces + 8 * index + 2)[0] for index in range(count)]
