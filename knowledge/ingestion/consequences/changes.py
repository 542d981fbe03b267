"""Which check questions an edition answers otherwise than the one before it, and whether better or worse."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from knowledge.ingestion.consequences.check_table import CheckQuestion, CheckTable
from knowledge.ingestion.consequences.checking import CheckAnswer, Contradiction


class Became(StrEnum):
    """What became of an answer, in words for staff."""

    REFUSED = "refused from now on"
    WORSE = "no longer holds the expected words"
    ANSWERED = "answered from now on"
    BETTER = "holds the expected words from now on"
    CHANGED = "answered otherwise"


WORSE = frozenset({Became.REFUSED, Became.WORSE})


@dataclass(frozen=True)
class AnswerChange:
    """A question that is answered otherwise. ``lacks``: expected words that do not stand in the new answer.

    ``contradicting``: pairs of documents that state different figures in the new answer and did not before.
    """

    question: str
    became: Became
    before: str
    after: str
    lacks: tuple[str, ...] = ()
    contradicting: tuple[tuple[str, str], ...] = ()

    @property
    def worse(self) -> bool:
        """Whether readers get less than before."""
        return self.became in WORSE


@dataclass(frozen=True)
class Consequences:
    """What publishing does to answers. ``well``: how many of the ``questions`` the new edition answers well.

    ``allowed``: how many may turn worse, None for any number. ``compared``: there was an edition to compare with.
    """

    questions: int
    well: int
    changes: tuple[AnswerChange, ...]
    contradictions: tuple[Contradiction, ...]
    allowed: int | None
    compared: bool = True

    @property
    def worse(self) -> tuple[AnswerChange, ...]:
        """The questions that turn worse."""
        return tuple(change for change in self.changes if change.worse)

    @property
    def too_many(self) -> bool:
        """Whether more of them turn worse than staff allow."""
        return self.allowed is not None and len(self.worse) > self.allowed


def is_well(question: CheckQuestion, answer: CheckAnswer) -> bool:
    """Whether ``answer`` is one, and holds what is expected of it."""
    return answer.answered and not question.lacks(answer.text)


def changes_between(
    table: CheckTable, before: Mapping[str, CheckAnswer], after: Mapping[str, CheckAnswer]
) -> Iterator[AnswerChange]:
    """The questions of ``table`` that two editions answer otherwise; their answers by question."""
    for question in table.questions:
        old, new = before.get(question.question), after[question.question]
        if old is not None and (old.text, old.sources) != (new.text, new.sources):
            lacks = question.lacks(new.text) if new.answered else ()
            pairs = tuple(pair for pair in new.contradicting if pair not in old.contradicting)
            yield AnswerChange(question.question, _became(question, old, new), old.text, new.text, lacks, pairs)


def _became(question: CheckQuestion, old: CheckAnswer, new: CheckAnswer) -> Became:
    if old.answered != new.answered:
        return Became.ANSWERED if new.answered else Became.REFUSED
    if is_well(question, old) != is_well(question, new):
        return Became.BETTER if is_well(question, new) else Became.WORSE
    return Became.CHANGED


def allowed_of(limit: float | None, questions: int) -> int | None:
    """How many of so many questions may turn worse: a ``limit`` below 1 is a share of them, else a number."""
    return None if limit is None else int(limit * questions) if limit < 1 else int(limit)


def counted_well(questions: Sequence[CheckQuestion], answers: Mapping[str, CheckAnswer]) -> int:
    """How many of ``questions`` are answered well."""
    return sum(is_well(one, answers[one.question]) for one in questions if one.question in answers)
