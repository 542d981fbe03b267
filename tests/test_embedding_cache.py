"""What an earlier index knows of a chunk is taken over, and is what would have been computed."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from knowledge.editions.building.index_builder import earlier_index_of
from knowledge.editions.edition_files import SEARCH
from knowledge.embedding.embedder import Embedder
from knowledge.index.encoding.embedding_cache import MEANING, SENTENCES, EarlierIndex, EmbeddingCache, key_of
from knowledge.index.encoding.word_vectors import word_vectors
from knowledge.index.writer import write_index
from knowledge.models import Chunk, Metadata
from tests.knowledge_base import KnowledgeBase

TEXTS = {
    "a": ("zh", "学生实习需要签订三方协议。实习报酬按月支付！"),
    "b": ("zh", "企业可以设立学徒岗位。"),
    "c": ("en", "The ferry leaves at nine."),
    "d": ("zh", "。".join(f"第{index}句话" for index in range(20))),
    "e": ("zh", "毕业生补贴怎么申请？在窗口申请。"),
}
CHUNKS = [Chunk(key, "a.md", index, (), text, lang) for index, (key, (lang, text)) in enumerate(TEXTS.items())]
DOCUMENTS = {"a.md": Metadata("标题", "zh")}


def built(folder: Path, chunks: list[Chunk], earlier: EarlierIndex | None = None) -> Path:
    folder.mkdir()
    vectors = np.array([np.random.default_rng(chunk.ordinal).normal(size=384) for chunk in chunks], dtype=np.float32)
    write_index(folder, chunks, DOCUMENTS, vectors, earlier=earlier)
    return folder


@pytest.mark.parametrize("before", [CHUNKS, CHUNKS[::-1], CHUNKS[2:], CHUNKS[:1], []])
def test_an_index_is_the_same_whatever_was_taken_over(tmp_path: Path, before: list[Chunk]) -> None:
    earlier = EarlierIndex(built(tmp_path / "before", before), tuple(map(key_of, before)))
    plain, taken = built(tmp_path / "plain", CHUNKS), built(tmp_path / "taken", CHUNKS, earlier)
    names = sorted(path.name for path in plain.iterdir())
    assert names == sorted(path.name for path in taken.iterdir()) and {MEANING, SENTENCES} <= set(names)
    for name in names:
        assert (plain / name).read_bytes() == (taken / name).read_bytes(), name


def test_only_what_is_the_same_is_taken_over(tmp_path: Path) -> None:
    folder = built(tmp_path / "before", CHUNKS)
    whole = np.load(folder / MEANING)
    np.save(folder / MEANING, np.zeros_like(whole))  # so that one sees what comes from there
    known = EmbeddingCache(word_vectors().chinese_encoder, EarlierIndex(folder, tuple(map(key_of, CHUNKS))))
    assert not known.of(CHUNKS[1], CHUNKS[1].text, ()).whole.any()
    other = replace(CHUNKS[1], id="z", text="企业不可以设立学徒岗位。")
    assert known.of(other, other.text, ()).whole.any()


def test_nothing_is_taken_over_from_a_damaged_index(tmp_path: Path, embedder: Embedder) -> None:
    base = KnowledgeBase(tmp_path / "base", embedder)
    base.write("a.md", "苹果是一种水果。", "梨树在春天开白花。")
    base.refresh()
    context, live = base.context(), base.status().edition
    assert earlier_index_of(context, live) is not None and earlier_index_of(context, None) is None
    (base.index(1) / SEARCH / MEANING).write_bytes(b"x")
    assert earlier_index_of(context, live) is None
    base.write("b.md", "李子可以做成果酱。")
    assert base.refresh().edition == 2 and base.status().trouble is None
