"""Questions that somebody wrote who had seen the documents and tables alone, once their first look is told.

Their figures stand in ``docs/evaluation.md``; here none of them may get lost again.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.evaluation import evaluate, lines_of, read_expectations
from tests.shipped import shipped

FOLDER = Path(__file__).with_name("golden")


@pytest.mark.long
@pytest.mark.parametrize(
    ("name", "floor"),
    [
        ("round-1", 0.88),
        ("round-2", 0.75),
        ("round-3", 0.78),
        ("round-4", 0.72),
        ("round-5", 0.80),
        ("wishes-1", 0.85),
        ("chains-1", 0.80),
        ("chains-2", 0.78),
    ],
)
def test_sets_keep_being_answered(name: str, floor: float) -> None:
    report = evaluate(list(read_expectations(FOLDER / f"{name}.jsonl")), shipped().assistant())
    assert report.answers is not None
    assert report.answers >= floor, "\n".join(lines_of(report))
