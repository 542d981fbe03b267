"""What is remembered between two messages: language, last turns, buttons; by keyed hashes, never by name or number."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache

from sqlalchemy import ColumnElement, Connection, Float, Insert, cast, delete, func, select, update
from sqlalchemy.dialects import postgresql

from bot.answer import Turn
from bot.telegram import json_codec
from bot.telegram.queue.sql_helpers import insert_into
from bot.telegram.queue.tables import buttons, conversations, inbox, outbox, question_counts
from bot.telegram.queue.turn_json import turn_from_json, turn_to_json

TURNS = 5
TURN_SECONDS = 24 * 3600.0
BUTTON_SECONDS = 30 * 24 * 3600.0
IDLE_SECONDS = 180 * 24 * 3600.0  # then language and greeting are forgotten too
DOUBLE_TAP_SECONDS = 10.0


class IdentityHasher:
    """Keyed hashes of who speaks where. The key comes from the bot's token: without it no hash leads to a person."""

    def __init__(self, token: str) -> None:
        self._key = hashlib.sha256(b"skilled-huadu identities\0" + token.encode()).digest()

    def of(self, *parts: int) -> str:
        """32 hexadecimal digits for these numbers, the same on every replica."""
        text = "/".join(map(str, parts))
        return hmac.digest(self._key, text.encode(), "sha256").hex()[:32]


@dataclass(frozen=True)
class TimedTurn:
    """A turn and when it was, in seconds since 1970."""

    at: float
    turn: Turn


@dataclass(frozen=True)
class Conversation:
    """What is remembered of one user in one chat. ``key`` and ``person`` are hashes, see ``IdentityHasher``.

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

    def with_turn(self, turn: Turn, now: float) -> Conversation:
        """This conversation after one more turn."""
        kept = tuple(timed for timed in self.history if timed.at > now - TURN_SECONDS)
        return replace(self, history=(*kept, TimedTurn(now, turn))[-TURNS:])


@dataclass(frozen=True)
class Button:
    """What a button means (``request``, see ``Choice``), to whom it was shown, and when it was last pressed."""

    token: str
    person: str
    request: str
    pressed: float | None = None


@dataclass(frozen=True)
class DeletionCounts:
    """How much a deletion removed. ``waiting``: questions not yet answered and messages not yet sent."""

    conversations: int
    buttons: int
    waiting: int


KEPT = ("person", "language", "greeted", "turns", "changed")


def remembered(key: str, person: str, language: str | None, greeted: bool, turns: str) -> Conversation:
    """A conversation from the columns of its row."""
    history = tuple(TimedTurn(value["at"], turn_from_json(value["turn"])) for value in json_codec.loads(turns))
    return Conversation(key, person, language, greeted, history)


@cache
def _save(dialect: str) -> Insert:
    statement = insert_into(conversations, dialect)
    new = {name: statement.excluded[name] for name in KEPT}
    return statement.on_conflict_do_update(index_elements=["key"], set_=new)


def save(sql: Connection, changed: Sequence[Conversation], now: float) -> None:
    """Insert or replace ``changed``."""
    rows = {
        one.key: {
            "key": one.key,
            "person": one.person,
            "language": one.language,
            "greeted": one.greeted,
            "turns": json_codec.dumps([{"at": timed.at, "turn": turn_to_json(timed.turn)} for timed in one.history]),
            "changed": now,
        }
        for one in changed
    }
    if rows:
        sql.execute(_save(sql.dialect.name), [rows[key] for key in sorted(rows)])


def add_buttons(sql: Connection, made: Sequence[Button], now: float) -> None:
    """Keep what new buttons mean."""
    if made:
        rows = [{"token": one.token, "person": one.person, "request": one.request, "made": now} for one in made]
        sql.execute(buttons.insert(), rows)


def find_button(sql: Connection, token: str) -> Button | None:
    """The button of a pressed token; None when it is unknown or too old."""
    row = sql.execute(select(buttons).where(buttons.c.token == token)).one_or_none()
    return Button(row.token, row.person, row.request, row.pressed) if row else None


def mark_pressed(sql: Connection, tokens: Sequence[str], now: float) -> None:
    """Remember when buttons were pressed, so that a double tap is known."""
    if tokens:
        sql.execute(update(buttons).where(buttons.c.token.in_(tokens)).values(pressed=now))


def forget(sql: Connection, person: str) -> DeletionCounts:
    """Remove everything of ``person``: conversations, buttons, questions and answers that still wait, in every chat."""
    talks = sql.execute(delete(conversations).where(conversations.c.person == person)).rowcount
    shown = sql.execute(delete(buttons).where(buttons.c.person == person)).rowcount
    sql.execute(delete(question_counts).where(question_counts.c.person == person))
    mine = (inbox.c.person == person) & (inbox.c.state == "waiting")
    waiting = sql.execute(select(func.count()).select_from(inbox).where(mine)).scalar_one()
    # Rows stay as bare metrics: without them an update that Telegram delivers again would be answered.
    blank = {"state": "done", "payload": "", "person": "", "conversation": "", "chat": 0, "error": None}
    sql.execute(update(inbox).where(inbox.c.person == person).values(**blank))
    unsent = sql.execute(delete(outbox).where(outbox.c.person == person)).rowcount
    return DeletionCounts(talks, shown, waiting + unsent)


def purge(sql: Connection, now: float) -> None:
    """Remove turns older than a day, buttons older than a month, and users who have not come back for half a year."""
    stale = select(conversations.c.key, conversations.c.turns).where(_oldest_turn(sql) <= now - TURN_SECONDS)
    for row in sql.execute(stale.with_for_update(skip_locked=True)).all():
        kept = [timed for timed in json_codec.loads(row.turns) if timed["at"] > now - TURN_SECONDS]
        sql.execute(update(conversations).where(conversations.c.key == row.key).values(turns=json_codec.dumps(kept)))
    sql.execute(delete(conversations).where(conversations.c.changed < now - IDLE_SECONDS))
    sql.execute(delete(buttons).where(buttons.c.made < now - BUTTON_SECONDS))


def _oldest_turn(sql: Connection) -> ColumnElement[float]:
    """When the first of a conversation's turns was; null without any."""
    if sql.dialect.name == "sqlite":
        return func.json_extract(conversations.c.turns, "$[0].at", type_=Float)
    return cast(cast(conversations.c.turns, postgresql.JSONB)[0]["at"].astext, Float)
