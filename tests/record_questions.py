"""Questions to the desk, as tests ask them."""

from __future__ import annotations

from datetime import date

from bot.records import RecordAnswer, RecordDesk
from knowledge.language import language_of

DAY = date(2026, 11, 24)


def asked(desk: RecordDesk, question: str) -> RecordAnswer:
    """The answer in the question's language; it must be one for rows."""
    answer = desk.answer(question, language_of(question), DAY, {})
    assert answer is not None, question
    return answer


def text(answer: RecordAnswer) -> str:
    """Everything said."""
    return "\n".join(block.text for block in answer.blocks)
