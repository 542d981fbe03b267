"""What staff answer themselves, quoted with its source and the day until which it holds."""

from __future__ import annotations

from datetime import date

from bot.answer import Block, BlockKind, Citation, Status
from bot.evidence.draft_answer import DraftAnswer
from bot.presentation.days import day_in_words
from bot.presentation.messages import message
from knowledge.models import State
from knowledge.tables import StoredRecord
from knowledge.tables.records import CuratedAnswer
from knowledge.text.pii import shown_of_row

ADDRESSES = ("https://", "http://")


def curated_answer(row: StoredRecord, language: str) -> DraftAnswer:
    """The answer of ``row``, below the question that staff answer with it."""
    record = row.record
    assert isinstance(record, CuratedAnswer)
    question, said = shown_of_row(record.question), shown_of_row(record.answer)
    blocks = [
        Block(BlockKind.SAY, message("answer.curated", language, question=question)),
        Block(BlockKind.QUOTE, said, 1),
        _note("answer.curated_until", language, record.valid_to),
    ]
    if record.sample:
        blocks.append(Block(BlockKind.NOTE, message("answer.sample", language)))
    at_address = record.source.startswith(ADDRESSES)
    citation = Citation(
        title=message("answer.curated_title", language) if at_address else record.source,
        section="",
        date=record.as_of,
        state=State.IN_FORCE.value,
        source=record.source if at_address else row.source,
        quote=said,
        document=row.source,
    )
    return DraftAnswer(Status.ANSWERED, tuple(blocks), (citation,))


def _note(key: str, language: str, day: date) -> Block:
    return Block(BlockKind.NOTE, message(key, language, day=day_in_words(day, language, short=True)))
