"""The SQL tables of records: a narrow row with what is filtered and sorted by, and the whole record as JSON beside it.

Rows carry ``since`` and ``until`` as all rows of an edition do; see ``knowledge.store.tables``. The narrow
rows are apart from the bodies because counting over 100,000 openings reads all of them.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Mapping
from functools import cache, lru_cache
from typing import Any

from pydantic import TypeAdapter
from sqlalchemy import BigInteger, Boolean, Column, Date, Float, Index, Integer, String, Table, Text

from knowledge.language import fold
from knowledge.store.tables import metadata
from knowledge.tables.records import (
    TYPES,
    Opening,
    Partner,
    Procedure,
    Program,
    Record,
    RecordKind,
    first_day,
    last_day,
    natural_key,
)
from knowledge.tables.values import Entry, Money, Period

_Number = BigInteger().with_variant(Integer, "sqlite")  # SQLite keeps rows by an INTEGER key without another index


def _table(name: str, *facets: Column[Any] | Index) -> Table:
    return Table(
        name,
        metadata,
        Column("id", _Number, primary_key=True, autoincrement=False),  # one sequence for all kinds
        Column("since", Integer, nullable=False),
        Column("until", Integer),
        Column("source", String(300), nullable=False),  # POSIX path below the documents folder
        Column("digest", String(24), nullable=False),  # of the raw cells
        Column("opens", Date),  # first day on which it holds
        Column("closes", Date),  # last day
        Column("name", Text, nullable=False),  # folded: employer, school, partner, type
        Column("words", Text, nullable=False),  # folded: everything that a word in a question may mean
        *facets,
        Index(f"{name}_digest", "digest"),
        Index(f"{name}_source", "source"),
    )


bodies = Table(
    "record_bodies",
    metadata,
    Column("id", _Number, primary_key=True, autoincrement=False),
    Column("body", Text, nullable=False),  # JSON
)
partners = _table(
    "partners", Column("kind", String(20)), Column("relations", Integer, nullable=False), Column("industry", Text)
)
programs = _table(
    "programs",
    Column("level", Integer),
    Column("entry", Integer, nullable=False),  # bits, in the order of Entry
    Column("years", Float),
    Column("mode", String(20)),
    Column("tuition_low", Float),  # yuan a year
    Column("tuition_high", Float),
    Column("quota", Integer),
    Column("season", Text),
    Column("schedule", Text),
    Column("town", String(10)),
    Column("starts", Date),
    Index("programs_closes", "closes"),
)
openings = _table(
    "openings",
    Column("title", Text, nullable=False),
    Column("phrase", BigInteger, nullable=False),  # digest of ``words``: one number for all rows that say the same
    Column("work", String(10)),
    Column("town", String(10)),
    Column("education", Integer),
    Column("level", Integer),
    Column("pay_period", String(10)),
    Column("pay_low", Float),  # yuan a pay_period; yearly pay is stored by the month
    Column("pay_high", Float),
    Column("headcount", Integer),
    Column("food", Boolean),
    Column("lodging", Boolean),
    Column("insurance", Boolean),
    # Orders that are asked for over everything; see ``answers`` for when they are used.
    Index("openings_pay_high", "pay_high"),
    Index("openings_pay_low", "pay_low"),
    Index("openings_closes", "closes"),
    Index("openings_opens", "opens"),
)
procedures = _table("procedures")
TABLES = {
    RecordKind.PARTNER: partners,
    RecordKind.PROGRAM: programs,
    RecordKind.OPENING: openings,
    RecordKind.PROCEDURE: procedures,
}


def row_of(record: Record, kind: RecordKind) -> dict[str, object]:
    """The narrow columns of ``record``, but for id, edition, source and digest."""
    return {"opens": first_day(record), "closes": last_day(record), **FACETS[kind](record)}


def write(record: Record, kind: RecordKind) -> str:
    """``record`` as JSON."""
    return _adapter(kind).dump_json(record, exclude_defaults=True).decode()


def read(body: str, kind: RecordKind) -> Record:
    """The record that ``write`` wrote."""
    record: Record = _adapter(kind).validate_json(body)
    return record


def values_of(record: Record, kind: RecordKind) -> dict[str, object]:
    """The typed values of ``record`` as JSON-able values, without what is never shown."""
    shown: dict[str, object] = _adapter(kind).dump_python(record, mode="json", exclude_none=True)
    shown.pop("credit_code", None)
    return {"record": kind.value, **shown}


@lru_cache(maxsize=100_000)
def phrase_of(words: str) -> int:
    """A number for a text: 63 bits of its digest."""
    return int.from_bytes(hashlib.blake2b(words.encode(), digest_size=8).digest()) >> 1


folded = lru_cache(maxsize=100_000)(fold)


def entry_bits(entries: tuple[Entry, ...]) -> int:
    """Several entries as one number."""
    return sum(1 << list(Entry).index(entry) for entry in entries)


def key_of(record: Record) -> tuple[str, ...]:
    """The natural key, folded."""
    return tuple(fold(part) for part in natural_key(record))


@cache
def _adapter(kind: RecordKind) -> TypeAdapter[Any]:
    return TypeAdapter(TYPES[kind])


def _folded(*texts: str | None) -> str:
    """Texts as one that is searched by substring; the bar keeps a word from reaching over two of them."""
    return " | ".join(spaced(text) for text in texts if text)


@lru_cache(maxsize=100_000)  # the same employers, titles and places come again and again
def spaced(text: str) -> str:
    """``text`` folded, with a space around each Latin word, so that ``ev`` is not found in ``evening``."""
    apart = re.sub(r"[a-z0-9][a-z0-9.+'-]*", lambda found: f" {found[0]} ", fold(text))
    return f" {' '.join(apart.split())} " if re.search("[a-z0-9]", apart) else fold(text)


def _partner(record: Partner) -> dict[str, object]:
    names = (record.name_zh, record.name_en, *record.aliases)
    return {
        "name": fold(record.name_zh or record.name_en or ""),
        "words": _folded(*names, record.industry, *record.majors, record.town),
        "kind": record.kind.value if record.kind else None,
        "relations": sum(relation.bit for relation in record.relations),
        "industry": record.industry,
    }


def _program(record: Program) -> dict[str, object]:
    low, high = _yearly(record.tuition)
    return {
        "name": fold(record.school),
        "words": _folded(
            record.major, record.major_en, record.certificate, record.mode, *record.partners, record.campus
        ),
        "level": record.level.rank if record.level else None,
        "entry": entry_bits(record.entry),
        "years": record.length.years if record.length else None,
        "mode": record.mode.value if record.mode else None,
        "tuition_low": low,
        "tuition_high": high,
        "quota": record.quota.low if record.quota else None,
        "season": record.season,
        "schedule": record.schedule,
        "town": record.town,
        "starts": record.starts_on,
    }


def _yearly(money: Money | None) -> tuple[float | None, float | None]:
    """Tuition by the year; what is paid once for a course stays as it is."""
    if money is None:
        return None, None
    factor = {Period.TERM: 2, Period.MONTH: 10}.get(money.period, 1)
    return tuple(None if end is None else end * factor for end in (money.low, money.high))  # type: ignore[return-value]


def _opening(record: Opening) -> dict[str, object]:
    said = _folded(record.title, record.title_en, record.category, record.major_required)
    pay = record.pay
    monthly = pay is not None and pay.period is Period.YEAR
    period = None if pay is None else Period.MONTH if pay.period in (Period.YEAR, Period.UNKNOWN) else pay.period
    ends = (pay.low, pay.high) if pay else (None, None)
    low, high = (None if end is None else round(end / 12, 2) if monthly else end for end in ends)
    return {
        "name": folded(record.employer),
        "title": folded(record.title),
        "words": said,
        "phrase": phrase_of(said),
        "work": record.work.value if record.work else None,
        "town": record.town,
        "education": record.education.rank if record.education else None,
        "level": record.skill_level.rank if record.skill_level else None,
        "pay_period": period.value if period else None,
        "pay_low": low,
        "pay_high": high,
        "headcount": record.headcount.low if record.headcount else None,
        "food": record.food,
        "lodging": record.lodging,
        "insurance": record.insurance,
    }


def _procedure(record: Procedure) -> dict[str, object]:
    return {"name": fold(record.type), "words": _folded(record.type, record.for_whom)}


FACETS: Mapping[RecordKind, Callable[[Any], dict[str, object]]] = {
    RecordKind.PARTNER: _partner,
    RecordKind.PROGRAM: _program,
    RecordKind.OPENING: _opening,
    RecordKind.PROCEDURE: _procedure,
}
