"""Questions of a month without a good answer, in groups of like ones, as ``python -m bot unanswered`` groups them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import Connection

from bot.telegram.open_questions.gaps import Gap, gaps_of
from bot.telegram.open_questions.open_questions import CLOSED, OPEN, OpenQuestion, all_of
from bot.telegram.reports.month import Month

if TYPE_CHECKING:
    from knowledge.embedding.embedder import Embedder


@dataclass(frozen=True)
class MonthGap:
    """Like questions of a month. ``answered``: so many of them have an answer by now."""

    gap: Gap
    answered: int


def asked_in(sql: Connection, month: Month) -> tuple[OpenQuestion, ...]:
    """The questions of ``month`` that are still kept (``open_questions.keep_days``), answered since or not."""
    return tuple(one for state in (OPEN, CLOSED) for one in all_of(sql, state) if month.holds(one.asked))


def month_gaps(kept: Sequence[OpenQuestion], load: Callable[[], Embedder]) -> list[MonthGap]:
    """``kept`` in groups, the most asked first; ``load`` gives the embedding model where one is needed. Whose they are
    is used for nothing but to count people.
    """
    closed = [one.question for one in kept if one.state == CLOSED]
    return [MonthGap(gap, sum(each in gap.questions for each in closed)) for gap in gaps_of(kept, load)]
