"""The marks by which Chinese and English official texts number their parts: 第三章, 一、, Article 5 …"""

from __future__ import annotations

import re
from dataclasses import dataclass

from knowledge.readers.structure.blocks import close_up
from knowledge.text.numerals import CHARACTERS, ORDINAL

NUMERAL = f"[{CHARACTERS}0-9０-９]"
# A mark's rank orders it among the others; explicit headings (h1 … h6) rank 1 to 6, above all marks but the annex.
ANNEX, ARTICLE, POINT = 0, 40, 50
MARKS = (
    (re.compile(rf"^第\s*{NUMERAL}+\s*[编編](?=\s|$)"), 10),
    (re.compile(rf"^第\s*{NUMERAL}+\s*章(?=\s|$|[^的])"), 20),
    (re.compile(rf"^第\s*{NUMERAL}+\s*[节節](?=\s|$|[^的课])"), 30),
    (re.compile(rf"^第\s*{NUMERAL}+\s*[条條](?:之{NUMERAL}+)?(?=\s|$|[^、，。的规規款第和至或])"), ARTICLE),
    (re.compile(r"^Part\s+(?:[IVXLC]+|\d+)\b(?!\s+of)"), 10),
    (re.compile(r"^(?:Chapter|CHAPTER)\s+(?:[IVXLC]+|\d+)\b"), 20),
    (re.compile(r"^Section\s+(?:[IVXLC]+|\d+)\b(?=[\s:.]+[A-Z]|$)"), 30),
    (re.compile(r"^Article\s+\d+\b(?!\s+(?:of|and|or|to)\b)"), ARTICLE),
    (re.compile(rf"^{ORDINAL}{{1,3}}、"), POINT),
    (re.compile(rf"^[（(]{ORDINAL}{{1,3}}[）)]"), 60),
)
ITEM = re.compile(
    rf"^\s*(?:[（(]{NUMERAL}{{1,3}}[）)]|{ORDINAL}{{1,3}}、|[0-9０-９]{{1,2}}(?:[.．、](?!\d)|[)）])|[①-⑳]|[-*•·●■◆▪–]\s"
    rf"|第\s*{NUMERAL}+\s*[编編章节節条條]|[a-zA-Z][.)]\s|附件|附录|附表|目\s*录\s*$|(?:Article|Chapter)\s+[\dIVX])"
)
ANNEX_LINE = re.compile(
    r"^(?:附\s*件|附\s*录|附\s*表|Annex|ANNEX|Appendix)\s*+[0-9０-９一二三四五六七八九十A-Z]{0,3}\s*+[:：.]?$"
)
ANNEX_START = re.compile(r"^(?:附\s*件|附\s*录|附\s*表|Annex|Appendix)")
# What a regulation is called; a line that only names one, with articles below, begins it.
INSTRUMENT = re.compile(
    r"^[^，。；：:,;]{4,45}(?:办法|细则|规定|条例|辦法|細則|規定|條例|方案|意见|指引|规程|章程|制度|指南|计划|规则|标准|目录|清单)(?:[（(](?:试行|暂行|修订|修正|征求意见稿)[）)])?$"
)
LEAD = 36  # characters; a longer one before the first full stop is a sentence, not a heading


@dataclass(frozen=True)
class NumberingMark:
    """What numbers a line: its rank, the label for the path, and whether nothing but the label stands on the line."""

    rank: int
    label: str
    alone: bool


def numbering_mark(text: str) -> NumberingMark | None:
    """The mark that ``text`` begins with, if it numbers a part (not merely a list item)."""
    for pattern, rank in MARKS:
        match = pattern.match(text)
        if match:
            return _mark(text, match.group(), rank)
    return None


def starts_item(line: str) -> bool:
    """Whether a line begins a numbered part or list item, so that it cannot continue the line before."""
    return ITEM.match(line) is not None


def _mark(text: str, mark: str, rank: int) -> NumberingMark:
    if rank == ARTICLE:
        return NumberingMark(rank, re.sub(r"(?<!Article)\s", "", mark), text == mark)
    if rank < ARTICLE:
        return NumberingMark(rank, _spaced(mark, text[len(mark) :]), True)
    label = _lead(text)
    return NumberingMark(rank, label or mark.rstrip("、"), label == text)


def _spaced(mark: str, title: str) -> str:
    """第三章 总则, however it was spaced."""
    mark = re.sub(r"(?<![a-zA-Z])\s", "", mark)
    return f"{mark} {close_up(title.strip(' :.'))}".strip()


def _lead(text: str) -> str:
    """The heading that a numbered paragraph opens with: up to its first full stop or colon, if short."""
    lead = re.split(r"[。；：:]", text, maxsplit=1)[0]
    return lead.rstrip() if len(lead) <= LEAD and not re.search(r"[，,]", lead[:-1]) else ""
