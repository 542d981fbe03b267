"""The cells of one row, read field by field."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from typing import TypeVar

from knowledge.tables.reading import value_vocabulary
from knowledge.tables.reading.kinds.headers import Column
from knowledge.text.dates import DateError, plain
from knowledge.text.money import Money, parse_money
from knowledge.text.periods import DatePeriod, parse_period
from knowledge.text.pii import public_contact
from knowledge.text.quantities import NumberFormatError, StudyLength, parse_length
from knowledge.towns import Town

T = TypeVar("T")


class RowError(ValueError):
    """A row that cannot be loaded. ``column`` and ``value`` say where it fails."""

    def __init__(self, column: str, value: str, reason: str) -> None:
        super().__init__(reason)
        self.column, self.value, self.reason = column, value, reason


@dataclass(frozen=True)
class Note:
    """Something about a value that did not keep the row from loading."""

    column: str
    value: str
    reason: str


@dataclass
class Cells:
    """The cells of a row by field, and the notes made while reading them. ``defaults``: what the title above says.

    ``towns``: those of the district, which rows may name.
    """

    values: Mapping[str, object]
    columns: Mapping[str, Column]
    defaults: Mapping[str, str] = field(default_factory=dict)
    notes: list[Note] = field(default_factory=list)
    towns: tuple[Town, ...] = ()

    def text(self, name: str) -> str | None:
        """A field as text; None when blank."""
        value = self.values.get(name)
        return (None if value is None else value_vocabulary.text_of(value)) or self.defaults.get(name)

    def needed(self, name: str) -> str:
        """A field that the row cannot do without. Raises ``RowError``."""
        value = self.text(name)
        if value is None:
            raise RowError(self.header_of(name), "", "is empty and required")
        return value

    def parsed(self, name: str, parse: Callable[[object], T]) -> T | None:
        """A field through ``parse``; what that refuses is a ``RowError``."""
        value = self.values.get(name)
        if value_vocabulary.text_of(value) is None:
            return None
        try:
            return parse(value)
        except (DateError, NumberFormatError) as error:
            raise RowError(self.header_of(name), str(value), str(error)) from None

    def day(self, name: str) -> date | None:
        """A field as a date; of a period the first day. What the sheet says above its header holds for all rows."""
        period = self.period(name)
        stated = self.defaults.get(name) if period is None else None
        if stated:
            return parse_period(stated).first
        return (period.first or period.last) if period else None

    def last_day(self, name: str, since: date | None = None) -> date | None:
        """A field as a date; of a period the last day. Without a year it is the next such day from ``since`` on."""
        period = self.period(name, since)
        day = period.last if period else None
        if day and since and day < since and not self.text("year") and str(day.year) not in plain(self.text(name)):
            return day.replace(year=day.year + 1)
        return day

    def period(self, name: str, since: date | None = None) -> DatePeriod | None:
        """A field as a period; None when it is blank. ``since``: a day of the year that is meant where none is said."""
        year = year_of(self.text("year") or "") or (since.year if since else None)
        return self.parsed(name, lambda value: parse_period(value, year=year))

    def length(self, name: str) -> StudyLength | None:
        """A field as a length of study, in the unit that the header gives; what is none is noted and kept as text."""
        column = self.columns.get(name)
        try:
            return self.parsed(name, lambda value: parse_length(value, unit=column.header if column else ""))
        except RowError as error:
            self.notes.append(Note(error.column, error.value, f"{error.reason}: shown as it stands"))
            return StudyLength((), None, self.needed(name))

    def money(self, name: str) -> Money | None:
        """A field as money, in the unit that the header gives."""
        column = self.columns.get(name)
        scale, period = (column.scale, column.period) if column else (1, None)
        if period is None:
            return None
        return self.parsed(name, lambda value: parse_money(value, scale=scale, period=period))

    def word(self, name: str, find: Callable[[str], T | None]) -> T | None:
        """A field as one of the known words; an unknown one is noted and left out."""
        text = self.text(name)
        value = find(text) if text else None
        if text and value is None:
            self.notes.append(Note(self.header_of(name), text, "not one of the known values: filters will not find it"))
        return value

    def town(self, address: str) -> str | None:
        """The town in the column for towns, else in the one called ``address``."""
        return value_vocabulary.town_of(self.towns, self.text("town"), self.text(address))

    def contact(self) -> str | None:
        """What may be shown of the contact column."""
        return public_contact(self.text("contact"), value_vocabulary.yes_no(self.text("public_contact")) is True)

    def sample(self) -> bool:
        """Whether the row is marked as a sample."""
        text = self.text("sample")
        return value_vocabulary.yes_no(text) is True or bool(
            text and value_vocabulary.folded(text) in {"示例", "sample"}
        )

    def header_of(self, name: str) -> str:
        """What the sheet calls a field."""
        column = self.columns.get(name)
        return column.header.strip() if column else name


@lru_cache(maxsize=1_000)
def year_of(text: str) -> int | None:
    """The year that a text begins with."""
    digits = plain(text)[:4]
    return int(digits) if digits.isdigit() and len(digits) == 4 else None
