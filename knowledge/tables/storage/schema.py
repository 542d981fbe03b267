"""The SQL tables of records: a narrow row with what is filtered and sorted by, and the whole record as JSON beside it.

Rows carry ``since`` and ``until`` as all rows of an edition do; see ``knowledge.store.tables``. The narrow
rows are apart from the bodies because counting over 100,000 openings reads all of them.
"""

from __future__ import annotations

from functools import cache, lru_cache
from typing import Any

from pydantic import TypeAdapter
from sqlalchemy import BigInteger, Boolean, Column, Date, Float, Index, Integer, String, Table, Text

from knowledge.store.tables import metadata
from knowledge.tables.records import TYPES, Record, RecordKind, natural_key
from knowledge.text.language import fold

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
        Column("name", Text, nullable=False),  # folded: employer, school, partner, type, question
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
    Column("place", Text),  # folded: campus
    Column("year", Integer),
    Column("starts", Date),
    Index("programs_closes", "closes"),
)
openings = _table(
    "openings",
    Column("title", Text, nullable=False),
    Column("phrase", BigInteger, nullable=False),  # digest of ``words``: one number for all rows that say the same
    Column("work", String(10)),
    Column("town", String(10)),
    Column("place", Text),  # folded, as the row has it
    Column("education", Integer),
    Column("level", Integer),
    Column("pay_period", String(10)),
    Column("pay_low", Float),  # yuan a pay_period; yearly pay is stored by the month
    Column("pay_high", Float),
    Column("pay_floor", Float),  # what is compared: the lower end, the upper one where only that is stated
    Column("pay_top", Float),
    Column("headcount", Integer),
    Column("food", Boolean),
    Column("lodging", Boolean),
    Column("insurance", Boolean),
    Index("openings_name", "name"),
    Index("openings_place", "place"),
    # Orders that are asked for over everything; see ``answers`` for when they are used.
    Index("openings_pay_top", "pay_top"),
    Index("openings_pay_floor", "pay_floor"),
    Index("openings_closes", "closes"),
    Index("openings_opens", "opens"),
)
procedures = _table("procedures")
curated_answers = _table("curated_answers")
TABLES = {
    RecordKind.PARTNER: partners,
    RecordKind.PROGRAM: programs,
    RecordKind.OPENING: openings,
    RecordKind.PROCEDURE: procedures,
    RecordKind.ANSWER: curated_answers,
}


def write(record: Record, kind: RecordKind) -> str:
    """``record`` as JSON."""
    return _adapter(kind).dump_json(record, exclude_defaults=True).decode()


@lru_cache(maxsize=8_000)  # the first pages show the same rows again and again
def read(body: str, kind: RecordKind) -> Record:
    """The record that ``write`` wrote."""
    record: Record = _adapter(kind).validate_json(body)
    return record


def values_of(record: Record, kind: RecordKind) -> dict[str, object]:
    """The typed values of ``record`` as JSON-able values, without what is never shown."""
    shown: dict[str, object] = _adapter(kind).dump_python(record, mode="json", exclude_none=True)
    shown.pop("credit_code", None)
    return {"record": kind.value, **shown}


def key_of(record: Record) -> tuple[str, ...]:
    """The natural key, folded."""
    return tuple(fold(part) for part in natural_key(record))


@cache
def _adapter(kind: RecordKind) -> TypeAdapter[Any]:
    return TypeAdapter(TYPES[kind])
