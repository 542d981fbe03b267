"""What is remembered between two messages: language, last turns, buttons; by keyed hashes, never by name or number."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache

from sqlalchemy import Connection, Insert, delete, func, select, update

from bot.answer import Turn
from bot.telegram import json_codec
from bot.telegram.queue.outgoing import delivered_answers
from bot.telegram.queue.sql_helpers import SLICE, delete_some, insert_into
from bot.telegram.queue.tables import buttons, conversations, inbox, outbox, question_counts
from bot.telegram.queue.turn_json import turn_from_json, turn_to_json
from bot.telegram.sealing.sealer import Sealer, UnreadableError, sealer_of

TURNS = 5
TURN_SECONDS = 24 * 3600.0
BUTTON_SECONDS = 30 * 24 * 3600.0
IDLE_SECONDS = 180 * 24 * 3600.0  # then language and notice are forgotten too
DOUBLE_TAP_SECONDS = 10.0
PUBLIC_HELP = "help"  # the token of a button that is kept nowhere and that anybody may press: it opens the help
TURNS_COLUMN, REQUEST_COLUMN = "conversations.turns", "buttons.request"  # what the seals of these texts are made for


@dataclass(frozen=True)
class TimedTurn:
    """A turn and when it was, in seconds since 1970. ``key``: of the message that it answered, None for a button;
    ``rated``: the token of an answer that can be voted on; ``refused``: no document or table held an answer.
    """

    at: float
    turn: Turn
    key: str | None = None
    rated: str = ""
    refused: bool = False


@dataclass(frozen=True)
class Conversation:
    """What is remembered of one user in one chat. ``key`` and ``person`` are hashes by ``IdentityHasher``.

    ``language``, ``role``: the user's own choice, None without one, ``chosen`` when the language was, in whatever chat;
    ``notice``: the version of the privacy notice that they have received or that is on its way to them.
    """

    key: str
    person: str
    language: str | None = None
    notice: int | None = None
    history: tuple[TimedTurn, ...] = ()
    chosen: float | None = None
    role: str | None = None

    def recent_turns(self, now: float) -> tuple[Turn, ...]:
        """The last turns, oldest first, none older than a day."""
        return tuple(timed.turn for timed in self.history if timed.at > now - TURN_SECONDS)[-TURNS:]

    def turns_until(self, turn: Turn, now: float) -> tuple[Turn, ...]:
        """The last turns up to ``turn``; it alone when it is not among them."""
        recent = self.recent_turns(now)
        return recent[: recent.index(turn) + 1] if turn in recent else (turn,)

    def turns_before(self, key: str, now: float) -> tuple[Turn, ...]:
        """The last turns before the one that answered the message ``key``; none when it is not among them."""
        recent = [timed for timed in self.history if timed.at > now - TURN_SECONDS]
        place = next((place for place, timed in enumerate(recent) if timed.key == key), 0)
        return tuple(timed.turn for timed in recent[:place])

    def last_rated(self, now: float) -> str:
        """The token of the last answer that can be voted on; empty when there is none."""
        recent = [timed.rated for timed in self.history if timed.rated and timed.at > now - TURN_SECONDS]
        return recent[-1] if recent else ""

    def refusals(self, now: float) -> int:
        """How many of the last questions in a row were refused."""
        count = 0
        for timed in reversed(self.history):
            if not timed.refused or timed.at <= now - TURN_SECONDS:
                break
            count += 1
        return count

    def with_turn(
        self, turn: Turn, now: float, key: str | None = None, rated: str = "", *, refused: bool = False
    ) -> Conversation:
        """This conversation after one more turn, or with it in the place of the one that answered the same message."""
        kept = tuple(timed for timed in self.history if timed.at > now - TURN_SECONDS)
        if key is not None and any(timed.key == key for timed in kept):
            history = tuple(
                replace(one, turn=turn, rated=rated, refused=refused) if one.key == key else one for one in kept
            )
            return replace(self, history=history)
        return replace(self, history=(*kept, TimedTurn(now, turn, key, rated, refused))[-TURNS:])

    def with_page(self, turn: Turn, now: float) -> Conversation:
        """This conversation after somebody leafed to ``turn``: however far they leaf, it is one turn."""
        leafed = bool(self.history) and not self.history[-1].turn.question
        return replace(self, history=self.history[:-1] if leafed else self.history).with_turn(turn, now)


@dataclass(frozen=True)
class Button:
    """What a button means (``request``, ``in_place``: see ``Choice``), to whom it was shown, and its last press."""

    token: str
    person: str
    request: str
    pressed: float | None = None
    in_place: bool = False


@dataclass(frozen=True)
class DeletionCounts:
    """How much a deletion removed. ``waiting``: questions not yet answered and messages not yet sent; ``votes``: and
    remarks; ``forms``: those being filled in, and those that were sent; ``handoffs``: to staff; ``open_questions``:
    that waited for an answer.
    """

    conversations: int
    buttons: int
    waiting: int
    votes: int = 0
    forms: tuple[int, int] = (0, 0)
    handoffs: int = 0
    open_questions: int = 0


# The notice counts when it has arrived: notices.py
KEPT = ("person", "language", "turns", "changed", "oldest", "chosen", "role")


def remembered(
    sealer: Sealer,
    key: str,
    person: str,
    language: str | None,
    notice: int | None,
    turns: str,
    chosen: float | None = None,
    role: str | None = None,
) -> Conversation:
    """A conversation from the columns of its row. Turns whose key is not here are as good as forgotten."""
    try:
        values = json_codec.loads(sealer.unseal(turns, TURNS_COLUMN) or "[]")
    except UnreadableError:
        values = []
    history = tuple(TimedTurn(**{**value, "turn": turn_from_json(value["turn"])}) for value in values)
    return Conversation(key, person, language, notice, history, chosen, role)


@cache
def _save(dialect: str) -> Insert:
    rows = insert_into(conversations, dialect)
    return rows.on_conflict_do_update(index_elements=["key"], set_={name: rows.excluded[name] for name in KEPT})


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
            "turns": _sealed(sealer, one.history),
            "changed": now,
            "oldest": one.history[0].at if one.history else None,
            "chosen": one.chosen,
            "role": one.role,
        }
        for one in changed
    }
    sql.execute(_save(sql.dialect.name), [rows[key] for key in sorted(rows)])


def _sealed(sealer: Sealer, history: Sequence[TimedTurn]) -> str:
    values = [{**vars(timed), "turn": turn_to_json(timed.turn)} for timed in history]
    return sealer.seal(json_codec.dumps(values), TURNS_COLUMN)


def add_buttons(sql: Connection, made: Sequence[Button], now: float) -> None:
    """Keep what new buttons mean."""
    if made:
        seal = sealer_of(sql).seal
        rows = [
            {
                "token": one.token,
                "person": one.person,
                "request": seal(one.request, REQUEST_COLUMN),
                "made": now,
                "in_place": one.in_place,
            }
            for one in made
        ]
        sql.execute(buttons.insert(), rows)


def find_button(sql: Connection, token: str) -> Button | None:
    """The button of a pressed token; None when it is unknown, too old, or its key is not here."""
    row = sql.execute(select(buttons).where(buttons.c.token == token)).one_or_none()
    if row is None:
        return None
    try:
        request = sealer_of(sql).unseal(row.request, REQUEST_COLUMN)
    except UnreadableError:
        return None
    return Button(row.token, row.person, request, row.pressed, row.in_place)


def mark_pressed(sql: Connection, tokens: Sequence[str], now: float) -> None:
    """Remember when buttons were pressed, so that a double tap is known."""
    if tokens:
        sql.execute(update(buttons).where(buttons.c.token.in_(tokens)).values(pressed=now))


def forget(sql: Connection, person: str) -> DeletionCounts:
    """Remove everything of ``person``: conversations, buttons, questions and answers that still wait, in every chat."""
    talks = sql.execute(delete(conversations).where(conversations.c.person == person)).rowcount
    shown = sql.execute(delete(buttons).where(buttons.c.person == person)).rowcount
    sql.execute(delete(question_counts).where(question_counts.c.person == person))
    delivered_answers.forget(sql, person)
    mine = (inbox.c.person == person) & inbox.c.state.in_(["waiting", "sealed"])
    waiting = sql.execute(select(func.count()).select_from(inbox).where(mine)).scalar_one()
    # Rows stay as bare metrics: without them an update that Telegram delivers again would be answered.
    blank = {"state": "done", "payload": "", "person": "", "conversation": "", "chat": 0, "error": None}
    sql.execute(update(inbox).where(inbox.c.person == person).values(**blank))
    unsent = sql.execute(delete(outbox).where(outbox.c.person == person)).rowcount
    return DeletionCounts(talks, shown, waiting + unsent)


def purge(sql: Connection, now: float) -> bool:
    """Remove some of the turns older than a day, buttons older than a month, and users who have not come back for half
    a year; whether there may be more.
    """
    sealer = sealer_of(sql)
    stale = select(conversations).where(conversations.c.oldest <= now - TURN_SECONDS).limit(SLICE)
    rows = sql.execute(stale.with_for_update(skip_locked=True)).all()
    for row in rows:
        talk = remembered(sealer, row.key, row.person, row.language, row.notice, row.turns)
        kept = [timed for timed in talk.history if timed.at > now - TURN_SECONDS]
        values = {"turns": _sealed(sealer, kept), "oldest": kept[0].at if kept else None}
        sql.execute(update(conversations).where(conversations.c.key == row.key).values(**values))
    idle = delete_some(sql, conversations, conversations.c.changed < now - IDLE_SECONDS)
    old = delete_some(sql, buttons, buttons.c.made < now - BUTTON_SECONDS)
    return len(rows) == SLICE or idle or old
