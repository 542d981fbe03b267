"""Questions asked of all texts together: what is found for them, and whether that answers, as the judge learns it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from knowledge.chunking import chunk_document
from knowledge.embedding.embedder import Embedder, load_embedder
from knowledge.index.search import Index
from knowledge.models import Document, Metadata, Section
from knowledge.readers import read_document, source_files
from knowledge.settings import EmbeddingSettings
from knowledge.training.judge.asked_of_all import AskedOfAll, asked_of_all, found_bundles
from knowledge.training.judge.pair_sources import OWN
from knowledge.training.labelled_sets import in_memory_index
from knowledge.training.parallel_texts import TrainingDataError
from knowledge.training.train_verdict import SIGNALS, of_all_samples

ROOT = Path(__file__).parents[1]
SECTIONS = {
    "产假多少天": "产假为九十八天，其中产前可以休假十五天。",
    "年休假几天": "年休假为五天，工作满十年的为十天。",
    "工资多久发一次": "工资每月至少支付一次。",
}
HELD = AskedOfAll("生孩子能休多久", (("九十八天", "98 days"),), "of-somebody")
NOT_HELD = AskedOfAll("陪产假有几天", (), "of-somebody")
NOT_FOUND = AskedOfAll("产假多少天", (("一百天",),), "of-somebody")


@pytest.fixture(scope="module")
def embedder() -> Embedder:
    return load_embedder(EmbeddingSettings())


@pytest.fixture(scope="module")
def index(embedder: Embedder) -> Index:
    sections = tuple(Section((heading,), text) for heading, text in SECTIONS.items())
    return in_memory_index([Document("leave.md", "", Metadata("假期", "zh"), sections)], embedder)


def test_what_is_found_is_labelled(index: Index) -> None:
    held, not_held = found_bundles(index, [HELD, NOT_FOUND, NOT_HELD])
    assert {pair.passage.split("\n")[0] for pair in held.pairs if pair.answers} == {"产假多少天"}
    assert sum(pair.answers for pair in held.pairs) == 1
    assert len(not_held.pairs) == len(SECTIONS)
    assert not any(pair.answers for pair in not_held.pairs)
    assert {held.subject, not_held.subject} == {"of all of-somebody"}, "one writer's questions are of one fold"


def test_the_verdict_learns_what_answers_and_what_nothing_does(index: Index) -> None:
    samples = list(of_all_samples(index, [HELD, NOT_FOUND, NOT_HELD]))
    assert [(len(signals), answered) for signals, answered, _ in samples] == [
        (len(SIGNALS), True),
        (len(SIGNALS), False),
    ]


def test_all_of_several_things_have_to_be_there(index: Index) -> None:
    both = replace(HELD, answers=(("九十八天",), ("产前", "before birth")))
    other = replace(HELD, answers=(("九十八天",), ("产后",)))
    chunk = next(each for each in index.corpus.chunks if "九十八" in each.text)
    assert (both.answered_by(chunk), other.answered_by(chunk), NOT_HELD.answered_by(chunk)) == (True, False, False)


def test_every_answer_stands_in_a_shipped_section(embedder: Embedder) -> None:
    documents = map(read_document, source_files(ROOT / "documents")[0])
    chunks = [
        chunk
        for document in documents
        if isinstance(document, Document)
        for chunk in chunk_document(document, embedder.count_tokens)
    ]
    paths = sorted((OWN / "of-all").glob("*.jsonl"))
    asked = [each for path in paths for each in asked_of_all(path)]
    assert len(asked) >= 300 * len(paths) >= 300
    held = [each for each in asked if each.answers]
    assert 0.4 < len(held) / len(asked) < 0.6
    lost = [each.question for each in held if not any(map(each.answered_by, chunks))]
    assert len(lost) <= 0.01 * len(held), lost


def test_a_file_that_is_no_json_is_named(tmp_path: Path) -> None:
    path = tmp_path / "bad.jsonl"
    path.write_text("{", encoding="utf-8")
    with pytest.raises(TrainingDataError, match=r"bad\.jsonl: cannot be read"):
        list(asked_of_all(path))
