"""Runs one task on one file in a child process with limits on memory and time.

A small server process, started on first use, has the readers loaded and no threads; it forks a child for each file.
Forking from here instead would copy a process that may hold a model, a database and threads.
"""

from __future__ import annotations

import atexit
import contextlib
import os
import pickle
import struct
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import IO, TypeVar, cast

from knowledge.processes import shielded_from_interrupts
from knowledge.readers.errors import ReadError, ReadTimeoutError

MEBIBYTE = 1024 * 1024
MEMORY = 512 * MEBIBYTE
SECONDS = 60.0  # of CPU
PATIENCE = 10  # times as much by the clock: other programs want the machine, too
LENGTH = struct.Struct(">Q")  # of a message, before it

T = TypeVar("T")


def run_limited(task: Callable[[Path], T], path: Path, *, memory: int = MEMORY, seconds: float | None = None) -> T:
    """``task(path)``, run in a child process; ``task`` and what it returns must be picklable.

    ``memory`` is in bytes above what an idle child needs, ``seconds`` (``SECONDS``) are of CPU; by the clock it may
    take ``PATIENCE`` times as long. Raises ``ReadError`` with a reason for staff when the task raises it, crashes or
    passes a limit, and ``ReadTimeoutError`` when that is the one of time.
    """
    outcome, value = _SERVER.ask(pickle.dumps((task, path, memory, seconds or SECONDS)))
    if outcome == "late":
        raise ReadTimeoutError(value)
    if outcome == "error":
        raise ReadError(value)
    return cast(T, value)  # what the task returned, through pickle


def send(stream: IO[bytes], content: bytes) -> None:
    """Write one length-prefixed message."""
    stream.write(LENGTH.pack(len(content)))
    stream.write(content)
    stream.flush()


def receive(stream: IO[bytes]) -> bytes | None:
    """Read one length-prefixed message; None when the other side is gone."""
    length_bytes = stream.read(LENGTH.size)
    if len(length_bytes) < LENGTH.size:
        return None
    (length,) = LENGTH.unpack(length_bytes)
    content = stream.read(length)
    return content if len(content) == length else None


class _Server:
    """The process that forks the children; one request at a time."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._owner = 0

    def ask(self, request: bytes) -> tuple[str, object]:
        with self._lock:
            for _ in range(2):  # a server that somebody killed is started again, once
                answer = None
                try:
                    answer = self._exchange(self._running(), request)
                finally:
                    if answer is None:  # gone, or interrupted between request and answer
                        self.close()
                if answer is not None:
                    return pickle.loads(answer)  # type: ignore[no-any-return]  # noqa: S301  # from our own child
        raise ReadError("the process that reads files ended twice while reading it; run the command again")

    def close(self) -> None:
        process, self._process = self._process, None
        if process is None or self._owner != os.getpid():
            return
        process.kill()  # it holds nothing worth finishing
        process.wait()
        for stream in (process.stdin, process.stdout):
            assert stream is not None
            with contextlib.suppress(BrokenPipeError):
                stream.close()

    def _running(self) -> subprocess.Popen[bytes]:
        # After a fork the pipes belong to the parent: speaking on them would mix two conversations.
        if self._process is None or self._owner != os.getpid() or self._process.poll() is not None:
            command = [sys.executable, "-P", "-m", "knowledge.readers.sandbox.sandbox_server"]
            environment = {**os.environ, "PYTHONPATH": os.pathsep.join(entry or str(Path.cwd()) for entry in sys.path)}
            with shielded_from_interrupts():
                self._process = subprocess.Popen(  # noqa: S603  # our own module, no shell
                    command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environment
                )
            self._owner = os.getpid()
        return self._process

    @staticmethod
    def _exchange(process: subprocess.Popen[bytes], request: bytes) -> bytes | None:
        assert process.stdin is not None and process.stdout is not None
        try:
            send(process.stdin, request)
        except BrokenPipeError:
            return None
        return receive(process.stdout)


_SERVER = _Server()
atexit.register(_SERVER.close)
