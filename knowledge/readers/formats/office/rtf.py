"""Rich text (.rtf): headings by their styles, tables, automatic numbers as they are stored. Hidden text is left out."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from pathlib import Path

from knowledge.readers.errors import ReadError
from knowledge.readers.formats.office.rtf_tokens import RtfToken, RtfTokens
from knowledge.readers.formats.office.table_edges import EdgedCell, grid_of
from knowledge.readers.structure.blocks import BlockType, ParsedFile, TextBlock
from knowledge.readers.structure.grid import table_blocks
from knowledge.readers.structure.outline import starts_item
from knowledge.text.characters import clean

ADVICE = "open it in Word or WPS and save it as .docx"
# Groups of no text of the document's own: furniture of pages, data of pictures and objects, notes.
UNREAD = frozenset(
    ("*", "fonttbl", "info", "pict", "objdata", "header", "headerl", "headerr", "headerf", "footer", "footerl",
     "footerr", "footerf", "footnote", "annotation", "xe", "tc", "rxe", "listtable", "listoverridetable", "rsidtbl",
     "generator", "filetbl", "revtbl", "ftnsep", "ftnsepc", "aftnsep", "aftnsepc", "nonshppict")
)  # fmt: skip
HEADING = re.compile(r"(?:(?:heading|标题) ([1-9])|title|标题);", re.I)
HEADED = 120  # characters; a longer paragraph is no heading, whatever its style
TINY = 4  # half points; smaller letters are not for reading
FALSE = 0


@dataclass(frozen=True)
class _Look:
    """How text of a group looks, and whether it is read at all."""

    unread: bool = False
    hidden: bool = False
    deleted: bool = False
    tiny: bool = False
    color: int = 0
    shaded: bool = False
    styles: bool = False  # inside the table of styles
    colors: bool = False  # inside the table of colours
    number: bool = False  # the number that stands before a paragraph, with properties of its own


def read_rtf(path: Path) -> ParsedFile:
    """Blocks of the document's text. Raises ``ReadError``."""
    walker = _RtfWalker()
    try:
        for token in RtfTokens(path.read_bytes()):
            walker.take(token)
    except ValueError as error:
        raise ReadError(f"it is damaged or hostile ({error}); {ADVICE}") from None
    blocks = walker.finish()
    if not blocks:
        raise ReadError(f"it has no text; {ADVICE}")
    return ParsedFile(tuple(blocks))


