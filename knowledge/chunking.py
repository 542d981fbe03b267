"""Cuts sections into chunks that fit the embedding model's window, at the text's own boundaries."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from knowledge.models import Chunk, Document, Section
from knowledge.readers.structure.blocks import dominant_language
from knowledge.readers.structure.outline import starts_item

ROW = re.compile(r"^[^;:。]{1,60}: [^;]+(?:; [^;:。]{1,60}: [^;]+)+$")
BOUNDARIES = (
    re.compile(r"(?<=[。！？；!?;])|(?<=[.])(?=\s+[A-Z(\"“])"),  # sentences
    re.compile(r"(?<=[，、：,:])|(?<=\s)"),  # clauses and words
)
ID_LENGTH = 20  # hexadecimal digits
LEAD_SHARE = 3  # a list's opening line is repeated above its further items when it takes at most 1/3 of a chunk

BALANCED = 8  # chunks of one section; with more, one short chunk matters little, and trying costs time
FILL_SHARES = (0.55, 0.65, 0.75, 0.85, 0.95)  # of the limit, tried in turn to balance chunks

CountTokens = Callable[[str], int]


@dataclass(frozen=True)
class _Piece:
    """Consecutive lines that belong together; ``lead`` is the list's opening line when these are items below it."""

    text: str
    tokens: int
    lead: str = ""


def chunk_document(document: Document, count_tokens: CountTokens, limit: int = 200) -> tuple[Chunk, ...]:
    """The document's chunks, each of one section and at most ``limit`` tokens by ``count_tokens``."""
    seen: Counter[tuple[tuple[str, ...], str]] = Counter()
    chunks: list[Chunk] = []
    for section in document.sections:
        for text in _texts(section, count_tokens, limit):
            key = (section.path, text)
            identity = _identity(document.source, section.path, text, seen[key])
            seen[key] += 1
            chunks.append(
                Chunk(identity, document.source, len(chunks), section.path, text, dominant_language(text), section.page)
            )
    return tuple(chunks)


def _identity(source: str, path: tuple[str, ...], text: str, occurrence: int) -> str:
    parts = [source, *path, "", text] + ([str(occurrence)] if occurrence else [])
    return hashlib.sha256("\x00".join(parts).encode()).hexdigest()[:ID_LENGTH]


def _texts(section: Section, count: CountTokens, limit: int) -> list[str]:
    if not section.text.strip():
        return []
    if _fits(section.text, count, limit):
        return [section.text]
    return _packed(list(_pieces(section.text.split("\n"), count, limit)), count, limit)


def _fits(text: str, count: CountTokens, limit: int) -> bool:
    # A token seldom has more than eight characters: no need to tokenize a megabyte to know that it is too long.
    return len(text) <= limit * 16 and count(text) <= limit


def _pieces(lines: Sequence[str], count: CountTokens, limit: int) -> Iterator[_Piece]:
    """Lists whole where they fit, else their items; paragraphs whole where they fit, else their sentences."""
    for group in _groups(lines):
        whole = "\n".join(group)
        if _fits(whole, count, limit):
            yield _Piece(whole, count(whole))
            continue
        lead = group[0] if len(group) > 1 and _fits(group[0], count, limit // LEAD_SHARE) else ""
        for index, line in enumerate(group):
            room = limit - (count(lead) + 1 if lead and index else 0)
            for text in [line] if _fits(line, count, room) else _cut(line, count, room):
                yield _Piece(text, count(text), lead if index else "")


def _groups(lines: Sequence[str]) -> Iterator[list[str]]:
    """A paragraph alone, or the line that opens a list with the list."""
    group: list[str] = []
    for line in lines:
        if group and starts_item(line) and not ROW.match(line) and _opens_list(group):
            group.append(line)
        else:
            if group:
                yield group
            group = [line]
    if group:
        yield group


def _opens_list(group: Sequence[str]) -> bool:
    return (
        group[0].rstrip().endswith(("：", ":")) or (len(group) > 1 and starts_item(group[-1])) or starts_item(group[0])
    )


def _packed(pieces: Sequence[_Piece], count: CountTokens, limit: int) -> list[str]:
    """Neighbouring pieces joined to the fewest chunks that fit, of about the same size.

    Filling each chunk as far as possible would leave a last sentence alone, which says little and matches everything.
    """
    texts = _filled(pieces, count, limit)
    if len(texts) <= BALANCED:
        for share in FILL_SHARES:
            balanced = _filled(pieces, count, int(limit * share))
            if len(balanced) == len(texts):
                return balanced
    return texts


def _filled(pieces: Sequence[_Piece], count: CountTokens, limit: int) -> list[str]:
    texts: list[str] = []
    text = ""
    for piece in pieces:
        longer = f"{text}\n{piece.text}" if text else piece.text
        if text and not _fits(longer, count, limit):
            texts.append(text)
            longer = f"{piece.lead}\n{piece.text}" if piece.lead else piece.text
        text = longer
    return [*texts, text] if text else texts


def _cut(line: str, count: CountTokens, limit: int) -> list[str]:
    """One line in pieces that fit: cells of a row, else sentences, else clauses, else characters."""
    if ROW.match(line):
        return _joined(_cells(line, count, limit), "; ", count, limit)
    return _joined(list(_fragments(line, count, limit)), "", count, limit)


def _cells(row: str, count: CountTokens, limit: int) -> list[str]:
    """The cells of a row; one that does not fit is cut and keeps its header above each part."""
    cells: list[str] = []
    for cell in row.split("; "):
        if _fits(cell, count, limit):
            cells.append(cell)
            continue
        header, _, value = cell.partition(": ")
        room = max(1, limit - count(f"{header}: "))
        cells.extend(f"{header}: {part}" for part in _joined(list(_fragments(value, count, room)), "", count, room))
    return cells


def _fragments(text: str, count: CountTokens, limit: int, level: int = 0) -> Iterator[str]:
    if _fits(text, count, limit):
        yield text
    elif level < len(BOUNDARIES):
        for part in BOUNDARIES[level].split(text):
            if part:
                yield from _fragments(part, count, limit, level + 1)
    else:
        yield from _halves(text, count, limit)


def _halves(text: str, count: CountTokens, limit: int) -> Iterator[str]:
    """Text without a boundary, halved until it fits; in windows, so that no token count runs over the whole text."""
    size = max(1, limit)
    for start in range(0, len(text), size):
        window = text[start : start + size]
        if len(window) == 1 or count(window) <= limit:
            yield window
        else:
            middle = len(window) // 2
            yield from _halves(window[:middle], count, limit)
            yield from _halves(window[middle:], count, limit)


def _joined(parts: Sequence[str], separator: str, count: CountTokens, limit: int) -> list[str]:
    texts: list[str] = []
    for part in parts:
        longer = f"{texts[-1]}{separator}{part}" if texts else part
        if texts and _fits(longer, count, limit):
            texts[-1] = longer
        else:
            texts.append(part)
    return [text.strip() for text in texts if text.strip()]
