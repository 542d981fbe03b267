"""Another district's programme, which no word of the code knows, is understood about as well as the shipped one."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest

from bot.evaluation import Report, evaluate, lines_of, read_expectations
from tests.shipped import Shipped, other_district, shipped

TESTS = Path(__file__).parent
ENOUGH = 0.9  # of the share of right answers that the shipped programme has on parallel questions


@cache
def report(base: Shipped, questions: Path) -> Report:
    return evaluate(list(read_expectations(questions)), base.assistant())


@pytest.mark.long
def test_it_is_understood_about_as_well_as_ours() -> None:
    other = report(other_district(), TESTS / "other_district" / "questions.jsonl")
    ours = report(shipped(), TESTS / "golden" / "ours-parallel.jsonl")
    assert other.answers is not None and ours.answers is not None
    assert other.questions == ours.questions == 60
    assert other.answers >= ENOUGH * ours.answers, "\n".join((*lines_of(other), *lines_of(ours)))


@pytest.mark.long
def test_nothing_of_ours_is_said_there() -> None:
    names = other_district().edition.names
    known = {form for entity in names.entities for form in entity.variants} | set(names.programme) | set(names.host)
    assert known and not any("花都" in form or "huadu" in form for form in known)
