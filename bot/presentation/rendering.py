"""An answer as people read it: HTML parts for Telegram, plain text for a terminal."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Sequence

from bot.answer import Answer, Block, BlockKind
from bot.presentation.choice_numbers import choice_lines
from bot.presentation.messages import message
from bot.presentation.source_list import SourceLine, number_of, source_lines
from bot.presentation.source_names import columns
from knowledge.text.characters import units

MOST_UNITS = 4096  # UTF-16 code units of a message; markup is counted too, to be on the safe side
LONGEST_ADDRESS = 1000
LARGEST_ESCAPE = 5  # "&amp;"
BOLD = len("<b></b>")
BREAKS = (
    re.compile(r"(?<=\n)"),  # paragraphs, items, rows
    re.compile(r"(?<=[。！？；!?;])|(?<=\.)(?=\s)"),  # sentences
    re.compile(r"(?<=[\s，、：])"),  # words
)
UNSENDABLE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
# Blanks and what has no width: a message or a button of these alone is empty to Telegram, which refuses it.
UNSEEN = re.compile(r"[\s\u180e\u200b-\u200f\u2060-\u2064\u2800\ufeff\ufffc\U000e0000-\U000e007f]*")
LONGEST_LABEL = 60
MARKUP = {
    BlockKind.SAY: ("", ""),
    BlockKind.ROW: ("", ""),
    BlockKind.QUOTE: ("<blockquote>", "</blockquote>"),
    BlockKind.NOTE: ("<i>", "</i>"),
}
LONG_QUOTE = ("<blockquote expandable>", "</blockquote>")  # a phone shows its first lines until it is tapped
MOST_LINES, COLUMNS = 10, 44  # lines of a quote that is shown whole; columns of one, a Chinese character takes two


def telegram_parts(answer: Answer) -> list[str]:
    """``answer`` as one or more messages in Telegram's HTML, each at most 4096 UTF-16 units with every tag closed.

    Cut between blocks; a block that is too long for one message between paragraphs, else sentences, else words.
    """
    parts = [""]
    for gap, piece in _pieces(answer):
        together = f"{parts[-1]}{gap}{piece}" if parts[-1] else piece
        if units(together) <= MOST_UNITS:
            parts[-1] = together
        else:
            parts.append(piece)
    return parts


def plain(answer: Answer) -> str:
    """``answer`` for a terminal: quotes marked at the margin, sources with their addresses, choices numbered."""
    text = "".join(f"{gap}{_plain_block(answer, block)}" for gap, block in _spaced(answer.blocks))
    lines = source_lines(answer)
    texts = [f"{line.text}{_address(line)}" for line in lines]
    sources = "\n".join(_under_heading(lines, texts, message(_heading(lines), answer.language)))
    return _sendable("\n\n".join(filter(None, [text, sources, "\n".join(choice_lines(answer))])))


def label_shown(label: str) -> str:
    """The words of a button, no longer than a phone has room for; dots where nobody would see any."""
    shown = _sendable(label).strip()[:LONGEST_LABEL]
    return shown if _is_seen(shown) else "…"


def _pieces(answer: Answer) -> Iterator[tuple[str, str]]:
    """What separates a piece of HTML from the one before it, and the piece."""
    for gap, block in _spaced(answer.blocks):
        long = block.kind is BlockKind.QUOTE and _lines(block.text) > MOST_LINES
        before, after = LONG_QUOTE if long else MARKUP[block.kind]
        for number, text in enumerate(_cut(_marked(answer, block), MOST_UNITS - len(before) - len(after) - BOLD)):
            yield "\n\n" if number else gap, f"{before}{_markup(text, block)}{after}"
    if lines := source_lines(answer):
        yield from _source_pieces(answer, lines)


def _source_pieces(answer: Answer, lines: Sequence[SourceLine]) -> Iterator[tuple[str, str]]:
    """The sources, close below the note that ends an answer; a single one behind it."""
    heading = _escaped(message(_heading(lines), answer.language))
    noted = bool(answer.blocks) and answer.blocks[-1].kind is BlockKind.NOTE
    gap = "\n\n" if not noted else " " if len(lines) == 1 else "\n"
    for text in _under_heading(lines, [_source(line) for line in lines], heading):
        yield gap, text
        gap = "\n"


def _heading(lines: Sequence[SourceLine]) -> str:
    return "answer.source" if len(lines) == 1 else "answer.sources"


def _under_heading(lines: Sequence[SourceLine], texts: Sequence[str], heading: str) -> list[str]:
    """One source behind the ``heading``; several below it, each with the number that stands at what it is of."""
    if len(lines) < 2:
        return [f"{heading}{text}" for text in texts]
    return [heading, *(f"[{line.number}] {text}" for line, text in zip(lines, texts, strict=True))]


def _spaced(blocks: Sequence[Block]) -> Iterator[tuple[str, Block]]:
    """The blocks, each with what stands before it: a blank line, or less in a list of rows, to fit on a phone."""
    last = max((place for place, block in enumerate(blocks) if block.kind is BlockKind.ROW), default=-1)
    for place, block in enumerate(blocks):
        pair = (blocks[place - 1].kind, block.kind)
        if not place:
            yield "", block
        elif place > last:
            near = " " if pair == (BlockKind.NOTE, BlockKind.NOTE) else "\n"
            yield near if last >= 0 and block.kind is BlockKind.NOTE else "\n\n", block
        else:
            apart = pair[0] is BlockKind.NOTE or (block.kind is BlockKind.ROW and pair[0] is not BlockKind.ROW)
            yield "\n\n" if apart or BlockKind.QUOTE in pair else "\n", block


def _markup(text: str, block: Block) -> str:
    """The HTML of a block's text; of a row of several lines the first is bold."""
    first, newline, rest = text.partition("\n")
    if block.kind is not BlockKind.ROW or not newline:
        return _escaped(text)
    return f"<b>{_escaped(first)}</b>\n{_escaped(rest)}"


