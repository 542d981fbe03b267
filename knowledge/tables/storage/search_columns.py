"""The values of the columns by which records are filtered and sorted; see ``knowledge.tables.storage.schema``."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Mapping
from datetime import date
from functools import lru_cache
from typing import Any

from knowledge.tables.records import (
    CuratedAnswer,
    Opening,
    Partner,
    Procedure,
    Program,
    Record,
    RecordKind,
    first_day,
    last_day,
)
from knowledge.tables.values import Entry
from knowledge.text.language import fold
from knowledge.text.money import Money, Period

INDEXED = 200  # characters of a name that an index holds


def row_of(record: Record, kind: RecordKind) -> dict[str, object]:
    """The search columns of ``record`` by name, without id, edition, source and digest."""
    return {"opens": first_day(record), "closes": last_day(record), **FACETS[kind](record)}


@lru_cache(maxsize=100_000)
def phrase_of(words: str) -> int:
    """63 bits of the BLAKE2b digest of ``words``, as a number that an SQL integer column holds."""
    return int.from_bytes(hashlib.blake2b(words.encode(), digest_size=8).digest()) >> 1


folded = lru_cache(maxsize=100_000)(fold)


def indexed(text: str) -> str:
    """``text`` folded and not too long for an index: PostgreSQL refuses rows whose names fill a page."""
    return folded(text)[:INDEXED]


def entry_bits(entries: tuple[Entry, ...]) -> int:
    """A bit mask of ``entries``: bit n for the nth member of ``Entry``, from 0."""
    return sum(1 << list(Entry).index(entry) for entry in entries)


def _folded(*texts: str | None) -> str:
    """Texts joined into one for substring search; the bar keeps a match from reaching over two of them."""
    return " | ".join(spaced(text) for text in texts if text)


@lru_cache(maxsize=100_000)  # the same employers, titles and places come again and again
def spaced(text: str) -> str:
    """``text`` folded, with a space around each Latin word, so that ``ev`` is not found in ``evening``."""
    return apart(folded(text))


def apart(name: str) -> str:
    """``name``, which is folded already, with a space around each Latin word."""
    words = re.sub(r"[a-z0-9][a-z0-9.+'-]*", lambda match: f" {match[0]} ", name)
    return f" {' '.join(words.split())} " if re.search("[a-z0-9]", words) else name


def _partner(record: Partner) -> dict[str, object]:
    names = (record.name_zh, record.name_en, *record.aliases)
    return {
        "name": indexed(record.name_zh or record.name_en or ""),
        "words": _folded(*names, record.industry, *record.majors, record.town),
        "kind": record.kind.value if record.kind else None,
        "relations": sum(relation.bit for relation in record.relations),
        "industry": record.industry,
    }


def _program(record: Program) -> dict[str, object]:
    low, high = _yearly(record.tuition)
    return {
        "name": indexed(record.school),
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
        "place": indexed(record.campus) if record.campus else None,
        "year": record.year,
        "starts": record.starts_on,
    }


def _yearly(money: Money | None) -> tuple[float | None, float | None]:
    """Lowest and highest tuition in yuan a year; what is paid once for a course stays as it is."""
    if money is None:
        return None, None
    factor = {Period.TERM: 2, Period.MONTH: 10}.get(money.period, 1)
    return tuple(None if end is None else end * factor for end in (money.low, money.high))  # type: ignore[return-value]


def _opening(record: Opening) -> dict[str, object]:
    words = _folded(record.title, record.title_en, record.category, record.major_required)
    pay = record.pay
    monthly = pay is not None and pay.period is Period.YEAR
    period = None if pay is None else Period.MONTH if pay.period in (Period.YEAR, Period.UNKNOWN) else pay.period
    ends = (pay.low, pay.high) if pay else (None, None)
    low, high = (None if end is None else round(end / 12, 2) if monthly else end for end in ends)
    return {
        "closes": last_day(record) or date.max,  # an index begins with it, and null is not greater than a day
        "name": indexed(record.employer),
        "title": folded(record.title),
        "words": words,
        "phrase": phrase_of(words),
        "work": record.work.value if record.work else None,
        "town": record.town,
        "place": indexed(record.place) if record.place else None,
        "education": record.education.rank if record.education else None,
        "level": record.skill_level.rank if record.skill_level else None,
        "pay_period": period.value if period else None,
        "pay_low": low,
        "pay_high": high,
        "pay_floor": high if low is None else low,
        "pay_top": low if high is None else high,
        "headcount": record.headcount.low if record.headcount else None,
        "food": record.food,
        "lodging": record.lodging,
        "insurance": record.insurance,
    }


def _procedure(record: Procedure) -> dict[str, object]:
    return {"name": indexed(record.type), "words": _folded(record.type, record.for_whom)}


def _answer(record: CuratedAnswer) -> dict[str, object]:
    return {"name": indexed(record.question), "words": _folded(record.question)}


FACETS: Mapping[RecordKind, Callable[[Any], dict[str, object]]] = {
    RecordKind.PARTNER: _partner,
    RecordKind.PROGRAM: _program,
    RecordKind.OPENING: _opening,
    RecordKind.PROCEDURE: _procedure,
    RecordKind.ANSWER: _answer,
}
