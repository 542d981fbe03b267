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


class ReaderCopy:
    """A folder ``<number>.<token>.reader`` below ``root`` for a copy of edition ``number``; it goes into ``path``.

    A file lock in it is held as long as the process that made it lives.
    """

    def __init__(self, root: Path, number: int) -> None:
        self._folder, self._file = _make_locked_folder(root, number)
        self.path = self._folder / "copy"

    def close(self) -> None:
        """Delete the folder."""
        shutil.rmtree(self._folder, ignore_errors=True)
        self._file.close()


def _make_locked_folder(root: Path, number: int) -> tuple[Path, IO[str]]:
    """A new folder, and the locked file in it. Made again when another process cleared it away before it was locked."""
    while True:
        folder = root / f"{number}.{secrets.token_hex(6)}.reader"
        folder.mkdir(parents=True)
        with suppress(FileNotFoundError), ExitStack() as undo:
            file = undo.enter_context((folder / LOCK).open("w"))
            fcntl.flock(file, fcntl.LOCK_EX)
            if os.path.samestat((folder / LOCK).stat(), os.fstat(file.fileno())):
                undo.pop_all()
                return folder, file


def abandoned_copies(root: Path) -> Iterator[Path]:
    """Folders that killed processes left: nobody holds the lock in them. It is held here while a folder is yielded."""
    for folder in root.glob("*.reader"):
        try:
            with (folder / LOCK).open("a") as file:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                yield folder
        except OSError:  # its maker lives, or is somebody else's process, or it was deleted at this moment
            continue


def clear_abandoned_copies(root: Path) -> None:
    """Delete the folders that killed processes left."""
    for folder in abandoned_copies(root):
        shutil.rmtree(folder, ignore_errors=True)