def _source(line: SourceLine) -> str:
    text = _escaped(_sendable(line.text))
    if line.address is None or len(html.escape(line.address)) > LONGEST_ADDRESS:
        return text
    return f'<a href="{html.escape(_sendable(line.address))}">{text}</a>'


def _lines(text: str) -> int:
    """How many lines ``text`` takes on a phone."""
    return sum(max(1, -(-columns(line) // COLUMNS)) for line in text.split("\n"))


def _marked(answer: Answer, block: Block) -> str:
    """The text of a block, with the number of its source where there are several; rows go without."""
    number = number_of(answer, block.citation) if block.citation and block.kind is not BlockKind.ROW else 0
    return _sendable(block.text).strip() + (f" [{number}]" if number else "")


def _plain_block(answer: Answer, block: Block) -> str:
    text = _marked(answer, block)
    return "\n".join(f"  │ {line}" for line in text.split("\n")) if block.kind is BlockKind.QUOTE else text


def _address(line: SourceLine) -> str:
    return f"\n   {line.address}" if line.address else ""


def _cut(text: str, room: int) -> Iterator[str]:
    """Pieces of ``text`` that fit into ``room`` units once they are escaped, without those that show nothing."""
    piece, size = "", 0
    for fragment in _fragments(text, room):
        more = units(_escaped(fragment))
        if size + more > room:
            if _is_seen(piece):
                yield piece.strip()
            piece, size = "", 0
        piece, size = piece + fragment, size + more
    if _is_seen(piece):
        yield piece.strip()


def _fragments(text: str, room: int, level: int = 0) -> Iterator[str]:
    if units(_escaped(text)) <= room:
        yield text
    elif level < len(BREAKS):
        for part in filter(None, BREAKS[level].split(text)):
            yield from _fragments(part, room, level + 1)
    else:
        window = room // LARGEST_ESCAPE
        yield from (text[start : start + window] for start in range(0, len(text), window))


def _is_seen(text: str) -> bool:
    return UNSEEN.fullmatch(text) is None


def _escaped(text: str) -> str:
    return html.escape(text, quote=False)


def _sendable(text: str) -> str:
    return UNSENDABLE.sub("", text)
