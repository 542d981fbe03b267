"""The learned Chinese encoder: what it knows, that its file is checked, and that training makes what is loaded."""

from __future__ import annotations

import shutil
import time
from pathlib import Path

import numpy as np
import pytest
import torch

from knowledge.embedding.minilm import minilm
from knowledge.index.encoding.chinese_encoder import DIMENSION, FILE, ChineseEncoder, EncoderVocabulary
from knowledge.learned_arrays import LearnedError, write
from knowledge.training.__main__ import main
from knowledge.training.encoder_network import EncoderNetwork
from knowledge.training.initial_network import build_vocabulary
from knowledge.training.parallel_texts import (
    PAIRS,
    ParallelCorpus,
    ParallelText,
    TrainingDataError,
    dictionary_glosses,
    english_texts,
    project_pairs,
)
from knowledge.training.teacher_embeddings import TeacherEmbeddings, embed_with_teacher
from knowledge.training.train_encoder import to_arrays
from knowledge.training.training_loop import make_examples, train
from tests.in_process import run_here


@pytest.fixture(scope="module")
def student() -> ChineseEncoder:
    return ChineseEncoder.load()


def likeness(student: ChineseEncoder, one: str, other: str) -> float:
    first, second = student.encode([one, other])
    return float(first @ second)


@pytest.mark.parametrize(
    ("asked", "near", "far"),
    [
        ("老板炒我鱿鱼", "用人单位解除劳动合同", "用人单位缴纳社会保险费"),
        ("天天加班到半夜", "延长工作时间", "申领职业技能等级证书"),
        ("刚进厂试几个月", "试用期的期限", "失业保险金的标准"),
        ("学生去工厂实习有没有钱拿", "实习学生获得相应的报酬", "设立职业学校的条件"),
        ("我的手机号被卖了", "个人信息泄露", "带薪年休假"),
        ("保姆", "家政服务人员", "职业学校教师"),
    ],
)
def test_users_words_are_near_official_words(student: ChineseEncoder, asked: str, near: str, far: str) -> None:
    assert likeness(student, asked, near) > likeness(student, asked, far) + 0.05


@pytest.mark.parametrize(
    ("english", "near", "far"),
    [
        ("How much overtime may I work?", "加班时间有多长", "职业学校的招生简章"),
        ("vocational school", "职业学校", "失业保险"),
        ("The cat sits on the table.", "猫坐在桌子上。", "他昨天买了一辆车。"),
    ],
)
def test_chinese_meets_english_as_minilm_sees_it(student: ChineseEncoder, english: str, near: str, far: str) -> None:
    right, wrong = student.encode([near, far]) @ minilm().encode([english])[0]
    assert right > wrong + 0.2


@pytest.mark.parametrize("text", ["職業學校", "职业学校", "职业学校 ", "职 业学校".replace(" ", "")])
def test_scripts_and_spaces_do_not_matter(student: ChineseEncoder, text: str) -> None:
    assert likeness(student, text, "职业学校") == pytest.approx(1, abs=1e-5)


@pytest.mark.parametrize("text", ["学", "2022", "CNC编程", "一" * 10_000, "劳动合同" * 2500, "第三十条", "a 学 1 ！"])
def test_odd_texts_get_a_vector_or_zeros(student: ChineseEncoder, text: str) -> None:
    began = time.monotonic()
    vector = student.encode([text])
    assert vector.shape == (1, DIMENSION)
    assert vector.dtype == np.float32
    length = float(np.linalg.norm(vector))
    assert length == pytest.approx(1, abs=1e-4) or length == 0
    assert time.monotonic() - began < 5


@pytest.mark.parametrize("text", ["", " ", "？！", "\U0001f600", "한국어"])
def test_nothing_known_gives_zeros(student: ChineseEncoder, text: str) -> None:
    assert not student.encode([text]).any()


def test_no_texts_give_no_rows(student: ChineseEncoder) -> None:
    assert student.encode([]).shape == (0, DIMENSION)


def test_words_have_vectors_and_weights(student: ChineseEncoder) -> None:
    wage, pay = student.word_vector("工资"), student.word_vector("薪水")
    assert wage is not None
    assert pay is not None
    assert float(wage @ pay) > 0.5
    assert float(np.linalg.norm(wage)) == pytest.approx(1, abs=1e-4)
    assert student.weight("的") < student.weight("仲裁")
    assert student.word_vector("한국") is None
    assert student.weight("한국") == 0


def test_the_file_is_small_enough_to_ship() -> None:
    assert FILE.stat().st_size <= 25_000_000


def test_a_changed_file_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "student.npz"
    shutil.copy(FILE, path)
    shutil.copy(FILE.with_suffix(".sha256"), tmp_path)
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)
    with pytest.raises(LearnedError, match=r"student\.npz does not match .* git checkout"):
        ChineseEncoder.load(path)


@pytest.mark.parametrize("missing", ["student.npz", "student.sha256"])
def test_a_missing_file_is_named(tmp_path: Path, missing: str) -> None:
    for file in (FILE, FILE.with_suffix(".sha256")):
        if file.name != missing:
            shutil.copy(file, tmp_path)
    with pytest.raises(LearnedError, match=r"missing; restore both with: git checkout"):
        ChineseEncoder.load(tmp_path / "student.npz")


