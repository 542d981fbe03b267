"""What the search learned: weights, and how they are learned again."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from knowledge.embedding.embedder import Embedder
from knowledge.index.scoring.fusion import FILE, fusion, read
from knowledge.index.scoring.scorers import FEATURES
from knowledge.learned_arrays import LearnedError
from knowledge.training.__main__ import main
from knowledge.training.labelled_sets import beir_set, section_set
from knowledge.training.parallel_texts import TrainingDataError
from knowledge.training.train_fusion import RankingCase, fit_weights
from tests.in_process import run_here

RNG = np.random.default_rng(7)


def test_the_shipped_numbers_are_few_and_weigh_every_measure() -> None:
    numbers = fusion()
    assert numbers.weights.shape == (len(FEATURES),)
    assert (numbers.weights >= 0).all()
    assert FILE.stat().st_size < 2_000
    assert json.loads(FILE.read_text(encoding="utf-8"))["origin"]


@pytest.mark.parametrize("content", ["", "{}", '{"weights": {}}', "[1, 2]"])
def test_a_broken_file_is_named_with_the_way_to_mend_it(tmp_path: Path, content: str) -> None:
    path = tmp_path / "fusion.json"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(LearnedError, match=r"fusion\.json cannot be used .* git checkout"):
        read(path)


def test_the_measure_that_tells_gets_the_weight() -> None:
    telling = FEATURES.index("words")
    cases = []
    for number in range(60):
        measured = RNG.uniform(size=(20, len(FEATURES)))
        right = np.zeros(20, dtype=bool)
        right[np.argmax(measured[:, telling])] = True
        cases.append(RankingCase(measured, right, number, 1 / 60))
    weights = fit_weights(cases)
    assert np.argmax(weights) == telling
    assert weights[telling] > 5 * np.delete(weights, telling).max()


def test_a_missing_set_is_named(tmp_path: Path) -> None:
    with pytest.raises(TrainingDataError, match=r"corpus\.jsonl: cannot be read"):
        beir_set(tmp_path, embedder=None)  # type: ignore[arg-type]  # not reached


def test_sections_that_are_nowhere_are_named(tmp_path: Path, embedder: Embedder) -> None:
    (tmp_path / "notes.zh.md").write_text("先说一句。\n\n# 说明\n\n## 午休\n\n一个小时。\n", encoding="utf-8")
    questions = tmp_path / "sections.jsonl"
    questions.write_text('{"question": "睡多久", "gold": ["notes|晚休"]}\n', encoding="utf-8")
    with pytest.raises(TrainingDataError, match="no section of notes has '晚休' in its heading"):
        section_set(questions, tmp_path, embedder)


def test_the_command_names_a_missing_file(tmp_path: Path) -> None:
    questions = tmp_path / "nowhere.jsonl"
    arguments = ["fusion", str(tmp_path), str(tmp_path), str(questions), "--documents", str(tmp_path)]
    arguments += ["--sections", str(tmp_path / "sections.jsonl"), "--out", str(tmp_path / "out.json")]
    ended = run_here(main, *arguments, folder=tmp_path)
    assert ended.returncode == 2
    assert "nowhere.jsonl: cannot be read" in ended.stderr
    assert "Traceback" not in ended.stderr
