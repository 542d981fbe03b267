"""Pairs of question and passage, told apart by the judge and by the search alone: the command and its file."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from knowledge.evaluation.pair_verdicts import PairsError, read_pairs
from tests.test_evaluation import QUESTIONS, TEXTS, here


def write_pairs(path: Path, *changed: object) -> Path:
    lines = [
        {"question": question, "passage": passage, "answerable": key == text}
        for (key, passage), question in ((item, asked) for item in TEXTS.items() for asked in QUESTIONS.values())
        for text in (f"t/{list(QUESTIONS.values()).index(question) + 1}",)
    ]
    path.write_text("\n".join(map(json.dumps, [*lines, *changed])), encoding="utf-8")
    return path


def test_the_command_for_pairs_tells_judge_and_search(tmp_path: Path) -> None:
    done = here("evaluate-answers", str(write_pairs(tmp_path / "pairs.jsonl")), "--json")
    values = json.loads(done.stdout)
    assert (values["pairs"], values["answerable"]) == (9, 3)
    assert 0.8 <= values["auc"] <= 1
    assert values["best_mean"] >= values["mean"] >= 0.5
    assert 0 <= values["search"]["auc"] <= 1
    lines = here("evaluate-answers", str(write_pairs(tmp_path / "pairs.jsonl"))).stdout.splitlines()
    assert [line.split(":")[0] for line in lines] == ["9 pairs, 3 of them answerable", "judge", "search"]


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ({"question": "x", "passage": "y"}, "line 10: 'answerable'; fields: question, passage, answerable"),
        ({"question": "x", "passage": " ", "answerable": True}, "line 10: question and passage are texts"),
        ({"question": "x", "passage": "y", "answerable": 1}, "line 10: question and passage are texts"),
    ],
)
def test_a_malformed_pair_is_told(tmp_path: Path, line: object, message: str) -> None:
    with pytest.raises(PairsError, match=message):
        read_pairs(write_pairs(tmp_path / "pairs.jsonl", line))


def test_pairs_of_one_kind_measure_nothing(tmp_path: Path) -> None:
    path = tmp_path / "pairs.jsonl"
    path.write_text('{"question": "x", "passage": "y", "answerable": true}\n', encoding="utf-8")
    done = here("evaluate-answers", str(path))
    assert done.returncode == 2
    assert "needs pairs that are answerable and pairs that are not" in done.stderr
