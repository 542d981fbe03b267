"""Operating-system processes: children that Ctrl-C does not reach, the current one's name, memory given back."""

from __future__ import annotations

import ctypes
import gc
import getpass
import os
import signal
import socket
import sys
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def shielded_from_interrupts() -> Iterator[None]:
    """Ctrl-C (SIGINT) waits until this context ends, and child processes started within it ignore it: a terminal sends
    it to the whole group.

    The parent ends them instead. Blocking the signal before the start also covers a child's first moments, in which
    Python itself would print a traceback.
    """
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def cores() -> int:
    """How many cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def give_back_memory() -> None:
    """Return to the system what was only needed for a moment: after loading models it is tens of megabytes."""
    gc.collect()
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None) if sys.platform == "linux" else None  # glibc alone has it
    if trim:
        trim(0)


def user_description() -> str:
    """Whose process this is, for people: "user@machine"."""
    try:
        user = getpass.getuser()
    except (KeyError, OSError):  # a container's user may have no name
        user = str(os.getuid())
    return f"{user}@{socket.gethostname()}"


def process_description() -> str:
    """This process for people: "user@machine, process number"."""
    return f"{user_description()}, process {os.getpid()}"
