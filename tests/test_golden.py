"""The golden questions on the shipped documents keep being answered, cited and refused."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest

from bot.evaluation import Report, evaluate, lines_of, read_expectations
from tests.shipped import shipped

QUESTIONS = Path(__file__).with_name("golden") / "questions.jsonl"
SLOWEST_MS = 3000.0


@cache
def report() -> Report:
    return evaluate(list(read_expectations(QUESTIONS)), shipped().assistant())


def told() -> str:
    return "\n".join(lines_of(report()))


def test_there_are_enough_questions_of_every_kind() -> None:
    expectations = list(read_expectations(QUESTIONS))
    assert len(expectations) >= 150
    assert sum(each.to_be_refused for each in expectations) >= 0.3 * len(expectations)
    assert {each.language for each in expectations} >= {"zh", "zh-hant", "yue", "en"}


@pytest.mark.parametrize(("share", "floor"), [("answers", 0.93), ("citations", 0.95), ("refused", 0.90)])
def test_shares_stay_above_their_floors(share: str, floor: float) -> None:
    assert getattr(report(), share) >= floor, told()


def test_few_questions_are_refused_wrongly() -> None:
    refused = report().refused_wrongly
    assert refused is not None and refused < 0.08, told()


def test_no_refusal_cites() -> None:
    assert [miss for miss in report().misses if "a refusal that cites" in miss.why] == []


def test_answers_come_in_time() -> None:
    assert report().p95_ms < SLOWEST_MS
