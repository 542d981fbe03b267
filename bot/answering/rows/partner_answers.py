"""Questions about partners: who signed, who holds a plaque, who presented, and whether somebody did."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from bot.answer import Block, BlockKind, Citation, Status
from bot.answering.rows import answer_blocks, row_text
from bot.answering.rows.answer_blocks import note_block, say_block
from bot.answering.rows.filter_labels import labels_of
from bot.answering.rows.formatting import say
from bot.answering.rows.row_answer import RecordAnswer
from bot.understanding.names.linker import Entity
from bot.understanding.parsed_query import Operation, ParsedQuery
from knowledge.tables import Condition, Field, Operator, Page, Query, Records, StoredRecord, named
from knowledge.tables.records import Partner, RecordKind
from knowledge.tables.values import PartnerKind, Relation

REPORT = "post_8151109"  # the public report of 2022, which counts the plaques and lists none


def partner_answer(parsed: ParsedQuery, records: Records, language: str, day: date) -> RecordAnswer:
    """The answer to a question about partners."""
    if parsed.entities:
        return _about(parsed.entities, parsed.relation, records, language, day)
    page = records.find(parsed.query, day, limit=None)
    if parsed.relation is Relation.PLAQUE_MEMBER and not page.total:
        return _unlisted(records, language, day)
    return _list(parsed, page, language)


def _list(parsed: ParsedQuery, page: Page, language: str) -> RecordAnswer:
    what = labels_of(parsed.query, language)
    unit = say("unit_partner", language)
    if not page.total:
        return RecordAnswer(Status.NOT_COVERED, (say_block(say("none", language, what=what)),), complete=False)
    key = "count" if parsed.operation is Operation.COUNT else "found"
    heading = say_block(say(key, language, total=page.total, unit=unit, what=what))
    plaques = () if parsed.relation else _uncounted(page.rows, language)
    blocks = (heading, *answer_blocks.row_blocks(page.rows, language), *plaques, *_stale(page.rows, language))
    return RecordAnswer(
        Status.ANSWERED,
        (*blocks, *answer_blocks.sample_note(page.rows, language)),
        answer_blocks.citations(page.rows, language),
        answer_blocks.values(page.rows),
        query=parsed.query,
        complete=parsed.complete,
    )


def _about(
    entities: tuple[Entity, ...], relation: Relation | None, records: Records, language: str, day: date
) -> RecordAnswer:
    blocks: list[Block] = []
    rows: list[StoredRecord] = []
    for entity in entities:
        query = Query(RecordKind.PARTNER, (named((entity.folded,)),))
        matching = records.find(query, day).rows
        for row in matching:
            rows.append(row)
            blocks.append(_relation_of(row, relation, language, len(rows)))
        if not matching:
            blocks.append(say_block(_unknown(entity.name, relation, language)))
    status = Status.ANSWERED if rows else Status.NOT_COVERED
    related = (_related(relation),) if relation else ()
    query = Query(RecordKind.PARTNER, (named(tuple(entity.folded for entity in entities)), *related))
    return RecordAnswer(
        status,
        (*blocks, *_stale(rows, language), *answer_blocks.sample_note(rows, language)),
        answer_blocks.citations(rows, language),
        answer_blocks.values(rows),
        query=query,
    )


def _related(relation: Relation) -> Condition:
    return Condition(Field.RELATION, Operator.INCLUDES, relation)


def _relation_of(row: StoredRecord, relation: Relation | None, language: str, citation: int) -> Block:
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
        relations=row_text.relations(partner, language),
        relation=say(f"relation_{relation.value}", language) if relation else "",
        source_says=say("source_says", language),
        on=say("on_day", language, day=day) if day else "",
    )
    return Block(BlockKind.ROW, _capital(text), citation)


def _unknown(name: str, relation: Relation | None, language: str) -> str:
    key = "partner_unknown_plaque" if relation is Relation.PLAQUE_MEMBER else "partner_unknown"
    named = say(f"relation_{(relation or Relation.SIGNED).value}", language)
    return _capital(say(key, language, name=name, relation=named, source_says=say("source_says", language)))


def _unlisted(records: Records, language: str, day: date) -> RecordAnswer:
    """The report counts the plaques and names nobody; so does the answer."""
    page = records.find(Query(RecordKind.PARTNER, (_related(Relation.SIGNED),)), day)
    reported = [row for row in page.rows if REPORT in (row.record.source or "")][:1]
    if not reported:
        return RecordAnswer(Status.NOT_COVERED, (say_block(say("none", language, what="")),), complete=False)
    citation = answer_blocks.citations(reported, language)[0]
    text = say("partner_unlisted", language)
    cited = Citation(citation.title, "", citation.date, citation.state, citation.source, text, citation.document)
    return RecordAnswer(Status.ANSWERED, (Block(BlockKind.SAY, text, 1),), (cited,))


def _uncounted(rows: Sequence[StoredRecord], language: str) -> tuple[Block, ...]:
    """Beside a list of schools from the report: those that it counts and does not name."""
    partners = [row.record for row in rows if isinstance(row.record, Partner)]
    reported = any(partner.kind is PartnerKind.SCHOOL and REPORT in (partner.source or "") for partner in partners)
    listed = any(Relation.PLAQUE_MEMBER in partner.relations for partner in partners)
    return (note_block(say("partner_unlisted", language)),) if reported and not listed else ()


def _stale(rows: Sequence[StoredRecord], language: str) -> tuple[Block, ...]:
    """What was said once and is not known to hold still."""
    for row in rows:
        if isinstance(row.record, Partner) and row.record.valid_to is None and row.record.as_of:
            return (note_block(say("partner_stale", language, day=row.record.as_of)),)
    return ()


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
