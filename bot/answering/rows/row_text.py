"""One record as a line that people read."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

from bot.answering.rows.wording.english_values import in_readers_words
from bot.answering.rows.wording.formatting import headcount, joined, length, money, no_formula, say, word
from bot.presentation.days import day_in_words
from knowledge.entities.home import Home
from knowledge.tables.records import CuratedAnswer, Opening, Partner, Procedure, Program, Record
from knowledge.tables.values import Relation

SAMPLE = re.compile(r"[ 　]?[（(](?:SAMPLE|示例)[）)]\Z")


def unmarked(name: str) -> str:
    """``name`` without the mark of a sample behind it, where that is said of all rows together."""
    return SAMPLE.sub("", name)


def line(record: Record, language: str, home: Home) -> str:
    """The record in one paragraph, as a citation quotes it."""
    record = in_readers_words(record, language, home)
    if isinstance(record, Opening):
        parts = [*_opening(record, language, home)]
    elif isinstance(record, Program):
        parts = [*_program(record, language)]
    elif isinstance(record, Partner):
        parts = [*_partner(record, language, home)]
    elif isinstance(record, CuratedAnswer):
        parts = [record.question, record.answer]
    else:
        parts = list(_procedure(record))
    if record.sample:
        parts.append(say("sample_mark", language))
    return (" · ").join(no_formula(part) for part in parts if part)


def name_of(record: Record, language: str) -> str:
    """What a reader calls the record."""
    if isinstance(record, Opening):
        return no_formula(_both(record.title, record.title_en, language))
    if isinstance(record, Program):
        return no_formula(_both(record.major, record.major_en, language))
    if isinstance(record, Partner):
        return no_formula(partner_name(record, language))
    return no_formula(record.question if isinstance(record, CuratedAnswer) else record.type)


def partner_name(partner: Partner, language: str) -> str:
    """A partner's name in the reader's language, the other where there is none."""
    names = (partner.name_en, partner.name_zh) if language == "en" else (partner.name_zh, partner.name_en)
    return next(name for name in names if name)


def relations(partner: Partner, language: str, home: Home) -> str:
    """What a partner is to the operation."""
    return joined([relation_name(relation, language, home) for relation in partner.relations], language)


def relation_name(relation: Relation, language: str, home: Home) -> str:
    """One relation to the operation; of those that signed it says with whom."""
    host = home.host_in_short(language)
    signed_with = relation is Relation.SIGNED and host
    return (
        say("relation_signed_with", language, host=host) if signed_with else say(f"relation_{relation.value}", language)
    )


def ends(record: Record, language: str, *, short: bool = False) -> str:
    """Until when a record holds, as the row says it; ``short`` for a line of a list."""
    if _to_be_reviewed(record):
        return until(record, language, short=short)
    day = until(record, language, short=short)
    return say("field_deadline", language, value=day) if day else ""


def until(record: Record, language: str, *, short: bool = False) -> str:
    """The last day of a record alone; where an opening says none, its words and by when it is to be reviewed."""
    if isinstance(record, Opening) and record.closes and _to_be_reviewed(record):
        text = word(record.deadline_text or "长期有效", language)
        return say("field_review", language, text=text, value=day_in_words(record.closes, language, short=short))
    day: date | None = record.deadline if isinstance(record, Opening | Program) else record.valid_to
    return day_in_words(day, language, short=short) if day else ""


def _to_be_reviewed(record: Record) -> bool:
    return isinstance(record, Opening) and record.deadline is None and record.closes is not None


def _both(chinese: str, english: str | None, language: str) -> str:
    return english if english and language == "en" else chinese


def _opening(record: Opening, language: str, home: Home) -> Iterator[str]:
    yield name_of(record, language)
    yield record.employer
    if record.pay:
        yield say("field_pay", language, value=money(record.pay, language, "per_year_pay"))
    yield record.place or ""
    yield board(record, language)
    if record.education:
        shown = education(record, language)
        yield say("field_education", language, value=shown)
    if record.headcount:
        yield say("field_headcount", language, value=headcount(record.headcount, language))
    yield ends(record, language)


def board(record: Opening, language: str) -> str:
    """Meals and lodging, as far as the row says that they are provided."""
    if record.food and record.lodging:
        return say("field_board", language)
    if record.food or record.lodging:
        return say("field_food" if record.food else "field_lodging", language)
    return ""


def education(record: Opening, language: str) -> str:
    """The schooling asked for; Chinese as the row has it."""
    text = record.education_text or str(record.education)
    if language != "en" or record.education is None:
        return text
    return word(record.education, language) + (" or above" if "以上" in text else "")


def _program(record: Program, language: str) -> Iterator[str]:
    yield name_of(record, language)
    yield record.school
    for value in (record.level, record.mode):
        if value:
            yield word(value, language)
    if record.length:
        yield say("field_length", language, value=length(record.length, language))
    if record.tuition:
        yield say("field_tuition", language, value=money(record.tuition, language))
    if record.entry:
        yield say("field_entry", language, value=joined([word(entry, language) for entry in record.entry], language))
    yield ends(record, language)


def _partner(record: Partner, language: str, home: Home) -> Iterator[str]:
    yield partner_name(record, language)
    if record.kind:
        yield say(f"kind_{record.kind.value}", language)
    yield relations(record, language, home)
    if record.signed_on:
        yield day_in_words(record.signed_on, language)
    yield record.contact or ""


def _procedure(record: Procedure) -> Iterator[str]:
    yield record.type
    yield record.for_whom or ""
    for several in (record.conditions, record.steps, record.materials):
        yield " → ".join(several) if several is record.steps else "、".join(several)
    yield from (
        record.time_limit or "",
        record.window or "",
        record.benefit or "",
        record.basis or "",
        record.contact or "",
    )
