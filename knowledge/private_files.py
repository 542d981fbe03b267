"""The data folder is its owner's alone: folders 700, files 600, whatever the umask, also where they exist already."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from knowledge.database_urls import sqlite_file
from knowledge.settings import KnowledgeSettings

UMASK = 0o077


def keep_private(settings: KnowledgeSettings) -> None:
    """From now on this process makes files for its own account only, and so is what ``settings`` name as data."""
    os.umask(UMASK)
    for path in _data(settings):
        with suppress(OSError):  # gone meanwhile, or of another account, which guards its own
            _close(path)


def _close(path: Path) -> None:
    mode = path.lstat().st_mode
    if not stat.S_ISLNK(mode) and mode & UMASK:
        path.chmod(stat.S_IMODE(mode) & ~UMASK)


def _data(settings: KnowledgeSettings) -> Iterator[Path]:
    """The database's files, everything below the index folder, and the folder of both where it holds nothing else."""
    database = sqlite_file(settings.database.url)
    if database is not None:
        yield from database.parent.glob(f"{database.name}*")
    index = settings.index.path
    folder = index.parent
    for below in (index, folder / "received"):
        yield below
        yield from below.rglob("*")
    if (database is None or database.parent == folder) and not _is_shared(folder, settings):
        yield folder
        yield from (path for path in folder.glob("*") if path.is_file())


def _is_shared(folder: Path, settings: KnowledgeSettings) -> bool:
    """Whether other things than data may stand in ``folder``: documents, the program, everybody's temporary files."""
    resolved = folder.resolve()
    others = (settings.documents.resolve(), Path.cwd(), Path.home())
    return (
        not folder.is_dir()
        or bool(folder.stat().st_mode & stat.S_ISVTX)
        or any(other.is_relative_to(resolved) for other in others)
    )
