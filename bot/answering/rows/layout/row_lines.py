"""A row of a list as two lines, and as many rows as a page has in the room that a message leaves them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.answering.rows import row_text
from bot.answering.rows.wording.english_values import in_readers_words
from bot.answering.rows.wording.formatting import clipped, joined, length, money, no_formula, say, word
from bot.presentation.days import day_in_words
from bot.presentation.messages import message
from knowledge.entities.home import Home
from knowledge.tables.records import CuratedAnswer, Opening, Partner, Procedure, Program, Record
from knowledge.text.pii import shown_of_row

MOST_CHARACTERS = 697  # of a list's message: what a phone shows without scrolling for long
ROOM_BELOW = {"zh": 65, "zh-hant": 65, "en": 110}  # of these for date and source, which stand below every list
NARROWEST, WIDEST = 12, 200  # characters of a line
SHORTEST_PART = 5  # characters, the ellipsis among them


@dataclass(frozen=True)
class RowLines:
    """A row in two lines: ``head`` says what it is, whose and where, ``facts`` the pay or fee and the last day."""

    head: tuple[str, ...]
    facts: tuple[str, ...]

    def shown(self, number: int) -> list[list[str]]:
        """The parts of its lines, the first numbered; an empty line is none."""
        head, facts = ([_sendable(part) for part in parts if part] for parts in (self.head, self.facts))
        return [[f"{number}. {head[0]}", *head[1:]], *([facts] if facts else [])]


Variants = tuple[RowLines, ...]  # of one row, from the fullest to the briefest; rows of a kind have as many


def lines_of_rows(records: Sequence[Record], language: str, home: Home, start: int, room: int) -> tuple[str, ...]:
    """Each record as two numbered lines, all together at most ``room`` characters where that can be; ``start`` is the
    number of rows before the first.
    """
    marked = not all(record.sample for record in records)  # else it is said once, above them
    rows = [_variants(record, language, home, marked=marked) for record in records]
    columns = zip(*rows, strict=True)
    variants = [[variant.shown(number) for number, variant in enumerate(column, start + 1)] for column in columns]
    fitting = (texts for texts in variants if _size(texts) <= room)
    narrow = (_narrow(variants[-1], width) for width in range(WIDEST, NARROWEST, -2))
    briefest = _narrow(variants[-1], NARROWEST)
    texts = next(fitting, None) or next((texts for texts in narrow if _size(texts) <= room), briefest)
    return tuple("\n".join(_joined(line) for line in lines) for lines in texts)


def _size(texts: Sequence[Sequence[Sequence[str]]]) -> int:
    return sum(len(_joined(line)) + 1 for lines in texts for line in lines)


def _narrow(texts: Sequence[Sequence[Sequence[str]]], width: int) -> list[list[list[str]]]:
    return [[_shortened(line, width) for line in lines] for lines in texts]


def _shortened(parts: Sequence[str], width: int) -> list[str]:
    """``parts`` of a line, the longest cut short, again and again until they fit into ``width`` characters."""
    short = list(parts)
    while (excess := len(_joined(short)) - width) > 0 and len(max(short, key=len)) > SHORTEST_PART:
        place = max(range(len(short)), key=lambda number: len(short[number]))
        others = [len(part) for number, part in enumerate(short) if number != place]
        short[place] = clipped(short[place], max(SHORTEST_PART, len(short[place]) - excess, max(others, default=0) - 1))
    return short


def _joined(parts: Sequence[str]) -> str:
    return " · ".join(parts)


def _variants(record: Record, language: str, home: Home, *, marked: bool) -> Variants:
    """``marked``: a sample says so itself."""
    if isinstance(record, Opening):
        variants = _of_opening(record, language, home)
    elif isinstance(record, Program):
        variants = _of_program(record, language, home)
    elif isinstance(record, Partner):
        variants = _of_partner(record, language, home)
    elif isinstance(record, CuratedAnswer):
        variants = (RowLines((record.question,), (record.answer,)),)
    else:
        variants = _of_procedure(record)
    if not record.sample:
        return variants
    mark = (say("sample_mark", language),) if marked else ()
    return tuple(RowLines((*map(row_text.unmarked, one.head), *mark), one.facts) for one in variants)


def _of_opening(record: Opening, language: str, home: Home) -> Variants:
    shown = in_readers_words(record, language, home)
    head = (shown.title, shown.employer, _place(record.place, record.town, language, home))
    pay = money(record.pay, language, "per_year_pay", short=True) if record.pay else ""
    facts = (pay, row_text.ends(record, language, short=True))
    return RowLines(head, (row_text.board(record, language), *facts)), RowLines(head, facts)


def _of_program(record: Program, language: str, home: Home) -> Variants:
    shown = in_readers_words(record, language, home)
    head = (shown.major, shown.school, _place(record.campus, record.town, language, home))
    fee = money(record.tuition, language, short=True) if record.tuition else ""
    facts = (fee, row_text.ends(record, language, short=True))
    level = word(record.level, language) if record.level else ""
    years = length(record.length, language) if record.length else ""
    return RowLines(head, (level, years, *facts)), RowLines(head, (years, *facts)), RowLines(head, facts)


def _of_partner(record: Partner, language: str, home: Home) -> Variants:
    name = row_text.partner_name(record, language)
    kind = say(f"kind_{record.kind.value}", language) if record.kind else ""
    signed = day_in_words(record.signed_on, language, short=True) if record.signed_on else ""
    whole = row_text.relations(record, language, home)
    short = joined([message(f"lists.relation_{one.value}", language) for one in record.relations], language)
    return (
        RowLines((name, kind), (whole, signed)),
        RowLines((name, kind), (short, signed)),
        RowLines((name,), (short, signed)),
    )


def _of_procedure(record: Procedure) -> Variants:
    return (RowLines((record.type, record.for_whom or ""), (record.time_limit or "", record.window or "")),)


def _place(place: str | None, town: str | None, language: str, home: Home) -> str:
    """In English the town, whose name has a translation; else the place as the row has it."""
    known = home.town_name(town, language) if town else ""
    return known if known and (language == "en" or not place) else place or ""


def _sendable(part: str) -> str:
    """One line, and without what a cell holds of persons: cut short, a number could not be told to be one."""
    return shown_of_row(no_formula(" ".join(part.split())))
