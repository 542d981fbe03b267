"""Chroma: what was written is found, by cosine, and reading leaves an edition's folder as it was."""

from __future__ import annotations

import hashlib
import signal
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from knowledge.embedding.chroma_store import ChromaStore, ChromaStoreError, write_store
from knowledge.embedding.reader_copy import ReaderCopy, clear_abandoned_copies


def unit(count: int, dimension: int = 16) -> np.ndarray:
    made = np.random.default_rng(1).normal(size=(count, dimension)).astype(np.float32)
    return made / np.linalg.norm(made, axis=1, keepdims=True)


def digests(folder: Path) -> dict[str, str]:
    paths = [path for path in folder.rglob("*") if path.is_file()]
    return {str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest() for path in paths}


@pytest.fixture
def built(tmp_path: Path) -> Path:
    write_store(tmp_path / "chroma", [f"c{index}" for index in range(300)], unit(300))
    return tmp_path / "chroma"


def test_the_nearest_come_first_with_their_cosine(built: Path, tmp_path: Path) -> None:
    vectors = unit(300)
    opened = ChromaStore.open(built, ReaderCopy(tmp_path, 1))
    exact = vectors @ vectors[17]
    best = np.argsort(-exact)[:10]
    assert opened.count() == 300
    found = opened.query(vectors[17], 10)
    assert [name for name, _ in found] == [f"c{index}" for index in best]
    assert np.allclose([score for _, score in found], exact[best], atol=1e-5)
    opened.close()


def test_more_than_one_call_holds(tmp_path: Path) -> None:
    vectors = unit(5600, 8)
    write_store(tmp_path / "chroma", [str(index) for index in range(5600)], vectors)
    opened = ChromaStore.open(tmp_path / "chroma", ReaderCopy(tmp_path, 1))
    assert opened.count() == 5600
    assert opened.query(vectors[5599], 1)[0][0] == "5599"
    opened.close()


def test_two_readers_leave_the_folder_byte_for_byte_as_built(built: Path, tmp_path: Path) -> None:
    before = digests(built)
    readers = [ChromaStore.open(built, ReaderCopy(tmp_path, 1)) for _ in range(2)]
    for reader in readers:
        assert reader.query(unit(300)[3], 1)[0][0] == "c3"
    for reader in readers:
        reader.close()
    assert digests(built) == before
    assert list(tmp_path.glob("*.reader")) == []


def test_a_folder_that_is_not_there_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(ChromaStoreError, match="missing"):
        ChromaStore.open(tmp_path / "missing", ReaderCopy(tmp_path, 1))
    assert list(tmp_path.glob("*.reader")) == []


def test_a_server_that_is_away_is_an_error() -> None:
    with pytest.raises(ChromaStoreError, match=r"127\.0\.0\.1:9"):
        ChromaStore.connect("http://127.0.0.1:9", "edition")


def test_copies_of_killed_readers_are_cleared_and_others_stay(tmp_path: Path) -> None:
    code = "import sys, time; from pathlib import Path; from knowledge.embedding.reader_copy import ReaderCopy\n"
    code += "copy = ReaderCopy(Path(sys.argv[1]), 1); print('made', flush=True); time.sleep(60)"
    command = [sys.executable, "-c", code, str(tmp_path)]
    reader = subprocess.Popen(command, stdout=subprocess.PIPE, cwd=Path(__file__).parents[1])
    assert reader.stdout and reader.stdout.readline() == b"made\n"
    own = ReaderCopy(tmp_path, 2)
    clear_abandoned_copies(tmp_path)
    assert len(list(tmp_path.glob("*.reader"))) == 2
    reader.send_signal(signal.SIGKILL)
    reader.wait()
    clear_abandoned_copies(tmp_path)
    assert [folder.name[0] for folder in tmp_path.glob("*.reader")] == ["2"]
    own.close()
    assert list(tmp_path.glob("*.reader")) == []
