"""An answer as people read it: HTML parts for Telegram, plain text for a terminal."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator

from bot.answer import Answer, Block, BlockKind
from bot.presentation.messages import message
from bot.presentation.source_list import SourceLine, number_of, source_lines

MOST_UNITS = 4096  # UTF-16 code units of a message; markup is counted too, to be on the safe side
LONGEST_ADDRESS = 1000
LARGEST_ESCAPE = 5  # "&amp;"
BREAKS = (
    re.compile(r"(?<=\n)"),  # paragraphs, items, rows
    re.compile(r"(?<=[。！？；!?;])|(?<=\.)(?=\s)"),  # sentences
    re.compile(r"(?<=[\s，、：])"),  # words
)
UNSENDABLE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
MARKUP = {
    BlockKind.SAY: ("", ""),
    BlockKind.ROW: ("", ""),
    BlockKind.QUOTE: ("<blockquote>", "</blockquote>"),
    BlockKind.NOTE: ("<i>", "</i>"),
}


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
    blocks = [_plain_block(answer, block) for block in answer.blocks]
    sources = [f"{line.number}. {line.text}{_address(line)}" for line in source_lines(answer)]
    if sources:
        blocks.append("\n".join([message("answer.sources", answer.language), *sources]))
    choices = [f"[{number}] {choice.label}" for number, choice in enumerate(answer.choices, 1)]
    return _sendable("\n\n".join(filter(None, [*blocks, "\n".join(choices)])))


def units(text: str) -> int:
    """Length in UTF-16 code units, as Telegram counts."""
    return len(text) + sum(character > "\uffff" for character in text)


def _pieces(answer: Answer) -> Iterator[tuple[str, str]]:
    """What separates a piece of HTML from the one before it, and the piece."""
    for block in answer.blocks:
        before, after = MARKUP[block.kind]
        for text in _cut(_marked(answer, block), MOST_UNITS - len(before) - len(after)):
            yield "\n" if block.kind is BlockKind.ROW else "\n\n", f"{before}{_escaped(text)}{after}"
    heading = f"<b>{_escaped(message('answer.sources', answer.language))}</b>\n"
    for line in source_lines(answer):
        yield ("\n\n", heading + _source(line)) if line.number == 1 else ("\n", _source(line))


def _source(line: SourceLine) -> str:
    text = _escaped(_sendable(line.text))
    if line.address is None or len(html.escape(line.address)) > LONGEST_ADDRESS:
        return f"{line.number}. {text}"
    return f'{line.number}. <a href="{html.escape(_sendable(line.address))}">{text}</a>'


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
    """Pieces of ``text`` that fit into ``room`` units once they are escaped."""
    piece, size = "", 0
    for fragment in _fragments(text, room):
        more = units(_escaped(fragment))
        if size + more > room:
            yield piece.strip()
            piece, size = "", 0
        piece, size = piece + fragment, size + more
    if piece.strip():
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


def _escaped(text: str) -> str:
    return html.escape(text, quote=False)


def _sendable(text: str) -> str:
    return UNSENDABLE.sub("", text)
