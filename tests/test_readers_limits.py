"""Tasks in limited children."""

from __future__ import annotations

import os
import pickle
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from knowledge.readers.errors import ReadError
from knowledge.readers.sandbox.limits import run_limited, send

MEBIBYTE = 2**20


def size(path: Path) -> int:
    return path.stat().st_size


def hoard(path: Path) -> int:
    return len(bytearray(300 * MEBIBYTE))


def spin(path: Path) -> None:
    while True:
        pass


def sleep(path: Path) -> None:
    time.sleep(60)


def crash(path: Path) -> None:
    os.kill(os.getpid(), signal.SIGSEGV)


def descend(path: Path) -> None:
    descend(path)


def refuse(path: Path) -> None:
    raise ReadError("it is only an example; hand in another")


def stumble(path: Path) -> None:
    raise LookupError("of no concern to staff")


def write(path: Path) -> None:
    path.write_text("changed", encoding="utf-8")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    file = tmp_path / "file"
    file.write_bytes(b"12345")
    return file


def test_the_value_comes_back(path: Path) -> None:
    assert run_limited(size, path) == 5


@pytest.mark.parametrize(
    ("task", "reason"),
    [
        (hoard, "more than 100 MiB of memory"),
        (spin, "longer than 1 s"),
        (crash, "crashed on it .SIGSEGV."),
        (descend, "nested too deeply"),
        (refuse, "^it is only an example; hand in another$"),
        (stumble, "damaged or not what it says it is .LookupError."),
        (write, "damaged"),
    ],
)
def test_a_task_that_fails_or_passes_a_limit_is_told_apart(
    task: Callable[[Path], object], reason: str, path: Path
) -> None:
    with pytest.raises(ReadError, match=reason):
        run_limited(task, path, memory=100 * MEBIBYTE, seconds=1)
    assert run_limited(size, path) == (0 if task is write else 5), "the next file is read all the same"


def test_a_file_costs_little_more_than_its_reading(path: Path) -> None:
    run_limited(size, path)
    start = time.perf_counter()
    for _ in range(20):
        run_limited(size, path)
    assert (time.perf_counter() - start) / 20 < 0.06


def test_several_threads_may_ask_at_once(path: Path) -> None:
    sizes: list[int] = []
    threads = [threading.Thread(target=lambda: sizes.append(run_limited(size, path))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sizes == [5] * 8


def test_a_forked_process_does_not_share_its_parents_server(path: Path) -> None:
    run_limited(size, path)
    child = os.fork()
    if child == 0:
        os._exit(0 if run_limited(size, path) == 5 else 1)
    assert os.waitpid(child, 0)[1] == 0
    assert run_limited(size, path) == 5


def test_a_server_of_which_nobody_wants_answers_any_more_ends_in_silence(path: Path) -> None:
    command = [sys.executable, "-m", "knowledge.readers.sandbox.sandbox_server"]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=pipe) as server:
        assert server.stdin and server.stdout and server.stderr
        server.stdout.close()
        send(server.stdin, pickle.dumps((os.path.getsize, path, MEBIBYTE, 10.0)))
        assert server.stderr.read() == b""
    assert server.returncode == 0


def test_a_reader_whose_server_was_killed_meanwhile_ends_in_silence() -> None:
    code = (
        "import os; from pathlib import Path; from knowledge.readers.sandbox.sandbox_server import _answer;"
        "read, write = os.pipe(); os.close(read); _answer(str, Path('a'), 1, write)"
    )
    ended = subprocess.run([sys.executable, "-c", code], capture_output=True, cwd=Path(__file__).parents[1])
    assert (ended.returncode, ended.stderr) == (0, b"")
