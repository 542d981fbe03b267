"""Questions to the desk, as tests ask them, and the shipped rows that a plain filter finds."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

from bot.answering.rows import RecordAnswer, RowAnswerer
from knowledge.tables import Records
from knowledge.tables.records import Opening, Program, Record, first_day, last_day
from knowledge.text.language import language_of
from tests.sheets import DOCUMENTS, published, source, table

DAY = date(2026, 11, 24)


def asked(desk: RowAnswerer, question: str) -> RecordAnswer:
    """The answer in the question's language; it must be one for rows."""
    answer = desk.answer(question, language_of(question), DAY)
    assert answer is not None, question
    return answer


def text(answer: RecordAnswer) -> str:
    """Everything said."""
    return "\n".join(block.text for block in answer.blocks)


def shipped(folder: Path) -> Records:
    """The shipped tables, published into a database in ``folder``."""
    return published(folder, sorted(DOCUMENTS.glob("*.csv")))


def holding() -> tuple[Record, ...]:
    """The shipped rows that hold on DAY, by a plain filter."""
    rows = [row.record for path in sorted(DOCUMENTS.glob("*.csv")) for row in table(source(path).path).rows]
    return tuple(each for each in rows if (last_day(each) or DAY) >= DAY >= (first_day(each) or DAY))


def job(test: Callable[[Opening], bool]) -> Callable[[Record], bool]:
    """A filter of openings."""
    return lambda record: isinstance(record, Opening) and test(record)


def course(test: Callable[[Program], bool]) -> Callable[[Record], bool]:
    """A filter of programs."""
    return lambda record: isinstance(record, Program) and test(record)
