"""Votes on answers in SQL: what was answered, sealed, and what whoever asked thinks of it.

An answer can be voted on for a day, as long as the talk is remembered; what was voted on or remarked is kept for half a
year.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection, delete, select, update

from bot.telegram import json_codec
from bot.telegram.daily_counts.day_counts import DayEvent, Event, moved
from bot.telegram.queue.conversations import TURN_SECONDS
from bot.telegram.queue.sql_helpers import delete_some
from bot.telegram.queue.tables import feedback
from bot.telegram.sealing.sealer import UnreadableError, sealer_of

CONTENT_COLUMN = "feedback.content"  # what the seals of these texts are made for
KEEP_SECONDS = 180 * 24 * 3600.0
LONGEST_REMARK, MOST_REMARKS = 500, 5


class Vote(StrEnum):
    """What somebody thinks of an answer."""

    UP = "up"
    DOWN = "down"


class Reason(StrEnum):
    """Why an answer is no good."""

    WRONG = "wrong"
    INCOMPLETE = "incomplete"
    UNCLEAR = "unclear"
    OUTDATED = "outdated"


@dataclass(frozen=True)
class RatedAnswer:
    """An answer that can be voted on. ``token``: its name; ``person``: keyed hash of whoever asked; ``question``: as
    masked; ``citations``: document and section of each source; ``alone``: the question standing alone; ``said``: digest
    of what was answered.
    """

    token: str
    person: str
    question: str
    status: str
    language: str
    edition: int | None = None
    citations: tuple[tuple[str, str], ...] = ()
    alone: str = ""
    said: str = ""


@dataclass(frozen=True)
class Opinion:
    """What ``person`` now thinks of the answer ``token``: a vote, the reason of one that is down, or a remark."""

    token: str
    person: str
    vote: Vote | None = None
    reason: Reason | None = None
    remark: str = ""


@dataclass(frozen=True)
class StandingVote:
    """How a vote stands, None: there is none yet; and the ``language`` of the answer."""

    vote: Vote | None = None
    reason: Reason | None = None
    language: str = "zh"


@dataclass(frozen=True)
class FeedbackEntry:
    """A vote or remark as staff read it; times in seconds since 1970. ``content`` is None where its key is not here."""

    token: str
    answered: float
    voted: float
    edition: int | None
    standing: StandingVote
    content: Mapping[str, Any] | None


def add(sql: Connection, answers: Sequence[RatedAnswer], now: float) -> None:
    """Remember answers that can be voted on."""
    if answers:
        sql.execute(feedback.insert(), [_row(sql, answer, now) for answer in answers])


def _row(sql: Connection, answer: RatedAnswer, now: float) -> dict[str, object]:
    content = {
        "question": answer.question,
        "status": answer.status,
        "language": answer.language,
        "citations": [list(citation) for citation in answer.citations],
        "remarks": [],
        "alone": answer.alone,
        "said": answer.said,
    }
    sealed = sealer_of(sql).seal(json_codec.dumps(content), CONTENT_COLUMN)
    row = {"token": answer.token, "person": answer.person, "answered": now, "edition": answer.edition}
    return {**row, "content": sealed}


def standing(sql: Connection, token: str, person: str) -> StandingVote | None:
    """How the vote of ``person`` on an answer stands; None when it can no longer be voted on."""
    this = (feedback.c.token == token) & (feedback.c.person == person)
    row = sql.execute(select(feedback).where(this)).one_or_none()
    return None if row is None else _standing(row, _content(sql, row.content))


def rated(sql: Connection, token: str, person: str) -> tuple[RatedAnswer, StandingVote] | None:
    """An answer to ``person`` with the vote on it; None when it is gone, or its key is not here."""
    this = (feedback.c.token == token) & (feedback.c.person == person)
    row = sql.execute(select(feedback).where(this)).one_or_none()
    content = None if row is None else _content(sql, row.content)
    if row is None or content is None:
        return None
    said = (content["question"], content["status"], content["language"], row.edition)
    cited = tuple((document, section) for document, section in content["citations"])
    answer = RatedAnswer(token, person, *said, cited, content.get("alone", ""), content.get("said", ""))
    return answer, _standing(row, content)


def _standing(row: Any, content: Mapping[str, Any] | None) -> StandingVote:
    vote, reason = (row.vote and Vote(row.vote)), (row.reason and Reason(row.reason))
    return StandingVote(vote, reason, content["language"] if content else "zh")


def give(sql: Connection, opinions: Sequence[Opinion], now: float) -> list[DayEvent]:
    """Write down what people think. What is deleted meanwhile stays so. What changes of the daily counts: a vote counts
    on the day of its answer, as it stands.
    """
    counted: list[DayEvent] = []
    for opinion in opinions:
        this = (feedback.c.token == opinion.token) & (feedback.c.person == opinion.person)
        row = sql.execute(select(feedback).where(this).with_for_update()).one_or_none()
        if row is None:
            continue
        changes = _changes(sql, row, opinion)
        sql.execute(update(feedback).where(this).values(voted=now, **changes))
        what = (row.vote or "", str(changes.get("vote", row.vote) or ""))
        state = (row.reason or "", str(changes.get("reason", row.reason) or ""))
        counted += moved(Event.VOTE, what, state, row.answered)
    return counted


def _changes(sql: Connection, row: Any, opinion: Opinion) -> dict[str, object]:
    changes: dict[str, object] = {}
    if opinion.reason:
        changes = {"vote": Vote.DOWN, "reason": opinion.reason}
    elif opinion.vote:
        changes = {"vote": opinion.vote, "reason": row.reason if opinion.vote is Vote.DOWN else None}
    content = _content(sql, row.content) if opinion.remark else None
    if content is not None:
        content["remarks"] = [*content["remarks"], opinion.remark[:LONGEST_REMARK]][-MOST_REMARKS:]
        changes["content"] = sealer_of(sql).seal(json_codec.dumps(content), CONTENT_COLUMN)
    return changes


def _content(sql: Connection, sealed: str) -> dict[str, Any] | None:
    try:
        return dict(json_codec.loads(sealer_of(sql).unseal(sealed, CONTENT_COLUMN)))
    except UnreadableError:
        return None


def given(sql: Connection) -> Iterator[FeedbackEntry]:
    """All votes and remarks, the newest first."""
    rows = select(feedback).where(feedback.c.voted.is_not(None)).order_by(feedback.c.voted.desc(), feedback.c.token)
    for row in sql.execute(rows):
        content = _content(sql, row.content)
        yield FeedbackEntry(row.token, row.answered, row.voted, row.edition, _standing(row, content), content)


def forget(sql: Connection, person: str) -> int:
    """Remove everything of ``person``; how many votes and remarks that were."""
    mine = feedback.c.person == person
    votes = sql.execute(delete(feedback).where(mine, feedback.c.voted.is_not(None))).rowcount
    sql.execute(delete(feedback).where(mine))
    return votes


def purge(sql: Connection, now: float) -> bool:
    """Remove some of the answers that nobody voted on within a day, of the votes and remarks after half a year; whether
    there may be more.
    """
    unused = feedback.c.voted.is_(None) & (feedback.c.answered < now - TURN_SECONDS)
    return delete_some(sql, feedback, unused | (feedback.c.voted < now - KEEP_SECONDS))
