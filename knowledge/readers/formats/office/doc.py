"""Old Word documents (.doc, and .wps that are such): headings, tables; not what was deleted or hidden."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from knowledge.readers.errors import ReadError
from knowledge.readers.formats.office.table_edges import EdgedCell, grid_of
from knowledge.readers.formats.office.word_binary import ADVICE, WordText, word_text
from knowledge.readers.formats.office.word_properties import (
    COLOR,
    DELETED,
    HIDDEN,
    IN_TABLE,
    OUTLINE,
    RGB,
    ROW_END,
    SIZE,
    WHITE,
    WHITE_RGB,
    FormattedRun,
)
from knowledge.readers.structure.blocks import BlockType, ParsedFile, TextBlock
from knowledge.readers.structure.grid import table_blocks
from knowledge.readers.structure.outline import starts_item
from knowledge.text.characters import clean

PARAGRAPH, CELL, PAGE_BREAK = "\r", "\x07", "\x0c"
FIELD_BEGIN, FIELD_RESULT, FIELD_END = "\x13", "\x14", "\x15"
SHOWN = {"\x0b": "\n", "\t": " ", "\x1e": "-", "\xa0": " "}  # line break, tab, hyphen that does not break
CONTENTS = re.compile(r"(?<!\s)\s*+TOC\b")
HEADED, TINY, BODY = 120, 4, 9  # characters of a heading; half points; the outline level of what is no heading


def read_doc(path: Path) -> ParsedFile:
    """Blocks of the document's body. Raises ``ReadError``."""
    blocks = _DocWalker(word_text(path)).blocks()
    if not blocks:
        raise ReadError(f"it has no text; if it shows pictures, type what they say into it, or {ADVICE}")
    return ParsedFile(tuple(blocks))


class _DocWalker:
    """Reads characters one after the other; a paragraph's properties stand at the mark that ends it."""

    def __init__(self, text: WordText) -> None:
        self._text = text
        self._blocks: list[TextBlock] = []
        self._line: list[str] = []
        self._cells: list[str] = []
        self._rows: list[list[EdgedCell]] = []
        self._fields: list[list[str]] = []  # the codes of the fields that are open

    def blocks(self) -> list[TextBlock]:
        for character, position in self._characters():
            if character in (PARAGRAPH, CELL, PAGE_BREAK):
                self._end(character, self._text.paragraphs.at(position))
            elif character == FIELD_BEGIN:
                self._fields.append([])
            elif character == FIELD_RESULT and self._fields:
                self._fields[-1] = ["", "".join(self._fields[-1])]
            elif character == FIELD_END and self._fields:
                self._fields.pop()
            elif self._fields and self._in_code():
                self._fields[-1].append(character)
            elif character in SHOWN or character >= " ":
                self._line.append(SHOWN.get(character, character))
        self._end(PARAGRAPH, None)
        self._end_table()
        return self._blocks

    def _in_code(self) -> bool:
        """Whether a field's code is being read, or what a table of contents shows."""
        field = self._fields[-1]
        return field[:1] != [""] or any(CONTENTS.match(code) for open_field in self._fields for code in open_field)

    def _characters(self) -> Iterator[tuple[str, int]]:
        for piece in self._text.pieces:
            run, unseen, end = None, False, -1
            for index, character in enumerate(piece.text):
                position = piece.start + index * piece.width
                if run is None or position >= end:
                    run = self._text.characters.at(position)
                    end = run.end if run else position + piece.width
                    unseen = run is not None and (_is_unseen(run) or (_is_white(run) and not self._in_cell(position)))
                if not unseen or character in (PARAGRAPH, CELL):
                    yield character, position

    def _in_cell(self, position: int) -> bool:
        """Whether the byte is of a table, whose cells have colours of their own that white letters stand on."""
        paragraph = self._text.paragraphs.at(position)
        return paragraph is not None and bool(paragraph.value(IN_TABLE))

    def _end(self, mark: str, run: FormattedRun | None) -> None:
        text = "".join(self._line)
        if mark == CELL or (run and run.value(IN_TABLE)):
            self._in_table(mark, text, run if run and run.value(ROW_END) else None)
            return
        self._line = []
        level = self._level(run)
        for line in text.split("\n"):
            if said := clean(line.encode("utf-16", "surrogatepass").decode("utf-16", "replace")):
                self._end_table()
                headed = level if len(said) <= HEADED else 0
                kind = BlockType.ITEM if starts_item(said) else BlockType.PARAGRAPH
                self._blocks.append(TextBlock(said, BlockType.HEADING if headed else kind, headed))

    def _in_table(self, mark: str, text: str, row: FormattedRun | None) -> None:
        """``row``: what the end of a row says of it; None at other marks."""
        if row is not None:
            self._line = []
            ends = [*row.cell_ends, *[EdgedCell("")] * len(self._cells)]
            if self._cells:
                self._rows.append([replace(end, text=cell) for end, cell in zip(ends, self._cells, strict=False)])
            self._cells = []
        elif mark == CELL:
            self._line = []
            self._cells.append(clean(" ".join(text.split())))
        else:
            self._line.append(" ")

    def _level(self, run: FormattedRun | None) -> int:
        if run is None:
            return 0
        outline = run.value(OUTLINE, BODY)
        return outline + 1 if outline < BODY else self._text.levels.get(run.style, 0)

    def _end_table(self) -> None:
        rows, self._rows = self._rows, []
        if all(len(row) < 2 for row in rows):  # a frame around text
            self._blocks += [TextBlock(cell.text) for row in rows for cell in row if cell.text]
        else:
            self._blocks += table_blocks(grid_of(rows))


def _is_unseen(run: FormattedRun) -> bool:
    return bool(run.value(DELETED) or run.value(HIDDEN)) or run.value(SIZE, 24) <= TINY


def _is_white(run: FormattedRun) -> bool:
    return run.value(COLOR) == WHITE or run.value(RGB) == WHITE_RGB
