"""Forms that were sent: values, written in the transaction of the reply that says so, and read by staff."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection, select

from bot.telegram import json_codec
from bot.telegram.applications.tables import applications
from bot.telegram.daily_counts.day_counts import DayEvent, Event
from bot.telegram.sealing.sealer import UnreadableError, sealer_of

CONTENT_COLUMN = "applications.content"  # what the seals of these texts are made for
DAY = 24 * 3600.0


class ApplicationState(StrEnum):
    """How far staff are with an application."""

    NEW = "new"
    HANDLING = "handling"
    ACCEPTED = "accepted"
    DECLINED = "declined"

    @property
    def ended(self) -> bool:
        """Whether staff are done with it."""
        return self in (ApplicationState.ACCEPTED, ApplicationState.DECLINED)


@dataclass(frozen=True)
class StaffNote:
    """What somebody of staff (Telegram's number) noted for the others; ``at``: in seconds since 1970."""

    at: float
    by: int
    text: str


@dataclass(frozen=True)
class Application:
    """A form that was sent. ``answers``: by the fields' names, in the form's order, of a choice its Chinese;
    ``labels``: what the fields were called, in Chinese; ``age``: what its sender said; ``consent``: the version of the
    text that was agreed to, and when; ``until``: when it goes by itself; ``readable``: False where its key is not here;
    ``chat_id``: where its sender is told how far staff are, None: it was sent before that was kept; ``assigned``: who
    of staff handles it (Telegram's number). Times are seconds since 1970.
    """

    number: str
    form: str
    made: float
    changed: float
    until: float
    state: ApplicationState = ApplicationState.NEW
    answers: Mapping[str, str] = field(default_factory=dict)
    labels: Mapping[str, str] = field(default_factory=dict)
    age: str = ""
    language: str = "zh"
    consent: tuple[str, float] = ("", 0.0)
    readable: bool = True
    chat_id: int | None = None
    assigned: int | None = None
    notes: tuple[StaffNote, ...] = ()


def add(sql: Connection, sent: Application, person: str) -> None:
    """Keep a form that was sent. Raises ``IntegrityError`` where its number is taken: the next try has another."""
    row = {"number": sent.number, "person": person, "form": sent.form, "state": str(sent.state)}
    times = {"made": sent.made, "changed": sent.changed, "until": sent.until}
    sql.execute(applications.insert(), [{**row, **times, "content": sealed_content(sql, sent)}])


def sealed_content(sql: Connection, sent: Application) -> str:
    """What a row keeps sealed of ``sent``."""
    content = {
        "answers": dict(sent.answers),
        "labels": dict(sent.labels),
        "age": sent.age,
        "language": sent.language,
        "consent": list(sent.consent),
        "chat": sent.chat_id,
        "assigned": sent.assigned,
        "notes": [[one.at, one.by, one.text] for one in sent.notes],
    }
    return sealer_of(sql).seal(json_codec.dumps(content), CONTENT_COLUMN)


def counted(sent: Application) -> DayEvent:
    """As what an application counts when it comes."""
    return DayEvent(Event.APPLICATION, sent.form, sent.made, str(sent.state))


def of_person(sql: Connection, person: str) -> tuple[Application, ...]:
    """What ``person`` (a keyed hash) sent, the newest first."""
    rows = select(applications).where(applications.c.person == person).order_by(applications.c.made.desc())
    return tuple(application_of(sql, row) for row in sql.execute(rows))


def all_of(sql: Connection) -> Iterator[Application]:
    """Everything that was sent, the newest first."""
    rows = select(applications).order_by(applications.c.made.desc(), applications.c.number)
    for row in sql.execute(rows):
        yield application_of(sql, row)


def named(sql: Connection, number: str) -> Application | None:
    """The one with that number; None when there is none, or none any more."""
    row = sql.execute(select(applications).where(applications.c.number == number)).one_or_none()
    return application_of(sql, row) if row else None


def application_of(sql: Connection, row: Any) -> Application:
    """The value of a row of ``applications``."""
    known = (row.number, row.form, row.made, row.changed, row.until, ApplicationState(row.state))
    try:
        content = json_codec.loads(sealer_of(sql).unseal(row.content, CONTENT_COLUMN))
    except UnreadableError:
        return Application(*known, readable=False)
    version, at = content["consent"]
    entered = (content["answers"], content["labels"], content["age"], content["language"], (version, float(at)))
    notes = tuple(StaffNote(float(at), by, text) for at, by, text in content.get("notes", ()))
    return Application(*known, *entered, True, content.get("chat"), content.get("assigned"), notes)


def found(sent: Sequence[Application], text: str) -> list[Application]:
    """Those of ``sent`` whose number or answers hold ``text``; blanks, hyphens and capitals make no difference."""
    wanted = _searched(text)
    return [
        one
        for one in sent
        if wanted and any(wanted in _searched(value) for value in (one.number, *one.answers.values()))
    ]


def _searched(text: str) -> str:
    return "".join(text.split()).replace("-", "").casefold()
