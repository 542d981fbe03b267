"""Questions about partners: who signed, who holds a plaque, who presented, and whether somebody did."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from bot.answer import Block, BlockKind, Status
from bot.answering.rows import answer_blocks, row_text
from bot.answering.rows.answer_blocks import note_block, say_block
from bot.answering.rows.filter_labels import labels_of
from bot.answering.rows.formatting import say
from bot.answering.rows.row_answer import RecordAnswer
from bot.answering.rows.row_pages import shown_rows
from bot.understanding.parsed_query import Operation, ParsedQuery
from knowledge.entities.directory import Directory, Entity
from knowledge.entities.home import Home
from knowledge.tables import Condition, Field, Operator, Page, Query, Records, StoredRecord, named
from knowledge.tables.records import Partner, RecordKind
from knowledge.tables.values import Relation


def partner_answer(
    parsed: ParsedQuery, records: Records, names: Directory, language: str, day: date
) -> RecordAnswer | None:
    """The answer to a question about partners; None when documents may know more than that there is no such row."""
    if parsed.entities:
        return _about(parsed.entities, parsed.relation, records, names.home, language, day)
    page = records.find(parsed.query, day, limit=None)
    if not page.total and parsed.relation and not _recorded(parsed.relation, names):
        return None
    return _list(parsed, page, names, language)


def _recorded(relation: Relation, names: Directory) -> bool:
    """Whether the table says of anybody that it has this relation; else it does not know about it at all."""
    return any(relation in partner.relations for partner in names.partners)


def _list(parsed: ParsedQuery, page: Page, names: Directory, language: str) -> RecordAnswer:
    what = labels_of(parsed.query, language, names)
    unit = say("unit_partner", language)
    if not page.total:
        return RecordAnswer(Status.NOT_COVERED, (say_block(say("none", language, what=what)),), complete=False)
    key = "count" if parsed.operation is Operation.COUNT else "found"
    heading = say_block(say(key, language, total=page.total, unit=unit, what=what))
    blocks = (heading, *answer_blocks.row_blocks(page.rows, language, names.home), *_stale(page.rows, language))
    return RecordAnswer(
        Status.ANSWERED,
        (*blocks, *answer_blocks.sample_note(page.rows, language)),
        answer_blocks.citations(page.rows, language, names.home),
        answer_blocks.values(page.rows),
        query=parsed.query,
        complete=parsed.complete,
        shown=shown_rows(page.rows),
    )


def _about(
    entities: tuple[Entity, ...], relation: Relation | None, records: Records, home: Home, language: str, day: date
) -> RecordAnswer:
    blocks: list[Block] = []
    rows: list[StoredRecord] = []
    for entity in entities:
        query = Query(RecordKind.PARTNER, (named((entity.folded,)),))
        matching = records.find(query, day).rows
        for row in matching:
            rows.append(row)
            blocks.append(_relation_of(row, relation, home, language, len(rows)))
        if not matching:
            blocks.append(say_block(_unknown(entity.name, relation, home, language)))
    status = Status.ANSWERED if rows else Status.NOT_COVERED
    related = (_related(relation),) if relation else ()
    query = Query(RecordKind.PARTNER, (named(tuple(entity.folded for entity in entities)), *related))
    return RecordAnswer(
        status,
        (*blocks, *_stale(rows, language), *answer_blocks.sample_note(rows, language)),
        answer_blocks.citations(rows, language, home),
        answer_blocks.values(rows),
        query=query,
        shown=shown_rows(rows) if rows else None,
    )


def _related(relation: Relation) -> Condition:
    return Condition(Field.RELATION, Operator.INCLUDES, relation)


def _relation_of(row: StoredRecord, relation: Relation | None, home: Home, language: str, citation: int) -> Block:
    partner = row.record
    assert isinstance(partner, Partner)
    name = row_text.partner_name(partner, language)
    if relation is Relation.PLAQUE_MEMBER and relation not in partner.relations:
        text = say("partner_unknown_plaque", language, name=name, source_says=say("source_says", language))
        return Block(BlockKind.ROW, _capital(text), citation)
    key = "partner_is" if relation is None else "partner_yes" if relation in partner.relations else "partner_no"
    day = partner.signed_on or partner.as_of
    text = say(
        key,
        language,
        name=name,
        relations=row_text.relations(partner, language, home),
        relation=row_text.relation_name(relation, language, home) if relation else "",
        source_says=say("source_says", language),
        on=say("on_day", language, day=day) if day else "",
    )
    return Block(BlockKind.ROW, _capital(text), citation)


def _unknown(name: str, relation: Relation | None, home: Home, language: str) -> str:
    key = "partner_unknown_plaque" if relation is Relation.PLAQUE_MEMBER else "partner_unknown"
    wanted = row_text.relation_name(relation or Relation.SIGNED, language, home)
    return _capital(say(key, language, name=name, relation=wanted, source_says=say("source_says", language)))


def _stale(rows: Sequence[StoredRecord], language: str) -> tuple[Block, ...]:
    """What was said once and is not known to hold still."""
    for row in rows:
        if isinstance(row.record, Partner) and row.record.valid_to is None and row.record.as_of:
            return (note_block(say("partner_stale", language, day=row.record.as_of)),)
    return ()


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
