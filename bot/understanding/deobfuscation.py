"""Other readings of a question that hides its words: encoded, spelt backwards, spaced out, in look-alike letters."""

from __future__ import annotations

import base64
import binascii
import codecs
import re
import unicodedata
from collections.abc import Iterator
from urllib.parse import unquote

BASE64 = re.compile(r"[A-Za-z0-9+/_-]{16,}={0,2}")
HEX = re.compile(r"(?:[0-9a-fA-F]{2}[ :]?){10,}")
ESCAPES = re.compile(r"(?:\\u[0-9a-fA-F]{4}){4,}|(?:\\x[0-9a-fA-F]{2}){8,}")
BITS = re.compile(r"(?:[01]{8}\s?){8,}")
SPACED = re.compile(r"\b(?:\w[\s.\-_*|]){5,}\w\b")
ENDS = 600  # characters at either end of a text that are read backwards: of what stands between nothing is looked up
LOOK_ALIKE = str.maketrans("аеорсухіјѕԁһӏоɡαεικνοτυωβ", "aeopcyxijsdhlogaeiknotuwb")
LEET = str.maketrans("013457@$!", "oieastasi")


def readings(text: str) -> Iterator[str]:
    """``text`` itself and whatever else it can be read as. Bounded work for any input."""
    yield text
    sane = unicodedata.normalize("NFKC", text)[:4000]
    yield from _decoded(sane)
    yield sane.translate(LOOK_ALIKE)
    yield "".join(each for each in unicodedata.normalize("NFKD", sane) if not unicodedata.combining(each))
    if "%" in sane:
        yield unquote(sane)
    if SPACED.search(sane):
        yield SPACED.sub(lambda match: re.sub(r"[\s.\-_*|]", "", match[0]), sane)
    if sane.isascii():
        yield sane[::-1]
        yield codecs.decode(sane, "rot13")
        yield sane.lower().translate(LEET)
    else:
        yield (sane if len(sane) <= 2 * ENDS else f"{sane[:ENDS]}。{sane[-ENDS:]}")[::-1]


def encoded(text: str) -> bool:
    """Whether most of ``text`` is something encoded that reads as words."""
    return any(len(found) >= 8 for found in _decoded(text[:4000])) and not re.search(
        r"\w \w+ \w|[\u4e00-\u9fff]{4}", text
    )


def _decoded(text: str) -> Iterator[str]:
    for match in BASE64.finditer(text):
        yield from _readable(_from_base64(match[0]))
    for match in HEX.finditer(text):
        yield from _readable(bytes.fromhex(re.sub(r"[ :]", "", match[0])[: len(match[0]) // 2 * 2]))
    for match in ESCAPES.finditer(text):
        yield from _readable(codecs.decode(match[0], "unicode_escape").encode("utf-8", "replace"))
    for match in BITS.finditer(text):
        yield from _readable(bytes(int(each, 2) for each in re.findall(r"[01]{8}", match[0])))


def _from_base64(text: str) -> bytes:
    body = text.rstrip("=").translate(str.maketrans("-_", "+/"))
    try:
        return base64.b64decode(body + "=" * (-len(body) % 4))
    except binascii.Error:
        return b""


def _readable(content: bytes) -> Iterator[str]:
    """Bytes as text, if they are text."""
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError:
        return
    if len(text) >= 4 and all(each.isprintable() or each.isspace() for each in text):
        yield text
