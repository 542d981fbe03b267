"""Blocks to sections: the path of headings, chapters, articles and numbered points above each block."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from knowledge.models import Grid, Section
from knowledge.readers.structure.blocks import BlockType, TextBlock, close_up
from knowledge.readers.structure.outline import (
    ANNEX,
    ANNEX_LINE,
    ANNEX_START,
    ARTICLE,
    INSTRUMENT,
    NumberingMark,
    numbering_mark,
)
from knowledge.text.dates import only_a_day

LABEL = 80  # characters of a heading that go into a path
PROSE = 60  # characters from which a numbered paragraph is a part of its own, not an item of a list
SIGNED = re.compile(r"^[\u4e00-\u9fff（） ]{3,40}(?:局|厅|部|委|委员会|政府|办公室|学院|中心|协会)$")


@dataclass(frozen=True)
class _Heading:
    """One step of a section's path. ``rank`` as in ``outline``: a lower one stands above; ``article``: of a law."""

    rank: int
    label: str
    article: bool = False


class _SectionBuilder:
    """Collects sections while blocks are added in reading order."""

    def __init__(self) -> None:
        self.sections: list[Section] = []
        self._headings: list[_Heading] = []
        self._lines: list[str] = []
        self._grids: list[Grid] = []
        self._page: int | None = None
        self._bare_heading = ""  # of a part that has had no text yet
        self.last_item_rank: int | None = None  # the rank of the numbered item just added, if it was one

    def enter(self, heading: _Heading, page: int | None, *, first_line: str = "") -> None:
        """Begin a part below the last one of lower rank; ``first_line`` is its first line."""
        rank, label = heading.rank, heading.label[:LABEL]
        deeper = bool(self._headings) and self._headings[-1].rank < rank
        self.close(keep_heading=not deeper)
        while self._headings and self._headings[-1].rank >= rank:
            self._headings.pop()
        self._headings.append(replace(heading, label=label))
        self._bare_heading = "" if first_line else label
        self._page = page
        if first_line:
            self._lines.append(first_line)

    def add(self, block: TextBlock) -> None:
        if self._lines and block.page != self._page and not self.in_article:
            self.close()
        if not self._lines:
            self._page = block.page
        self._lines.append(block.text)
        if block.grid is not None and not any(block.grid is grid for grid in self._grids):
            self._grids.append(block.grid)

    def rename(self, addition: str) -> None:
        """Lengthen the label of the part just entered."""
        heading = self._headings[-1]
        self._headings[-1] = replace(heading, label=f"{heading.label} {addition}"[:LABEL])
        self._bare_heading = self._headings[-1].label

    def leave(self) -> None:
        """Return to the top: what follows belongs to no part."""
        top = [heading for heading in self._headings if heading.rank == ANNEX]
        if top != self._headings:
            self.close(keep_heading=True)
            self._headings = top

    def close(self, *, keep_heading: bool = False) -> None:
        if not self._lines and self._bare_heading and keep_heading:
            self._lines.append(self._bare_heading)  # a heading without any text is still something the document says
        if self._lines:
            path = tuple(heading.label for heading in self._headings)
            self.sections.append(Section(path, "\n".join(self._lines), self._page, tuple(self._grids)))
            self._bare_heading = ""
        self._lines, self._grids = [], []

    @property
    def awaits_annex_title(self) -> bool:
        """Whether an annex has been entered and not been given its title yet."""
        return bool(self._headings) and not self._lines and ANNEX_LINE.match(self._headings[-1].label) is not None

    @property
    def in_article(self) -> bool:
        """Whether the current part is an article of a law or inside one."""
        return any(heading.article for heading in self._headings)


def sections_of(blocks: Sequence[TextBlock]) -> tuple[Section, ...]:
    """The sections of a document whose title has been taken off."""
    builder = _SectionBuilder()
    for index, block in enumerate(blocks):
        following = blocks[index + 1] if index + 1 < len(blocks) else None
        _add_block(builder, block, following)
    builder.close(keep_heading=True)
    return tuple(_without_contents(builder.sections))


def _without_contents(sections: Sequence[Section]) -> list[Section]:
    """Without the chapters of a table of contents: headings alone that come again with their text."""
    filled = {
        section.path[:depth]
        for section in sections
        if not _is_bare(section)
        for depth in range(1, len(section.path) + 1)
    }
    return [section for section in sections if not (_is_bare(section) and section.path in filled)]


def _is_bare(section: Section) -> bool:
    return bool(section.path) and section.text == section.path[-1]


def _add_block(builder: _SectionBuilder, block: TextBlock, following: TextBlock | None) -> None:
    text = block.text
    mark = None if block.type is BlockType.ROW else numbering_mark(text)
    if builder.awaits_annex_title and _names_annex(block, mark):
        builder.rename(text)
    elif block.type is BlockType.HEADING:
        rank = ANNEX if ANNEX_START.match(text) else block.level
        label = mark.label if mark and mark.alone else close_up(text)
        builder.enter(_Heading(rank, label, mark is not None and mark.rank == ARTICLE), block.page)
    elif ANNEX_LINE.match(text) and block.type is not BlockType.ROW and following is not None:
        builder.enter(_Heading(ANNEX, close_up(text).rstrip("：:")), block.page)
    elif mark is not None and _opens(builder, mark, block, following):
        article = mark.rank == ARTICLE
        first_line = "" if mark.alone and not article else text
        builder.enter(_Heading(mark.rank, mark.label, article), block.page, first_line=first_line)
    elif _begins_instrument(block, following):
        builder.enter(_Heading(ANNEX, text), block.page)
    else:
        if _signs(block, following):
            builder.leave()
        builder.add(block)
        builder.last_item_rank = mark.rank if mark is not None else None
        return
    builder.last_item_rank = None


def _names_annex(block: TextBlock, mark: NumberingMark | None) -> bool:
    """Whether the block below 附件1 is that annex's title."""
    return (
        len(block.text) <= LABEL and not block.text.endswith("。") and (mark is None or block.type is BlockType.HEADING)
    )


def _opens(builder: _SectionBuilder, mark: NumberingMark, block: TextBlock, following: TextBlock | None) -> bool:
    """Whether a numbered beginning opens a part rather than being an item of a list."""
    if mark.rank <= ARTICLE:
        return True
    if builder.in_article:
        return False
    if not mark.alone:
        return len(block.text) >= PROSE
    if following is None or following.type is BlockType.HEADING or builder.last_item_rank == mark.rank:
        return False
    beside = numbering_mark(following.text)
    return beside is None or beside.rank > mark.rank


def _begins_instrument(block: TextBlock, following: TextBlock | None) -> bool:
    """A line that only names a regulation, above its first chapter or article."""
    if following is None or block.type is not BlockType.PARAGRAPH or not INSTRUMENT.match(block.text):
        return False
    mark = numbering_mark(following.text)
    return mark is not None and mark.label.startswith(("第一", "一、")) and mark.rank <= 50


def _signs(block: TextBlock, following: TextBlock | None) -> bool:
    """The issuer's line above the date, or the date: the text's end."""
    if block.type is BlockType.ROW:
        return False
    if only_a_day(block.text):
        return True
    return following is not None and bool(SIGNED.match(block.text)) and only_a_day(following.text) is not None
