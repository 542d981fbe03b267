"""A folder for what the processes of one test run make once for all of them."""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile
from pathlib import Path

VARIABLE = "SHARED_TESTS_FOLDER"  # names it to the processes that pytest-xdist starts; HUADU_… would be a setting


def shared_folder(name: str) -> Path:
    """The folder ``name`` in it; who finds no shared folder makes one, for itself and its children."""
    if VARIABLE not in os.environ:
        os.environ[VARIABLE] = tempfile.mkdtemp(prefix="huadu-tests-")
        atexit.register(shutil.rmtree, os.environ[VARIABLE], ignore_errors=True)
    folder = Path(os.environ[VARIABLE]) / name
    folder.mkdir(exist_ok=True)
    return folder
