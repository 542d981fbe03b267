"""Rows as an answer: what was found, each row with its table and date, pages and buttons."""

from __future__ import annotations

import json
from collections.abc import Sequence

from bot.answer import Block, BlockKind, Choice, Citation
from bot.answering.rows import row_text
from bot.answering.rows.formatting import no_formula, say
from knowledge.entities.home import Home
from knowledge.models import State
from knowledge.tables import Page, Query, StoredRecord, query_to_json
from knowledge.tables.querying.record_queries import PAGE
from knowledge.tables.records import first_day, kind_of, last_day
from knowledge.tables.storage.schema import values_of


def say_block(text: str) -> Block:
    """The assistant's own words."""
    return Block(BlockKind.SAY, text)


def note_block(text: str) -> Block:
    """A note below an answer."""
    return Block(BlockKind.NOTE, text)


def row_blocks(
    rows: Sequence[StoredRecord], language: str, home: Home, *, start: int = 0, whole: bool = False
) -> tuple[Block, ...]:
    """A numbered line for each row, citing it. ``start`` is the number of rows before the first."""
    lines = [row_text.line(row.record, language, home, whole=whole) for row in rows]
    numbered = len(rows) > 1 or start > 0
    return tuple(
        Block(BlockKind.ROW, f"{start + number}. {text}" if numbered else text, number)
        for number, text in enumerate(lines, 1)
    )


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
    """Says so when any row shown is a sample."""
    return (note_block(say("sample", language)),) if any(row.record.sample for row in rows) else ()


def pages(page: Page, language: str) -> tuple[Choice, ...]:
    """Buttons to the pages before and after. They carry the whole query, so they outlive a restart and an edition."""
    choices = []
    number = page.start // PAGE + 1
    if page.start > 0:
        choices.append(Choice(say("previous", language), request(page.query, number - 1)))
    if page.start + len(page.rows) < page.total:
        choices.append(Choice(say("next", language), request(page.query, number + 1)))
    return tuple(choices)


def request(query: Query, page: int = 1) -> str:
    """What a button carries."""
    carried = {"records": {"query": query_to_json(query), "page": page}}
    return json.dumps(carried, ensure_ascii=False, separators=(",", ":"))


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
