"""Answers to check questions, kept by edition, and how the last checks ended."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from sqlalchemy import Connection, delete, insert, select

from knowledge.store.checks.tables import check_answers, check_results

LIVE, REFUSED = "live", "refused"  # names of results: of the live edition, of one that was not published


@dataclass(frozen=True)
class KeptAnswer:
    """What an edition answered to a question. ``state``: of all else that decides that; ``answer``: JSON.

    ``well``: whether it was answered well when the edition was first asked.
    """

    state: str
    answer: str
    well: bool


@dataclass(frozen=True)
class CheckResult:
    """How a check ended: how many questions, how many answered ``well``; ``worse``: questions and what became of them.

    ``asked_at``: seconds since 1970; ``state``: of a refused edition, a digest of what was to be published.
    """

    edition: int
    state: str
    asked_at: float
    questions: int
    well: int
    worse: tuple[tuple[str, str], ...] = ()


def question_key(question: str) -> str:
    """What an answer is kept by."""
    return hashlib.sha256(question.encode("utf-8", "surrogatepass")).hexdigest()


def kept_answers(connection: Connection, edition: int) -> dict[str, KeptAnswer]:
    """What is kept of an edition, by the question's key."""
    rows = connection.execute(select(check_answers).where(check_answers.c.edition == edition))
    return {row.question: KeptAnswer(row.state, row.answer, row.well) for row in rows}


def keep_answers(connection: Connection, edition: int, answers: Mapping[str, KeptAnswer]) -> None:
    """From now on ``answers``, by the question's key, are what is kept of an edition."""
    connection.execute(delete(check_answers).where(check_answers.c.edition == edition))
    rows = [{"edition": edition, "question": key, **vars(answer)} for key, answer in answers.items()]
    if rows:
        connection.execute(insert(check_answers), rows)


def forget_answers(connection: Connection, kept: Collection[int]) -> None:
    """Delete what is kept of other editions than these."""
    connection.execute(delete(check_answers).where(check_answers.c.edition.not_in(kept)))


def check_result(connection: Connection, name: str) -> CheckResult | None:
    """How the last check of this name ended; None when there was none."""
    row = connection.execute(select(check_results).where(check_results.c.name == name)).first()
    if row is None:
        return None
    worse = tuple((str(question), str(became)) for question, became in json.loads(row.worse))
    return CheckResult(row.edition, row.state, row.asked_at, row.questions, row.well, worse)


def note_result(connection: Connection, name: str, result: CheckResult | None) -> None:
    """From now on ``result`` is how the last check of this name ended; None: there is none any more."""
    connection.execute(delete(check_results).where(check_results.c.name == name))
    if result is not None:
        worse = json.dumps(result.worse, ensure_ascii=False)
        connection.execute(insert(check_results).values(**{**vars(result), "worse": worse}, name=name))
