"""What is remembered between two messages: language, last turns, buttons; by keyed hashes, never by name or number."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache

from sqlalchemy import Connection, Insert, delete, func, select, update

from bot.answer import Turn
from bot.telegram import json_codec
from bot.telegram.queue.sql_helpers import insert_into
from bot.telegram.queue.tables import buttons, conversations, inbox, outbox, question_counts
from bot.telegram.queue.turn_json import turn_from_json, turn_to_json
from bot.telegram.sealing.sealer import Sealer, UnreadableError, sealer_of

TURNS = 5
TURN_SECONDS = 24 * 3600.0
BUTTON_SECONDS = 30 * 24 * 3600.0
IDLE_SECONDS = 180 * 24 * 3600.0  # then language and greeting are forgotten too
DOUBLE_TAP_SECONDS = 10.0
PUBLIC_HELP = "help"  # the token of a button that is kept nowhere and that anybody may press: it opens the help
TURNS_COLUMN, REQUEST_COLUMN = "conversations.turns", "buttons.request"  # what the seals of these texts are made for


@dataclass(frozen=True)
class TimedTurn:
    """A turn and when it was, in seconds since 1970. ``rated``: the token of an answer that can be voted on."""

    at: float
    turn: Turn
    rated: str = ""


@dataclass(frozen=True)
class Conversation:
    """What is remembered of one user in one chat. ``key`` and ``person`` are hashes by ``IdentityHasher``.

    ``language`` is the user's own choice, None without one; ``greeted``: they have read who answers here.
    """

    key: str
    person: str
    language: str | None = None
    greeted: bool = False
    history: tuple[TimedTurn, ...] = ()

    def recent_turns(self, now: float) -> tuple[Turn, ...]:
        """The last turns, oldest first, none older than a day."""
        return tuple(timed.turn for timed in self.history if timed.at > now - TURN_SECONDS)[-TURNS:]

    def last_rated(self, now: float) -> str:
        """The token of the last answer that can be voted on; empty when there is none."""
        recent = [timed.rated for timed in self.history if timed.rated and timed.at > now - TURN_SECONDS]
        return recent[-1] if recent else ""

    def with_turn(self, turn: Turn, now: float, rated: str = "") -> Conversation:
        """This conversation after one more turn."""
        kept = tuple(timed for timed in self.history if timed.at > now - TURN_SECONDS)
        return replace(self, history=(*kept, TimedTurn(now, turn, rated))[-TURNS:])


@dataclass(frozen=True)
class Button:
    """What a button means (``request``, see ``Choice``), to whom it was shown, and when it was last pressed."""

    token: str
    person: str
    request: str
    pressed: float | None = None


@dataclass(frozen=True)
class DeletionCounts:
    """How much a deletion removed. ``waiting``: questions not yet answered and messages not yet sent; ``votes``: and
    remarks.
    """

    conversations: int
    buttons: int
    waiting: int
    votes: int = 0


KEPT = ("person", "language", "greeted", "turns", "changed", "oldest")


def remembered(sealer: Sealer, key: str, person: str, language: str | None, greeted: bool, turns: str) -> Conversation:
    """A conversation from the columns of its row. Turns whose key is not here are as good as forgotten."""
    try:
        values = json_codec.loads(sealer.unseal(turns, TURNS_COLUMN) or "[]")
    except UnreadableError:
        values = []
    history = tuple(TimedTurn(value["at"], turn_from_json(value["turn"]), value.get("rated", "")) for value in values)
    return Conversation(key, person, language, greeted, history)


@cache
def _save(dialect: str) -> Insert:
    statement = insert_into(conversations, dialect)
    new = {name: statement.excluded[name] for name in KEPT}
    return statement.on_conflict_do_update(index_elements=["key"], set_=new)


def save(sql: Connection, changed: Sequence[Conversation], now: float) -> None:
    """Insert or replace ``changed``."""
    if not changed:
        return
    sealer = sealer_of(sql)
    rows = {
        one.key: {
            "key": one.key,
            "person": one.person,
            "language": one.language,
            "greeted": one.greeted,
            "turns": _sealed(sealer, one.history),
            "changed": now,
            "oldest": one.history[0].at if one.history else None,
        }
        for one in changed
    }
    sql.execute(_save(sql.dialect.name), [rows[key] for key in sorted(rows)])


def _sealed(sealer: Sealer, history: Sequence[TimedTurn]) -> str:
    values = [{"at": timed.at, "turn": turn_to_json(timed.turn), "rated": timed.rated} for timed in history]
    return sealer.seal(json_codec.dumps(values), TURNS_COLUMN)


def add_buttons(sql: Connection, made: Sequence[Button], now: float) -> None:
    """Keep what new buttons mean."""
    if made:
        seal = sealer_of(sql).seal
        rows = [
            {"token": one.token, "person": one.person, "request": seal(one.request, REQUEST_COLUMN), "made": now}
            for one in made
        ]
        sql.execute(buttons.insert(), rows)


def find_button(sql: Connection, token: str) -> Button | None:
    """The button of a pressed token; None when it is unknown, too old, or its key is not here."""
    row = sql.execute(select(buttons).where(buttons.c.token == token)).one_or_none()
    if row is None:
        return None
    try:
        return Button(row.token, row.person, sealer_of(sql).unseal(row.request, REQUEST_COLUMN), row.pressed)
    except UnreadableError:
        return None


def mark_pressed(sql: Connection, tokens: Sequence[str], now: float) -> None:
    """Remember when buttons were pressed, so that a double tap is known."""
    if tokens:
        sql.execute(update(buttons).where(buttons.c.token.in_(tokens)).values(pressed=now))


def forget(sql: Connection, person: str) -> DeletionCounts:
    """Remove everything of ``person``: conversations, buttons, questions and answers that still wait, in every chat."""
    talks = sql.execute(delete(conversations).where(conversations.c.person == person)).rowcount
    shown = sql.execute(delete(buttons).where(buttons.c.person == person)).rowcount
    sql.execute(delete(question_counts).where(question_counts.c.person == person))
    mine = (inbox.c.person == person) & inbox.c.state.in_(["waiting", "sealed"])
    waiting = sql.execute(select(func.count()).select_from(inbox).where(mine)).scalar_one()
    # Rows stay as bare metrics: without them an update that Telegram delivers again would be answered.
    blank = {"state": "done", "payload": "", "person": "", "conversation": "", "chat": 0, "error": None}
    sql.execute(update(inbox).where(inbox.c.person == person).values(**blank))
    unsent = sql.execute(delete(outbox).where(outbox.c.person == person)).rowcount
    return DeletionCounts(talks, shown, waiting + unsent)


def purge(sql: Connection, now: float) -> None:
    """Remove turns older than a day, buttons older than a month, and users who have not come back for half a year."""
    sealer = sealer_of(sql)
    stale = select(conversations).where(conversations.c.oldest <= now - TURN_SECONDS)
    for row in sql.execute(stale.with_for_update(skip_locked=True)).all():
        talk = remembered(sealer, row.key, row.person, row.language, row.greeted, row.turns)
        kept = [timed for timed in talk.history if timed.at > now - TURN_SECONDS]
        values = {"turns": _sealed(sealer, kept), "oldest": kept[0].at if kept else None}
        sql.execute(update(conversations).where(conversations.c.key == row.key).values(**values))
    sql.execute(delete(conversations).where(conversations.c.changed < now - IDLE_SECONDS))
    sql.execute(delete(buttons).where(buttons.c.made < now - BUTTON_SECONDS))
