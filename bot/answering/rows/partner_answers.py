"""Questions about partners: who signed, who holds a plaque, who presented, and whether somebody did."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date

from bot.answer import Block, BlockKind, Citation, Status
from bot.answering.rows import answer_blocks, row_text
from bot.answering.rows.answer_blocks import noted, said
from bot.answering.rows.filter_labels import spoken
from bot.answering.rows.formatting import say
from bot.answering.rows.row_answer import RecordAnswer
from bot.understanding.names.linker import Entity
from bot.understanding.parsed_query import Operation, Understood
from knowledge.tables import Filter, Found, Page, Query, Records
from knowledge.tables.records import Partner, RecordKind
from knowledge.tables.values import PartnerKind, Relation

REPORT = "post_8151109"  # the public report of 2022, which counts the plaques and lists none


def partner_answer(asked: Understood, records: Records, language: str, day: date) -> RecordAnswer:
    """The answer to a question about partners."""
    if asked.entities:
        return _about(asked.entities, asked.relation, records, language, day)
    page = records.find(asked.query, day, limit=None)
    if asked.relation is Relation.PLAQUE_MEMBER and not page.total:
        return _unlisted(records, language, day)
    return _list(asked, page, language)


def _list(asked: Understood, page: Page, language: str) -> RecordAnswer:
    what = spoken(asked.query, language)
    unit = say("unit_partner", language)
    if not page.total:
        return RecordAnswer(Status.NOT_COVERED, (said(say("none", language, what=what)),), complete=False)
    key = "count" if asked.operation is Operation.COUNT else "found"
    heading = said(say(key, language, total=page.total, unit=unit, what=what))
    plaques = () if asked.relation else _uncounted(page.rows, language)
    blocks = (heading, *answer_blocks.row_blocks(page.rows, language), *plaques, *_stale(page.rows, language))
    return RecordAnswer(
        Status.ANSWERED,
        (*blocks, *answer_blocks.sample_note(page.rows, language)),
        answer_blocks.citations(page.rows, language),
        answer_blocks.values(page.rows),
        topic={"records": json.dumps(asked.query.written(), ensure_ascii=False)},
        complete=asked.complete,
    )


def _about(
    entities: tuple[Entity, ...], relation: Relation | None, records: Records, language: str, day: date
) -> RecordAnswer:
    blocks: list[Block] = []
    found: list[Found] = []
    for entity in entities:
        query = Query(RecordKind.PARTNER, (Filter("name", (entity.folded,)),))
        matching = records.find(query, day).rows
        for each in matching:
            found.append(each)
            blocks.append(_relation_of(each, relation, language, len(found)))
        if not matching:
            blocks.append(said(_unknown(entity.name, relation, language)))
    status = Status.ANSWERED if found else Status.NOT_COVERED
    filters = (Filter("relation", relation.value),) if relation else ()
    query = Query(RecordKind.PARTNER, (Filter("name", tuple(entity.folded for entity in entities)), *filters))
    return RecordAnswer(
        status,
        (*blocks, *_stale(found, language), *answer_blocks.sample_note(found, language)),
        answer_blocks.citations(found, language),
        answer_blocks.values(found),
        topic={
            "records": json.dumps(query.written(), ensure_ascii=False),
            "school" if entities[0].school else "employer": entities[0].name,
        },
    )


def _relation_of(found: Found, relation: Relation | None, language: str, place: int) -> Block:
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
        relations=row_text.relations(partner, language),
        relation=say(f"relation_{relation.value}", language) if relation else "",
        source_says=say("source_says", language),
        on=say("on_day", language, day=day) if day else "",
    )
    return Block(BlockKind.ROW, _capital(text), place)


def _unknown(name: str, relation: Relation | None, language: str) -> str:
    key = "partner_unknown_plaque" if relation is Relation.PLAQUE_MEMBER else "partner_unknown"
    named = say(f"relation_{(relation or Relation.SIGNED).value}", language)
    return _capital(say(key, language, name=name, relation=named, source_says=say("source_says", language)))


def _unlisted(records: Records, language: str, day: date) -> RecordAnswer:
    """The report counts the plaques and names nobody; so does the answer."""
    page = records.find(Query(RecordKind.PARTNER, (Filter("relation", Relation.SIGNED.value),)), day)
    reported = [each for each in page.rows if REPORT in (each.record.source or "")][:1]
    if not reported:
        return RecordAnswer(Status.NOT_COVERED, (said(say("none", language, what="")),), complete=False)
    citation = answer_blocks.citations(reported, language)[0]
    text = say("partner_unlisted", language)
    cited = Citation(citation.title, "", citation.date, citation.state, citation.source, text, citation.document)
    return RecordAnswer(Status.ANSWERED, (Block(BlockKind.SAY, text, 1),), (cited,))


def _uncounted(found: Sequence[Found], language: str) -> tuple[Block, ...]:
    """Beside a list of schools from the report: those that it counts and does not name."""
    partners = [each.record for each in found if isinstance(each.record, Partner)]
    reported = any(each.kind is PartnerKind.SCHOOL and REPORT in (each.source or "") for each in partners)
    named = any(Relation.PLAQUE_MEMBER in each.relations for each in partners)
    return (noted(say("partner_unlisted", language)),) if reported and not named else ()


def _stale(found: tuple[Found, ...] | list[Found], language: str) -> tuple[Block, ...]:
    """What was said once and is not known to hold still."""
    for each in found:
        if isinstance(each.record, Partner) and each.record.valid_to is None and each.record.as_of:
            return (noted(say("partner_stale", language, day=each.record.as_of)),)
    return ()


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
