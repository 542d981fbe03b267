"""What belongs to one person, masked before anything is stored, sent or logged, and in what users see of documents."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from knowledge.text.personal.found import Personal, asked_about, personal
from knowledge.text.quantities import MEMORY

MASK = "***"
CLAUSE = re.compile(r"[，,。;；!！\n]")
HIDDEN_IN_DOCUMENTS = frozenset({"identity", "card", "phone"})
HIDDEN_IN_ROWS = frozenset({"identity", "card"})
CHUNKS = 1000  # texts of which it is remembered how they are shown
GAP = r"[ \-‐–—._·]?"
# In cells. Behind 电话. stands a number; behind 3. the rest of one.
MOBILE = re.compile(rf"(?<!\d)(?<!\d\.)(?:(?:\+|00)?86{GAP})?1[3-9]\d(?:{GAP}\d){{8}}(?!\d)")
MAIL = re.compile(r"[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,4}")
HIDDEN = re.compile(r"(?<!\d)\d*+[*＊xX]{3,}+\d*+|\*{2,}+")  # what staff have masked themselves: 138****5678
NOT_PUBLIC = "未公开"
OFFICE = re.compile(rf"(?:0\d{{2,3}}[-－ ]?)?\d{{7,8}}(?:[-转]\d{{1,5}})?|\b1\d{{4}}\b|{NOT_PUBLIC}")


def masked(text: str) -> tuple[str, frozenset[str]]:
    """``text`` with *** for what is somebody's, and which kinds were there (``personal.found``); the rest unchanged.

    The line of an office that somebody asks about stays.
    """
    found = [one for one in personal(text) if not asked_about(text, one)]
    return _without(text, found), frozenset(one.kind for one in found)


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


@lru_cache(maxsize=CHUNKS)
def shown_of_document(text: str) -> str:
    """``text`` of a document as users may see it: identity numbers, bank accounts and mobiles hidden.

    What documents print for the public stays: lines of offices, mail, codes of firms.
    """
    return _without(text, [one for one in personal(text) if one.kind in HIDDEN_IN_DOCUMENTS and not one.office])


@lru_cache(maxsize=MEMORY)
def shown_of_row(text: str) -> str:
    """``text`` of a row as users may see it: as of a document, but with the mobiles that the row marks as public."""
    return _without(text, [one for one in personal(text) if one.kind in HIDDEN_IN_ROWS])


def _without(text: str, found: Sequence[Personal]) -> str:
    pieces: list[str] = []
    end = 0
    for one in found:
        pieces += (text[end : one.start], MASK)
        end = one.end
    return "".join((*pieces, text[end:]))


def without_masked(text: str) -> str:
    """``text`` without the clauses in which something was masked: somebody's number tells nothing of what is asked. As
    it is where that leaves nothing.
    """
    if MASK not in text:
        return text
    left = "，".join(clause.strip() for clause in CLAUSE.split(text) if MASK not in clause and clause.strip())
    return left or text
