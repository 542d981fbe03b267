"""Rich text (RTF) to tokens: control words, groups, and text decoded by the code page of its font."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import NamedTuple

from knowledge.readers.encoding import NEWER_GB18030

TOKEN = re.compile(
    rb"\\([a-zA-Z]{1,32})(-?\d{1,10})?+ ?|\\'([0-9a-fA-F]{2})|\\([^a-zA-Z])|([{}])|([\r\n\x00]++)|([^\\{}\r\n\x00]++)",
    re.S,
)
CHARSETS = {
    77: "mac_roman", 128: "cp932", 129: "cp949", 134: "gb18030", 136: "big5hkscs", 161: "cp1253", 162: "cp1254",
    163: "cp1258", 177: "cp1255", 178: "cp1256", 186: "cp1257", 204: "cp1251", 222: "cp874", 238: "cp1250",
}  # fmt: skip
PAGES = {936: "gb18030", 54936: "gb18030", 950: "big5hkscs", 932: "cp932", 949: "cp949", 65001: "utf-8"}
WESTERN = "cp1252"
DEPTH = 1_000  # groups within each other
CHARACTERS = {
    "emdash": "—", "endash": "–", "lquote": "‘", "rquote": "’", "ldblquote": "“", "rdblquote": "”", "bullet": "•",
    "tab": " ", "emspace": " ", "enspace": " ", "qmspace": " ",
}  # fmt: skip


class RtfToken(NamedTuple):
    """``kind``: "text", "word", "open" or "close"; ``number`` is a word's, None where it has none."""

    kind: str
    text: str = ""
    number: int | None = None


@dataclass(frozen=True)
class _CodePageState:
    """What decides how bytes are read; each group has its own."""

    font: int | None = None
    skipped: int = 1  # characters after \\u that repeat it for old readers
    in_fonts: bool = False


class RtfTokens:
    """Iterates over the tokens of ``content``. Raises ``ValueError`` when groups nest more than 1,000 deep."""

    def __init__(self, content: bytes) -> None:
        self._content = content
        self._page = WESTERN
        self._fonts: dict[int, str] = {}
        self._default_font: int | None = None
        self._state = _CodePageState()
        self._stack: list[_CodePageState] = []
        self._bytes = bytearray()
        self._units: list[int] = []  # UTF-16, since characters beyond the first plane come in two \\u
        self._skip = 0

    def __iter__(self) -> Iterator[RtfToken]:
        position = 0
        while match := TOKEN.match(self._content, position):
            position = match.end()
            word, number, code, symbol, brace, _, plain = match.groups()
            if word is not None:
                value = None if number is None else int(number)
                if word == b"bin":
                    position += max(0, value or 0)
                yield from self._word(word.decode("ascii"), value)
            elif code is not None:
                yield from self._add(bytes((int(code, 16),)))
            elif symbol is not None:
                yield from self._symbol(symbol)
            elif brace is not None:
                yield from self._brace(brace)
            elif plain is not None:
                yield from self._add(plain)
        yield from self._flush()

    def _add(self, content: bytes) -> Iterator[RtfToken]:
        kept, self._skip = content[self._skip :], max(0, self._skip - len(content))
        if kept and self._units:
            yield RtfToken("text", "".join(self._unicode()))
        self._bytes += kept

    def _word(self, word: str, number: int | None) -> Iterator[RtfToken]:
        if word == "u" and number is not None:
            if self._bytes:
                yield from self._flush()
            self._units.append(number & 0xFFFF)
            self._skip = self._state.skipped
            return
        self._skip = 0
        yield from self._flush()
        self._note(word, number or 0)
        if word in CHARACTERS:
            yield RtfToken("text", CHARACTERS[word])
        else:
            yield RtfToken("word", word, number)

    def _note(self, word: str, number: int) -> None:
        """A word that decides how bytes are read from here on."""
        if word == "uc":
            self._state = replace(self._state, skipped=max(0, min(number, 100)))
        elif word == "ansicpg":
            page = PAGES.get(number, f"cp{number}")
            self._page = page if _is_known(page) else WESTERN
        elif word == "deff":
            self._default_font = number
        elif word in ("f", "plain"):
            self._state = replace(self._state, font=number if word == "f" else None)
        elif word == "fonttbl":
            self._state = replace(self._state, in_fonts=True)
        elif word == "fcharset" and self._state.in_fonts and self._state.font is not None:
            self._fonts[self._state.font] = CHARSETS.get(number, "")

    def _symbol(self, symbol: bytes) -> Iterator[RtfToken]:
        if symbol in b"\\{}":
            yield from self._add(symbol)
            return
        yield from self._flush()
        self._skip = 0
        if symbol in b"\r\n":
            yield RtfToken("word", "par")
        elif symbol in b"~":
            yield RtfToken("text", " ")
        elif symbol in b"_":
            yield RtfToken("text", "-")
        elif symbol == b"*":
            yield RtfToken("word", "*")

    def _brace(self, brace: bytes) -> Iterator[RtfToken]:
        yield from self._flush()
        self._skip = 0
        if brace == b"{":
            if len(self._stack) >= DEPTH:
                raise ValueError(f"groups nest more than {DEPTH} deep")
            self._stack.append(self._state)
            yield RtfToken("open")
        elif self._stack:
            self._state = self._stack.pop()
            yield RtfToken("close")

    def _flush(self) -> Iterator[RtfToken]:
        text = "".join(self._unicode())
        if self._bytes:
            content, self._bytes = bytes(self._bytes), bytearray()
            text += _decoded(content, self._encoding(), self._page)
        if text:
            yield RtfToken("text", text)

    def _unicode(self) -> Iterator[str]:
        units, self._units = self._units, []
        if units:
            content = b"".join(unit.to_bytes(2, "little") for unit in units)
            yield content.decode("utf-16-le", "replace")

    def _encoding(self) -> str:
        font = self._default_font if self._state.font is None else self._state.font
        return (self._fonts.get(font, "") if font is not None else "") or self._page


def _decoded(content: bytes, encoding: str, page: str) -> str:
    """By the font's code page; a font that says nothing may stand before bytes of the file's own."""
    for name in (encoding, page):
        try:
            text = content.decode(name)
        except UnicodeDecodeError:
            continue
        return text.translate(NEWER_GB18030) if name == "gb18030" else text
    return content.decode(WESTERN if encoding == page else encoding, "replace")


def _is_known(encoding: str) -> bool:
    try:
        b"".decode(encoding)
    except LookupError:
        return False
    return True
