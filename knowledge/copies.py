"""Folders that one process writes into while it reads an edition, deleted when it is done or dead."""

from __future__ import annotations

import fcntl
import secrets
import shutil
import time
from pathlib import Path

YOUNG_SECONDS = 60  # a folder this young may not be locked by its maker yet


class CopyFolder:
    """``<number>.<token>.reader`` below ``root``, locked while its maker lives. The copy itself goes into ``path``."""

    def __init__(self, root: Path, number: int) -> None:
        self._folder = root / f"{number}.{secrets.token_hex(6)}.reader"
        self._folder.mkdir(parents=True)
        self._file = (self._folder / "lock").open("w")
        fcntl.flock(self._file, fcntl.LOCK_EX)
        self.path = self._folder / "copy"

    def close(self) -> None:
        """Delete the folder."""
        shutil.rmtree(self._folder, ignore_errors=True)
        self._file.close()


def clear_copies(root: Path) -> None:
    """Delete what killed processes left."""
    for folder in root.glob("*.reader"):
        if _is_left(folder):
            shutil.rmtree(folder, ignore_errors=True)


def _is_left(folder: Path) -> bool:
    try:
        if time.time() - folder.stat().st_mtime < YOUNG_SECONDS:
            return False
        with (folder / "lock").open("a") as file:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError:  # no lock in it, or somebody else is deleting it
        return folder.exists()
    return True
