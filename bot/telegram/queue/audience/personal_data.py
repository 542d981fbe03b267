"""What is kept of one person, for /my_data: the same rows that ``conversations.forget`` removes."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection, Table, func, select

from bot.telegram.queue.conversations import TURN_SECONDS, TimedTurn, remembered
from bot.telegram.queue.tables import buttons, conversations, feedback, inbox, outbox, question_counts
from bot.telegram.sealing.sealer import sealer_of


@dataclass(frozen=True)
class PersonalData:
    """What the tables hold of somebody, in every chat.

    ``languages``, ``roles``: those that they chose; ``notice``: the version of the privacy notice that has arrived;
    ``turns``: oldest first; ``waiting``: questions not yet answered (the one that asks for this left out) and messages
    not yet sent; ``asked``: questions counted within the day; ``votes``: votes and remarks on answers; ``forms``: those
    being filled in, and those that were sent; ``handoffs``: to staff; ``open_questions``: that wait for an answer, and
    of how many they are told.
    """

    languages: tuple[str, ...]
    notice: int | None
    turns: tuple[TimedTurn, ...]
    buttons: int
    waiting: int
    asked: int
    votes: int
    forms: tuple[int, int] = (0, 0)
    handoffs: int = 0
    open_questions: tuple[int, int] = (0, 0)
    roles: tuple[str, ...] = ()


def kept_of(sql: Connection, person: str, now: float) -> PersonalData:
    """What is kept of ``person`` (a keyed hash) at ``now``. Asked when the update that asks for it is done."""
    sealer = sealer_of(sql)
    rows = sql.execute(select(conversations).where(conversations.c.person == person)).all()
    talks = [remembered(sealer, row.key, row.person, row.language, row.notice, row.turns) for row in rows]
    turns = [timed for talk in talks for timed in talk.history if timed.at > now - TURN_SECONDS]
    counted = select(func.coalesce(func.max(question_counts.c.in_day), 0)).where(question_counts.c.person == person)
    mine = (feedback.c.person == person, feedback.c.voted.is_not(None))
    voted = select(func.count()).select_from(feedback).where(*mine)
    return PersonalData(
        languages=tuple(sorted({talk.language for talk in talks if talk.language})),
        notice=max((talk.notice for talk in talks if talk.notice is not None), default=None),
        turns=tuple(sorted(turns, key=lambda timed: timed.at)),
        buttons=_count(sql, buttons, person),
        waiting=_count(sql, inbox, person) + _count(sql, outbox, person),
        asked=sql.execute(counted).scalar_one(),
        votes=int(sql.execute(voted).scalar_one()),
        roles=tuple(sorted({row.role for row in rows if row.role})),
    )


def _count(sql: Connection, table: Table, person: str) -> int:
    return int(sql.execute(select(func.count()).select_from(table).where(table.c.person == person)).scalar_one())