class _RtfWalker:
    """Makes blocks of tokens; ``_line`` is the paragraph, ``_cells`` the table row that is being read."""

    def __init__(self) -> None:
        self._blocks: list[TextBlock] = []
        self._look, self._stack = _Look(), list[_Look]()
        self._line: list[str] = []
        self._level = self._style = 0
        self._levels: dict[int, int] = {}  # of headings, by style
        self._style_name: list[str] = []
        self._white: set[int] = set()
        self._colors, self._rgb = 0, list[int]()
        self._in_table = self._header = self._row_shaded = False
        self._ends: list[EdgedCell] = []  # of the cells that the row will have, without their text
        self._end = EdgedCell("")
        self._cells: list[str] = []
        self._rows: list[list[EdgedCell]] = []
        self._headers = 0  # rows at the table's top that are marked as its header

    def take(self, token: RtfToken) -> None:
        if token.kind == "open":
            self._stack.append(self._look)
        elif token.kind == "close":
            self._look = self._stack.pop()
        elif token.kind == "text":
            self._text(token.text)
        elif self._look.styles or self._look.colors:
            self._definition(token.text, token.number)
        else:
            self._word(token.text, token.number)

    def finish(self) -> list[TextBlock]:
        self._end_paragraph()
        self._end_table()
        return self._blocks

    def _text(self, text: str) -> None:
        look = self._look
        if look.colors:
            for _ in range(text.count(";")):
                if self._rgb == [255, 255, 255]:
                    self._white.add(self._colors)
                self._colors, self._rgb = self._colors + 1, []
        elif look.styles:
            self._style_name.append(text)
            if text.endswith(";"):
                self._end_style()
        elif not (look.unread or look.hidden or look.deleted or look.tiny or self._is_white()):
            self._line.append(text)

    def _is_white(self) -> bool:
        return self._look.color in self._white and not (self._look.shaded or self._row_shaded)

    def _definition(self, word: str, number: int | None) -> None:
        """A word inside the table of styles or colours."""
        if word in ("red", "green", "blue"):
            self._rgb.append(number or 0)
        elif word == "s":
            self._style = number or 0
        elif word == "outlinelevel" and number is not None and number < 9:
            self._levels[self._style] = number + 1

    def _end_style(self) -> None:
        match = HEADING.fullmatch("".join(self._style_name).strip())
        if match and self._style:
            self._levels.setdefault(self._style, int(match[1] or 1))
        self._style_name, self._style = [], 0

    def _word(self, word: str, number: int | None) -> None:
        if word in UNREAD:
            self._look = replace(self._look, unread=True)
        elif word == "stylesheet":
            self._look, self._style = replace(self._look, styles=True), 0
        elif word == "colortbl":
            self._look = replace(self._look, colors=True)
        elif word in ("listtext", "pntext"):
            self._look = replace(self._look, number=True)
        elif self._look.unread:
            return
        elif word in ("par", "sect", "page", "line"):
            self._end_line()
        elif word in ("pard", "s", "outlinelevel", "intbl"):
            self._paragraph_property(word, number)
        elif word in ("cell", "nestcell", "row", "trowd", "cellx", "trhdr", "clmrg", "clvmrg", "clcbpat"):
            self._table_word(word, number)
        else:
            self._character_property(word, number)

    def _paragraph_property(self, word: str, number: int | None) -> None:
        if self._look.number:
            return
        if word == "pard":
            self._level, self._in_table = 0, False
            self._look = replace(self._look, shaded=False)
        elif word == "s":
            self._level = self._levels.get(number or 0, 0)
        elif word == "intbl":
            self._in_table = True
        elif number is not None and number < 9:
            self._level = number + 1

    def _character_property(self, word: str, number: int | None) -> None:
        look, on = self._look, number != FALSE
        if word == "plain":
            self._look = replace(look, hidden=False, deleted=False, tiny=False, color=0)
        elif word == "v":
            self._look = replace(look, hidden=on)
        elif word == "deleted":
            self._look = replace(look, deleted=on)
        elif word == "fs":
            self._look = replace(look, tiny=(number or 24) <= TINY)
        elif word == "cf":
            self._look = replace(look, color=number or 0)
        elif word in ("highlight", "chcbpat", "cbpat"):
            self._look = replace(look, shaded=bool(number))

    def _table_word(self, word: str, number: int | None) -> None:
        if word == "trowd":
            self._ends, self._end, self._header, self._row_shaded = [], EdgedCell(""), False, False
        elif word == "cellx":
            self._ends.append(replace(self._end, right=number))
            self._end = EdgedCell("")
        elif word == "trhdr":
            self._header = True
        elif word == "clcbpat":
            self._row_shaded = True
        elif word == "clmrg":
            self._end = replace(self._end, left=True)
        elif word == "clvmrg":
            self._end = replace(self._end, above=True)
        elif word == "cell":
            self._cells.append(clean(" ".join("".join(self._line).split())))
            self._line = []
        elif word == "nestcell":
            self._line.append(" ")
        elif word == "row":
            self._end_row()

    def _end_row(self) -> None:
        ends = [*self._ends, *[EdgedCell("")] * len(self._cells)]
        row = [replace(end, text=text) for end, text in zip(ends, self._cells, strict=False)]
        self._cells = []
        if row:
            self._headers += self._header and self._headers == len(self._rows)
            self._rows.append(row)

    def _end_line(self) -> None:
        if self._in_table:
            self._line.append(" ")
        else:
            self._end_paragraph()

    def _end_paragraph(self) -> None:
        text, self._line = clean("".join(self._line)), []
        if not text:
            return
        self._end_table()
        level = self._level if len(text) <= HEADED else 0
        kind = BlockType.ITEM if starts_item(text) else BlockType.PARAGRAPH
        self._blocks.append(TextBlock(text, BlockType.HEADING if level else kind, level))

    def _end_table(self) -> None:
        rows, headers = self._rows, self._headers
        self._rows, self._headers = [], 0
        if all(len(row) < 2 for row in rows):  # a frame around text
            self._blocks += [TextBlock(cell.text) for row in rows for cell in row if cell.text]
        else:
            self._blocks += table_blocks(grid_of(rows, headers))