def tiny(size: int = 32) -> tuple[EncoderNetwork, EncoderVocabulary]:
    torch.manual_seed(1)
    terms = EncoderVocabulary(
        ["职业学校", "职业", "学校", "学", "校", "工资", "多少", "合同", "到期", "怎么办", "加班"]
    )
    network = EncoderNetwork(torch.randn(len(terms.terms), size), torch.randn(DIMENSION, size))
    for values in network.parameters():
        values.data += 0.05 * torch.randn(values.shape)
    return network.eval(), terms


@pytest.mark.parametrize("text", ["职业学校", "职业学校工资多少", "合同到期怎么办", "加班"])
def test_what_is_saved_computes_what_was_trained(tmp_path: Path, text: str) -> None:
    network, terms = tiny()
    write(tmp_path / "tiny.npz", to_arrays(network, terms))
    with torch.no_grad():
        trained = network([terms.sentence(text)]).numpy()[0]
    saved = ChineseEncoder.load(tmp_path / "tiny.npz").encode([text])[0]
    assert float(trained @ saved) > 0.999


def test_a_phrase_is_found_across_segmented_words() -> None:
    terms = EncoderVocabulary(["多少", "少工", "工资", "多少工资"])
    assert [[terms.terms[row] for row in rows] for rows in terms.sentence("多少工资")] == [
        ["多少", "多少工资"],
        ["工资"],
    ]


def test_training_brings_each_sentence_to_its_english() -> None:
    texts = tuple(
        ParallelText(text, (english,), text, repeat=8)
        for text, english in [
            ("职业学校", "vocational school"),
            ("工资多少", "how much pay"),
            ("合同到期", "contract ends"),
        ]
    )
    teacher = embed_with_teacher(minilm(), (text for parallel in texts for text in parallel.english))
    network, terms = tiny(64)
    examples = make_examples(texts, terms, teacher)
    train(network, examples, teacher, 150, np.random.default_rng(1))
    vectors = ChineseEncoder(to_arrays(network, terms)).encode([parallel.text for parallel in texts])
    scores = vectors @ np.stack([teacher[parallel.english[0]] for parallel in texts]).T
    assert scores.diagonal().min() > 0.2
    assert (scores - np.diag(scores.diagonal())).max() < 0.05  # unlike in English, and now in Chinese too


def test_the_teacher_is_asked_once(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    first = embed_with_teacher(minilm(), ["one text", "another"], tmp_path / "kept.npz")
    again = embed_with_teacher(minilm(), ["another", "one text"], tmp_path / "kept.npz")
    assert np.allclose(first["another"], again["another"], atol=1e-3)
    assert capsys.readouterr().out.count("teacher: 2 of 2 texts") == 1


@pytest.mark.parametrize(
    ("lines", "reason"),
    [
        ("# note\nonly one column\n", r"line 2: expected 4 filled columns, found 1"),
        ("官话\t白话\tEnglish\task\n官话\t\tEnglish\task\n", r"line 2: expected 4 filled columns"),
    ],
)
def test_a_broken_line_of_the_pairs_is_named(tmp_path: Path, lines: str, reason: str) -> None:
    (tmp_path / "own.tsv").write_text(lines, encoding="utf-8")
    with pytest.raises(TrainingDataError, match=reason):
        list(project_pairs(tmp_path))


def test_a_missing_training_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(TrainingDataError, match=r"nowhere\.tsv: cannot be read"):
        list(english_texts(tmp_path / "nowhere.tsv"))


def test_the_command_names_a_missing_file_and_writes_nothing(tmp_path: Path) -> None:
    out = tmp_path / "student.npz"
    ended = run_here(main, "student", str(tmp_path / "nowhere.tsv"), "--out", str(out), folder=tmp_path)
    assert ended.returncode == 2
    assert "nowhere.tsv: cannot be read" in ended.stderr
    assert "Traceback" not in ended.stderr
    assert not out.exists()


def test_our_own_pairs_hold_every_way_of_saying_a_concept() -> None:
    pairs = list(project_pairs(PAIRS))
    concepts = {parallel.concept for parallel in pairs}
    assert len(concepts) >= 2000
    assert len(pairs) > 2 * len(concepts)


def test_dictionary_leaves_out_entries_that_only_point_elsewhere() -> None:
    glosses = dictionary_glosses()
    assert "contract" in " ".join(glosses["合同"])
    assert not any(
        gloss.startswith(("variant of", "CL:", "surname ")) for meanings in glosses.values() for gloss in meanings
    )
    terms = build_vocabulary(ParallelCorpus(glosses, (), ()))
    assert "合同" in terms
    assert 60_000 < len(terms.terms) < 110_000


def test_targets_find_their_rows() -> None:
    teacher = TeacherEmbeddings(("a", "b"), np.eye(2, dtype=np.float32))
    assert teacher["b"].tolist() == [0, 1]
