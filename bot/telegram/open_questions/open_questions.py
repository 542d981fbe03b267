"""Open questions in SQL: noted with the reply that leaves them open, closed once an edition answers them.

Open is what was refused, what was answered in part, and an answer that whoever asked calls wrong, incomplete or
outdated. What is unclear is no lack of the knowledge base.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection, delete, func, select, update

from bot.answer import Status
from bot.telegram import json_codec
from bot.telegram.daily_counts.day_counts import NEW, DayEvent, Event
from bot.telegram.feedback import votes
from bot.telegram.feedback.votes import Opinion, RatedAnswer, Reason, Vote
from bot.telegram.open_questions.tables import open_questions
from bot.telegram.queue.sql_helpers import delete_some, insert_into
from bot.telegram.sealing.sealer import UnreadableError, sealer_of

CONTENT_COLUMN, TELL_COLUMN = "open_questions.content", "open_questions.tell"  # what the seals are made for
OPEN, CLOSED = "open", "closed"
DAY = 24 * 3600.0


class Why(StrEnum):
    """Why a question is open."""

    REFUSED = "refused"
    PARTLY = "partly"
    WRONG = "wrong"


WHYS = {Status.NOT_COVERED: Why.REFUSED, Status.PARTLY: Why.PARTLY}


@dataclass(frozen=True)
class OpenQuestion:
    """A question as it is kept. ``question``: masked, standing alone; ``said``: digest of what was answered to it;
    ``chat_id``: where whoever asked wants to be told, None: nowhere; ``sources``: of the answer that closed it.
    """

    token: str
    person: str
    question: str
    language: str
    asked: float
    why: Why
    said: str = ""
    edition: int | None = None
    state: str = OPEN
    closed: float | None = None
    chat_id: int | None = None
    sources: tuple[str, ...] = ()


@dataclass(frozen=True)
class Agreement:
    """That somebody wants to be told once the question ``token`` has an answer, or no longer does."""

    token: str
    wants: bool


def note(sql: Connection, left: Sequence[RatedAnswer], days: int, now: float) -> list[DayEvent]:
    """Keep the questions that the answers ``left`` open, for so many ``days``. What changes of the daily counts."""
    rows = [_row(sql, one, WHYS[Status(one.status)], days, now) for one in left if Status(one.status) in WHYS]
    if rows:
        sql.execute(open_questions.insert(), rows)
    return [DayEvent(Event.GAP, NEW, now, str(row["why"])) for row in rows]


def follow_votes(sql: Connection, opinions: Sequence[Opinion], days: int, now: float) -> list[DayEvent]:
    """Keep the questions whose answers are now called wrong, and no longer those that are not. Asked after the votes
    were written down. What changes of the daily counts.
    """
    counted: list[DayEvent] = []
    for opinion in opinions:
        given = votes.rated(sql, opinion.token, opinion.person)
        if given is None:
            continue
        answer, standing = given
        if standing.vote is Vote.DOWN and standing.reason is not Reason.UNCLEAR:
            row = insert_into(open_questions, sql.dialect.name).values(_row(sql, answer, Why.WRONG, days, now))
            new = row.on_conflict_do_nothing(index_elements=["token"]).returning(open_questions.c.token)
            if sql.scalars(new).all():
                counted.append(DayEvent(Event.GAP, NEW, now, Why.WRONG))
        else:
            this = (open_questions.c.token == opinion.token) & (open_questions.c.why == Why.WRONG)
            these = delete(open_questions).where(this, open_questions.c.state == OPEN)
            for asked in sql.scalars(these.returning(open_questions.c.asked)).all():
                counted.append(DayEvent(Event.GAP, NEW, asked, Why.WRONG, -1))
    return counted


def _row(sql: Connection, answer: RatedAnswer, why: Why, days: int, now: float) -> dict[str, object]:
    content = {"question": answer.alone or answer.question, "language": answer.language, "said": answer.said}
    return {
        "token": answer.token,
        "person": answer.person,
        "content": sealer_of(sql).seal(json_codec.dumps(content), CONTENT_COLUMN),
        "asked": now,
        "why": str(why),
        "edition": answer.edition,
        "state": OPEN,
        "until": now + days * DAY,
    }


def agree(sql: Connection, agreement: Agreement, person: str, chat_id: int) -> None:
    """Note whether whoever asked wants to be told; of what is no longer open nothing."""
    sealer = sealer_of(sql)
    wanted = {"tell": sealer.seal(str(chat_id), TELL_COLUMN), "chat": sealer.identities.chat(chat_id)}
    this = (open_questions.c.token == agreement.token) & (open_questions.c.person == person)
    values = wanted if agreement.wants else {"tell": None, "chat": None}
    sql.execute(update(open_questions).where(this, open_questions.c.state == OPEN).values(**values))


def agreed(sql: Connection, token: str, person: str) -> bool | None:
    """Whether ``person`` wants to be told of a question; None when it is open no more."""
    this = (open_questions.c.token == token) & (open_questions.c.person == person)
    row = sql.execute(select(open_questions.c.tell).where(this, open_questions.c.state == OPEN)).one_or_none()
    return None if row is None else row.tell is not None


def end_agreements(sql: Connection, chats: Sequence[int]) -> None:
    """Nobody is told any more in ``chats`` (keyed hashes): they cannot be written to."""
    if chats:
        sql.execute(update(open_questions).where(open_questions.c.chat.in_(chats)).values(tell=None, chat=None))


def to_ask(sql: Connection, edition: int, most: int, start: int = 0) -> list[OpenQuestion]:
    """Open questions that were not asked of ``edition`` yet, the oldest first, ``start`` of them being passed over; one
    whose key is not here is left.
    """
    other = open_questions.c.edition.is_distinct_from(edition)
    rows = select(open_questions).where(open_questions.c.state == OPEN, other).order_by(open_questions.c.asked)
    return list(_read(sql, rows.offset(start).limit(most)))


def asked_of(sql: Connection, tokens: Sequence[str], edition: int) -> None:
    """Note that they were asked of ``edition``, which does not answer them."""
    these = open_questions.c.token.in_(tokens) & (open_questions.c.state == OPEN)
    sql.execute(update(open_questions).where(these).values(edition=edition))


def close(sql: Connection, one: OpenQuestion, edition: int, sources: Sequence[str], now: float) -> bool:
    """Close a question that ``edition`` answers from ``sources``; False when it was closed or deleted meanwhile."""
    content = {"question": one.question, "language": one.language, "said": one.said, "sources": list(sources)}
    sealed = sealer_of(sql).seal(json_codec.dumps(content), CONTENT_COLUMN)
    this = (open_questions.c.token == one.token) & (open_questions.c.state == OPEN)
    values = {"state": CLOSED, "closed": now, "edition": edition, "content": sealed, "tell": None, "chat": None}
    return bool(sql.execute(update(open_questions).where(this).values(**values)).rowcount)


def all_of(sql: Connection, state: str) -> Iterator[OpenQuestion]:
    """All questions in ``state``, the oldest first."""
    rows = select(open_questions).where(open_questions.c.state == state)
    yield from _read(sql, rows.order_by(open_questions.c.asked, open_questions.c.token))


def _read(sql: Connection, query: Any) -> Iterator[OpenQuestion]:
    sealer = sealer_of(sql)
    for row in sql.execute(query).all():
        try:
            content = json_codec.loads(sealer.unseal(row.content, CONTENT_COLUMN))
            chat = int(sealer.unseal(row.tell, TELL_COLUMN)) if row.tell else None
        except UnreadableError:
            continue
        yield OpenQuestion(
            row.token,
            row.person,
            content["question"],
            content["language"],
            row.asked,
            Why(row.why),
            content["said"],
            row.edition,
            row.state,
            row.closed,
            chat,
            tuple(content.get("sources", ())),
        )


def forget(sql: Connection, person: str) -> int:
    """Remove everything of ``person``; how many questions that were."""
    return sql.execute(delete(open_questions).where(open_questions.c.person == person)).rowcount


def count_of(sql: Connection, person: str) -> tuple[int, int]:
    """How many questions of ``person`` are open, and of how many of them they are told."""
    counted = select(func.count(), func.count(open_questions.c.tell)).where(
        open_questions.c.person == person, open_questions.c.state == OPEN
    )
    count, told = sql.execute(counted).one()
    return int(count), int(told)


def purge(sql: Connection, now: float) -> bool:
    """Remove some of what was kept as long as was said; whether there may be more."""
    return delete_some(sql, open_questions, open_questions.c.until < now)
