"""English texts come into the space of the Chinese encoder from their embeddings alone."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from knowledge.embedding.e5 import e5_small
from knowledge.embedding.minilm import minilm
from knowledge.index.encoding.chinese_encoder import ChineseEncoder
from knowledge.index.encoding.english_encoder import FILE, EnglishEncoder, english_encoder
from knowledge.learned_arrays import LearnedError, read

PAIRS = [
    ("How long may probation last?", "试用期最长多久"),
    ("Can I draw unemployment benefit after I quit?", "自己辞职能领失业金吗"),
    ("Which school teaches welding?", "哪所学校教焊接"),
    ("The ferry leaves at nine in the morning.", "渡轮早上九点开"),
    ("Who looks after my personal information?", "谁保护我的个人信息"),
]


def told(texts: list[str]) -> np.ndarray[tuple[int, int], np.dtype[np.float32]]:
    return english_encoder()(e5_small().encode(texts, question=True))


def test_it_tells_what_minilm_says_of_texts_that_it_has_not_seen() -> None:
    english = [english for english, _ in PAIRS]
    alike = told(english) @ minilm().encode(english).T
    assert alike.argmax(axis=1).tolist() == list(range(len(PAIRS)))
    assert alike.diagonal().min() > 0.6


def test_the_two_languages_meet() -> None:
    chinese = ChineseEncoder.load().encode([chinese for _, chinese in PAIRS])
    alike = told([english for english, _ in PAIRS]) @ chinese.T
    assert alike.argmax(axis=1).tolist() == list(range(len(PAIRS)))


def test_any_number_of_texts_of_unit_length() -> None:
    assert EnglishEncoder(read(FILE)[0])(np.zeros((0, 384), np.float32)).shape == (0, 384)
    assert np.abs(np.linalg.norm(told(["", "x", "字"]), axis=1) - 1).max() < 1e-5


def test_a_missing_file_is_named_with_the_way_to_mend_it(tmp_path: Path) -> None:
    with pytest.raises(LearnedError, match=r"english_encoder\.npz .*is missing; restore both with: git checkout"):
        read(tmp_path / FILE.name)
