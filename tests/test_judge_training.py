"""The judge is learned by one command, from labelled pairs whose states are computed once."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import torch

from knowledge.embedding.e5 import e5_small
from knowledge.judge.judge import Judge, read
from knowledge.judge.network import MatchingReader
from knowledge.training.judge.pair_sources import OWN, Bundle, Pair, beir, own, own_on, sections_of, squad
from knowledge.training.judge.sampling import Sampler
from knowledge.training.judge.state_cache import StateCache, texts_in
from knowledge.training.judge.train_judge import JudgeSources, loss_of, train_judge
from knowledge.training.labelled_sets import lines_of
from knowledge.training.parallel_texts import TrainingDataError

ROOT = Path(__file__).parents[1]
LEAVE = ("产假为九十八天，其中产前可以休假十五天。", "年休假为五天，工作满十年的为十天。", "工资每月至少支付一次。")
LINES = (
    ("产假", LEAVE[0], "产假多久", "陪产假多少天"),
    ("年休假", LEAVE[1], "年假几天", "婚假几天"),
    ("工资", LEAVE[2], "工资多久发一次", "加班费怎么算"),
)


@pytest.fixture(scope="module")
def judge() -> Judge:
    return Judge(MatchingReader(), e5_small())


def test_every_line_of_our_questions_has_its_section_and_answer() -> None:
    """Those on the shipped documents; texts of laws are not here."""
    sections = sections_of([ROOT / "documents"])
    assert len(sections) > 200
    bundles = [bundle for path in sorted(OWN.glob("*.jsonl")) for bundle in _shipped(path)]
    pairs = [pair for bundle in bundles if not bundle.tempting for pair in bundle.pairs]
    assert len(pairs) > 1000
    placed = [pair.answer is not None for pair in pairs if pair.answers]
    assert sum(placed) > 0.99 * len(placed), "the answer stands in its section, on one line"
    assert 0.3 < sum(pair.answers for pair in pairs) / len(pairs) < 0.6


def _shipped(path: Path) -> list[Bundle]:
    return [
        bundle
        for bundle in own([ROOT / "documents"], [path], skip_missing=True)
        if bundle.subject.startswith("policies/")
    ]


def test_no_section_that_measures_is_learned_from() -> None:
    held = {line["source"].rsplit(".", 1)[0] for line in lines_of(OWN / "held.jsonl")}
    learned = {
        line["source"].rsplit(".", 1)[0]
        for path in OWN.glob("*.jsonl")
        if path.stem != "held"
        for line in lines_of(path)
    }
    assert held
    assert not held & learned


def test_our_questions_are_printed_as_pairs() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "knowledge.training", "pairs", "documents"],
        cwd=ROOT, capture_output=True, text=True, check=True,
    )  # fmt: skip
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    assert len(lines) > 500
    assert {line["answerable"] for line in lines} == {True, False}


def test_a_line_without_its_section_is_named(tmp_path: Path) -> None:
    path = tmp_path / "mine.jsonl"
    path.write_text('{"source": "policies/faq.zh", "section": "没有这一节"}\n', encoding="utf-8")
    with pytest.raises(TrainingDataError, match=r"mine\.jsonl, line 1: no section '没有这一节' in policies/faq\.zh"):
        list(own([ROOT / "documents"], [path]))
    path.write_text("{", encoding="utf-8")
    with pytest.raises(TrainingDataError, match="cannot be read"):
        list(own([ROOT / "documents"], [path]))


def test_states_are_computed_once_and_survive_a_killed_run(tmp_path: Path, judge: Judge) -> None:
    cache = StateCache(tmp_path, judge)
    cache.fill(["工资", "假期"], question=True)
    first = np.array(cache.of("工资", question=True))
    with (tmp_path / "states.bin").open("ab") as file:
        file.write(b"cut off in the middle")
    again = StateCache(tmp_path, judge)
    again.fill(["工资", "合同"], question=True)
    assert (np.array(again.of("工资", question=True)) == first).all()
    (alone,) = judge.states(["合同"], question=True)
    assert np.abs(np.array(again.of("合同", question=True), dtype=np.float32) - alone).max() < 0.05


def test_the_command_learns_and_writes_what_the_judge_reads(tmp_path: Path) -> None:
    training, texts = _little_training_data(tmp_path)
    sources = JudgeSources(
        training, tmp_path / "benchmarks", [texts], [tmp_path / "mine.jsonl"], [tmp_path / "kept.jsonl"]
    )
    train_judge(sources, tmp_path / "judge.npz", tmp_path / "states", minutes=0.05)
    learned = read(tmp_path / "judge.npz")
    assert isinstance(learned, MatchingReader)
    train_judge(sources, tmp_path / "more.npz", tmp_path / "states", minutes=0.0001, further=tmp_path / "judge.npz")
    more = read(tmp_path / "more.npz")  # after one step
    assert 0 < (learned.joined[0].weight - more.joined[0].weight).abs().max() < 0.02


def test_the_loss_falls_and_passages_are_told_apart(tmp_path: Path, judge: Judge) -> None:
    torch.manual_seed(1)
    bundles = [
        Bundle("mine", "a", (Pair(asked, text, True, (0, 4)), Pair(near, text, False)), LEAVE if number else ())
        for number, (_, text, asked, near) in enumerate(LINES)
    ]
    cache = StateCache(tmp_path, judge)
    questions, passages = texts_in(bundles)
    cache.fill(questions, question=True)
    cache.fill(passages, question=False)
    network = MatchingReader()
    network.middle.copy_(torch.from_numpy(cache.middle()))
    optimiser = torch.optim.AdamW(network.parameters(), lr=1e-3)
    sampler, losses = Sampler(bundles, cache, judge), []
    for _ in range(30):
        for step in sampler.epoch():
            loss = loss_of(network.train(), step)
            optimiser.zero_grad()
            loss.backward()
            optimiser.step()
            losses.append(loss.item())
    assert losses[-1] < 0.5 * losses[0]


def _little_training_data(folder: Path) -> tuple[Path, Path]:
    """Every source in its layout, a line or two each."""
    training, texts = folder / "training", folder / "texts"
    texts.mkdir()
    for name in ("mine", "kept"):
        body = "\n\n".join(f"## {heading}\n\n{text}" for heading, text, _, _ in LINES)
        (texts / f"{name}.zh.md").write_text(f"# {name}\n\n{body}\n", encoding="utf-8")
        own_lines = [
            {
                "source": f"{name}.zh",
                "section": heading,
                "answer": text[:4],
                "asks": [asked],
                "near": [["neighbour", near]],
            }
            for heading, text, asked, near in LINES
        ]
        _write(folder / f"{name}.jsonl", own_lines)
    squad_lines = [
        {"article": f"A{number}", "question": "When?", "passage": f"{number} It was built in 1900.", "answers": answers}
        for number, answers in enumerate((["1900"], [], ["1900"]))
    ]
    _write(training / "squad2-part" / "questions.jsonl", squad_lines)
    sets = (
        training / "cmrc2018-dev",
        training / "lay-legal-train",
        *(folder / "benchmarks" / f"xquad-dev-{kind}" for kind in ("en-en", "zh-en")),
    )
    for one in sets:
        _write(one / "corpus.jsonl", [{"_id": f"p{n}", "title": "", "text": text} for n, text in enumerate(LEAVE)])
        _write(one / "queries.jsonl", [{"_id": f"q{n}", "text": line[2]} for n, line in enumerate(LINES)])
        (one / "qrels").mkdir()
        rows = "".join(f"q{n}\tp{n}\t1\n" for n in range(len(LINES)))
        (one / "qrels" / "test.tsv").write_text(f"query-id\tcorpus-id\tscore\n{rows}", encoding="utf-8")
    assert len(list(squad(training / "squad2-part" / "questions.jsonl"))) == 5
    assert len(list(beir(sets[0], {}, "cmrc"))) == 3
    return training, texts


def _write(path: Path, values: list[dict[str, object]]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(f"{json.dumps(line, ensure_ascii=False)}\n" for line in values), encoding="utf-8")


def test_questions_on_a_public_set_stand_beside_its_texts(tmp_path: Path) -> None:
    folder = tmp_path / "cmrc2018-dev"
    folder.mkdir()
    _write(folder / "corpus.jsonl", [{"_id": "p7", "title": "", "text": "广茂铁路全长364.6公里。"}])
    mine = tmp_path / "mine.jsonl"
    line = {
        "source": "cmrc2018-dev",
        "section": "p7",
        "span": [4, 10],
        "asks": ["这条铁路多长"],
        "near": [["time", "几时通车"]],
    }
    _write(mine, [line])
    (bundle,) = own_on(folder, [mine], "cmrc")
    assert (bundle.source, bundle.subject) == ("cmrc near", "cmrc2018-dev p7")
    assert [(pair.question, pair.answers) for pair in bundle.pairs] == [("这条铁路多长", True), ("几时通车", False)]
    assert bundle.pairs[0].answer == (4, 10)
    assert list(own([ROOT / "documents"], [mine])) == []
