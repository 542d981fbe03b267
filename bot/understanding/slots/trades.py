"""Trades and majors in a question, by any of their names."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

from bot.understanding.spans import GAP, TRADE_NAME, Phrase
from knowledge.entities.title_linker import NamedTitles
from knowledge.tables import Condition, about
from knowledge.tables.records import RecordKind

NOUN = rf"(?:[\s{GAP}]|专业|课程|岗位|职位|学费|收费|工资|月薪|的|班|更?(?:高|低|多|少|贵|便宜|好))*+"
EITHER = re.compile(
    rf"\A{NOUN}(?:或者?|和|与|及|以及|同|还是|跟|对?比|、|/|,|&|or|and|vs\.?|(?:or|and) (?:an? )?)[\s{GAP}]*$"
)
WORKER = re.compile(r"(?:操作)?(?:员|工|师傅)?(?:技术|专业)?")  # 数控操作员 is one who does 数控


def opening_trade(phrase: Phrase, day: date) -> Iterator[Condition]:
    """Trades that openings must be about: both of two, but either of 数控或者焊工 and 电工和焊工."""
    return _trade(RecordKind.OPENING, phrase)


def program_trade(phrase: Phrase, day: date) -> Iterator[Condition]:
    """The same of programs."""
    return _trade(RecordKind.PROGRAM, phrase)


def _trade(kind: RecordKind, phrase: Phrase) -> Iterator[Condition]:
    text = phrase.text
    for group in _joined(text, phrase.titles.named_in(text, kind)):
        for each in group:
            further = WORKER.match(text, each.end)
            phrase.take_span(each.start, further.end() if further else each.end, TRADE_NAME)
        yield about(tuple(dict.fromkeys(word for each in group for word in each.words)))


def _joined(text: str, found: tuple[NamedTitles, ...]) -> list[list[NamedTitles]]:
    """What is named, in one list what a question joins by or, and and the like."""
    groups: list[list[NamedTitles]] = []
    for each in found:
        if groups and EITHER.match(text[groups[-1][-1].end : each.start]):
            groups[-1].append(each)
        else:
            groups.append([each])
    return groups
