"""How many questions one user may ask a minute and a day, so that nobody else waits for them.

What was asked is read with the update and counted with its answer, in the transactions that these have anyway; so all
replicas count together, and a restart forgets nothing.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, NoReturn

from sqlalchemy import ColumnElement, Connection, Insert, case, func

from bot.answer import Turn
from bot.settings import QuestionLimitSettings
from bot.telegram.delivery.reply import NO_REPLY, IncomingQuestion, Reply, text_reply
from bot.telegram.queue.inbox import Claim, CountedQuestions
from bot.telegram.queue.sql_helpers import delete_some, insert_into
from bot.telegram.queue.tables import question_counts
from bot.telegram.sealing.identities import IdentityHasher

WINDOWS = {"minute": 60.0, "day": 24 * 3600.0}  # seconds


@dataclass(frozen=True)
class FullWindow:
    """A minute or a day (``name``) in which somebody asked as many questions as they may.

    ``left``: seconds until its end; ``told``: they have read so already.
    """

    name: str
    most: int
    left: float
    told: bool


class TooManyQuestionsError(Exception):
    """A question of somebody who may not ask any more in ``window``."""

    def __init__(self, window: FullWindow) -> None:
        super().__init__(f"more than {window.most} questions a {window.name}")
        self.window = window


@dataclass(frozen=True)
class QuestionLimits:
    """``minute`` and ``day``: the most questions of one user, None for any number.

    ``people`` (keyed hashes) and ``chats`` (Telegram's numbers) are exempt.
    """

    minute: int | None = None
    day: int | None = None
    people: frozenset[str] = frozenset()
    chats: frozenset[int] = frozenset()

    @classmethod
    def of(cls, settings: QuestionLimitSettings, identities: IdentityHasher) -> QuestionLimits:
        """The limits that the settings give."""
        return cls(settings.a_minute, settings.a_day, frozenset(map(identities.of, settings.exempt)), settings.exempt)

    def full(self, claim: Claim, now: float) -> FullWindow | None:
        """The window in which the user of ``claim`` may ask nothing more; None while they may."""
        if claim.conversation.person in self.people or claim.chat_id in self.chats:
            return None
        asked = (("day", self.day, claim.day), ("minute", self.minute, claim.minute))
        return next((full for name, most, counted in asked if (full := _full(name, most, counted, now))), None)


NO_LIMITS = QuestionLimits()


def _full(name: str, most: int | None, counted: CountedQuestions, now: float) -> FullWindow | None:
    # By distance: a clock that was set back must not keep somebody out until it has caught up.
    passed = abs(now - counted.began)
    if most is None or counted.count < most or passed >= WINDOWS[name]:
        return None
    return FullWindow(name, most, WINDOWS[name] - passed, counted.told >= counted.began)


class Refusing:
    """Stands in for the assistant where nothing more may be asked: commands that ask nothing go on working."""

    def __init__(self, window: FullWindow) -> None:
        self._window = window

    def answer(self, question: str, turns: Sequence[Turn] = (), *, interface_language: str | None = None) -> NoReturn:
        """Raises ``TooManyQuestionsError``, as do the others."""
        raise TooManyQuestionsError(self._window)

    def press(self, request: str, turns: Sequence[Turn] = (), *, interface_language: str | None = None) -> NoReturn:
        """As ``answer``."""
        raise TooManyQuestionsError(self._window)

    def open(self, command: str, turns: Sequence[Turn] = (), *, interface_language: str | None = None) -> NoReturn:
        """As ``answer``."""
        raise TooManyQuestionsError(self._window)


def refused_reply(incoming: IncomingQuestion, window: FullWindow) -> Reply:
    """A kind word, once for each window; then nothing."""
    if window.told:
        return Reply(status="too_many_questions")
    left = math.ceil(window.left if window.name == "minute" else window.left / 3600)
    reply = text_reply(incoming, f"too_many_{window.name}", most=str(window.most), left=str(left))
    return Reply(reply.messages, buttons=reply.buttons, status="too_many_questions", too_many=window.name)


def count(sql: Connection, replies: Sequence[tuple[str, Reply]], now: float) -> None:
    """Count the questions that ``replies`` answer, each with its user's keyed hash; note who was told of too many."""
    rows = [
        {
            "person": person,
            **dict.fromkeys(WINDOWS, now),
            **{f"in_{window}": reply.questions for window in WINDOWS},
            **{f"{window}_told": now if reply.too_many == window else None for window in WINDOWS},
        }
        for person, reply in replies
        if reply is not NO_REPLY and (reply.questions or reply.too_many)
    ]
    if rows:
        sql.execute(_add(sql.dialect.name), sorted(rows, key=lambda row: str(row["person"])))


@cache
def _add(dialect: str) -> Insert:
    """A window that has passed begins anew."""
    rows = insert_into(question_counts, dialect)
    known, new = question_counts.c, rows.excluded
    values: dict[str, ColumnElement[Any]] = {}
    for window, seconds in WINDOWS.items():
        passed = func.abs(new[window] - known[window]) >= seconds
        values[window] = case((passed, new[window]), else_=known[window])
        values[f"in_{window}"] = new[f"in_{window}"] + case((passed, 0), else_=known[f"in_{window}"])
        values[f"{window}_told"] = func.coalesce(new[f"{window}_told"], known[f"{window}_told"])
    return rows.on_conflict_do_update(index_elements=["person"], set_=values)


def purge(sql: Connection, now: float) -> bool:
    """Remove some of what was counted in days that have passed; whether there may be more."""
    day = question_counts.c.day
    return delete_some(sql, question_counts, (day <= now - WINDOWS["day"]) | (day >= now + WINDOWS["day"]))
