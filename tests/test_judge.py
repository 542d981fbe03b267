"""Whether a passage answers a question: the shipped judge on texts that it did not learn from."""

from __future__ import annotations

import time
from pathlib import Path

import numpy as np
import pytest

from knowledge import learned_arrays
from knowledge.evaluation.metrics import area_under_curve, verdict_metrics
from knowledge.judge.common_runs import common_runs
from knowledge.judge.judge import FILE, Judge, judge, read
from knowledge.learned_arrays import LearnedError
from knowledge.training.judge.pair_sources import OWN, Bundle, own

ROOT = Path(__file__).parents[1]
LEAST_AREA = 0.85  # on near unknowns written by hand; a judge of documents that it has learned from would reach more


@pytest.fixture(scope="module")
def shipped() -> Judge:
    return judge()


def _held() -> list[Bundle]:
    """Questions on the shipped documents that nothing was learned from."""
    return [
        bundle
        for bundle in own([ROOT / "documents"], [OWN / "held.jsonl"], skip_missing=True)
        if not bundle.tempting and bundle.subject.startswith("policies/")
    ]


def test_near_unknowns_are_told_from_questions_that_a_section_answers(shipped: Judge) -> None:
    bundles = _held()
    pairs = [pair for bundle in bundles for pair in bundle.pairs]
    passages = list(dict.fromkeys(pair.passage for pair in pairs))
    encoded = dict(zip(passages, shipped.encoded(passages), strict=True))
    questions = shipped.encoded([pair.question for pair in pairs], question=True)
    scores = [
        shipped(question, [encoded[pair.passage]])[0].answers for question, pair in zip(questions, pairs, strict=True)
    ]
    assert len(pairs) > 500
    assert area_under_curve(scores, [pair.answers for pair in pairs]) >= LEAST_AREA


def test_together_or_alone_the_verdict_is_the_same(shipped: Judge) -> None:
    (question,) = shipped.encoded(["试用期最长多久"], question=True)
    passages = shipped.encoded(["试用期不得超过六个月。", "工资按月以货币形式支付给劳动者本人，不得克扣。" * 5, "x"])
    together = shipped(question, passages)
    for one, passage in zip(together, passages, strict=True):
        (alone,) = shipped(question, [passage])
        assert abs(alone.answers - one.answers) < 1e-3
        assert np.abs(alone.where - one.where).max() < 1e-3
        assert len(one.where) == len(passage.states)
    assert shipped(question, []) == []


@pytest.mark.parametrize(
    "text", ["", " ", "1" * 100_000, "字" * 100_000, "a b" * 30_000, "𠮷🙂\x00\ud800", "Привет 日本語 한국어"]
)
def test_any_text_is_judged_in_bounded_time(shipped: Judge, text: str) -> None:
    began = time.monotonic()
    (passage,), (question,) = shipped.encoded([text]), shipped.encoded([text], question=True)
    (judgement,) = shipped(question, [passage])
    assert np.isfinite(judgement.answers)
    assert time.monotonic() - began < 20


def test_characters_are_found_as_tokens(shipped: Judge) -> None:
    text = "试用期不得超过六个月。工资按月支付。"
    start, end = shipped.tokens_at(text, text.index("工资"), len(text)) or (0, 0)
    count = len(shipped.states([text])[0])
    assert 0 < start < end < count
    assert shipped.tokens_at(text, 500, 510) is None


def test_a_term_that_is_only_like_it_is_not_met_as_a_whole() -> None:
    def met(question: str, passage: str, term: str) -> list[float]:
        """For each character of ``term`` whether it stands in ``passage`` within a run of that length."""
        start = question.index(term)
        asked = np.array([(start, start + len(term))], dtype=np.int32)
        of_question, _ = common_runs(question, asked, passage, np.zeros((0, 2), np.int32))
        return [float(value) for value in of_question[0]]

    passage = "女职工产假九十八天，HUADU 2025年。"
    assert met("请问产假几天", passage, "产假")[1] == 1
    assert met("请问陪产假几天", passage, "陪产假")[1] == 0
    assert met("請問產假幾天", passage, "產假")[1] == 1, "in Traditional characters"
    assert met("huadu 2024", passage, "huadu")[1] == 1 and met("huadu 2024", passage, "2024")[1] == 0
    assert met("", passage, "")[0] == met("产假", "", "产假")[0] == 0


def test_a_missing_cut_or_other_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(LearnedError, match=r"judge\.npz .* is missing; restore both with: git checkout"):
        read(tmp_path / "judge.npz")
    (tmp_path / "judge.npz").write_bytes(FILE.read_bytes()[:5000])
    (tmp_path / "judge.sha256").write_bytes(FILE.with_suffix(".sha256").read_bytes())
    with pytest.raises(LearnedError, match=r"does not match judge\.sha256; restore"):
        read(tmp_path / "judge.npz")
    learned_arrays.write(tmp_path / "judge.npz", {"other": np.zeros(3)})
    with pytest.raises(LearnedError, match="another version"):
        read(tmp_path / "judge.npz")


def test_metrics_of_verdicts() -> None:
    assert area_under_curve([0.1, 0.4, 0.4, 0.9], [False, False, True, True]) == pytest.approx(0.875)
    metrics = verdict_metrics([0.2, 0.6, 0.7, 0.9], [False, False, True, True], 0.5)
    assert (metrics.mean, metrics.best_mean, metrics.best_threshold) == (0.75, 1.0, 0.7)
