"""Under which terms staff answer in the chat: where they meet, when they read, when their time runs out."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from bot.presentation.days import day_in_words
from bot.presentation.messages import message
from bot.settings import HandoffSettings, OpeningHours
from knowledge.validity import BEIJING

HOUR, DAY = 3600.0, 24 * 3600.0
LOOK_AHEAD = 60  # days in which somebody must be there
SATURDAY, SUNDAY = 5, 6


@dataclass(frozen=True)
class HandoffTerms:
    """``staff_chat``: its id in Telegram; ``language``: of what the bot says there; ``hours``: None where nobody says
    when staff read; ``unanswered``, ``silent``: seconds until one ends that staff do not answer, or its user; ``keep``:
    seconds for which it is kept after its end.
    """

    staff_chat: int
    language: str = "zh"
    hours: OpeningHours | None = None
    unanswered: float = 72 * HOUR
    silent: float = 24 * HOUR
    keep: float = 30 * DAY

    @classmethod
    def of(cls, settings: HandoffSettings, staff_chat: int | None) -> HandoffTerms | None:
        """Those of the configuration; None without a chat of staff."""
        if staff_chat is None:
            return None
        return cls(
            staff_chat,
            settings.language,
            settings.hours,
            settings.unanswered_hours * HOUR,
            settings.silent_hours * HOUR,
            settings.keep_days * DAY,
        )

    def when(self, now: float, language: str) -> str:
        """When somebody will read what is sent at ``now``, in a sentence."""
        if self.hours is None:
            return message("handoff.when_unknown", language)
        moment = datetime.fromtimestamp(now, BEIJING)
        found = next(_open_times(self.hours, moment), None)
        if found is None:
            return message("handoff.when_unknown", language)
        begins, ends = found
        if begins <= moment:
            return message("handoff.when_open", language, until=f"{ends:%H:%M}")
        values = {"day": day_in_words(begins.date(), language), "time": f"{begins:%H:%M}"}
        return message("handoff.when_later", language, **values)


def _open_times(hours: OpeningHours, now: datetime) -> Iterator[tuple[datetime, datetime]]:
    """The times in which somebody is there that are not over at ``now``, in order."""
    for ahead in range(LOOK_AHEAD):
        day = now.date() + timedelta(days=ahead)
        for span in _of_day(hours, day):
            begins, ends = (datetime.combine(day, time.fromisoformat(part), BEIJING) for part in span.split("-"))
            if ends > now:
                yield begins, ends


def _of_day(hours: OpeningHours, day: date) -> tuple[str, ...]:
    if day in hours.closed:
        return ()
    if day in hours.also_open:
        return hours.weekdays
    return {SATURDAY: hours.saturday, SUNDAY: hours.sunday}.get(day.weekday(), hours.weekdays)
