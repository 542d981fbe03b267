"""Runs Python programs and measures their time, and the peak memory of them and their children."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import psutil

ROOT = Path(__file__).parents[1]
EVERY_SECONDS = 0.05


@dataclass(frozen=True)
class FinishedProcess:
    """What a program printed, its seconds, and the most memory (MiB) that it and its children had at one time."""

    output: str
    seconds: float
    peak: int


def python(folder: Path, arguments: Sequence[str]) -> FinishedProcess:
    """Run Python with ``arguments`` in ``folder``, the project's modules at hand. Raises when it cannot do its work."""
    command = [sys.executable, *arguments]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    started = time.monotonic()
    process = subprocess.Popen(
        command, cwd=folder, env=environment, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    )
    peak = [0]
    watcher = threading.Thread(target=_watch, args=(process.pid, peak), daemon=True)
    watcher.start()
    output, _ = process.communicate()
    seconds = round(time.monotonic() - started, 2)
    watcher.join()
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, command, output)
    return FinishedProcess(output, seconds, peak[0] // 2**20)


def call(folder: Path, module: str, function: str) -> str:
    """The last line that ``function`` prints in a process of its own."""
    return python(folder, ["-c", f"from {module} import {function}; {function}()"]).output.splitlines()[-1]


def memory() -> int:
    """MiB that this process has now."""
    return int(psutil.Process().memory_info().rss) // 2**20


def _watch(pid: int, peak: list[int]) -> None:
    try:
        process = psutil.Process(pid)
        while process.is_running() and process.status() != psutil.STATUS_ZOMBIE:
            family = [process, *process.children(recursive=True)]
            peak[0] = max(peak[0], sum(_memory(member) for member in family))
            time.sleep(EVERY_SECONDS)
    except psutil.NoSuchProcess:
        return


def _memory(process: psutil.Process) -> int:
    try:
        return int(process.memory_info().rss)
    except psutil.NoSuchProcess:
        return 0
