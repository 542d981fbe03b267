"""Forms that were sent: values, written in the transaction of the reply that says so, and read by staff."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection, select, update

from bot.telegram import json_codec
from bot.telegram.applications.tables import applications
from bot.telegram.daily_counts import day_counts
from bot.telegram.daily_counts.day_counts import DayEvent, Event, moved
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
class Application:
    """A form that was sent. ``answers``: by the fields' names, in the form's order, of a choice its Chinese;
    ``labels``: what the fields were called, in Chinese; ``age``: what its sender said; ``consent``: the version of the
    text that was agreed to, and when; ``until``: when it goes by itself; ``readable``: False where its key is not here.
    Times are seconds since 1970.
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


def add(sql: Connection, sent: Application, person: str) -> None:
    """Keep a form that was sent. Raises ``IntegrityError`` where its number is taken: the next try has another."""
    content = {
        "answers": dict(sent.answers),
        "labels": dict(sent.labels),
        "age": sent.age,
        "language": sent.language,
        "consent": list(sent.consent),
    }
    row = {"number": sent.number, "person": person, "form": sent.form, "state": str(sent.state)}
    times = {"made": sent.made, "changed": sent.changed, "until": sent.until}
    sealed = sealer_of(sql).seal(json_codec.dumps(content), CONTENT_COLUMN)
    sql.execute(applications.insert(), [{**row, **times, "content": sealed}])


def counted(sent: Application) -> DayEvent:
    """As what an application counts when it comes."""
    return DayEvent(Event.APPLICATION, sent.form, sent.made, str(sent.state))


def of_person(sql: Connection, person: str) -> tuple[Application, ...]:
    """What ``person`` (a keyed hash) sent, the newest first."""
    rows = select(applications).where(applications.c.person == person).order_by(applications.c.made.desc())
    return tuple(_application(sql, row) for row in sql.execute(rows))


def all_of(sql: Connection) -> Iterator[Application]:
    """Everything that was sent, the newest first."""
    rows = select(applications).order_by(applications.c.made.desc(), applications.c.number)
    for row in sql.execute(rows):
        yield _application(sql, row)


def _application(sql: Connection, row: Any) -> Application:
    known = (row.number, row.form, row.made, row.changed, row.until, ApplicationState(row.state))
    try:
        content = json_codec.loads(sealer_of(sql).unseal(row.content, CONTENT_COLUMN))
    except UnreadableError:
        return Application(*known, readable=False)
    version, at = content["consent"]
    return Application(
        *known, content["answers"], content["labels"], content["age"], content["language"], (version, float(at))
    )


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


def set_state(sql: Connection, number: str, state: ApplicationState, now: float, handled_days: int) -> bool:
    """Note how far staff are; whether there is such an application. Once they are done with it it goes earlier. In the
    daily counts it stands on the day when it came, in its state as it is now.
    """
    this = applications.c.number == number
    row = sql.execute(select(applications).where(this).with_for_update()).one_or_none()
    if row is None:
        return False
    until = min(row.until, now + handled_days * DAY) if state.ended else row.until
    sql.execute(update(applications).where(this).values(state=str(state), changed=now, until=until))
    day_counts.add_events(sql, moved(Event.APPLICATION, (row.form, row.form), (row.state, str(state)), row.made))
    return True
