"""A command's entry, run in the test's own process: what it says and returns, without loading the libraries anew.

That each command also starts as a process of its own is shown where its tests start one.
"""

from __future__ import annotations

import io
import sys
from collections.abc import Callable
from contextlib import chdir, redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Ended:
    """As ``subprocess.CompletedProcess``."""

    returncode: int
    stdout: str
    stderr: str


def run_here(entry: Callable[[], object], *arguments: str, folder: Path) -> Ended:
    """``entry`` with ``arguments`` on its command line, run in ``folder``."""
    out, errors, before = io.StringIO(), io.StringIO(), sys.argv
    sys.argv = ["command", *arguments]
    try:
        with chdir(folder), redirect_stdout(out), redirect_stderr(errors):
            code = entry()
    except SystemExit as end:
        code = end.code
    finally:
        sys.argv = before
    if isinstance(code, str):  # as Python itself does it
        errors.write(f"{code}\n")
        code = 1
    return Ended(int(str(code or 0)), out.getvalue(), errors.getvalue())
