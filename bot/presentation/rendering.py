"""An answer as people read it: HTML parts for Telegram, plain text for a terminal."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Sequence

from bot.answer import Answer, Block, BlockKind
from bot.presentation.choice_numbers import choice_lines
from bot.presentation.messages import message
from bot.presentation.source_list import SourceLine, number_of, source_lines

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
LONG_QUOTE = 700  # characters, more than a screen: shown folded, and a tap unfolds it
FOLDED = ("<blockquote expandable>", "</blockquote>")


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
    sources = [f"{line.number}. {line.text}{_address(line)}" for line in source_lines(answer)]
    listed = "\n".join([message("answer.sources", answer.language), *sources]) if sources else ""
    return _sendable("\n\n".join(filter(None, [text, listed, "\n".join(choice_lines(answer))])))


def label_shown(label: str) -> str:
    """The words of a button, no longer than a phone has room for; dots where nobody would see any."""
    shown = _sendable(label).strip()[:LONGEST_LABEL]
    return shown if _is_seen(shown) else "…"


def units(text: str) -> int:
    """Length in UTF-16 code units, as Telegram counts."""
    return len(text) + sum(character > "\uffff" for character in text)


def _pieces(answer: Answer) -> Iterator[tuple[str, str]]:
    """What separates a piece of HTML from the one before it, and the piece."""
    for gap, block in _spaced(answer.blocks):
        before, after = _around(block)
        for number, text in enumerate(_cut(_marked(answer, block), MOST_UNITS - len(before) - len(after) - BOLD)):
            yield "\n\n" if number else gap, f"{before}{_markup(text, block)}{after}"
    lines = source_lines(answer)
    if len(lines) == 1 and _is_list(answer.blocks):  # the table, behind the day as of which its rows hold
        yield " ", _escaped(message("lists.source", answer.language)) + _source(lines[0])
        return
    heading = f"<b>{_escaped(message('answer.sources', answer.language))}</b>\n"
    for line in lines:
        gap, before = ("\n\n", heading) if line.number == 1 else ("\n", "")
        yield gap, f"{before}{line.number}. {_source(line)}"


def _around(block: Block) -> tuple[str, str]:
    return FOLDED if block.kind is BlockKind.QUOTE and len(block.text) > LONG_QUOTE else MARKUP[block.kind]


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


def _is_list(blocks: Sequence[Block]) -> bool:
    """Whether rows are shown, and notes alone stand below them."""
    kinds = [block.kind for block in blocks]
    return BlockKind.ROW in kinds and kinds[-1] is BlockKind.NOTE and BlockKind.QUOTE not in kinds


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
