"""A hand-off to staff as a value, and its row: found by its id, topic or number, or by a message in the staff chat."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, replace
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Connection, select, update

from bot.telegram import json_codec
from bot.telegram.queue.sql_helpers import insert_into
from bot.telegram.queue.tables import handoff_messages, handoffs
from bot.telegram.sealing.sealer import UnreadableError, sealer_of

CONTENT_COLUMN, NUMBER_COLUMN = "handoffs.content", "handoff_messages.number"  # what the seals are made for


class HandoffState(StrEnum):
    """PREVIEWED: its user sees what would be sent, and nothing was; OPEN: staff answer, and the bot is silent."""

    PREVIEWED = "previewed"
    OPEN = "open"
    CLOSED = "closed"


class EndedBy(StrEnum):
    """Who or what ended one. UNREACHABLE: nothing arrives in the staff chat."""

    USER = "user"
    STAFF = "staff"
    UNANSWERED = "unanswered"
    SILENT = "silent"
    UNREACHABLE = "unreachable"


@dataclass(frozen=True)
class Handoff:
    """A hand-off. ``user_chat``, ``staff_chat``: ids in Telegram; ``language``: of its user; ``staff_language``: of
    what the bot says to staff; ``question``, ``turns``: what was asked, and questions and answers before, gone when it
    has ended; ``office``: whom to call instead; ``keep``: seconds for which it is kept after its end; ``topic``: of the
    staff chat, None: not made yet; ``plain``: the chat has no topics; ``card``: the id of the message that it begins
    with; ``lost``: its topic was deleted.
    """

    id: str
    number: str
    person: str
    user_chat: int
    staff_chat: int
    language: str
    staff_language: str
    question: str
    turns: tuple[tuple[str, str], ...]
    office: str
    keep: float
    topic: int | None = None
    plain: bool = False
    card: int | None = None
    lost: bool = False
    state: HandoffState = HandoffState.PREVIEWED
    awaits_staff: bool = True


OF_COLUMNS = ("id", "number", "person", "state", "awaits_staff")


def from_row(sql: Connection, row: Any) -> Handoff | None:
    """The hand-off of a row; None where its key is not here."""
    try:
        value = json_codec.loads(sealer_of(sql).unseal(row.content, CONTENT_COLUMN))
    except UnreadableError:
        return None
    value["turns"] = tuple((asked, said) for asked, said in value["turns"])
    return Handoff(
        row.id, row.number, row.person, **value, state=HandoffState(row.state), awaits_staff=row.awaits_staff
    )


def sealed_content(sql: Connection, handoff: Handoff) -> str:
    """What of it stands in no column of its own."""
    value = {name: part for name, part in asdict(handoff).items() if name not in OF_COLUMNS}
    return sealer_of(sql).seal(json_codec.dumps(value), CONTENT_COLUMN)


def find(sql: Connection, id: str) -> Handoff | None:
    """The hand-off with that id, whatever its state."""
    row = sql.execute(select(handoffs).where(handoffs.c.id == id)).first()
    return from_row(sql, row) if row else None


def of_topic(sql: Connection, staff_chat: int, topic: int) -> Handoff | None:
    """The one that has that topic."""
    return _one(sql, handoffs.c.topic == topic_hash(sql, staff_chat, topic))


def of_number(sql: Connection, number: str) -> Handoff | None:
    """The one that staff name so."""
    return _one(sql, handoffs.c.number == number.upper())


def of_message(sql: Connection, staff_chat: int, number: int) -> Handoff | None:
    """The one of which the bot's message ``number`` in the staff chat is."""
    key = sealer_of(sql).identities.message(staff_chat, str(number))
    these = select(handoff_messages.c.handoff).where(handoff_messages.c.message == key)
    return _one(sql, handoffs.c.id.in_(these))


def _one(sql: Connection, which: ColumnElement[bool]) -> Handoff | None:
    row = sql.execute(select(handoffs).where(which, handoffs.c.state != HandoffState.PREVIEWED.value).limit(1)).first()
    return from_row(sql, row) if row else None


def topic_hash(sql: Connection, staff_chat: int, topic: int) -> str:
    """The keyed hash of a topic."""
    return sealer_of(sql).identities.message(staff_chat, f"topic {topic}")


def write_topic(sql: Connection, handoff: Handoff) -> None:
    """Write down which topic ``handoff`` has, and what else of its content has changed."""
    hashed = None if handoff.topic is None else topic_hash(sql, handoff.staff_chat, handoff.topic)
    values = {"content": sealed_content(sql, handoff), "topic": hashed}
    sql.execute(update(handoffs).where(handoffs.c.id == handoff.id).values(**values))


def note_messages(sql: Connection, shown: Iterable[tuple[Handoff, int]]) -> None:
    """Write down the ids of messages in the staff chat, so that a reply to one finds its way."""
    sealer = sealer_of(sql)
    rows = {
        (name := sealer.identities.message(handoff.staff_chat, str(number))): {
            "message": name,
            "handoff": handoff.id,
            "number": sealer.seal(str(number), NUMBER_COLUMN),
        }
        for handoff, number in shown
    }
    if rows:
        insert = insert_into(handoff_messages, sql.dialect.name).on_conflict_do_nothing(index_elements=["message"])
        sql.execute(insert, [rows[name] for name in sorted(rows)])


def numbers_of(sql: Connection, ids: Sequence[str]) -> list[int]:
    """The ids in Telegram of the bot's messages of these hand-offs in the staff chat, as far as their keys are here."""
    found = []
    for sealed in sql.scalars(select(handoff_messages.c.number).where(handoff_messages.c.handoff.in_(ids))):
        try:
            found.append(int(sealer_of(sql).unseal(sealed, NUMBER_COLUMN)))
        except UnreadableError:
            continue
    return sorted(found)


def without_texts(handoff: Handoff) -> Handoff:
    """``handoff`` without what was asked and said."""
    return replace(handoff, question="", turns=())
