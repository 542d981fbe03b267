"""The attribute of rows that a question asks for, said first: pay, the last day, whether there is lodging."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any

from bot.answer import Block
from bot.answering.rows import row_text
from bot.answering.rows.answer_blocks import say_block
from bot.answering.rows.wording.english_values import in_readers_words
from bot.answering.rows.wording.formatting import clipped, headcount, joined, length, money, no_formula, say, word
from bot.presentation.days import day_in_words
from knowledge.entities.home import Home
from knowledge.tables import SortOrder, StoredRecord
from knowledge.tables.records import Opening, Program, Record, RecordKind, kind_of, shown_name
from knowledge.text.money import Money
from knowledge.text.pii import shown_of_row

MOST = 6  # values said at once
MOST_READ = 10  # rows of a list of which all is said that they say of what is asked, though it has several pages
LONGEST, LONGEST_OF_ONE = 180, 1000  # characters said of several rows, of one
COMPARED = {  # the attribute that decides an order
    SortOrder.PAY_HIGHEST: "pay",
    SortOrder.PAY_LOWEST: "pay",
    SortOrder.CHEAPEST: "fee",
    SortOrder.DEAREST: "fee",
    SortOrder.SHORTEST: "length",
    SortOrder.LONGEST: "length",
    SortOrder.SOONEST: "deadline",
    SortOrder.MOST_PEOPLE: "headcount",
}
YES_OR_NO = frozenset({"food", "lodging", "insurance"})
Value = Callable[[Any, str, Home], str | None]


def _pay(record: Opening, language: str, home: Home) -> str | None:
    return money(record.pay, language, "per_year_pay") if record.pay else None


def _place(record: Opening, language: str, home: Home) -> str | None:
    return record.place or record.town


def _seats(record: Opening | Program, language: str, home: Home) -> str | None:
    number = record.headcount if isinstance(record, Opening) else record.quota
    return headcount(number, language) if number else None


def _fee(record: Program, language: str, home: Home) -> str | None:
    tuition = money(record.tuition, language) if record.tuition else None
    return joined([each for each in (tuition, record.other_fees) if each], language) or None


def _entry(record: Program, language: str, home: Home) -> str | None:
    return joined([word(entry, language) for entry in record.entry], language) or None


def _starts(record: Program, language: str, home: Home) -> str | None:
    begins = day_in_words(record.starts_on, language) if record.starts_on else ""
    return begins or word(record.season or "", language) or None


def _level(record: Opening | Program, language: str, home: Home) -> str | None:
    level = record.skill_level if isinstance(record, Opening) else record.level
    return word(level, language) if level else None


def _yes_or_no(name: str) -> Value:
    def said(record: Opening, language: str, home: Home) -> str | None:
        value: bool | None = getattr(record, name)
        return None if value is None else say("asked_yes" if value else "asked_no", language)

    return said


def _ends(record: Record, language: str, home: Home) -> str | None:
    return row_text.until(record, language) or None


COLUMNS: Mapping[RecordKind, Mapping[str, Value]] = {
    RecordKind.OPENING: {
        "pay": _pay,
        "employer": lambda record, language, home: record.employer,
        "place": _place,
        "deadline": _ends,
        "headcount": _seats,
        "duties": lambda record, language, home: record.description,
        "education": lambda record, language, home: (
            row_text.education(record, language) if record.education or record.education_text else None
        ),
        "level": _level,
        "food": _yes_or_no("food"),
        "lodging": _yes_or_no("lodging"),
        "insurance": _yes_or_no("insurance"),
        "how_to_apply": lambda record, language, home: record.contact,
    },
    RecordKind.PROGRAM: {
        "fee": _fee,
        "school": lambda record, language, home: record.school,
        "length": lambda record, language, home: length(record.length, language) if record.length else None,
        "level": _level,
        "place": lambda record, language, home: record.campus or record.town,
        "deadline": _ends,
        "schedule": lambda record, language, home: record.schedule,
        "start": _starts,
        "entry": _entry,
        "certificate": lambda record, language, home: record.certificate,
        "quota": _seats,
        "partners": lambda record, language, home: joined(record.partners, language) or None,
        "how_to_apply": lambda record, language, home: record.contact,
    },
}


def held_columns(kind: RecordKind, asks: Collection[str]) -> tuple[str, ...]:
    """Those of the attributes asked for that rows of ``kind`` hold."""
    return tuple(name for name in COLUMNS.get(kind, ()) if name in asks)


def asked_blocks(
    rows: Sequence[StoredRecord], kind: RecordKind, asks: Collection[str], language: str, home: Home
) -> tuple[Block, ...]:
    """A sentence for each attribute that is asked for: what ``rows``, all of them, say of it."""
    held = held_columns(kind, asks)
    said = [_said([row.record for row in rows], kind, name, language, home) for name in held]
    between = "; " if language == "en" else "；"
    return (
        (say_block(clipped(between.join(said), LONGEST if len(rows) > 1 else LONGEST_OF_ONE)),) if said and rows else ()
    )


def winner_blocks(rows: Sequence[StoredRecord], order: SortOrder, language: str, home: Home) -> tuple[Block, ...]:
    """Which of ``rows``, in ``order``, comes first, and the value that it comes first by."""
    record = rows[0].record if rows else None
    if order not in COMPARED or not isinstance(record, Opening | Program):
        return ()
    name = COMPARED[order]
    shown = in_readers_words(record, language, home)
    value = COLUMNS[kind_of(shown)][name](shown, language, home)
    label = say(f"asked_{name}", language)
    whose = row_text.name_of(record, language), no_formula(_once([record], shown_name(shown)))
    return (say_block(say("asked_winner", language, name=whose[0], of=whose[1], label=label, value=value)),)


def _said(records: Sequence[Any], kind: RecordKind, name: str, language: str, home: Home) -> str:
    label = say(f"asked_{name}", language)
    told = [COLUMNS[kind][name](in_readers_words(record, language, home), language, home) for record in records]
    if not any(told):
        return say("asked_unsaid", language, label=label)
    if name in YES_OR_NO and len(records) > 1:
        provided = sum(bool(getattr(record, name)) for record in records)
        return say("asked_share", language, label=label, some=provided, total=len(records))
    if name in YES_OR_NO:
        return say("asked_plainly", language, label=label, value=told[0].capitalize() if told[0] else "")
    values = list(dict.fromkeys(shown_of_row(no_formula(_once(records, value))) for value in told if value))
    if name == "pay" and len(values) > 1:
        values = _between([record.pay for record in records if record.pay], language) or values
    shown = joined([*values[:MOST], *(["…"] if len(values) > MOST else [])], language)
    unsaid = say("asked_silent", language, total=told.count(None)) if None in told else ""
    return say("asked_value", language, label=label, value=shown) + unsaid


def _once(records: Sequence[Any], name: str) -> str:
    """``name`` without the mark of a sample, where a note below says that all are samples."""
    return row_text.unmarked(name) if all(record.sample for record in records) else name


def _between(sums: Sequence[Money], language: str) -> list[str]:
    """From the lowest to the highest of ``sums``; nothing where not all are of one period and state both ends."""
    lows, highs = [each.low for each in sums], [each.high for each in sums]
    low, high = min((each for each in lows if each is not None), default=None), max(filter(None, highs), default=None)
    if None in lows or None in highs or len({each.period for each in sums}) != 1:
        return []
    return [money(Money(low, high, sums[0].period, ""), language, "per_year_pay")]
