"""Markdown and plain text."""

from __future__ import annotations

from markdown_it import MarkdownIt

from knowledge.readers.errors import ReadError
from knowledge.readers.formats.front_matter import split_front_matter
from knowledge.readers.formats.html import parse
from knowledge.readers.formats.html_walker import SOFT_BREAK, blocks_of
from knowledge.readers.structure.blocks import BlockType, ParsedFile, TextBlock
from knowledge.readers.structure.outline import starts_item
from knowledge.readers.structure.paragraphs import paragraphs, runs_between_blank_lines
from knowledge.text.characters import clean


def read_markdown(text: str) -> ParsedFile:
    """Blocks and front matter of a Markdown file. Raises ``ReadError``."""
    fields, body = split_front_matter(text)
    # Indented lines are how Chinese text begins a paragraph, not code.
    parser = MarkdownIt("commonmark", {"html": True}).enable("table").disable("code")
    parser.add_render_rule("softbreak", _soft_break)
    tree = parse(parser.render(body))
    blocks = blocks_of(tree.body) if tree.body is not None else []
    if not blocks:
        raise ReadError("it has no text")
    return ParsedFile(tuple(blocks), fields or {}, has_front_matter=fields is not None)


def read_text(text: str) -> ParsedFile:
    """Blocks of a plain text file: blank lines end a paragraph, and so do numbered beginnings. Raises ``ReadError``."""
    fields, body = split_front_matter(text)
    blocks = []
    for run in runs_between_blank_lines(body):
        for paragraph in paragraphs(run):
            block_type = BlockType.ITEM if starts_item(paragraph) else BlockType.PARAGRAPH
            if clean(paragraph):
                blocks.append(TextBlock(clean(paragraph), block_type))
    if not blocks:
        raise ReadError("it has no text")
    return ParsedFile(tuple(blocks), fields or {}, has_front_matter=fields is not None)


def _soft_break(*_: object) -> str:
    return SOFT_BREAK
