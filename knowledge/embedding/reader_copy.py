"""Folders that one process writes into while it reads an edition, deleted when it is done or dead."""

from __future__ import annotations

import fcntl
import os
import secrets
import shutil
from collections.abc import Iterator
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import IO

LOCK = "lock"


class CopyFolder:
    """``<number>.<token>.reader`` below ``root``, locked while its maker lives. The copy itself goes into ``path``."""

    def __init__(self, root: Path, number: int) -> None:
        self._folder, self._file = _made(root, number)
        self.path = self._folder / "copy"

    def close(self) -> None:
        """Delete the folder."""
        shutil.rmtree(self._folder, ignore_errors=True)
        self._file.close()


def _made(root: Path, number: int) -> tuple[Path, IO[str]]:
    """A new folder, and the file in it that is locked. In the moment before, somebody may have cleared it away."""
    while True:
        folder = root / f"{number}.{secrets.token_hex(6)}.reader"
        folder.mkdir(parents=True)
        with suppress(FileNotFoundError), ExitStack() as undo:
            file = undo.enter_context((folder / LOCK).open("w"))
            fcntl.flock(file, fcntl.LOCK_EX)
            if os.path.samestat((folder / LOCK).stat(), os.fstat(file.fileno())):
                undo.pop_all()
                return folder, file


def left_copies(root: Path) -> Iterator[Path]:
    """What killed processes left: nobody holds the lock in it. While one is looked at, its lock is held here."""
    for folder in root.glob("*.reader"):
        try:
            with (folder / LOCK).open("a") as file:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                yield folder
        except OSError:  # its maker lives, or is somebody else's process, or it was deleted at this moment
            continue


def clear_copies(root: Path) -> None:
    """Delete what killed processes left."""
    for folder in left_copies(root):
        shutil.rmtree(folder, ignore_errors=True)
