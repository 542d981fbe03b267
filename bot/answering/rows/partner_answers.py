"""Questions about partners: who signed, who holds a plaque, who presented, and whether somebody did."""

from __future__ import annotations

import json
from datetime import date

from bot.answer import Block, BlockKind, Status
from bot.answering.rows import answer_blocks, row_text
from bot.answering.rows.answer_blocks import noted, said
from bot.answering.rows.filter_labels import spoken
from bot.answering.rows.formatting import say
from bot.answering.rows.row_answer import RecordAnswer
from bot.understanding.parsed_query import Operation, Understood
from knowledge.entities.directory import Directory, Entity
from knowledge.entities.home import Home
from knowledge.tables import Filter, Found, Page, Query, Records
from knowledge.tables.records import Partner, RecordKind
from knowledge.tables.values import Relation


def partner_answer(
    asked: Understood, records: Records, names: Directory, language: str, day: date
) -> RecordAnswer | None:
    """The answer to a question about partners; None when documents may know more than that there is no such row."""
    if asked.entities:
        return _about(asked.entities, asked.relation, records, names.home, language, day)
    page = records.find(asked.query, day, limit=None)
    if not page.total and asked.relation and not _recorded(asked.relation, names):
        return None
    return _list(asked, page, names, language)


def _recorded(relation: Relation, names: Directory) -> bool:
    """Whether the table says of anybody that it has this relation; else it does not know about it at all."""
    return any(relation in partner.relations for partner in names.partners)


def _list(asked: Understood, page: Page, names: Directory, language: str) -> RecordAnswer:
    what = spoken(asked.query, language, names)
    unit = say("unit_partner", language)
    if not page.total:
        return RecordAnswer(Status.NOT_COVERED, (said(say("none", language, what=what)),), complete=False)
    key = "count" if asked.operation is Operation.COUNT else "found"
    heading = said(say(key, language, total=page.total, unit=unit, what=what))
    blocks = (heading, *answer_blocks.row_blocks(page.rows, language, names.home), *_stale(page.rows, language))
    return RecordAnswer(
        Status.ANSWERED,
        (*blocks, *answer_blocks.sample_note(page.rows, language)),
        answer_blocks.citations(page.rows, language, names.home),
        answer_blocks.values(page.rows),
        topic={"records": json.dumps(asked.query.written(), ensure_ascii=False)},
        complete=asked.complete,
    )


def _about(
    entities: tuple[Entity, ...], relation: Relation | None, records: Records, home: Home, language: str, day: date
) -> RecordAnswer:
    blocks: list[Block] = []
    found: list[Found] = []
    for entity in entities:
        query = Query(RecordKind.PARTNER, (Filter("name", (entity.folded,)),))
        matching = records.find(query, day).rows
        for each in matching:
            found.append(each)
            blocks.append(_relation_of(each, relation, home, language, len(found)))
        if not matching:
            blocks.append(said(_unknown(entity.name, relation, home, language)))
    status = Status.ANSWERED if found else Status.NOT_COVERED
    filters = (Filter("relation", relation.value),) if relation else ()
    query = Query(RecordKind.PARTNER, (Filter("name", tuple(entity.folded for entity in entities)), *filters))
    return RecordAnswer(
        status,
        (*blocks, *_stale(found, language), *answer_blocks.sample_note(found, language)),
        answer_blocks.citations(found, language, home),
        answer_blocks.values(found),
        topic={
            "records": json.dumps(query.written(), ensure_ascii=False),
            "school" if entities[0].school else "employer": entities[0].name,
        },
    )


def _relation_of(found: Found, relation: Relation | None, home: Home, language: str, place: int) -> Block:
    partner = found.record
    assert isinstance(partner, Partner)
    name = row_text.partner_name(partner, language)
    if relation is Relation.PLAQUE_MEMBER and relation not in partner.relations:
        text = say("partner_unknown_plaque", language, name=name, source_says=say("source_says", language))
        return Block(BlockKind.ROW, _capital(text), place)
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
    return Block(BlockKind.ROW, _capital(text), place)


def _unknown(name: str, relation: Relation | None, home: Home, language: str) -> str:
    key = "partner_unknown_plaque" if relation is Relation.PLAQUE_MEMBER else "partner_unknown"
    named = row_text.relation_name(relation or Relation.SIGNED, language, home)
    return _capital(say(key, language, name=name, relation=named, source_says=say("source_says", language)))


def _stale(found: tuple[Found, ...] | list[Found], language: str) -> tuple[Block, ...]:
    """What was said once and is not known to hold still."""
    for each in found:
        if isinstance(each.record, Partner) and each.record.valid_to is None and each.record.as_of:
            return (noted(say("partner_stale", language, day=each.record.as_of)),)
    return ()


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
