"""Rows for readers of English: values in English where tables or the product's data have it, else as the row says."""

from __future__ import annotations

import re
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import TypeVar, cast

import yaml

from knowledge.entities.home import Home
from knowledge.tables.records import Opening, Program, Record
from knowledge.tables.vocabularies import EDUCATION, ENTRY, LEVEL, MODE, WORK

R = TypeVar("R", bound=Record)
BETWEEN = re.compile(r"[、，；]")
CERTIFICATE = re.compile(r"(?P<trade>[^（）]{2,40})职业技能等级证书(?P<sample>（示例）)?")


@cache
def english_values() -> dict[str, str]:
    """What known values of cells are called in English, by what they are called in Chinese."""
    cells: dict[str, str] = yaml.safe_load(Path(__file__).with_suffix(".yaml").read_text(encoding="utf-8"))
    return {**EDUCATION.english, **LEVEL.english, **ENTRY.english, **MODE.english, **WORK.english, **cells}


def in_readers_words(record: R, language: str, home: Home) -> R:
    """``record`` as a reader of ``language`` is shown it; it is not to be looked up or sorted by any more."""
    if language != "en" or not isinstance(record, Opening | Program):
        return record
    return cast(R, _opening(record, home) if isinstance(record, Opening) else _program(record, home))


def _opening(record: Opening, home: Home) -> Opening:
    return replace(
        record,
        employer=home.called(record.employer, "en"),
        title=record.title_en or record.title,
        title_en=None,
        place=_place(record.place, record.town, home),
        town=None,
        experience=_told(record.experience),
        major_required=_told(record.major_required),
        benefits=_told(record.benefits),
        description=_told(record.description),
    )


def _program(record: Program, home: Home) -> Program:
    return replace(
        record,
        school=home.called(record.school, "en"),
        major=record.major_en or record.major,
        major_en=None,
        campus=_place(record.campus, record.town, home),
        town=None,
        season=_told(record.season),
        other_fees=_told(record.other_fees),
        schedule=_told(record.schedule),
        certificate=_certificate(record),
        partners=tuple(home.called(name, "en") for name in record.partners),
    )


def _told(text: str | None) -> str | None:
    """A cell in English if all that it lists is known; else as it stands: half of it would say less."""
    if not text or text in english_values():
        return english_values().get(text, text) if text else text
    parts = [english_values().get(part.strip()) for part in BETWEEN.split(text)]
    return text if None in parts else ", ".join(filter(None, parts))


def _place(place: str | None, town: str | None, home: Home) -> str | None:
    """A place that is but a town of the district by its English name; any other with that behind it."""
    named = home.town_name(town, "en") if town else ""
    if not place or not town or named == town:
        return place or named or None
    regions = "".join(f"(?:{re.escape(region)}[省市区]?)?" for region in reversed(home.regions))
    only_town = re.fullmatch(rf"{regions}{re.escape(town)}(?:街道|街|镇)?", place)
    return named if only_town else f"{place} ({named})" if named not in place else place


def _certificate(record: Program) -> str | None:
    """A certificate of the trade that the program teaches, by the program's English name."""
    stated = CERTIFICATE.fullmatch(record.certificate or "")
    if not (stated and record.major_en and record.major.startswith(stated["trade"])):
        return record.certificate
    return f"{record.major_en} skill-level certificate{' (SAMPLE)' if stated['sample'] else ''}"
