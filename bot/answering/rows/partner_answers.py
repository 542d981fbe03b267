"""Questions about partners: who signed, who holds a plaque, who presented, and whether somebody did."""

from __future__ import annotations

from bot.answer import Block, BlockKind, Status
from bot.answering.rows import answer_blocks, row_text
from bot.answering.rows.answer_blocks import say_block
from bot.answering.rows.row_answer import RecordAnswer
from bot.answering.rows.row_pages import RowPages, shown_rows
from bot.answering.rows.wording.formatting import say
from bot.presentation.days import day_in_words
from bot.understanding.parsed_query import Operation, ParsedQuery
from knowledge.entities.directory import Directory, Entity
from knowledge.entities.home import Home
from knowledge.tables import Condition, Field, Operator, Page, Query, StoredRecord, named
from knowledge.tables.records import Partner, RecordKind
from knowledge.tables.values import Relation


def partner_answer(parsed: ParsedQuery, pages: RowPages) -> RecordAnswer | None:
    """The answer to a question about partners; None when documents may know more than that there is no such row."""
    if parsed.entities:
        return _about(parsed.entities, parsed.relation, pages)
    page = pages.find(parsed.query)
    if not page.total and parsed.relation and not _recorded(parsed.relation, pages.directory):
        return None
    return _list(parsed, page, pages)


def _recorded(relation: Relation, names: Directory) -> bool:
    """Whether the table says of anybody that it has this relation; else it does not know about it at all."""
    return any(relation in partner.relations for partner in names.partners)


def _list(parsed: ParsedQuery, page: Page, pages: RowPages) -> RecordAnswer:
    language, what = pages.language, pages.spoken(parsed.query)
    if not page.total:
        return RecordAnswer(Status.NOT_COVERED, (say_block(say("none", language, what=what)),), complete=False)
    key = "count" if parsed.operation is Operation.COUNT else "found"
    heading = say(key, language, total=page.total, unit=pages.unit(parsed.query), what=what)
    return pages.shown(heading, page, parsed)


def _about(entities: tuple[Entity, ...], relation: Relation | None, pages: RowPages) -> RecordAnswer:
    language, home = pages.language, pages.home
    blocks: list[Block] = []
    rows: list[StoredRecord] = []
    for entity in entities:
        query = Query(RecordKind.PARTNER, (named((entity.folded,)),))
        matching = pages.records.find(query, pages.day).rows
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
        (*blocks, *answer_blocks.stale_note(rows, language), *answer_blocks.sample_note(rows, language)),
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
        on=say("on_day", language, day=day_in_words(day, language)) if day else "",
    )
    return Block(BlockKind.ROW, _capital(text), citation)


def _unknown(name: str, relation: Relation | None, home: Home, language: str) -> str:
    key = "partner_unknown_plaque" if relation is Relation.PLAQUE_MEMBER else "partner_unknown"
    wanted = row_text.relation_name(relation or Relation.SIGNED, language, home)
    return _capital(say(key, language, name=name, relation=wanted, source_says=say("source_says", language)))


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
