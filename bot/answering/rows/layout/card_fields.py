"""All that one record says, as the lines of a card, the last of which tells how to apply or whom to ask."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

from bot.answering.contact_names import contacts_named
from bot.answering.rows import row_text
from bot.answering.rows.wording.english_values import in_readers_words
from bot.answering.rows.wording.formatting import headcount, joined, length, money, no_formula, say, word
from bot.presentation.days import day_in_words
from bot.presentation.messages import message
from bot.settings import Contact
from knowledge.entities.home import Home
from knowledge.tables.records import CuratedAnswer, Opening, Partner, Procedure, Program, Record, kind_of
from knowledge.text.pii import NOT_PUBLIC

Parts = Iterable[str]


def card_of(record: Record, language: str, home: Home, contacts: Sequence[Contact]) -> str:
    """The card of ``record``. ``contacts``: whom to ask where the row names nobody."""
    record = in_readers_words(record, language, home)
    if isinstance(record, Opening):
        lines = _of_opening(record, language, home)
    elif isinstance(record, Program):
        lines = _of_program(record, language, home)
    elif isinstance(record, Partner):
        lines = _of_partner(record, language, home)
    elif isinstance(record, CuratedAnswer):
        lines = [[record.question], [record.answer]]
    else:
        lines = _of_procedure(record, language)
    shown = [" · ".join(no_formula(part) for part in parts if part) for parts in lines]
    return "\n".join([*filter(None, shown), _way_in(record, language, contacts)])


def _way_in(record: Record, language: str, contacts: Sequence[Contact]) -> str:
    """How to apply, register or get in touch, as the row states it; else whom to ask."""
    if isinstance(record, CuratedAnswer):
        return no_formula(record.source)
    kind = kind_of(record).value
    stated = record.contact if record.contact != NOT_PUBLIC else None
    if stated:
        return _list_say(f"way_in_{kind}", language, value=no_formula(stated))
    ask = _list_say("ask", language, contacts=contacts_named(contacts, language)) if contacts else ""
    return _list_say(f"no_way_in_{kind}", language) + ask


def _of_opening(record: Opening, language: str, home: Home) -> list[Parts]:
    pay = money(record.pay, language, "per_year_pay") if record.pay else None
    schooling = row_text.education(record, language) if record.education or record.education_text else None
    wanted = headcount(record.headcount, language) if record.headcount else None
    category = word(record.category, language) if record.category and record.category != record.work else None
    return [
        [_both(record.title, record.title_en, language), record.employer],
        [_field("pay", pay, language), _named("work", word(record.work, language) if record.work else "", language)],
        [_named("place", _place(record.place, record.town, language, home), language)],
        [*(_yes_or_no(name, getattr(record, name), language) for name in ("food", "lodging", "insurance")),
         _field("benefits", record.benefits, language)],
        [_field("education", schooling, language), word(record.skill_level, language) if record.skill_level else "",
         _field("experience", record.experience, language), _named("major_required", record.major_required, language)],
        [_field("headcount", wanted, language), _named("category", category, language)],
        [row_text.ends(record, language), _field("posted", _day(record.posted, language), language)],
        [_field("description", record.description, language)],
    ]  # fmt: skip


def _of_program(record: Program, language: str, home: Home) -> list[Parts]:
    fee = money(record.tuition, language) if record.tuition else None
    entry = joined([word(each, language) for each in record.entry], language)
    return [
        [_both(record.major, record.major_en, language), record.school],
        [*(word(each, language) for each in (record.level, record.mode) if each),
         _field("length", length(record.length, language) if record.length else None, language)],
        [_field("tuition", fee, language), _named("other_fees", record.other_fees, language)],
        [_field("entry", entry, language),
         _field("quota", headcount(record.quota, language) if record.quota else None, language)],
        [_named("place", _place(record.campus, record.town, language, home), language)],
        [_field("season", word(record.season or "", language), language), _field("schedule", record.schedule, language),
         _named("starts_on", _day(record.starts_on, language), language)],
        [_field("certificate", record.certificate, language)],
        [_field("partners", joined(record.partners, language), language)],
        [_field("year", record.year, language), row_text.ends(record, language),
         _named("major_code", record.major_code, language)],
    ]  # fmt: skip


def _of_partner(record: Partner, language: str, home: Home) -> list[Parts]:
    name = row_text.partner_name(record, language)
    others = [each for each in (record.name_zh, record.name_en, *record.aliases) if each and each != name]
    return [
        [name, say(f"kind_{record.kind.value}", language) if record.kind else ""],
        [_named("also", joined(others, language), language)],
        [row_text.relations(record, language, home), _named("signed_on", _day(record.signed_on, language), language)],
        [_named("majors", joined(record.majors, language), language)],
        [_named("industry", record.industry, language), _named("scale", record.scale, language)],
        [_named("place", _place(record.address, record.town, language, home), language)],
        [_named("valid_to", _day(record.valid_to, language), language)],
    ]


def _of_procedure(record: Procedure, language: str) -> list[Parts]:
    return [
        [record.type, record.for_whom or ""],
        [_named("conditions", joined(record.conditions, language), language)],
        [_named("steps", " → ".join(record.steps), language)],
        [_named("materials", joined(record.materials, language), language)],
        [_named("time_limit", record.time_limit, language), _named("window", record.window, language)],
        [_named("benefit", record.benefit, language), _named("basis", record.basis, language)],
        [_named("valid_to", _day(record.valid_to, language), language)],
    ]


def _both(chinese: str, english: str | None, language: str) -> str:
    """Both names of a row; in English there is but the one by now."""
    return f"{chinese}（{english}）" if english and language != "en" else chinese


def _place(place: str | None, town: str | None, language: str, home: Home) -> str:
    known = home.town_name(town, language) if town else ""
    if not place or not known or known in place or (town and town in place and language != "en"):
        return place or known
    return f"{place} ({known})" if language == "en" else f"{place}（{known}）"


def _yes_or_no(name: str, value: bool | None, language: str) -> str:
    if value is None:
        return ""
    label = say(f"asked_{name}", language)
    return say("asked_value", language, label=label, value=say("asked_yes" if value else "asked_no", language))


def _day(day: date | None, language: str) -> str:
    return day_in_words(day, language) if day else ""


def _field(key: str, value: object, language: str) -> str:
    return say(f"field_{key}", language, value=value) if value else ""


def _named(key: str, value: object, language: str) -> str:
    return _list_say(f"field_{key}", language, value=value) if value else ""


def _list_say(key: str, language: str, **values: object) -> str:
    return message(f"lists.{key}", language, **{name: str(value) for name, value in values.items()})
