"""Blocks to sections: the path of headings, chapters, articles and numbered points above each block."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from knowledge.models import Section
from knowledge.readers.structure.blocks import Block, Form, close_up
from knowledge.readers.structure.outline import ANNEX, ANNEX_LINE, ANNEX_START, ARTICLE, INSTRUMENT, Mark, mark_of
from knowledge.text.dates import only_a_day

LABEL = 80  # characters of a heading that go into a path
PROSE = 60  # characters from which a numbered paragraph is a part of its own, not an item of a list
CONTENTS = re.compile(r"^(?:目\s*[录次]|(?:Table of )?Contents)$|[.．…·]{3,}\s*\d{1,4}$", re.I)
SIGNED = re.compile(r"^[\u4e00-\u9fff（） ]{3,40}(?:局|厅|部|委|委员会|政府|办公室|学院|中心|协会)$")


@dataclass(frozen=True)
class _Step:
    rank: int
    label: str
    article: bool = False


class _Builder:
    def __init__(self) -> None:
        self.sections: list[Section] = []
        self._steps: list[_Step] = []
        self._lines: list[str] = []
        self._page: int | None = None
        self._heading = ""  # of a part that has had no text yet
        self.listing: int | None = None  # the rank of the numbered item just added, if it was one

    def enter(self, step: _Step, page: int | None, *, said: str = "") -> None:
        """Begin a part below the last one of lower rank; ``said`` is its first line."""
        rank, label = step.rank, step.label[:LABEL]
        deeper = bool(self._steps) and self._steps[-1].rank < rank
        self.close(keep_heading=not deeper)
        while self._steps and self._steps[-1].rank >= rank:
            self._steps.pop()
        self._steps.append(replace(step, label=label))
        self._heading = "" if said else label
        self._page = page
        if said:
            self._lines.append(said)

    def add(self, block: Block) -> None:
        if self._lines and block.page != self._page and not self.article:
            self.close()
        if not self._lines:
            self._page = block.page
        self._lines.append(block.text)

    def rename(self, addition: str) -> None:
        """Lengthen the label of the part just entered."""
        step = self._steps[-1]
        self._steps[-1] = replace(step, label=f"{step.label} {addition}"[:LABEL])
        self._heading = self._steps[-1].label

    def leave(self) -> None:
        """Return to the top: what follows belongs to no part."""
        top = [step for step in self._steps if step.rank == ANNEX]
        if top != self._steps:
            self.close(keep_heading=True)
            self._steps = top

    def close(self, *, keep_heading: bool = False) -> None:
        if not self._lines and self._heading and keep_heading:
            self._lines.append(self._heading)  # a heading without any text is still something the document says
        if self._lines:
            path = tuple(step.label for step in self._steps)
            self.sections.append(Section(path, "\n".join(self._lines), self._page))
            self._heading = ""
        self._lines = []

    @property
    def waiting(self) -> bool:
        """Whether an annex has been entered and not been given its title yet."""
        return bool(self._steps) and not self._lines and ANNEX_LINE.match(self._steps[-1].label) is not None

    @property
    def article(self) -> bool:
        return any(step.article for step in self._steps)


def sections_of(blocks: Sequence[Block]) -> tuple[Section, ...]:
    """The sections of a document whose title has been taken off."""
    builder = _Builder()
    blocks = [block for block in blocks if not CONTENTS.match(block.text)]
    for index, block in enumerate(blocks):
        following = blocks[index + 1] if index + 1 < len(blocks) else None
        _place(builder, block, following)
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


def _place(builder: _Builder, block: Block, following: Block | None) -> None:
    text = block.text
    mark = None if block.form is Form.ROW else mark_of(text)
    if builder.waiting and _names_annex(block, mark):
        builder.rename(text)
    elif block.form is Form.HEADING:
        rank = ANNEX if ANNEX_START.match(text) else block.level
        label = mark.label if mark and mark.alone else close_up(text)
        builder.enter(_Step(rank, label, mark is not None and mark.rank == ARTICLE), block.page)
    elif ANNEX_LINE.match(text) and block.form is not Form.ROW and following is not None:
        builder.enter(_Step(ANNEX, close_up(text).rstrip("：:")), block.page)
    elif mark is not None and _opens(builder, mark, block, following):
        article = mark.rank == ARTICLE
        said = "" if mark.alone and not article else text
        builder.enter(_Step(mark.rank, mark.label, article), block.page, said=said)
    elif _begins_instrument(block, following):
        builder.enter(_Step(ANNEX, text), block.page)
    else:
        if _signs(block, following):
            builder.leave()
        builder.add(block)
        builder.listing = mark.rank if mark is not None else None
        return
    builder.listing = None


def _names_annex(block: Block, mark: Mark | None) -> bool:
    """Whether the block below 附件1 is that annex's title."""
    return len(block.text) <= LABEL and not block.text.endswith("。") and (mark is None or block.form is Form.HEADING)


def _opens(builder: _Builder, mark: Mark, block: Block, following: Block | None) -> bool:
    """Whether a numbered beginning opens a part rather than being an item of a list."""
    if mark.rank <= ARTICLE:
        return True
    if builder.article:
        return False
    if not mark.alone:
        return len(block.text) >= PROSE
    if following is None or following.form is Form.HEADING or builder.listing == mark.rank:
        return False
    beside = mark_of(following.text)
    return beside is None or beside.rank > mark.rank


def _begins_instrument(block: Block, following: Block | None) -> bool:
    """A line that only names a regulation, above its first chapter or article."""
    if following is None or block.form is not Form.PARAGRAPH or not INSTRUMENT.match(block.text):
        return False
    mark = mark_of(following.text)
    return mark is not None and mark.label.startswith(("第一", "一、")) and mark.rank <= 50


def _signs(block: Block, following: Block | None) -> bool:
    """The issuer's line above the date, or the date: the text's end."""
    if block.form is Form.ROW:
        return False
    if only_a_day(block.text):
        return True
    return following is not None and bool(SIGNED.match(block.text)) and only_a_day(following.text) is not None
