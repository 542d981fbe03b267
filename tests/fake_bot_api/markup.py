"""Telegram's HTML, as strictly as its own parser reads it (td/telegram/MessageEntity.cpp, parse_html)."""

from __future__ import annotations

import re
from dataclasses import dataclass

TAGS = frozenset(
    [
        "a",
        "b",
        "strong",
        "i",
        "em",
        "s",
        "strike",
        "del",
        "u",
        "ins",
        "tg-spoiler",
        "tg-emoji",
        "tg-time",
        "span",
        "pre",
        "code",
        "blockquote",
    ]
)
NAMED = {"lt": "<", "gt": ">", "amp": "&", "quot": '"'}
ENTITY = re.compile(r"&(?:#(\d{1,7});?|#x([0-9a-fA-F]{1,6});?|(lt|gt|amp|quot);?)")
ATTRIBUTE = re.compile(r"""\s+([a-zA-Z0-9\-]+)(?:=(?:"([^"]*)"|'([^']*)'|([a-zA-Z0-9.\-]+)))?""")


class MarkupError(Exception):
    """What Telegram says of markup that it refuses."""


@dataclass(frozen=True)
class Parsed:
    """The text that the user reads, and its entities (offsets and lengths in UTF-16 units)."""

    text: str
    entities: tuple[dict[str, object], ...]


def units(text: str) -> int:
    """Length as Telegram counts it, in UTF-16 units."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def parse_html(source: str) -> Parsed:
    """The text behind the markup; raises ``MarkupError`` with Telegram's words."""
    written: list[str] = []
    entities: list[dict[str, object]] = []
    open_tags: list[tuple[str, dict[str, str], int, int]] = []
    place = 0
    while place < len(source):
        if source[place] == "<":
            place = _tag(source, place, written, entities, open_tags)
            continue
        match = ENTITY.match(source, place) if source[place] == "&" else None
        written.append(_character(match) if match else source[place])
        place = match.end() if match else place + 1
    if open_tags:
        raise MarkupError(f'Can\'t find end tag corresponding to start tag "{open_tags[-1][0]}"')
    return Parsed("".join(written), tuple(sorted(entities, key=lambda entity: int(str(entity["offset"])))))


def _character(match: re.Match[str]) -> str:
    decimal, hexadecimal, named = match.groups()
    if named:
        return NAMED[named]
    return chr(int(decimal) if decimal else int(hexadecimal, 16))


def _tag(
    source: str,
    place: int,
    written: list[str],
    entities: list[dict[str, object]],
    open_tags: list[tuple[str, dict[str, str], int, int]],
) -> int:
    offset = len(source[:place].encode("utf-8", "surrogatepass"))
    if source.startswith("</", place):
        end = source.find(">", place)
        name = source[place + 2 : end if end >= 0 else len(source)].strip().lower()
        if not open_tags:
            raise MarkupError(f"Unexpected end tag at byte offset {offset}")
        if end < 0:
            raise MarkupError(f"Unclosed end tag at byte offset {offset}")
        opened, attributes, start, _ = open_tags.pop()
        if name and name != opened:
            raise MarkupError(f'Unmatched end tag at byte offset {offset}, expected "</{opened}>", found "</{name}>"')
        _entity(opened, attributes, start, "".join(written), entities)
        return end + 1
    name = re.compile(r"[^\s>]*").match(source, place + 1).group().lower()  # type: ignore[union-attr]
    if name not in TAGS:
        raise MarkupError(f'Unsupported start tag "{name}" at byte offset {offset}')
    attributes, end = _attributes(source, place + 1 + len(name), offset)
    if name == "span" and attributes.get("class") != "tg-spoiler":
        raise MarkupError(f'Tag "span" must have class "tg-spoiler" at byte offset {offset}')
    open_tags.append((name, attributes, units("".join(written)), offset))
    return end


def _attributes(source: str, place: int, offset: int) -> tuple[dict[str, str], int]:
    found: dict[str, str] = {}
    while match := ATTRIBUTE.match(source, place):
        value = next((part for part in match.groups()[1:] if part is not None), "")
        found[match.group(1).lower()] = ENTITY.sub(_character, value)
        place = match.end()
    rest = re.compile(r"\s*>").match(source, place)
    if not rest:
        raise MarkupError(f"Unclosed start tag at byte offset {offset}")
    return found, rest.end()


def _entity(name: str, attributes: dict[str, str], start: int, text: str, entities: list[dict[str, object]]) -> None:
    kinds = {"b": "bold", "strong": "bold", "i": "italic", "em": "italic", "u": "underline", "ins": "underline"}
    kinds |= {"s": "strikethrough", "strike": "strikethrough", "del": "strikethrough", "a": "text_link"}
    length = units(text) - start
    if length <= 0:
        return
    entity: dict[str, object] = {"type": kinds.get(name, name), "offset": start, "length": length}
    if name == "blockquote" and "expandable" in attributes:
        entity["type"] = "expandable_blockquote"
    if name == "a":
        entity["url"] = attributes.get("href", "")
    entities.append(entity)
