"""Ways to reach or pay somebody that a text states, in whatever disguise, and what it demands or promises."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

import yaml

from knowledge.text.characters import INVISIBLE
from knowledge.text.dates import DATE
from knowledge.text.language import fold
from knowledge.text.numerals import DIGITS
from knowledge.text.typed_quantities import CAPITALS

_ENDINGS = "com|cn|net|org|me|gov|edu|cc|top|xyz|vip|io|app|info|hk|tw|co|ly|link|site|club|online|shop"
_SPOKEN = str.maketrans({**{letter: str(digit) for letter, digit in DIGITS.items()}, "幺": "1", "洞": "0", "拐": "7"})
_LETTERS = str.maketrans("oil|", "0111")
_SPELT = re.compile(rf"(?:[{''.join(DIGITS)}幺洞拐][ ,，.·-]{{0,2}}){{3,}}")
_UNDISGUISED = tuple(
    (re.compile(pattern), written)
    for pattern, written in (
        (r" ?(?:[(\[{] ?at ?[)\]}]|艾特|爱特|圈a|小老鼠) ?|(?<=[a-z0-9]) at (?=[a-z0-9-]+ ?(?:\.|点|dot))", "@"),
        (rf" ?(?:[(\[{{] ?(?:\.|dot|点) ?[)\]}}]|(?: dot |点|。)(?= ?(?:{_ENDINGS})(?![a-z]))) ?", "."),
        (rf"(?<=[a-z0-9]) ?\. ?(?=(?:{_ENDINGS})(?![a-z]))", "."),
        (r"\bhxxp", "http"),
        (r"(?<=[a-z0-9]) ?@ ?(?=[a-z0-9])", "@"),
    )
)
_MAIL = re.compile(r"[a-z0-9_.+-]{1,64}@[a-z0-9-]{1,63}(?:\.[a-z0-9-]{1,63}){1,4}")
_ADDRESS = re.compile(
    r"(?:[a-z][a-z0-9+.-]{1,10}://)?(?:(?:[a-z0-9_-]{1,63}\.){1,6}[a-z]{2,24}|\d{1,3}(?:\.\d{1,3}){3})(?::\d+)?"
    r"(?:/[^\s<>\"'，。；、）)】」]*)?"
)
_AT_NAME = re.compile(r"(?<![a-z0-9.])@ ?[a-z0-9_]{3,32}")
_DIGITS = re.compile(r"(?<![a-z0-9])\+?(?:[0-9oil|][ .\-–—·,，()/]{0,2}){7,40}(?![元人万%块个年月天美港岁])")
_SHORT = re.compile(
    r"(?:电话|热线|拨打|致电|短号|手机|联系|号码|打|\btel\b|\bcall\b|hotline|\bdial\b|phone)\D{0,10}?(\d{3,6})(?!\d)"
)
_NAME_BEHIND = re.compile(r"[ :：号是为id]{0,4}([a-z][a-z0-9_-]{3,30}|\d{5,15})")


@cache
def wordings() -> dict[str, Any]:
    """What ``claim_check.yaml`` lists."""
    return dict(yaml.safe_load(Path(__file__).with_name("claim_check.yaml").read_text(encoding="utf-8")))


@lru_cache(maxsize=4096)
def contacts_of(text: str) -> frozenset[str]:
    """Numbers, addresses, names and channels by which ``text`` has somebody reached; what it demands and promises."""
    folded = undisguised(text)
    return frozenset((*_addresses(folded), *_numbers(folded), *_named(folded)))


def undisguised(text: str) -> str:
    """``text`` folded, with 零二零 as 020, 艾特 as @ and 点com as .com."""
    folded = fold(INVISIBLE.sub("", text)).replace("\u20e3", "").translate(CAPITALS)
    for pattern, written in _UNDISGUISED:
        folded = pattern.sub(written, folded)
    return _SPELT.sub(lambda match: match[0].translate(_SPOKEN), folded)


def _addresses(folded: str) -> Iterator[str]:
    yield from (match[0] for match in _MAIL.finditer(folded))
    rest = _MAIL.sub(" ", folded)
    for match in _ADDRESS.finditer(rest):
        yield match[0].split("://")[-1].removeprefix("www.").rstrip("/.")
    yield from (match[0].replace(" ", "") for match in _AT_NAME.finditer(rest))


def _numbers(folded: str) -> Iterator[str]:
    bare = re.sub(DATE, " ", _ADDRESS.sub(" ", folded))
    for match in _DIGITS.finditer(bare):
        if sum(letter.isdigit() for letter in match[0]) >= 5:
            yield re.sub(r"\D", "", match[0].translate(_LETTERS))
    yield from (match[1] for match in _SHORT.finditer(bare))


def _named(folded: str) -> Iterator[str]:
    for name, pattern in _patterns("channels"):
        for match in pattern.finditer(folded):
            yield name
            if behind := _NAME_BEHIND.match(folded, match.end()):
                yield behind[1]
    yield from (name for name, pattern in _patterns("demands") if pattern.search(folded))


@cache
def _patterns(kind: str) -> tuple[tuple[str, re.Pattern[str]], ...]:
    return tuple((name, re.compile(pattern)) for name, pattern in wordings()[kind].items())
