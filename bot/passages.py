"""Which of the passages that search found may be quoted, and how a citation names them."""

from __future__ import annotations

import re
from collections.abc import Sequence

from knowledge.language import fold_question
from knowledge.models import Metadata, Passage, State

STALE = frozenset({State.EXPIRED, State.SUPERSEDED})
YEAR = re.compile(r"(?<!\d)((?:19|20)\d\d)(?!\d)")
ASKS_FOR_OLD = re.compile(
    r"(以前|过去|原来|当时|当年|曾经|之前)的?(规定|法律|标准|版本|政策|办法|怎么|是怎么|法)|旧(的|版|法|规)|老(版|规)|废止|失效|作废|过期"
    r"|\b(old|former(ly)?|previous(ly)?|repealed|expired|superseded|back then|at (that|the) time)\b"
)
GOOD_ENOUGH = 0.5  # of the best score: a current passage that fits so well makes the superseded one needless


def fitting(passages: Sequence[Passage], question: str) -> list[Passage]:
    """``passages`` as they answer, best first; what has expired only when asked for or when nothing else fits."""
    folded = fold_question(question)
    years = set(YEAR.findall(folded))
    of_years = [each for each in passages if years & _years(each.metadata)]
    if of_years:
        return [*of_years, *(each for each in passages if each not in of_years and each.state not in STALE)]
    if ASKS_FOR_OLD.search(folded):
        return list(passages)
    current = [each for each in passages if each.state not in STALE]
    best = max((each.score for each in passages), default=0.0)
    if current and current[0].score >= GOOD_ENOUGH * best:
        return current
    return list(passages)


def section_of(passage: Passage) -> str:
    """The heading that a citation names: the last of the path; a bare mark such as （一） with what it is a part of."""
    title = _plain(passage.metadata.title)
    path = [part for part in passage.chunk.path if part.strip() and _plain(part) != title]
    if not path:
        return ""
    bare = len(path) > 1 and re.fullmatch(r"[（(]?[一二三四五六七八九十\d]{1,3}[）)、.]?", path[-1].strip())
    return f"{path[-2]}{path[-1]}" if bare else path[-1]


def in_language(passage: Passage, language: str) -> bool:
    """Whether a reader of ``language`` ("zh", "zh-hant" or "en") can read the passage."""
    return (passage.chunk.language == "en") == (language == "en")


def _years(metadata: Metadata) -> set[str]:
    days = (metadata.made_on, metadata.published_on, metadata.effective_on)
    return {str(day.year) for day in days if day} | set(YEAR.findall(f"{metadata.title} {metadata.number or ''}"))


def _plain(text: str) -> str:
    return re.sub(r"\W", "", text).casefold()
