"""A month of Beijing's calendar."""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass
from datetime import date, datetime

from bot.presentation.messages import message
from knowledge.validity import BEIJING

WRITTEN = re.compile(r"(20\d\d)-(0[1-9]|1[0-2])")


class MonthError(Exception):
    """What was written is no month that can be reported on; the message says so, and what mends it."""


@dataclass(frozen=True, order=True)
class Month:
    """``number``: 1 to 12."""

    year: int
    number: int

    @classmethod
    def of(cls, day: date) -> Month:
        """The one in which ``day`` is."""
        return cls(day.year, day.month)

    def __str__(self) -> str:
        return f"{self.year}-{self.number:02}"

    @property
    def before(self) -> Month:
        """The month before."""
        return Month(self.year - 1, 12) if self.number == 1 else Month(self.year, self.number - 1)

    @property
    def days(self) -> tuple[str, ...]:
        """Its days, as 2026-11-30."""
        return tuple(f"{self}-{day:02}" for day in range(1, calendar.monthrange(self.year, self.number)[1] + 1))

    def holds(self, seconds: float) -> bool:
        """Whether a moment (seconds since 1970) is in it, in Beijing."""
        return Month.of(datetime.fromtimestamp(seconds, BEIJING).date()) == self

    def shown(self, language: str) -> str:
        """As texts name it."""
        return message("report.month", language, year=str(self.year), month=str(self.number))


def asked_month(text: str | None, today: date) -> Month:
    """The month that ``text`` (2026-11) names, without it the last one that is over. Raises ``MonthError``."""
    this = Month.of(today)
    if not text:
        return this.before
    written = WRITTEN.fullmatch(text.strip())
    if written is None:
        raise MonthError(f"{text[:40]!r} is no month: write year and month, as {this.before}")
    month = Month(int(written[1]), int(written[2]))
    if month > this:
        raise MonthError(f"{month} has not begun yet: {this} is the latest that can be reported on")
    return month
