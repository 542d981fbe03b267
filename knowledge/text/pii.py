"""Numbers and addresses that belong to one person, masked before anything is stored or sent anywhere."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from knowledge.text.numerals import DIGITS
from knowledge.text.quantities import MEMORY

MASK = "***"
GAP = r"[ \-‐–—._·]?"
IDENTITY = re.compile(
    rf"(?<![\d.])[1-9](?:{GAP}\d){{16}}{GAP}[\dXx](?!\d)|(?<![\d.])[1-9]\d{{5}}\d{{2}}[01]\d[0-3]\d{{4}}(?!\d)"
)
CARD = re.compile(rf"(?<![\d.])[3-69](?:{GAP}\d){{12,18}}(?!\d)")
# Behind 电话. stands a number; behind 3. the rest of one.
MOBILE = re.compile(rf"(?<!\d)(?<!\d\.)(?:(?:\+|00)?86{GAP})?1[3-9]\d(?:{GAP}\d){{8}}(?!\d)")
ABROAD = re.compile(r"(?<![\d.])(?:\+|00)(?:852|853|886|1|44|65|60)[ -]?\d(?:[ -]?\d){6,10}(?!\d)")
MAIL = re.compile(r"[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,4}")
HANDLE = re.compile(
    r"((?:微信|wechat|weixin|qq|vx)(?:号|號|id)?\s*(?:是|为|:|：|is)?\s*)([a-z][\w-]{5,19}|\d{5,11})(?![\w])", re.I
)
PASSPORT = re.compile(
    r"((?:护照|護照|passport|通行证|通行證)(?:号码?|號碼?|number|no\.?)?\s*(?:是|为|:|：|is)?\s*)([A-Za-z]{1,2}\d{7,9})",
    re.I,
)
SPOKEN = str.maketrans({character: str(value) for character, value in DIGITS.items()} | {"幺": "1"})
PATTERNS = (
    ("mail", MAIL, MASK),
    ("handle", HANDLE, rf"\1{MASK}"),
    ("identity", PASSPORT, rf"\1{MASK}"),
    ("identity", IDENTITY, MASK),
    ("phone", MOBILE, MASK),
    ("phone", ABROAD, MASK),
    ("card", CARD, MASK),
)
SPELT = re.compile("[零〇一二三四五六七八九幺]{11,18}")
HIDDEN = re.compile(r"\d*[*＊xX]{3,}\d*|\*{2,}")  # what staff have masked themselves: 138****5678
NOT_PUBLIC = "未公开"
OFFICE = re.compile(rf"(?:0\d{{2,3}}[-－ ]?)?\d{{7,8}}(?:[-转]\d{{1,5}})?|\b1\d{{4}}\b|{NOT_PUBLIC}")


def masked(text: str) -> tuple[str, frozenset[str]]:
    """``text`` with *** for personal numbers, and which kinds were there: identity, card, phone, mail, handle."""
    kinds: set[str] = set()
    plain = _half_width(text)
    for kind, pattern, mask in PATTERNS:
        plain, count = pattern.subn(mask, plain)
        if count:
            kinds.add(kind)
    return (plain, frozenset(kinds)) if kinds else (text, frozenset())


@lru_cache(maxsize=MEMORY)
def public_contact(text: str | None, public: bool) -> str | None:
    """What may be shown of a contact: office lines; mobile numbers and mail only when the row marks them public."""
    if text is None:
        return None
    shown = HIDDEN.sub(NOT_PUBLIC, text)
    if not public:
        shown = without_mobiles(MAIL.sub(NOT_PUBLIC, shown))
        shown = "、".join(dict.fromkeys(OFFICE.findall(shown))) or NOT_PUBLIC
    return shown


def without_mobiles(text: str) -> str:
    """``text`` with 未公开 for mobile numbers."""
    return MOBILE.sub(NOT_PUBLIC, text)


def _half_width(text: str) -> str:
    """Digits as digits, whether full-width, in circles, or spelt out one by one in Chinese."""
    if text.isascii():
        return text
    folded = "".join(_digit(character) for character in text)
    return SPELT.sub(lambda match: match[0].translate(SPOKEN), folded)


def _digit(character: str) -> str:
    if character.isascii() or character.isalpha():
        return character
    folded = unicodedata.normalize("NFKC", character)
    return folded if folded.isascii() and folded.isdigit() else character
