"""The list of sources below an answer: one line for each document or table, however often it is cited."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from bot.answer import Answer, BlockKind, Citation
from bot.presentation.days import days_in_words
from bot.presentation.messages import message
from bot.presentation.source_names import section_names, title_names
from knowledge.models import State

MOST_SECTIONS = 2
ARTICLES = re.compile(r"第[^、，至第]{1,9}[条條](?:、第[^、，至第]{1,9}[条條])*|Articles? \d{1,4}(?:, \d{1,4})*")
ARTICLE = re.compile(r"第[^、]{1,11}|\d{1,4}")  # each of them
ROW = BlockKind.ROW


@dataclass(frozen=True)
class SourceLine:
    """One source: its number, what the line says, and its public address if it has one."""

    number: int
    text: str
    address: str | None


def source_lines(answer: Answer) -> tuple[SourceLine, ...]:
    """The sources in the order of their first citation. Rows of one table are one source, without the rows' names."""
    groups = _groups(answer)
    names = title_names([group[0].title for group in groups])
    numbered = enumerate(zip(names, groups, strict=True), 1)
    return tuple(_line(number, name, group, answer) for number, (name, group) in numbered)


def number_of(answer: Answer, citation: int) -> int:
    """The number of the source line that the 1-based ``citation`` belongs to; 0 when there is only one source."""
    groups = _groups(answer)
    wanted = answer.citations[citation - 1]
    return next(number for number, group in enumerate(groups, 1) if wanted in group) if len(groups) > 1 else 0


def _groups(answer: Answer) -> list[list[Citation]]:
    groups: dict[tuple[object, ...], list[Citation]] = {}
    rows = _of_rows(answer)
    for citation in answer.citations:
        table = (citation.title, citation.document) if citation in rows else None
        key = table or (citation.title, citation.date, citation.state, citation.source)
        groups.setdefault(key, []).append(citation)
    return list(groups.values())


def _of_rows(answer: Answer) -> frozenset[Citation]:
    """Citations of rows that are shown."""
    return frozenset(
        answer.citations[block.citation - 1] for block in answer.blocks if block.citation and block.kind is ROW
    )


def _line(number: int, title: str, group: Sequence[Citation], answer: Answer) -> SourceLine:
    first, language = group[0], answer.language
    rows = _of_rows(answer)
    between = ", " if language == "en" else "、"
    noted = {State.UNKNOWN.value} if _says_unknown(answer) else set()
    states = dict.fromkeys(each.state for each in group if each not in rows or each.state not in noted)
    what = [
        message("answer.title", language, title=title),
        between.join(_sections([each for each in group if each not in rows], answer)),
        days_in_words([each.date for each in group if each.date], language),
        between.join(message(f"answer.state_{state}", language) for state in states),
        message("answer.machine_read", language) if any(each.machine_read for each in group) else "",
    ]
    one = len({each.source for each in group}) == 1 and first.source.startswith(("https://", "http://"))
    return SourceLine(number, " · ".join(filter(None, what)), first.source if one else None)


def _says_unknown(answer: Answer) -> bool:
    """Whether a note below rows says already that nobody knows whether they hold still."""
    return any(block.text == message("lists.stale", answer.language) for block in answer.blocks)


def _sections(group: Sequence[Citation], answer: Answer) -> list[str]:
    """The names of the cited sections with their pages, but for articles that what is quoted of them names itself."""
    named = {citation.section: citation for citation in reversed(group) if citation.section}
    cited = [*reversed(named.values())]
    shown = cited[:MOST_SECTIONS]
    names = zip(section_names([each.section for each in shown]), shown, strict=True)
    found = [
        f"{name}{_page(each, answer.language)}" for name, each in names if each.page or not _told(name, each, answer)
    ]
    return [*dict.fromkeys(found), *(["…"] if len(cited) > MOST_SECTIONS else [])]


def _told(name: str, cited: Citation, answer: Answer) -> bool:
    """Whether ``name`` is of articles, and each of them stands in what is quoted."""
    quoted = " ".join(
        block.text for block in answer.blocks if block.citation and answer.citations[block.citation - 1] == cited
    )
    return bool(ARTICLES.fullmatch(name)) and all(
        re.search(rf"Articles?[^)]*\b{one}\b" if one.isdigit() else re.escape(one), quoted)
        for one in ARTICLE.findall(name)
    )


def _page(citation: Citation, language: str) -> str:
    """On which page a section begins, in a document that has pages."""
    return message("answer.page", language, page=str(citation.page)) if citation.page else ""
