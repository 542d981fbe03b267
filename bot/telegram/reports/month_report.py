"""The monthly report as values: what was counted in a month and in the one before, and shares that say of how many."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from bot.answer import AnswerKind, Status
from bot.telegram.daily_counts.day_counts import FAILED, LIST
from bot.telegram.reports.month import Month

NOT_LOOKED_UP = frozenset({AnswerKind.SERVICE.value, LIST})
OUTCOMES: Mapping[str, frozenset[str]] = {  # of what was looked up; any other status is "other"
    "answered": frozenset({Status.ANSWERED}),
    "partly": frozenset({Status.PARTLY}),
    "clarify": frozenset({Status.CLARIFY}),
    "refused": frozenset({Status.NOT_COVERED}),
    "failed": frozenset({Status.UNAVAILABLE, FAILED}),
}
OTHER = "other"


@dataclass(frozen=True)
class Share:
    """``count`` of ``of``; of none there is no share."""

    count: int
    of: int

    @property
    def percent(self) -> int | None:
        """Whole percents, half of one upwards; 0 and 100 only where it is none or all. None: of none."""
        if not self.of:
            return None
        if self.count in (0, self.of):
            return 100 * self.count // self.of
        return min(99, max(1, (200 * self.count + self.of) // (2 * self.of)))


@dataclass(frozen=True)
class QuestionCount:
    """So many questions (``count``) of one ``day`` (2026-11-30) that are alike in what is counted."""

    day: str
    kind: str
    language: str
    role: str
    status: str
    count: int

    @property
    def looked_up(self) -> bool:
        """Whether the base was to answer, and not the assistant to speak of itself or to open a list."""
        return self.kind not in NOT_LOOKED_UP

    @property
    def outcome(self) -> str:
        """How it ended: one of OUTCOMES, or OTHER."""
        return next((name for name, statuses in OUTCOMES.items() if self.status in statuses), OTHER)


Of = Callable[[QuestionCount], str]


@dataclass(frozen=True)
class MonthFigures:
    """What was counted in ``month``. ``votes``: by vote and reason, as they stand, of the answers of the month;
    ``gaps_new``: by why; ``applications``: by form and state, as they stand, of those that came in the month;
    ``handoffs_ended``: by whom or what, never by whom of staff.
    """

    month: Month
    questions: tuple[QuestionCount, ...] = ()
    votes: Mapping[tuple[str, str], int] = field(default_factory=dict)
    gaps_new: Mapping[str, int] = field(default_factory=dict)
    gaps_answered: int = 0
    applications: Mapping[tuple[str, str], int] = field(default_factory=dict)
    handoffs_opened: int = 0
    handoffs_ended: Mapping[str, int] = field(default_factory=dict)

    @property
    def asked(self) -> int:
        """All questions, lists that were opened included."""
        return sum(one.count for one in self.questions)

    @property
    def looked_up(self) -> int:
        """Those that the base was to answer: what every share is of."""
        return sum(one.count for one in self.questions if one.looked_up)

    def share(self, outcome: str, only: Callable[[QuestionCount], bool] = lambda one: True) -> Share:
        """How many of what was looked up ended so; ``only`` chooses some of it."""
        chosen = [one for one in self.questions if one.looked_up and only(one)]
        return Share(sum(one.count for one in chosen if one.outcome == outcome), sum(one.count for one in chosen))

    def by(self, of: Of, *, looked_up: bool = False) -> dict[str, int]:
        """How many questions there were of each, the most first; ``looked_up``: of those alone."""
        counted: Counter[str] = Counter()
        for one in self.questions:
            if one.looked_up or not looked_up:
                counted[of(one)] += one.count
        return dict(sorted(counted.items(), key=lambda item: (-item[1], item[0])))

    def voted(self, vote: str) -> int:
        """How many votes are ``up`` or ``down``."""
        return sum(count for (which, _), count in self.votes.items() if which == vote)

    def received(self, form: str | None = None) -> int:
        """How many applications came, in all forms or in one."""
        return sum(count for (name, _), count in self.applications.items() if form in (None, name))


@dataclass(frozen=True)
class MonthReport:
    """``figures`` of a month, and of the month ``before``; ``running``: the month is not over."""

    figures: MonthFigures
    before: MonthFigures
    running: bool = False

    @property
    def month(self) -> Month:
        """The month that is reported on."""
        return self.figures.month

    def names(self, of: Callable[[MonthFigures], Mapping[str, int]]) -> Sequence[str]:
        """What there was of something in either month, the most of this one first."""
        return list({**of(self.figures), **of(self.before)})
