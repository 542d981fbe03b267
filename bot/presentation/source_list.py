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
    groups = _groups(answer)
    return tuple(_line(number, group, answer) for number, group in enumerate(groups, 1))


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


def _line(number: int, group: Sequence[Citation], answer: Answer) -> SourceLine:
    first, language = group[0], answer.language
    rows = _of_rows(answer)
    cited = (citation.section for citation in group if citation.section and citation not in rows)
    sections = list(dict.fromkeys(cited))
    named = [*sections[:MOST_SECTIONS], *(["…"] if len(sections) > MOST_SECTIONS else [])]
    what = [
        message("answer.title", language, title=_short(first.title)),
        _short((", " if language == "en" else "、").join(named)),
        _dates(group),
        (", " if language == "en" else "、").join(
            message(f"answer.state_{state}", language) for state in dict.fromkeys(each.state for each in group)
        ),
    ]
    one = len({each.source for each in group}) == 1 and first.source.startswith(("https://", "http://"))
    return SourceLine(number, " · ".join(filter(None, what)), first.source if one else None)


def _dates(group: Sequence[Citation]) -> str:
    """The date of a source; of rows of several dates the first and the last."""
    dates = sorted({each.date.isoformat() for each in group if each.date})
    return dates[0] if len(dates) == 1 else f"{dates[0]}–{dates[-1]}" if dates else ""


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= LONGEST else f"{line[: LONGEST - 1]}…"
