"""The parts of search: words, pinyin, BM25."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest

from knowledge.index.bm25 import K1, B, Bm25
from knowledge.index.text.dictionary import dictionary
from knowledge.index.text.pinyin import PinyinLookup
from knowledge.index.text.tokens import tokens_of
from knowledge.index.writer import searched_text
from knowledge.models import Chunk
from knowledge.text.language import fold

TEXTS = [["工资", "加班", "加班"], ["工资", "合同"], ["放假"], []]


def test_bm25_is_the_formula() -> None:
    index = Bm25.of(TEXTS)
    rarity = math.log(1 + (4 - 1 + 0.5) / (1 + 0.5))
    length = 3 / np.mean([3, 2, 1, 0])
    share = 2 * (K1 + 1) / (2 + K1 * (1 - B + B * length)) / (K1 + 1)
    found = index.coverage([("加班",)])
    assert found[0] == pytest.approx(rarity * share / rarity, rel=1e-4)
    assert list(found[1:]) == [0, 0, 0]


def test_terms_of_a_group_count_as_one() -> None:
    index = Bm25.of([["a"], ["b"], ["a", "b"], ["c"]])
    together = index.coverage([("a", "b", "never seen")])
    assert together[0] == pytest.approx(together[1])
    assert together[3] == 0
    assert len(index.postings(("a", "b")).indices) == 3


def test_bm25_reads_back_what_it_wrote(tmp_path: Path) -> None:
    for texts in (TEXTS, []):
        index = Bm25.of(texts)
        index.save(tmp_path / "index.npz")
        again = Bm25.load(tmp_path / "index.npz")
        assert again.terms == index.terms
        assert np.array_equal(again.coverage([("工资",)]), index.coverage([("工资",)]))


def test_words_have_an_english_side() -> None:
    terms = tokens_of(fold("劳动法第三十条 花都"), dictionary())
    assert "第30条" in terms.words
    sides = dict(zip(terms.words, terms.english, strict=True))
    assert sides["第30条"] == ("第30条",)
    assert "huadu" in sides["花都"]
    assert "contract" in tokens_of("合同", dictionary()).english[0]


@pytest.mark.parametrize(
    ("typed", "expected"),
    [("wurenji zhuanye", "无人机"), ("wu ren ji 专业", "无人机"), ("huadu", "花都"), ("work in time", None)],
)
def test_pinyin_is_spelled_out_by_words_of_the_collection(typed: str, expected: str | None) -> None:
    sounds = PinyinLookup(["无人机", "专业", "花都", "工人"], {"work", "in", "time"}.__contains__)
    found = sounds.with_chinese(typed)
    assert found == typed if expected is None else expected in found.split()


@pytest.mark.parametrize(
    ("typed", "english"),
    [
        ("how old was peyton manning when he played", True),
        ("where is huadu", True),
        ("what does a wurenji cost", True),
        ("huadu you shenme xuexiao", False),
        ("wurenji zhuanye", False),
        ("huadu de gongren", False),
        ("ni hao wo xiang wen huadu de zhuanye", False),
    ],
)
def test_a_name_in_pinyin_does_not_make_an_english_question_chinese(typed: str, english: bool) -> None:
    sounds = PinyinLookup(["无人机", "专业", "花都", "工人", "曼宁"], {"wen", "play", "cost", "old"}.__contains__)
    assert sounds.with_chinese(typed) != typed
    assert sounds.is_english_text(typed) is english


def test_the_dictionary_knows_each_word_once_with_all_its_meanings() -> None:
    """乐 stands twice in CC-CEDICT, as lè and as yuè."""
    known = dictionary()
    assert known.glosses("乐") == ("happy", "cheerful", "to laugh", "music")
    assert "花都" in known
    assert "花都花" not in known
    assert known.glosses("花都花") == ()
    words = list(known)
    assert len(words) == len(set(words)) > 100_000


@pytest.mark.parametrize(
    ("path", "first"),
    [
        (("员工须知", "午休多久（第八条、第十二条）"), "午休多久\n"),
        (("How long the break is (Articles 8, 12)",), "How long the break is\n"),
        (("第三章 工时", "第八条"), ""),
        (("Article 8",), ""),
        (("1.",), ""),
        ((), ""),
    ],
)
def test_a_text_is_searched_with_its_own_heading_but_not_with_its_place_in_a_law(
    path: tuple[str, ...], first: str
) -> None:
    assert searched_text(Chunk("id", "a.md", 0, path, "一个小时。", "zh")) == f"{first}一个小时。"
