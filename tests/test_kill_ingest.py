"""``ingest.py`` killed with SIGKILL wherever it may be: the live edition stays whole and the next run finishes.

Many more moments, at less cost, stand in ``test_kill_ingest_moments.py``.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from pathlib import Path
from subprocess import Popen

import pytest

from knowledge.editions.live_edition import LiveEdition
from knowledge.embedding.chroma_store import ChromaStore
from knowledge.embedding.embedder import Embedder
from knowledge.embedding.reader_copy import ReaderCopy
from knowledge.store.editions import chunks_of
from knowledge.validity import today
from tests.knowledge_base import KnowledgeBase

FILLING = 1100  # chunks: more than Chroma keeps in its log before it writes the vector index
SECONDS = 60.0
LOOK_SECONDS = 0.002  # between two looks whether a file is there: the killed process wants the machine too
Reached = Callable[[Path, int], bool]


def exists(pattern: str) -> Reached:
    """A file of edition N below the editions' folder; ``{n}`` in the pattern is N."""
    return lambda root, number: any(root.glob(pattern.format(n=number)))


STAGES = ("reading", "embedding", "building", "verifying", "publishing", "clearing")
FILES = {
    "vectors written": exists("{n}.*.building/embeddings.npy"),
    "Chroma begun": exists("{n}.*.building/chroma/chroma.sqlite3"),
    "Chroma's flush": exists("{n}.*.building/chroma/*/*.bin"),
    "search begun": exists("{n}.*.building/search"),
    "sealed": exists("{n}.*.building/manifest.json"),
    "renamed": exists("{n}/manifest.json"),
}


def version(number: int) -> str:
    """What edition ``number`` says, and no other does."""
    return f"This knowledge base has version {number} at present."


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory, embedder: Embedder) -> KnowledgeBase:
    made = KnowledgeBase(tmp_path_factory.mktemp("kill") / "base", embedder)
    made.write("filling.md", *(f"Tree {index}" for index in range(FILLING)))
    made.write("version.md", version(1))
    made.refresh()
    return made


def kill_at_line(process: Popen[str], stage: str, delay: float) -> None:
    """Kill ``delay`` seconds after the progress line of ``stage``, or when the process ends before."""
    assert process.stderr is not None
    for line in process.stderr:
        if line.startswith(stage):
            break
    time.sleep(delay)
    process.kill()
    process.communicate()


def kill_when(process: Popen[str], reached: Callable[[], bool], delay: float) -> None:
    """Kill ``delay`` seconds after ``reached`` came true."""
    deadline = time.monotonic() + SECONDS
    while process.poll() is None and not reached() and time.monotonic() < deadline:
        time.sleep(LOOK_SECONDS)
    time.sleep(delay)
    process.kill()
    process.communicate()


def kill_at_file(base: KnowledgeBase, point: str, delay: float) -> Callable[[Popen[str], int], None]:
    """Kill ``delay`` seconds after a file of the new edition is there."""
    root = base.settings.index.path
    return lambda process, new: kill_when(process, lambda: FILES[point](root, new), delay)


def check(base: KnowledgeBase, embedder: Embedder) -> int:
    """The live edition is whole and answers with its own text; returns its number."""
    status = base.status()
    assert status.edition is not None and status.trouble is None
    number = status.edition.number
    copy = ReaderCopy(base.settings.index.path, number)
    vectors = ChromaStore.open(base.index(number) / "chroma", copy)
    with base.context().engine.connect() as connection:
        assert vectors.count() == len(chunks_of(connection, number)) == FILLING + 1
    vectors.close()
    live = LiveEdition(base.settings, embedder)
    live.start()
    with live.edition() as edition:
        texts = [passage.chunk.text for passage in edition.search(version(number), day=today()).passages]
    live.close()
    assert [text for text in texts if "version" in text] == [version(number)]
    return number


def kill_and_check(base: KnowledgeBase, embedder: Embedder, kill: Callable[[Popen[str], int], None]) -> None:
    """One round: change, run, kill, look, run again, look."""
    old = base.status().edition
    assert old is not None
    base.write("version.md", version(old.number + 1))
    process = base.start()
    kill(process, old.number + 1)
    finish(base, embedder, old.number)


def finish(base: KnowledgeBase, embedder: Embedder, old: int) -> None:
    """Look after a kill, run again, look; ``old``: the edition that was live before the run that was killed."""
    after_kill = check(base, embedder)
    outcome = base.refresh()
    assert outcome.edition == old + 1
    assert outcome.published == (after_kill == old)
    assert check(base, embedder) == old + 1
    assert {name.split(".")[0] for name in base.folders()} <= {str(old + 1 - back) for back in range(3)}
    assert not [name for name in base.folders() if not name.isdigit()]


@pytest.mark.parametrize("point", ["Chroma's flush", "renamed"])
def test_killed_at_a_file(base: KnowledgeBase, embedder: Embedder, point: str) -> None:
    kill_and_check(base, embedder, kill_at_file(base, point, 0))


@pytest.mark.parametrize("stage", ["publishing"])
def test_killed_at_a_stage(base: KnowledgeBase, embedder: Embedder, stage: str) -> None:
    kill_and_check(base, embedder, lambda process, new: kill_at_line(process, stage, 0.005))


@pytest.mark.soak
@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("point", FILES)
def test_killed_at_every_file(base: KnowledgeBase, embedder: Embedder, point: str, seed: int) -> None:
    delay = random.Random(f"{point} {seed}").uniform(0, 0.1) * seed
    kill_and_check(base, embedder, kill_at_file(base, point, delay))


@pytest.mark.soak
@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("stage", STAGES)
def test_killed_at_every_stage(base: KnowledgeBase, embedder: Embedder, stage: str, seed: int) -> None:
    longest = {"building": 2.0, "verifying": 1.0, "publishing": 0.05}.get(stage, 0.2)
    delay = random.Random(f"{stage} {seed}").uniform(0, longest)
    kill_and_check(base, embedder, lambda process, new: kill_at_line(process, stage, delay))


@pytest.mark.soak
@pytest.mark.parametrize("seed", range(4))
def test_killed_at_any_moment(base: KnowledgeBase, embedder: Embedder, seed: int) -> None:
    delay = random.Random(seed).uniform(0.5, 9)
    kill_and_check(base, embedder, lambda process, new: kill_when(process, lambda: True, delay))


@pytest.mark.parametrize("point", ["Chroma's flush"])
def test_a_builder_that_is_killed_alone_is_told(base: KnowledgeBase, point: str) -> None:
    import psutil

    live = base.status().edition
    assert live is not None
    base.write("other.md", "另一份文件。")
    process = base.start()
    root, deadline = base.settings.index.path, time.monotonic() + SECONDS
    while process.poll() is None and not FILES[point](root, live.number + 1) and time.monotonic() < deadline:
        time.sleep(LOOK_SECONDS)
    for child in psutil.Process(process.pid).children():
        if "spawn_main" in " ".join(child.cmdline()):
            child.kill()
    _, errors = process.communicate(timeout=SECONDS)
    assert process.returncode == 2 and "the process that builds the index died" in errors and "Traceback" not in errors
    assert base.status().edition == live
    base.remove("other.md")
    assert not base.refresh().published


def test_the_points_exist_in_an_edition(base: KnowledgeBase) -> None:
    """Otherwise the kills above would have hit nothing."""
    live = base.status().edition
    assert live is not None
    folder: Path = base.index(live.number)
    assert list(folder.glob("chroma/*/*.bin")) and (folder / "search").is_dir() and (folder / "manifest.json").is_file()
