"""The list of sources below an answer: one line for each document or table, however often it is cited."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.answer import Answer, BlockKind, Citation
from bot.presentation.messages import message

LONGEST = 160  # characters of a title or a list of sections in a line of sources
MOST_SECTIONS = 6
ROW = BlockKind.ROW


@dataclass(frozen=True)
class SourceLine:
    """One source: its number, what the line says, and its public address if it has one."""

    number: int
    text: str
    address: str | None


def source_lines(answer: Answer) -> tuple[SourceLine, ...]:
    """The sources in the order of their first citation. Rows of one table are one source, without the rows' names."""
    groups = _groups(answer.citations)
    return tuple(_line(number, group, answer) for number, group in enumerate(groups, 1))


def number_of(answer: Answer, citation: int) -> int:
    """The number of the source line that the 1-based ``citation`` belongs to; 0 when there is only one source."""
    groups = _groups(answer.citations)
    wanted = answer.citations[citation - 1]
    return next(number for number, group in enumerate(groups, 1) if wanted in group) if len(groups) > 1 else 0


def _groups(citations: Sequence[Citation]) -> list[list[Citation]]:
    groups: dict[tuple[object, ...], list[Citation]] = {}
    for citation in citations:
        key = (citation.title, citation.date, citation.state, citation.source)
        groups.setdefault(key, []).append(citation)
    return list(groups.values())


def _line(number: int, group: Sequence[Citation], answer: Answer) -> SourceLine:
    first, language = group[0], answer.language
    rows = {answer.citations[block.citation - 1] for block in answer.blocks if block.citation and block.kind is ROW}
    cited = (citation.section for citation in group if citation.section and citation not in rows)
    sections = list(dict.fromkeys(cited))
    named = [*sections[:MOST_SECTIONS], *(["…"] if len(sections) > MOST_SECTIONS else [])]
    what = [
        message("answer.title", language, title=_short(first.title)),
        _short((", " if language == "en" else "、").join(named)),
        first.date.isoformat() if first.date else "",
        message(f"answer.state_{first.state}", language),
    ]
    address = first.source if first.source.startswith(("https://", "http://")) else None
    return SourceLine(number, " · ".join(filter(None, what)), address)


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= LONGEST else f"{line[: LONGEST - 1]}…"
