"""What a SIGKILL of ``ingest.py`` leaves, at many moments of one run: it is stopped there, and its folder copied.

What a stopped process has written is what a killed one would have: both lose what they still had in memory, and locks
end with the process, so a copy has none. One run shows as many moments as a run for each would; that it is the same
after a real SIGKILL stands in ``test_kill_ingest.py``.
"""

from __future__ import annotations

import os
import random
import shutil
import signal
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
import pytest

from knowledge.embedding.embedder import Embedder
from tests.knowledge_base import KnowledgeBase
from tests.test_kill_ingest import FILES, LOOK_SECONDS, STAGES, base, check, finish, version

__all__ = ["base"]

STEP = 0.4  # CPU-seconds of the run between two looks whether it has written anything
FEWEST = 12  # moments that differ on the disk


class WatchedRun:
    """A run of ``ingest.py`` that is stopped wherever it has come to something new."""

    def __init__(self, base: KnowledgeBase, number: int, shift: float) -> None:
        self._root, self._number, self._next = base.settings.index.path, number, shift
        self._process = base.start()
        self._family = psutil.Process(self._process.pid)
        self._seen: set[str] = set()
        self._reported: set[str] = set()
        threading.Thread(target=self._read, daemon=True).start()

    @property
    def seen(self) -> set[str]:
        """Stages and files of which a moment was shown."""
        return self._seen

    def moments(self) -> Iterator[str]:
        """What was reached, while the run stands still; the run goes on afterwards."""
        while self._process.poll() is None:
            if not (new := self._new()):
                time.sleep(LOOK_SECONDS)
                continue
            with self._stopped() as stands:
                new = [*new, *self._new()]
                self._seen.update(new)
                if stands:
                    yield " and ".join(new)
        assert self._process.wait() == 0

    def end(self) -> None:
        with_group(self._process.pid, signal.SIGKILL)
        self._process.wait()

    def _read(self) -> None:
        assert self._process.stderr is not None
        for line in self._process.stderr:
            self._reported.update(stage for stage in STAGES if line.startswith(stage))

    def _new(self) -> list[str]:
        reached = {name for name, there in FILES.items() if there(self._root, self._number)} | self._reported
        new = sorted(reached - self._seen)
        if (spent := self._spent()) >= self._next:
            self._next = spent + STEP
            new.append(f"{spent:.1f} CPU-seconds")
        return new

    def _members(self) -> list[psutil.Process]:
        try:
            return [self._family, *self._family.children(recursive=True)]
        except psutil.NoSuchProcess:
            return []

    def _spent(self) -> float:
        spent = 0.0
        for member in self._members():
            try:
                spent += sum(member.cpu_times()[:2])
            except psutil.NoSuchProcess:
                continue
        return spent

    @contextmanager
    def _stopped(self) -> Iterator[bool]:
        """Stop all its processes; whether they stand and did not end before."""
        with_group(self._process.pid, signal.SIGSTOP)
        while not all(_stands(member) for member in self._members()):
            time.sleep(LOOK_SECONDS)
        try:
            yield self._process.poll() is None
        finally:
            with_group(self._process.pid, signal.SIGCONT)


def with_group(leader: int, number: signal.Signals) -> None:
    try:
        os.killpg(leader, number)
    except ProcessLookupError:
        return


def _stands(process: psutil.Process) -> bool:
    """Whether each of its threads stands still, or it is dead."""
    try:
        tasks = [path.read_text() for path in Path(f"/proc/{process.pid}/task").glob("*/stat")]
    except (FileNotFoundError, ProcessLookupError):  # a thread has just ended
        return False
    return all(task.rpartition(")")[2].split()[0] in "TtZX" for task in tasks)


def written(folder: Path) -> dict[str, tuple[int, int]]:
    """Size and time of every file and folder."""
    states = ((path, path.stat()) for path in sorted(folder.rglob("*")))
    return {str(path): (state.st_size, state.st_mtime_ns) for path, state in states}


@pytest.mark.long
@pytest.mark.parametrize("seed", [0, *(pytest.param(seed, marks=pytest.mark.soak) for seed in (1, 2, 3))])
def test_whatever_a_run_has_written_the_live_edition_is_whole_and_the_next_run_finishes(
    base: KnowledgeBase, embedder: Embedder, tmp_path: Path, seed: int
) -> None:
    live = base.status().edition
    assert live is not None
    base.write("version.md", version(live.number + 1))
    run = WatchedRun(base, live.number + 1, random.Random(seed).uniform(0, STEP))
    last, different = written(base.folder), []
    try:
        for moment in run.moments():
            now = written(base.folder)
            if now == last:
                continue
            last = now
            different.append(moment)
            copy = base.copy(tmp_path / "copy")
            finish(copy, embedder, live.number)
            shutil.rmtree(copy.folder)
    except AssertionError as error:
        raise AssertionError(f"killed at {different[-1:]}: {error}") from error
    finally:
        run.end()
    assert run.seen >= {*STAGES, *FILES}
    assert len(different) >= FEWEST, different
    assert check(base, embedder) == live.number + 1
