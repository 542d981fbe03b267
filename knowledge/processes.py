"""Processes: starting children, and who this one is."""

from __future__ import annotations

import getpass
import os
import signal
import socket
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def shielded_from_interrupts() -> Iterator[None]:
    """Processes started within do not hear Ctrl-C, which reaches the whole group: who started them ends them.

    Also not in their first moments, when Python itself would answer it with a traceback.
    """
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def process_description() -> str:
    """This process in words: user, machine, process number."""
    try:
        user = getpass.getuser()
    except (KeyError, OSError):  # a container's user may have no name
        user = str(os.getuid())
    return f"{user}@{socket.gethostname()}, process {os.getpid()}"
