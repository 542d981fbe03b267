"""What a line of sources calls a document and a section: short, but so that both are found by it."""

from __future__ import annotations

import re
from collections.abc import Sequence

LONGEST_TITLE, LONGEST_SECTION, LONGEST_BESIDE = 60, 36, 30  # columns, of which a Chinese character takes two
ISSUED = re.compile(r"印发[《〈]([^《》〈〉]+)[》〉]")  # a notice by which a document was issued names it
SUBTITLE = re.compile(r"[:：]|——")
SHORTEST_HEAD = 8  # columns; a shorter head, as in 通知：…, is but a kind of document
ARTICLES = re.compile(r"[（(](第[^（）()]{1,40}[条條款项項]|Articles? [^（）()]{1,40})[）)]$")
WIDE = re.compile(r"[\u2e80-\u9fff\uf900-\ufaff\uff00-\uff60]")


def title_names(titles: Sequence[str]) -> list[str]:
    """The ``titles`` of documents without subtitles and words of issuing; whole where two would be called the same."""
    short = [_short_title(title) for title in titles]
    return [
        _clipped(name if short.count(name) == 1 else title, LONGEST_TITLE)
        for name, title in zip(short, titles, strict=True)
    ]


def section_names(headings: Sequence[str]) -> list[str]:
    """Headings; of one that names at its end the articles that it tells of, these alone. Several are shorter each."""
    room = LONGEST_SECTION if len(headings) < 2 else LONGEST_BESIDE
    found = [(heading, ARTICLES.search(heading)) for heading in headings]
    return [_clipped(articles[1] if articles else heading, room) for heading, articles in found]


def _short_title(title: str) -> str:
    line = " ".join(title.split())
    if issued := ISSUED.search(line):
        return issued[1]
    head = SUBTITLE.split(line, 1)[0].strip()
    return head if columns(head) >= SHORTEST_HEAD else line


def columns(text: str) -> int:
    """How wide ``text`` is, a Latin letter being 1 and a Chinese character 2."""
    return len(text) + len(WIDE.findall(text))


def _clipped(text: str, room: int) -> str:
    """``text`` in at most ``room`` columns, cut before a word."""
    line = " ".join(text.split())
    if columns(line) <= room:
        return line
    end, taken = 0, 0
    while taken < room - 1:
        taken += columns(line[end])
        end += 1
    kept = line[: end - 1]
    whole, space, _ = kept.rpartition(" ")
    return f"{(whole if space and len(whole) > len(kept) / 2 else kept).rstrip(' ,，、;；')}…"
