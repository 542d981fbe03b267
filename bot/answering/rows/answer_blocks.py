"""Rows as an answer: what was found, each row with its table and date, pages and buttons."""

from __future__ import annotations

import json
from collections.abc import Sequence

from bot.answer import Block, BlockKind, Choice, Citation
from bot.answering.rows import row_text
from bot.answering.rows.formatting import harmless, say
from knowledge.entities.home import Home
from knowledge.models import State
from knowledge.tables import Found, Page, Query
from knowledge.tables.querying.record_queries import PAGE
from knowledge.tables.records import first_day, kind_of, last_day
from knowledge.tables.storage.schema import values_of


def said(text: str) -> Block:
    """The desk's own words."""
    return Block(BlockKind.SAY, text)


def noted(text: str) -> Block:
    """A note below an answer."""
    return Block(BlockKind.NOTE, text)


def row_blocks(
    found: Sequence[Found], language: str, home: Home, *, start: int = 0, whole: bool = False
) -> tuple[Block, ...]:
    """A numbered line for each row, citing it. ``start`` is the number of rows before the first."""
    lines = [row_text.line(each.record, language, home, whole=whole) for each in found]
    numbered = len(found) > 1 or start > 0
    return tuple(
        Block(BlockKind.ROW, f"{start + place}. {text}" if numbered else text, place)
        for place, text in enumerate(lines, 1)
    )


def citations(found: Sequence[Found], language: str, home: Home) -> tuple[Citation, ...]:
    """Table, row, date and source of each row."""
    return tuple(_citation(each, language, home) for each in found)


def values(found: Sequence[Found]) -> tuple[dict[str, object], ...]:
    """The typed values of the rows shown, with the file they stand in."""
    shown = ({**values_of(each.record, kind_of(each.record)), "table": each.source} for each in found)
    return tuple({name: _quoted(value) for name, value in each.items()} for each in shown)


def _quoted(value: object) -> object:
    """Formulas in texts quoted, also in what is nested."""
    if isinstance(value, str):
        return harmless(value)
    if isinstance(value, dict):
        return {name: _quoted(inner) for name, inner in value.items()}
    return [_quoted(inner) for inner in value] if isinstance(value, list) else value


def sample_note(found: Sequence[Found], language: str) -> tuple[Block, ...]:
    """Says so when any row shown is a sample."""
    return (noted(say("sample", language)),) if any(each.record.sample for each in found) else ()


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
    written = {"records": {"query": query.written(), "page": page}}
    return json.dumps(written, ensure_ascii=False, separators=(",", ":"))


def ask(question: str) -> str:
    """What a button carries that asks a question."""
    return json.dumps({"ask": question}, ensure_ascii=False, separators=(",", ":"))


def _citation(found: Found, language: str, home: Home) -> Citation:
    record = found.record
    kind = kind_of(record)
    known = last_day(record) is not None
    return Citation(
        title=say(f"table_{kind.value}", language),
        section=row_text.name_of(record, language),
        date=record.as_of or first_day(record),
        state=(State.IN_FORCE if known else State.UNKNOWN).value,
        source=record.source if record.source and record.source.startswith("http") else found.source,
        quote=row_text.line(record, language, home),
        document=found.source,
    )
