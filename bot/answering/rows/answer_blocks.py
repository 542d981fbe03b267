"""Rows as an answer: what was found, each row with its table and date."""

from __future__ import annotations

import json
from collections.abc import Sequence

from bot.answer import Block, BlockKind, Citation
from bot.answering.rows import row_text
from bot.answering.rows.layout.row_lines import MOST_CHARACTERS, ROOM_BELOW, lines_of_rows
from bot.answering.rows.wording.formatting import no_formula, say
from bot.presentation.messages import message
from knowledge.entities.home import Home
from knowledge.models import State
from knowledge.tables import StoredRecord
from knowledge.tables.records import Partner, first_day, kind_of, last_day
from knowledge.tables.storage.schema import values_of


def say_block(text: str) -> Block:
    """The assistant's own words."""
    return Block(BlockKind.SAY, text)


def note_block(text: str) -> Block:
    """A note below an answer."""
    return Block(BlockKind.NOTE, text)


def row_block(text: str, number: int) -> Block:
    """A row, or a figure of rows, with the 1-based ``number`` of what it cites."""
    return Block(BlockKind.ROW, text, number)


def room_for_rows(blocks: Sequence[Block], language: str) -> int:
    """How many characters a list's message leaves for its rows beside ``blocks``."""
    return MOST_CHARACTERS - ROOM_BELOW[language] - sum(len(block.text) + 1 for block in blocks)


def row_blocks(
    rows: Sequence[StoredRecord], language: str, home: Home, room: int, *, start: int = 0
) -> tuple[Block, ...]:
    """Two numbered lines for each row, citing it. ``start`` is the number of rows before the first."""
    lines = lines_of_rows([row.record for row in rows], language, home, start, room)
    return tuple(row_block(text, number) for number, text in enumerate(lines, 1))


def citations(rows: Sequence[StoredRecord], language: str, home: Home) -> tuple[Citation, ...]:
    """Table, row, date and source of each row."""
    return tuple(_citation(row, language, home) for row in rows)


def values(rows: Sequence[StoredRecord]) -> tuple[dict[str, object], ...]:
    """The typed values of the rows shown, with the file they stand in."""
    shown = ({**values_of(row.record, kind_of(row.record)), "table": row.source} for row in rows)
    return tuple({name: _quoted(value) for name, value in values.items()} for values in shown)


def _quoted(value: object) -> object:
    """Formulas in texts quoted, also in what is nested."""
    if isinstance(value, str):
        return no_formula(value)
    if isinstance(value, dict):
        return {name: _quoted(inner) for name, inner in value.items()}
    return [_quoted(inner) for inner in value] if isinstance(value, list) else value


def sample_note(rows: Sequence[StoredRecord], language: str) -> tuple[Block, ...]:
    """Says above ``rows`` that they are samples, or that those are which say so."""
    samples = [row.record.sample for row in rows]
    if not any(samples):
        return ()
    return (note_block(message("lists.sample" if all(samples) else "lists.sample_some", language)),)


def stale_note(rows: Sequence[StoredRecord], language: str) -> tuple[Block, ...]:
    """What was said of partners once and is not known to hold still."""
    for row in rows:
        if isinstance(row.record, Partner) and row.record.valid_to is None and row.record.as_of:
            return (note_block(message("lists.stale", language)),)
    return ()


def ask(question: str) -> str:
    """What a button carries that asks a question."""
    return json.dumps({"ask": question}, ensure_ascii=False, separators=(",", ":"))


def _citation(stored: StoredRecord, language: str, home: Home) -> Citation:
    record = stored.record
    kind = kind_of(record)
    known = last_day(record) is not None
    return Citation(
        title=say(f"table_{kind.value}", language),
        section=row_text.name_of(record, language),
        date=record.as_of or first_day(record),
        state=(State.IN_FORCE if known else State.UNKNOWN).value,
        source=record.source if record.source and record.source.startswith("http") else stored.source,
        quote=row_text.line(record, language, home),
        document=stored.source,
    )
